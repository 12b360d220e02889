"""Names of months and weekdays in the languages Tend reads, from the CLDR."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from babel.dates import get_day_names, get_month_names

from tend.base.names import normalise

LANGUAGES = ("en", "es", "pt", "uk", "de")
_MORE_LANGUAGES_OF_FILES = ("fr", "it", "nl", "pl", "ru")
# Short forms people write beside those of the CLDR.
_MORE_MONTHS = {"sept": 9, "set": 9, "mrz": 3, "marz": 3, "maerz": 3, "jän": 1, "jaenner": 1, "jänner": 1}
_MORE_WEEKDAYS = {
    "tues": 1,
    "weds": 2,
    "thur": 3,
    "thurs": 3,
    "segunda": 0,
    "terça": 1,
    "quarta": 2,
    "quinta": 3,
    "sexta": 4,
    "середу": 2,
    "п'ятницю": 4,
    "суботу": 5,
    "неділю": 6,
}

Width = Literal["abbreviated", "narrow", "short", "wide"]


@cache
def months() -> dict[str, int]:
    """Folded month name in any of the languages, and of some that only files use, → 1 to 12."""
    found = _gather(get_month_names, ("wide", "abbreviated"), LANGUAGES + _MORE_LANGUAGES_OF_FILES)
    return found | {normalise(name): number for name, number in _MORE_MONTHS.items()}


@cache
def weekdays(language: str) -> dict[str, int]:
    """Folded weekday name → 0 (Monday) to 6; the reader's language wins over the others."""
    rest = tuple(code for code in LANGUAGES if code != language)
    found = _gather(get_day_names, ("wide", "abbreviated", "short"), rest)
    more = {normalise(name): number for name, number in _MORE_WEEKDAYS.items()}
    own = _gather(get_day_names, ("wide", "abbreviated", "short"), (language,)) if language in LANGUAGES else {}
    return found | more | own


def _gather(names: Callable[..., Any], widths: tuple[Width, ...], languages: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for language in languages:
        for width in widths:
            for context in ("format", "stand-alone"):
                for number, name in names(width, context, language).items():
                    found.setdefault(normalise(name).rstrip("."), number)
    return found
