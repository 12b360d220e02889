"""A value of one type said in another: what a text is as a number, a date or a choice, and what any value is as a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dates import parse_date
from tend.base.numbers import parse_bool, parse_number
from tend.base.unreadable import Unreadable
from tend.kernel.errors import Refused
from tend.kernel.traits.characteristics import CharacteristicDefinition

Type = CharacteristicDefinition.Type
LONGEST_TEXT = 254
MOST_DIGITS = 15


def converted(value: Any, to: str, choices: Sequence[str] = (), said_as: Mapping[str, str] | None = None) -> Any:
    """The value as one of type `to`, as records keep it. `said_as` are options that become others, by what they were.

    Raises Refused with the reason for a value that is nothing of that type.
    """
    renamed = {k.casefold(): v for k, v in (said_as or {}).items()}
    if isinstance(value, (list, tuple)) and to not in (Type.CHOICES, Type.TEXT) and len(value) != 1:
        raise Refused(_("“%(value)s” are several values.") % {"value": as_text(value)}, code="type")
    given = [as_text(v) for v in value] if isinstance(value, (list, tuple)) else [as_text(value)]
    given = [renamed.get(one.casefold(), one) for one in given]
    if to == Type.CHOICES:
        return list(dict.fromkeys(_option(one, choices) for one in given))
    if to == Type.CHOICE:
        return _option(given[0], choices)
    if to == Type.TEXT:
        text = ", ".join(given)
        if len(text) > LONGEST_TEXT:
            raise Refused(_("A text takes at most %(limit)d characters.") % {"limit": LONGEST_TEXT}, code="too_long")
        return text
    if to == Type.YESNO and isinstance(value, bool):
        return value
    return _read(to, given[0])


def as_text(value: Any) -> str:
    """A stored value as a text that reads back as the same."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return str(value.get("amount", value.get("name", "")))
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(v) for v in value)
    return str(value).strip()


def _option(said: str, choices: Sequence[str]) -> str:
    found = next((c for c in choices if c.casefold() == said.casefold()), None)
    if found is None:
        raise Refused(
            _("“%(value)s” is none of: %(offered)s.") % {"value": said, "offered": ", ".join(choices)}, code="choice"
        )
    return found


def _read(to: str, text: str) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        Type.NUMBER: parse_number, Type.MONEY: parse_number, Type.DATE: parse_date, Type.YESNO: parse_bool,
    }  # fmt: skip
    try:
        found = readers[to](text)
    except Unreadable as no:
        raise Refused(_(no.sentence) % no.params, code="type") from None
    if isinstance(found, Decimal):
        if abs(found) >= Decimal(10) ** MOST_DIGITS:
            raise Refused(_("The number is too large."), code="range")
        whole = found == found.to_integral_value() and abs(found) < 2**53
        return int(found) if whole else str(found.normalize())
    return found.isoformat() if isinstance(found, dt.date) else found


def type_of(values: Sequence[Any]) -> str:
    """The type that most of these texts are of: number, date, yes or no, else text."""
    texts = [as_text(v) for v in values if v not in (None, "")]
    if not texts:
        return str(Type.TEXT)
    for kind in (Type.NUMBER, Type.DATE, Type.YESNO):
        if sum(_is(kind, text) for text in texts) * 2 > len(texts):
            return str(kind)
    return str(Type.TEXT)


def _is(kind: str, text: str) -> bool:
    try:
        converted(text, kind)
    except Refused:
        return False
    return True
