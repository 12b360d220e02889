"""Words that name a value many records share: a tag, a city, somebody's title. They find the records that have it.

Such values are few, so they are read by themselves (an index is walked from one value to the next), folded here and kept for
a while; which records have them is then asked through the filter language, in the actor's scope. That a value is kept a
moment longer changes no hit that is out of sight: every hit is read through the scope.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from tend.base.names import normalise
from tend.kernel.actor import Actor, system
from tend.kernel.entity import Entity
from tend.kernel.listing.portfolio import reachable
from tend.kernel.query import find_target
from tend.kernel.query.tree import Condition, Node
from tend.kernel.traits.tags import Tag

SHARED = "V"  # what a field's declaration says (`search="V"`) when its values are shared by many
KEPT_FOR = 120.0  # seconds
QUICK = 0.02  # seconds in which a walk may be done anew for every new row
MOST = 20_000  # values of one column
MOST_MATCHES = 60
SHORTEST = 3
FEW_OF = 400  # parts of a small portfolio are folded one by one


@dataclass(frozen=True)
class Way:
    """Another way to what was typed: a condition, the field it asks, and the words that are left to look for."""

    field: str
    node: Node
    words: str


def ways(entity: Entity, actor: Actor, words: str) -> Iterator[Way]:
    """The conditions that the words, or a run of them at either end, say by the name of a shared value."""
    said = normalise(words).split()
    if len("".join(said)) < SHORTEST or not any(c.isalpha() for c in words):
        return
    known = {name: values for name in _fields(entity, actor) if (values := _values(entity, actor, name))}
    if not known:
        return
    spaced = [f" {word}" for word in said]
    for name, values in known.items():
        if found := [value for value, folded in values if all(w in f" {folded}" for w in spaced)][:MOST_MATCHES]:
            yield _way(name, found, "")
    for run, rest in _runs(said):
        for name, values in known.items():
            if found := [value for value, folded in values if folded == run][:MOST_MATCHES]:
                yield _way(name, found, " ".join(rest))


def _way(name: str, values: list[Any], rest: str) -> Way:
    return Way(name, Condition(name, "any_of" if name == "tags" else "in", values), rest)


def _runs(said: list[str]) -> Iterator[tuple[str, list[str]]]:
    """ "grand hotel odessa" → odessa | grand hotel, grand | hotel odessa, hotel odessa | grand, …"""
    for size in range(1, min(len(said), 4)):
        for run, rest in ((said[-size:], said[:-size]), (said[:size], said[size:])):
            if len(" ".join(run)) >= SHORTEST:
                yield " ".join(run), rest


def _fields(entity: Entity, actor: Actor) -> list[str]:
    """Those that the actor may read; a part of a compound with all of the compound."""
    readable = entity.readable(actor)
    closed = {f.trait for f in entity.all_fields if f.trait} - {""}
    closed = {t for t in closed if any(f.trait == t and f not in readable for f in entity.all_fields)}
    found = [f.name for f in readable if f.search == SHARED and f.trait not in closed]
    if "tags" in entity.traits and entity.right(actor, "tags") != "hidden":
        found.insert(0, "tags")
    return found


def _values(entity: Entity, actor: Actor, name: str) -> list[tuple[Any, str]]:
    """Values as a filter takes them, each with its folded form."""
    if name == "tags":
        key: Any = (Tag, "folded")
        if key not in actor.kept or actor.is_system:
            rows = Tag.objects.seen_by(actor).order_by("position", "pk").values_list("pk", "name")
            actor.kept[key] = [(pk, normalise(word)) for pk, word in rows]
        return actor.kept[key]  # type: ignore[no-any-return]
    target = find_target(entity, system("which values a field has"), name)
    model = target.through.model if target.through is not None else entity.model
    if is_indexed(model, target.column):
        return _distinct(model, target.column)
    few = None if actor.is_system else reachable(entity, actor, "view")
    if few is None or len(few) > FEW_OF:
        return []  # nothing leads to them but reading every row
    column = "record_id" if target.through is not None else "pk"
    rows = model._base_manager.filter(**{f"{column}__in": few}).exclude(**{target.column: ""})
    return _folded(rows.order_by().values_list(target.column, flat=True).distinct()[:MOST])


def is_indexed(model: type[models.Model], column: str) -> bool:
    """Does an index begin with this column, so that its values can be walked?"""
    return any(index.fields and index.fields[0] == column for index in model._meta.indexes)


@dataclass
class _Kept:
    """The values of a column, until when they are taken as they are, and what the newest row was when they were read."""

    found: list[tuple[Any, str]]
    until: float
    newest: int
    took: float


_kept: dict[tuple[str, str], _Kept] = {}


def _distinct(model: type[models.Model], column: str) -> list[tuple[Any, str]]:
    """The different values of an indexed column, each found by one step in the index.

    Where that is quick a new row is known at once; where values are many, after a while.
    """
    key, began = (model._meta.db_table, column), time.monotonic()
    known = _kept.get(key)
    if known is not None and known.until >= began and (known.took > QUICK or known.newest == _newest(model)):
        return known.found
    newest = _newest(model)
    found = _folded(_walked(model, column))
    took = time.monotonic() - began
    _kept[key] = _Kept(found, began + KEPT_FOR, newest, took)
    return found


def _newest(model: type[models.Model]) -> int:
    return int(model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0)


def forget_values() -> None:
    """Forget what was kept: a test starts without."""
    _kept.clear()


def _walked(model: type[models.Model], column: str) -> list[str]:
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(column)
    step = f"SELECT min({name}) FROM {table} WHERE {name} > "  # noqa: S608 - names of our own models
    statement = f"WITH RECURSIVE walked(said) AS (({step} '') UNION ALL SELECT ({step} walked.said) FROM walked WHERE walked.said IS NOT NULL) SELECT said FROM walked WHERE said IS NOT NULL LIMIT {MOST}"  # noqa: S608
    if connection.vendor == "sqlite":
        statement = statement.replace(f"(({step} '')", f"({step} ''")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [said for (said,) in cursor.fetchall()]


def _folded(said: Any) -> list[tuple[Any, str]]:
    return [(value, normalise(value)) for value in said]
