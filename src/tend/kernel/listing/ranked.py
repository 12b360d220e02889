"""Lists that are sorted by a book or by people first: walked value by value, each in the order of an index.

To rank every record by its value and then take fifty reads them all. The values are few and their order is known, so the
first ones are asked alone; where they do not fill the page, the next ones follow in groups that double.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from tend.kernel.listing.access import keys_on
from tend.kernel.listing.keys import Key
from tend.kernel.listing.keyset import beyond, ordered

ALONE = 4  # values that are asked one by one, each straight from its index
LARGEST = 64  # values of one question after that
BLANK = -1


def is_ranked(keys: Sequence[Key]) -> bool:
    """Whether a list of this order can be walked value by value."""
    return bool(keys[0].ranks) and len(keys) > 1 and not any(k.nullable for k in keys[1:])


def walk_ranked(
    rows: Any, keys: Sequence[Key], values: Sequence[Any] | None, *, backward: bool
) -> Iterator[tuple[Any, Key, dict[int, int]]]:
    """Queries of the list in its order, the caller takes as many records of each as it lacks.

    `values` are the sort values of the record to go on from. Each query comes with the key whose attribute its records
    are to carry, and the rank of each value.
    """
    first = keys[0]
    rank_of = {pk: rank for rank, pk in enumerate(first.ranks)}
    order = [*(reversed(first.ranks) if first.down else first.ranks), BLANK]
    if backward:
        order.reverse()
    rest = keys_on(rows, keys[1:])
    begin, size, asked = 0, 1, 0
    if values is not None:
        at = values[0]
        begin = order.index(first.ranks[at] if at is not None and 0 <= at < len(first.ranks) else BLANK)
    while begin < len(order):
        group = order[begin : begin + size]
        if BLANK in group:
            group = group[: group.index(BLANK)] or [BLANK]
        narrowed = rows.filter(_of(rows, first, group))
        if values is not None:
            narrowed = narrowed.filter(beyond(rest, values[1:], backward=backward))
        if len(group) > 1:
            ranks = (When(**{_column(rows, first): pk}, then=Value(rank_of[pk])) for pk in group)
            narrowed = narrowed.annotate(_rank=Case(*ranks, output_field=IntegerField()))
            key = Key(first.name, "_rank", first.down, False, "_rank", int)
            yield ordered(narrowed, [key, *rest], backward=backward), first, rank_of
        else:
            yield ordered(narrowed, rest, backward=backward), first, rank_of
        begin += len(group)
        asked += 1
        if asked >= ALONE:
            size = min(size * 2, LARGEST)
        values = None


def _of(rows: Any, first: Key, group: Sequence[int]) -> Q:
    column = _column(rows, first)
    if group != [BLANK]:
        return Q(**{column: group[0]} if len(group) == 1 else {f"{column}__in": list(group)})
    # What is out of sight counts as blank here; nobody is to learn its place in the order.
    return Q(**{f"{column}__isnull": True}) | ~Q(**{f"{column}__in": list(first.ranks)})


def _column(rows: Any, first: Key) -> str:
    """The column that holds the value: that of an access row, where the query is joined with one."""
    assert first.link is not None
    attname = str(rows.model._meta.get_field(first.link.orm).attname)
    copied = f"_copied_{attname}"
    return copied if copied in rows.query.annotations else attname
