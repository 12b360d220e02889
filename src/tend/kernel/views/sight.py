"""What a saved view says to one reader: conditions, columns and orders that are not his to see are left out of it.

A shared view was made by somebody who sees more. Its filter may name a field that is hidden from the reader, or a record
that he does not see; neither is written to him, and neither narrows his list, because rows that are absent would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities, entity_by_plural
from tend.kernel.errors import Refused
from tend.kernel.listing import sort_keys
from tend.kernel.listing.board import Board
from tend.kernel.listing.grouped import group_key
from tend.kernel.listing.tree import parent_field
from tend.kernel.query import find_target
from tend.kernel.query.tree import All, AnyOf, Condition, Node, Not, as_json, conditions, read_tree
from tend.kernel.reading import Reader

MASKED = ("filter", "columns", "sort", "group_by", "shape")  # what is said anew to each reader


@dataclass(frozen=True)
class Said:
    """A view's words for one reader, and how many conditions of its filter are left out of them."""

    filter: dict[str, Any]
    columns: list[str]
    sort: str
    group_by: str
    shape: str
    left_out: int


@dataclass(frozen=True)
class Shown:
    """Declares fields whose stored value is never shown as it is (`Entity.extra["shown"]`).

    `of(actor, records, rows)` puts what this reader may know into the rows; `needs` are columns that it asks of the records.
    """

    fields: tuple[str, ...]
    needs: tuple[str, ...]
    of: Callable[[Actor, Sequence[Any], Sequence[dict[str, Any]]], None]


def entity_named(record_type: str) -> Entity | None:
    """The record type whose list a view shows, by code or plural; None when there is none (any more)."""
    return next((e for e in entities() if e.code == record_type), None) or entity_by_plural(record_type)


def shown_to(actor: Actor, views: Sequence[Any]) -> list[Said]:
    """What each of these views says to an actor; as many questions for fifty views as for one."""
    named = _Named(actor)
    for view in views:
        entity = entity_named(view.record_type)
        if entity is not None:
            named.note(entity, _tree(view))
    named.ask()
    return [_said(actor, view, named) for view in views]


def left_out_of(actor: Actor, view: Any) -> int:
    """How many conditions of a view's filter are not the actor's to see."""
    return shown_to(actor, [view])[0].left_out


def put_shown(actor: Actor, records: Sequence[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Put what a reader may know of views into the rows read of them."""
    if actor.is_system:
        return
    for row, said in zip(rows, shown_to(actor, records), strict=True):
        row.update({name: getattr(said, name) for name in MASKED if name in row})


SHOWN = Shown(MASKED, ("record_type", *MASKED), put_shown)


def _tree(view: Any) -> Node:
    try:
        return read_tree(view.filter)
    except Refused:
        return All(())


def _said(actor: Actor, view: Any, named: _Named) -> Said:
    entity = entity_named(view.record_type)
    if entity is None:
        return Said({}, [], "", "", "", 0)
    node, left_out = _left(entity, actor, _tree(view), named)
    kept: dict[str, Any] = as_json(node) if node is not None and node != All(()) else {}
    orders = [part.strip() for part in view.sort.split(",") if part.strip()]
    return Said(
        kept,
        [c for c in view.columns if c in Reader(entity, actor, view.columns).names],
        ",".join(part for part in orders if _is_order(entity, actor, part)),
        view.group_by if _is_group(entity, actor, view.group_by) else "",
        view.shape if _is_shape(entity, actor, view.shape) else "",
        left_out,
    )


def _is_order(entity: Entity, actor: Actor, part: str) -> bool:
    try:
        sort_keys(entity, actor, part)
    except Refused:
        return False
    return True


def _is_group(entity: Entity, actor: Actor, said: str) -> bool:
    try:
        return bool(said and group_key(entity, actor, said))
    except Refused:
        return False


def check_shape(entity: Entity, actor: Actor, shape: str) -> None:
    """Refuse a shape that this list cannot have for an actor: `tree`, or `board:` with the field of its columns."""
    kind, _colon, by = shape.partition(":")
    if kind == "board":
        Board(entity, actor, by)
    elif shape == "tree":
        parent_field(entity, actor)
    else:
        raise Refused(_("“%(value)s” is no shape of a list.") % {"value": shape}, field="shape", code="choice")


def _is_shape(entity: Entity, actor: Actor, shape: str) -> bool:
    try:
        check_shape(entity, actor, shape)
    except Refused:
        return False
    return True


def _left(entity: Entity, actor: Actor, node: Node, named: _Named) -> tuple[Node | None, int]:
    """What is left of a filter, None for nothing, and how many of its conditions are not as they were kept."""
    if isinstance(node, Condition):
        return named.in_sight(entity, node)
    if isinstance(node, Not):
        part, left_out = _left(entity, actor, node.part, named)
        # "Is none of these" with some of these unknown would find more than the others say.
        return (Not(part) if part is not None and not left_out else None), left_out
    found = [_left(entity, actor, part, named) for part in node.parts]
    left_out = sum(number for _part, number in found)
    parts = tuple(part for part, _number in found if part is not None)
    if left_out and not parts:
        return None, left_out
    return (All(parts) if isinstance(node, All) else AnyOf(parts)), left_out


class _Named:
    """The records that filters name by id, and which of them one actor sees."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._ids: dict[type[models.Model], set[int]] = {}
        self._fields: dict[type[models.Model], tuple[Entity, Any]] = {}
        self._seen: dict[type[models.Model], set[int]] = {}

    def note(self, entity: Entity, node: Node) -> None:
        for condition in conditions(node):
            target = self._target(entity, condition)
            if target is not None and target.field.to is not None:
                self._ids.setdefault(target.field.to, set()).update(_ids_of(condition.value))
                self._fields[target.field.to] = (target.entity, target.field)

    def ask(self) -> None:
        """One question for each type of record that is named."""
        for model, ids in self._ids.items():
            entity, field = self._fields[model]
            known = Reader(entity, self.actor, ()).linked(field, ids) if ids else {}
            self._seen[model] = {pk for pk in ids if pk in known}

    def in_sight(self, entity: Entity, condition: Condition) -> tuple[Condition | None, int]:
        target = self._target(entity, condition)
        if target is None:
            return None, 1
        if target.field.to is None:
            return condition, 0
        hidden = set(_ids_of(condition.value)) - self._seen.get(target.field.to, set())
        if not hidden:
            return condition, 0
        if not isinstance(condition.value, list):
            return None, 1
        kept = [one for one in condition.value if not hidden.intersection(_ids_of([one]))]
        narrows = condition.op in ("all_of", "none_of", "not_in")  # these say something of each value by itself
        return (Condition(condition.field, condition.op, kept) if kept and not narrows else None), 1

    def _target(self, entity: Entity, condition: Condition) -> Any:
        try:
            return find_target(entity, self.actor, condition.field)
        except Refused:
            return None


def _ids_of(value: Any) -> Iterable[int]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping) and isinstance(one.get("id"), int):
            yield one["id"]
