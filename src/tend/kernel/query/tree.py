"""The shape of a filter: conditions joined by all, any and not; read from JSON, bounded, and written back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.errors import Refused

DEEPEST = 12
MOST_CONDITIONS = 200
MOST_VALUES = 1000
LONGEST_TEXT = 500
LONGEST_FIELD = 120
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes these, so nothing can hold them
NO_VALUE = frozenset({"empty", "filled"})


@dataclass(frozen=True)
class Condition:
    """One field compared with a value. `value` is plain JSON until the compiler types it."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class All:
    """Every part holds; no part at all holds for every record."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds; no part at all holds for none."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold; a blank value counts as not holding, so it is found here."""

    part: Node


Node = Condition | All | AnyOf | Not
EVERYTHING = All(())


def read_tree(raw: Any) -> Node:
    """The filter that a JSON value says; None and {} stand for everything. Refused when malformed, too deep or too long."""
    if raw is None or raw == {}:
        return EVERYTHING
    if isinstance(raw, (Condition, All, AnyOf, Not)):
        return raw
    left = [MOST_CONDITIONS]
    return _node(raw, 1, left)


def _node(raw: Any, depth: int, left: list[int]) -> Node:
    if not isinstance(raw, Mapping):
        raise Refused(_("A filter is an object with “all”, “any”, “not” or a field."), field="filter", code="filter")
    if depth > DEEPEST:
        raise Refused(_("The filter is nested too deeply."), field="filter", code="filter")
    left[0] -= 1
    if left[0] < 0:
        raise Refused(
            _("The filter has more than %(limit)d conditions.") % {"limit": MOST_CONDITIONS},
            field="filter",
            code="filter",
        )
    keys = set(raw)
    if keys in ({"all"}, {"any"}):
        word = next(iter(keys))
        parts = raw[word]
        if not isinstance(parts, (list, tuple)):
            raise Refused(_("“%(word)s” takes a list of conditions.") % {"word": word}, field="filter", code="filter")
        read = tuple(_node(part, depth + 1, left) for part in parts)
        return All(read) if word == "all" else AnyOf(read)
    if keys == {"not"}:
        return Not(_node(raw["not"], depth + 1, left))
    if "field" in keys and keys <= {"field", "op", "value"}:
        return _condition(raw)
    raise Refused(_("A filter is an object with “all”, “any”, “not” or a field."), field="filter", code="filter")


def _condition(raw: Mapping[str, Any]) -> Condition:
    name, op, value = raw["field"], raw.get("op", "is"), raw.get("value")
    if not isinstance(name, str) or not name or len(name) > LONGEST_FIELD or _UNSTORABLE.search(name):
        raise Refused(_("A condition names its field."), field="filter", code="filter")
    if not isinstance(op, str) or len(op) > LONGEST_FIELD:
        raise Refused(_("A condition names how it compares."), field=name, code="operator")
    values = value if isinstance(value, (list, tuple)) else [value]
    if len(values) > MOST_VALUES:
        raise Refused(
            _("At most %(limit)d values fit one condition.") % {"limit": MOST_VALUES}, field=name, code="too_long"
        )
    for one in values:
        said = [one.get("id"), one.get("name")] if isinstance(one, Mapping) else [one]
        for plain in said:
            if plain is not None and not isinstance(plain, (str, int, float)):
                raise Refused(_("This value does not fit the field."), field=name, code="type")
            if isinstance(plain, str) and (len(plain) > LONGEST_TEXT or _UNSTORABLE.search(plain)):
                raise Refused(
                    _("At most %(limit)d characters fit here.") % {"limit": LONGEST_TEXT}, field=name, code="too_long"
                )
    return Condition(name, op, list(value) if isinstance(value, tuple) else value)


def as_json(node: Node) -> dict[str, Any]:
    """The JSON form of a filter, as it is saved and sent."""
    if isinstance(node, Condition):
        if node.op in NO_VALUE:
            return {"field": node.field, "op": node.op}
        return {"field": node.field, "op": node.op, "value": node.value}
    if isinstance(node, Not):
        return {"not": as_json(node.part)}
    return {"all" if isinstance(node, All) else "any": [as_json(p) for p in node.parts]}


def conditions(node: Node) -> list[Condition]:
    """Every condition of a filter, in reading order."""
    if isinstance(node, Condition):
        return [node]
    if isinstance(node, Not):
        return conditions(node.part)
    return [c for part in node.parts for c in conditions(part)]
