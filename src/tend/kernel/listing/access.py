"""Access rows of a record type: who reaches which record, with copies of the keys by which its list is filtered and sorted.

A record type that keeps such a table says so with `Entity.extra["access"]`. The list of somebody whose reach is exactly his
own access rows is then walked in the order of their index and joined to the records, so that it costs what the page costs
and not what the portfolio holds. Everybody else's list, and every other question, goes through the scope as before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import Misuse
from tend.kernel.listing.keys import Key
from tend.kernel.query import compile_filter, find_target
from tend.kernel.query.tree import All, Condition, Node


@dataclass(frozen=True)
class Branches:
    """A reach as walks that together hold all and only what is in it; a record may stand in several.

    `joined(person)` joins the records of one person with exactly one access row each; `beside` are queries of records each
    of which has an index in the order of every copied column.
    """

    people: tuple[int, ...]
    joined: Callable[[int], Any]
    beside: tuple[Any, ...]


@dataclass(frozen=True)
class Access:
    """The declaration of an access table.

    `rows(records, actor, action)` joins each record in the actor's reach with exactly one access row over `path` (the
    relation from the record), or answers None when access rows do not say all and only what he reaches. `copies` maps
    columns of the record to those of the access row, the primary key as `pk` among them.

    `parts(records, actor, action)` gives queries that share no record and together hold all and only what he reaches,
    each narrowed by what an index begins with; None when his reach is wide. What has no order, counts and sums, asks them.

    `branches(records, actor, action)` gives the reach of several people as walks in the order of a list.
    """

    rows: Callable[[Any, Actor, str], Any | None]
    path: str
    copies: Mapping[str, str]
    parts: Callable[[Any, Actor, str], Sequence[Any] | None]
    branches: Callable[[Any, Actor, str], Branches | None] | None = None


class Walk:
    """One list over access rows: the records joined, conditions and order on the copies."""

    def __init__(self, entity: Entity, actor: Actor, access: Access, rows: Any) -> None:
        self.entity = entity
        self.actor = actor
        self.copies = access.copies
        self.rows = rows.alias(**{_alias(own): F(f"{access.path}__{there}") for own, there in access.copies.items()})

    def split(self, node: Node, now: dt.datetime) -> tuple[Q, Node]:
        """The conditions of a filter that the copies answer, and the rest of it for the records.

        They are taken out of the rest, so that no planner is led to begin with an index of the records instead.
        """
        if isinstance(node, Condition):
            found = self._copied(node, now)
            return found, All(()) if found else node
        if not isinstance(node, All):
            return Q(), node
        copied, rest = Q(), []
        for part in node.parts:
            found, left = self.split(part, now)
            copied &= found
            if left != All(()):
                rest.append(left)
        return copied, All(tuple(rest))

    def _copied(self, condition: Condition, now: dt.datetime) -> Q:
        target = find_target(self.entity, self.actor, condition.field)
        if target.hops or target.through is not None or target.kind == "text":
            return Q()
        column = self.entity.model._meta.get_field(target.column)
        own = getattr(column, "attname", "")
        if own not in self.copies:
            return Q()
        compiled = compile_filter(self.entity, self.actor, condition, now=now)
        return _renamed(compiled, target.column, _alias(own)) or Q()


def keys_on(rows: Any, keys: Sequence[Key]) -> Sequence[Key]:
    """The keys of an order as this query has them: on the copies of an access row, where it is joined with one."""
    return [replace(k, path=_alias(k.path)) if _alias(k.path) in rows.query.annotations else k for k in keys]


def walk_of(entity: Entity, actor: Actor, action: str, *, trashed: bool) -> Walk | None:
    """The walk over the actor's access rows; None when the record type keeps none or his reach is not theirs."""
    access = access_of(entity)
    if access is None:
        return None
    rows = entity.model.objects.reached_by(actor, access.rows, action, trashed=trashed)  # type: ignore[attr-defined]
    return None if rows is None else Walk(entity, actor, access, rows)


def parts_of(entity: Entity, actor: Actor, action: str, *, trashed: bool) -> Sequence[Any] | None:
    """The actor's reach as queries that share no record; None when it is wide or nobody can tell."""
    access = access_of(entity)
    if access is None:
        return None
    found = entity.model.objects.reached_by(actor, access.parts, action, trashed=trashed)  # type: ignore[attr-defined]
    return None if found is None else list(found)


def access_of(entity: Entity) -> Access | None:
    """The access table that a record type declares; None when it keeps none."""
    access = entity.extra.get("access")
    if access is not None and (not isinstance(access, Access) or "pk" not in access.copies):
        raise Misuse(f"{entity.code} declares no access table")
    return access


def _alias(own: str) -> str:
    return f"_copied_{own}"


def _renamed(condition: Q, column: str, alias: str) -> Q | None:
    """The same condition on another column; None when it speaks of more than this one, or of what does not hold.

    (A "not" on a blank column is unknown to the database; the ORM sees to that for columns, not for their aliases.)
    """
    if condition.negated:
        return None
    children: list[Any] = []
    for child in condition.children:
        if isinstance(child, Q):
            renamed = _renamed(child, column, alias)
            if renamed is None:
                return None
            children.append(renamed)
        elif isinstance(child, tuple) and child[0].partition("__")[0] == column:
            children.append((alias + child[0][len(column) :], child[1]))
        else:
            return None
    return Q.create(children, connector=condition.connector)
