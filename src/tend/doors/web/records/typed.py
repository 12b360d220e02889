"""Values as a person types them in a form, read by the habits of her language; and the same values written back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tend.base.addresses import country_code_of
from tend.base.dates import parse_typed_date
from tend.base.numbers import parse_number
from tend.base.unreadable import Unreadable
from tend.kernel.errors import Refused

NUMBERS = ("integer", "number", "money")


def locale() -> Locale:
    language = get_language() or "en"
    return Locale.parse({"en": "en_GB"}.get(language, language.replace("-", "_")))


def write(kind: str, value: Any) -> Any:
    """What stands in the field before anybody types: text, a flag, or a list of ids."""
    if value is None or value == "":
        return False if kind == "yesno" else ""
    if kind == "yesno":
        return bool(value)
    if kind == "link":
        return str(getattr(value, "id", value))
    if kind == "links":
        several = value.split(",") if isinstance(value, str) else value  # an address names them with commas
        return [str(getattr(v, "id", v)) for v in several]
    if kind in NUMBERS:
        return format_decimal(Decimal(str(value)), locale=locale())
    if kind == "date":
        try:
            day = dt.date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return value  # an address named something that is no date: it stands there as it is
        return format_date(day, "medium", locale=locale()).replace("\u00a0", " ")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if kind == "datetime":
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value


def read(kind: str, text: Any) -> Any:
    """What the typed text means, ready for the kernel's own check. Refused in words when it cannot be read."""
    if not isinstance(text, str) or not text.strip():
        return text
    try:
        if kind in NUMBERS:
            mark = "," if get_decimal_symbol(locale()) == "," else "."
            return str(parse_number(text, mark))
        if kind == "date":
            return parse_typed_date(text, timezone.localdate(), (get_language() or "en").split("-")[0])
        if kind == "datetime":
            return _instant(text)
    except Unreadable as no:
        raise Refused(_(no.sentence) % no.params, code="type") from None
    return text


def country(text: str) -> str:
    """The code of a country by its name or code. Refused when no country is called that."""
    code = country_code_of(text.strip())
    if not code:
        raise Refused(_("No country is called “%(value)s”.") % {"value": text.strip()}, code="choice")
    return code


def _instant(text: str) -> dt.datetime:
    day, _blank, time = text.strip().replace("T", " ").partition(" ")
    try:
        at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time.strip() or "00:00"))
    except ValueError:
        raise Refused(
            _("“%(value)s” is not a time; write it as 2026-03-15 10:30.") % {"value": text}, code="type"
        ) from None
    return timezone.make_aware(at)
