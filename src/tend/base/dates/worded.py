"""A date in the shortest sure words of a language: "Mon 14 Dec", the year only when it is another."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

HARD_SPACE = "\u00a0"


@lru_cache(maxsize=4096)
def worded_day(day: dt.date, today: dt.date, language: str = "en", *, weekday: bool = True) -> str:
    """The day as a colleague would say it; its parts stay on one line."""
    locale = _locale(language)
    year = "" if day.year == today.year else "y"
    if locale.language == "en":
        text = format_date(day, f"{'EEE ' if weekday else ''}d MMM {year}".strip(), locale=locale)
    else:
        text = format_skeleton(year + ("MMMEd" if weekday else "MMMd"), day, locale=locale)
    return text.replace(" ", HARD_SPACE)


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse({"en": "en_GB"}.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
