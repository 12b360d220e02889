"""What every recipe asks of a plan, and of a record that rows fill: one rule for accounts, people and activities."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tend.base.dates import parse_date
from tend.base.numbers import parse_number
from tend.base.unreadable import Unreadable
from tend.kernel.errors import Refused
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.values import Cleaner

Label = Callable[[str], str]
_READERS: tuple[tuple[str, Callable[[str], Any]], ...] = (("date", parse_date), ("number", parse_number))


def strange_columns(plan: Plan, allowed: Collection[str]) -> list[str]:
    """A sentence for each field that the person may not fill."""
    strange = dict.fromkeys(c.field for c in plan.columns if c.field and c.field not in allowed)
    return [_("“%(field)s” cannot be filled by this import.") % {"field": field} for field in strange]


def doubled_columns(plan: Plan, multiple: Collection[str], label: Label) -> list[str]:
    """A sentence for each field of one value that two columns fill."""
    single = [c.field for c in plan.columns if c.field and c.field not in multiple]
    doubled = sorted({f for f in single if single.count(f) > 1})
    return [_("Two columns fill “%(field)s”.") % {"field": label(f)} for f in doubled]


def refused_defaults(plan: Plan, cleaner: Cleaner, label: Label) -> list[str]:
    """A sentence for each value for new records that its field does not take."""
    problems = []
    for name, value in plan.defaults.items():
        try:
            cleaner.one(name, value)
        except Refused as no:
            problems.append(f"{label(name)}: {no.message}")
    return problems


def type_of_examples(column: Column) -> str:
    """Of which type a characteristic made from a column is: date or number when all its examples are, else text."""
    if not column.examples:
        return "text"
    return next((kind for kind, parse in _READERS if all(_reads(parse, e) for e in column.examples)), "text")


def list_made_by(plural: str, operation: int) -> str:
    """The address of the list of what an import has made."""
    given = json.dumps({"all": [{"field": "made_by", "op": "is", "value": operation}]})
    return f"/{plural}?{urlencode({'filter': given})}"


def refuse_if_changed_since(memory: dict[str, Any], record: Any) -> None:
    """What somebody changed after the rehearsal is listed, not overwritten."""
    rehearsed_at = memory.get("rehearsed at")
    if rehearsed_at is not None and record.updated_at > rehearsed_at:
        raise Refused(
            _("%(name)s was changed after the rehearsal. Rehearse again to see what would be overwritten.")
            % {"name": record.name},
            code="stale",
        )


def _reads(parse: Callable[[str], Any], text: str) -> bool:
    try:
        parse(text)
    except Unreadable:
        return False
    return True
