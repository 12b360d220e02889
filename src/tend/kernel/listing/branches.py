"""The list of somebody who reaches the records of several people: one ordered walk for each of them, merged.

No index has the order of all of them together, so SQLite would gather everything in reach and sort it. Each walk reads no
more than the page lacks, over the access rows of one person or the records of one pool. A record that stands in several
walks is taken once. The order is SQLite's own (bytes), which is Python's as well; PostgreSQL walks the whole order by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.listing.access import Branches, Walk, access_of
from tend.kernel.listing.keys import Key
from tend.kernel.listing.keyset import Stretch
from tend.kernel.prepared import Prepared

MOST = 100  # walks that are merged
Within = Callable[[Any, Walk | None, Any], Any]  # rows of a walk and a value → those that have it, in the list's order
Narrow = Callable[[Any, Walk | None], Any]  # rows of a walk → those of the list, in its order, beyond its place


def branches_of(entity: Entity, actor: Actor, action: str, keys: Sequence[Key]) -> Branches | None:
    """The walks of this list; None when another way serves it."""
    access = access_of(entity)
    if access is None or access.branches is None or connection.vendor != "sqlite":
        return None
    if any(k.link or k.through or k.path not in access.copies for k in keys):
        return None  # no index of one person has that order
    if any(k.nullable for k in keys[1:]) or len({k.down for k in keys}) > 1:
        return None
    found: Branches | None = entity.model.objects.reached_by(actor, access.branches, action)  # type: ignore[attr-defined]
    return found if found is not None and len(found.people) + len(found.beside) <= MOST else None


def merged(
    entity: Entity, actor: Actor, branches: Branches, part: Stretch, narrow: Narrow, count: int, *, backward: bool
) -> list[int]:
    """The ids of up to `count` records of one stretch, in its order."""
    access = access_of(entity)
    assert access is not None

    def of_one(person: int) -> Any:
        walk = Walk(entity, actor, access, branches.joined(person))
        return narrow(walk.rows, walk)[:count]

    found: set[tuple[Any, ...]] = set()
    ask = Prepared(of_one, int)
    for person in branches.people:
        found.update(ask(person))
    for rows in branches.beside:
        found.update(narrow(rows, None)[:count])
    # The keys end with the id, and it alone makes a record's tuple differ from another's.
    return [row[-1] for row in sorted(found, reverse=part.keys[0].down != backward)[:count]]


def merged_of_each(
    entity: Entity,
    actor: Actor,
    branches: Branches,
    part: Stretch,
    within: Within,
    kind: Any,
    values: Sequence[Any],
    count: int,
) -> list[list[int]]:
    """The ids of up to `count` records of one stretch for each of several values of a field; one question for each walk.

    None among the values stands for records without one.
    """
    access = access_of(entity)
    assert access is not None
    given = [value for value in values if value is not None]
    found: dict[Any, set[tuple[Any, ...]]] = {value: set() for value in values}

    def note(several: Sequence[Sequence[tuple[Any, ...]]]) -> None:
        for value, rows in zip(given, several, strict=True):
            found[value].update(rows)

    def of_one(person: int, *value: Any) -> Any:
        walk = Walk(entity, actor, access, branches.joined(person))
        return within(walk.rows, walk, value[0] if value else None)[:count]

    valued = Prepared(of_one, int, kind)
    blank = Prepared(of_one, int)
    for person in branches.people:
        if given:
            note(valued.of_each([(person, value) for value in given]))
        if None in found:
            found[None].update(blank(person))
    for rows in branches.beside:
        if given:
            beside = Prepared(lambda value, rows=rows: within(rows, None, value)[:count], kind)
            note(beside.of_each([(value,) for value in given]))
        if None in found:
            found[None].update(within(rows, None, None)[:count])
    return [[row[-1] for row in sorted(found[value], reverse=part.keys[0].down)[:count]] for value in values]
