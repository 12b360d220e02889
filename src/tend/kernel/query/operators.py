"""Which comparisons each kind of value knows; a filter builder offers these, the compiler refuses the others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tend.base.dates import relative_range
from tend.base.unreadable import Unreadable
from tend.kernel.errors import Refused
from tend.kernel.query.targets import Target

_SAME = ("is", "is_not", "in", "not_in")
_BLANK = ("empty", "filled")
_TEXT = (*_SAME, "contains", "starts_with", *_BLANK)
_ORDER = ("lt", "lte", "gt", "gte", "between")
_SETS = ("any_of", "all_of", "none_of")

BY_KIND: dict[str, tuple[str, ...]] = {
    "text": _TEXT, "longtext": ("contains", "starts_with", *_BLANK), "url": _TEXT, "email": _TEXT, "phone": _TEXT,
    "integer": (*_SAME, *_ORDER, *_BLANK), "number": (*_SAME, *_ORDER, *_BLANK), "money": (*_SAME, *_ORDER, *_BLANK),
    "date": (*_SAME, *_ORDER, *_BLANK), "datetime": ("is", "is_not", *_ORDER, *_BLANK),
    "yesno": ("is", "is_not"),
    "choice": (*_SAME, "any_of", "none_of", *_BLANK), "option": (*_SAME, "any_of", "none_of", *_BLANK),
    "options": (*_SETS, *_SAME, *_BLANK),
    "link": (*_SAME, "any_of", "none_of", "contains", "starts_with", *_BLANK),
    "links": (*_SETS, *_SAME, "contains", "starts_with", *_BLANK),
    "remark": (*_TEXT, *_ORDER),
}  # fmt: skip
# A negative comparison is the negation of a positive one, so that blanks always belong to it.
NEGATIVE = {"is_not": "is", "not_in": "in", "none_of": "any_of", "empty": "filled"}
LISTED = frozenset({"in", "not_in", "any_of", "all_of", "none_of"})
OVERDUE = "overdue"


def operators_of(target: Target) -> tuple[str, ...]:
    """The comparisons that a filter builder offers for a field."""
    return BY_KIND.get(target.kind, ())


def check_operator(target: Target, op: str) -> str:
    """The operator when the field knows it; refused with those that it knows."""
    known = operators_of(target)
    if op not in known:
        raise Refused(
            _("“%(op)s” does not fit %(field)s. It knows: %(known)s.")
            % {"op": op, "field": target.name, "known": ", ".join(known) or "–"},
            field=target.name, code="operator",
        )  # fmt: skip
    return op


def is_relative(word: str) -> bool:
    """Whether a text names days relative to today: today, this_month, last 30 days, overdue."""
    from datetime import date

    if word.strip().lower() == OVERDUE:
        return True
    try:
        relative_range(word, date(2000, 1, 15))
    except Unreadable:
        return False
    return True
