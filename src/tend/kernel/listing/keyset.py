"""Pages by the place of their last record, not by counting: as fast on page 2,000 as on page 1.

Blanks come last in either direction. They are a second query and never an OR beside the first: an index cannot walk both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, F, Func, OrderBy, Q, Value

from tend.kernel.listing.keys import Key


class _RowValue(Func):
    """(a, b, c) > (x, y, z) in one comparison, which an index of the same order seeks directly."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[Any], values: Sequence[Any], sign: str) -> None:
        super().__init__(*columns, *values)
        self.sign = sign
        self.width = len(columns)

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        parts, params = [], []
        for expression in self.source_expressions:
            sql, given = compiler.compile(expression)
            parts.append(sql)
            params.extend(given)
        left, right = parts[: self.width], parts[self.width :]
        return f"(({', '.join(left)}) {self.sign} ({', '.join(right)}))", params


@dataclass(frozen=True)
class Stretch:
    """A part of the list: the leading keys that are blank there, then the keys that order it."""

    blank: tuple[Key, ...]
    keys: tuple[Key, ...]

    @property
    def leads(self) -> bool:
        """Is it walked on the parts that hold the value? Their rows are joined as `prepared(…, filled=True)` does it."""
        return self.keys[0].through is not None and not self.blank

    def walked(self) -> Stretch:
        """The same on the columns of one index: beside the value of a trait stands the id of its record."""
        first, last = self.keys[0], self.keys[-1]
        if not self.leads or last.name != "id":
            return self
        return replace(self, keys=(*self.keys[:-1], replace(last, path=f"{first.path}_id")))

    def narrow(self, rows: Any) -> Any:
        for key in self.blank:
            rows = rows.filter(**{f"{key.path}__isnull": True})
        if self.keys[0].nullable and not self.leads:
            rows = rows.filter(**{f"{self.keys[0].path}__isnull": False})
        return rows

    def holds(self, values: Sequence[Any]) -> bool:
        """Whether a record with these sort values stands in this part."""
        head = len(self.blank)
        return all(v is None for v in values[:head]) and (not self.keys[0].nullable or values[head] is not None)


def stretches(keys: Sequence[Key]) -> list[Stretch]:
    """The parts of a list in reading order: filled ones first, then those whose first key is blank, and so on."""
    found = []
    for head, key in enumerate(keys):
        found.append(Stretch(tuple(keys[:head]), tuple(keys[head:])))
        if not key.nullable:
            break
    return found


def ordered(rows: Any, keys: Sequence[Key], *, backward: bool = False) -> Any:
    """The query in the keys' order, or exactly the other way round."""
    terms = []
    for index, key in enumerate(keys):
        down = key.down != backward
        blanks: dict[str, bool] = {}
        if key.nullable and index:
            blanks = {"nulls_first": True} if backward else {"nulls_last": True}
        terms.append(OrderBy(F(key.path), descending=down, **blanks))
    return rows.order_by(*terms)


def beyond(keys: Sequence[Key], values: Sequence[Any], *, backward: bool = False) -> Q:
    """The records after the one with these values (before it when backward)."""
    down = keys[0].down != backward
    alike = all((k.down != backward) == down for k in keys) and not any(k.nullable for k in keys[1:])
    if alike:
        given = [_value(k, v) for k, v in zip(keys, values, strict=True)]
        return Q(_RowValue([F(k.path) for k in keys], given, "<" if down else ">"))
    # The bound on the leading column lets the index seek; the chain alone would be a scan.
    bound = Q(**{f"{keys[0].path}__{'lte' if down else 'gte'}": values[0]})
    first = replace(keys[0], nullable=False)  # in a stretch the leading column is filled
    return bound & _chain([first, *keys[1:]], values, backward)


def _chain(keys: Sequence[Key], values: Sequence[Any], backward: bool) -> Q:
    key, value = keys[0], values[0]
    rest = _chain(keys[1:], values[1:], backward) if len(keys) > 1 else None
    if value is None:
        same = Q(**{f"{key.path}__isnull": True})
        found = Q(**{f"{key.path}__isnull": False}) if backward else None
    else:
        same = Q(**{key.path: value})
        found = Q(**{f"{key.path}__{'lt' if key.down != backward else 'gt'}": value})
        if key.nullable and not backward:
            found |= Q(**{f"{key.path}__isnull": True})
    if rest is not None:
        found = (found | (same & rest)) if found is not None else same & rest
    assert found is not None
    return found


def _value(key: Key, value: Any) -> Any:
    return Value(value, output_field=key.output) if key.output is not None else Value(value)
