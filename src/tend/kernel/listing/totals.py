"""What the foot of a list says of the whole filter: how many, sums, the earliest, the spread; in one question.

Counts and foot are kept with the actor for some seconds, and only as long as nobody writes anything: every write leaves
a row in the history, so the number of the last one tells whether what was counted still holds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from tend.kernel.actor import Actor

COUNTED = 10_000  # beyond that a list says "10,000+"
SAME_FOR = 10.0  # seconds for which a count holds while nothing is written
MANY_FOR = 30.0  # seconds for which a count that stopped is not asked again
KEPT = 200  # counts of one person


@dataclass(frozen=True)
class Count:
    """How many records a list has, counted no further than `COUNTED`."""

    number: int
    is_more: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.is_more else f"{self.number:,}"


@dataclass(frozen=True)
class Totals:
    """The count with sums and earliest days by column, and how many records each value of one column has.

    Where counting stopped there is nothing but the count. Blank values are left out of `spread`.
    """

    count: Count
    sums: dict[str, Any] = field(default_factory=dict)
    earliest: dict[str, Any] = field(default_factory=dict)
    spread: dict[Any, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """The rows of which totals are wanted, as SQL: the primary key and some columns of a model, and the values it takes."""

    sql: str
    given: tuple[Any, ...]


def asked(parts: Sequence[Any], columns: Sequence[str]) -> Asked:
    """One question for the rows of queries that share none; its SQL is blank when none of them can hold anything."""
    found: list[str] = []
    given: list[Any] = []
    for rows in parts:
        try:
            inner, values = rows.order_by().values_list("pk", *columns).query.sql_with_params()
        except EmptyResultSet:
            continue
        found.append(inner)
        given.extend(values)
    if len(found) > 1:
        found = [f"SELECT * FROM ({inner}) part{at}" for at, inner in enumerate(found)]  # noqa: S608 - Django's own SQL
    return Asked(" UNION ALL ".join(found), tuple(given))


def totals_of(
    model: type[models.Model],
    rows: Asked,
    sums: Sequence[str] = (),
    earliest: Sequence[str] = (),
    spread: str = "",
) -> Totals:
    """Totals of rows that were asked with these columns in this order.

    The database reads `COUNTED` + 1 of them at most.
    """
    if not rows.sql:
        return Totals(Count(0, False))
    names = [f"c{at}" for at in range(len(sums) + len(earliest) + bool(spread) + 1)]
    wanted = [
        "COUNT(*)",
        *(f"SUM({n})" for n in names[1 : len(sums) + 1]),
        *(f"MIN({n})" for n in names[len(sums) + 1 : len(sums) + len(earliest) + 1]),
        *([names[-1]] if spread else []),
    ]
    grouped = f" GROUP BY {names[-1]}" if spread else ""
    with connection.cursor() as cursor:
        # The names of the columns are numbers; every value of the inner question is a parameter.
        cursor.execute(
            f"WITH found ({', '.join(names)}) AS ({rows.sql} LIMIT {COUNTED + 1}) SELECT {', '.join(wanted)} FROM found{grouped}",  # noqa: S608 - names made above
            rows.given,
        )
        lines = cursor.fetchall()
    number = sum(line[0] for line in lines)
    if number > COUNTED:
        return Totals(Count(COUNTED, True))
    found = Totals(Count(number, False))
    for at, name in enumerate(sums, start=1):
        values = [_typed(model, name, line[at]) for line in lines if line[at] is not None]
        found.sums[name] = sum(values[1:], values[0]) if values else None
    for at, name in enumerate(earliest, start=len(sums) + 1):
        found.earliest[name] = min(
            (_typed(model, name, line[at]) for line in lines if line[at] is not None), default=None
        )
    if spread:
        by_value = sorted(
            ((line[-1], line[0]) for line in lines if line[-1] not in (None, "")), key=lambda v: (-v[1], v[0])
        )
        found.spread.update(by_value)
    return found


def counts_of(several: Sequence[Asked]) -> list[Count]:
    """How many rows each of these questions has, counted no further than `COUNTED`, in one question."""
    wanted = [one for one in several if one.sql]
    numbers: list[int] = []
    if wanted:
        each = [f"(SELECT COUNT(*) FROM ({one.sql} LIMIT {COUNTED + 1}) counted{at})" for at, one in enumerate(wanted)]  # noqa: S608 - Django's own SQL
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(each)}", [value for one in wanted for value in one.given])
            numbers = list(cursor.fetchone())
    found = iter(numbers)
    return [_bounded(next(found)) if one.sql else Count(0, False) for one in several]


def _bounded(number: int) -> Count:
    return Count(min(number, COUNTED), number > COUNTED)


def _typed(model: type[models.Model], name: str, value: Any) -> Any:
    return model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]


# --- kept while nothing changes ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Kept:
    totals: Totals
    until: float
    change: int


def kept(actor: Actor, key: Any, change: int | None) -> Totals | None:
    """What was counted under this key and still holds. That there are more than can be counted holds for half a minute."""
    known: _Kept | None = None if actor.is_system else _store(actor).get(key)
    if known is None or known.until <= time.monotonic():
        return None
    return known.totals if known.totals.count.is_more or known.change == change else None


def keep(actor: Actor, key: Any, change: int | None, totals: Totals) -> None:
    """Keep what was counted when `change` was the last write; with None only that there are many."""
    if actor.is_system or (change is None and not totals.count.is_more):
        return
    store = _store(actor)
    if len(store) >= KEPT:
        store.clear()
    span = MANY_FOR if totals.count.is_more else SAME_FOR
    store[key] = _Kept(totals, time.monotonic() + span, change or 0)


def _store(actor: Actor) -> dict[Any, _Kept]:
    found: dict[Any, _Kept] = actor.kept.setdefault("totals", {})
    return found
