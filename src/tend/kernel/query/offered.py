"""What a filter builder offers an actor, and the form in which a filter is kept: links as ids with their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.query.operators import operators_of
from tend.kernel.query.targets import find_target, names_of
from tend.kernel.query.tree import All, AnyOf, Condition, Node, Not, as_json, read_tree
from tend.kernel.query.typed import ME, Values


@dataclass(frozen=True)
class Offer:
    """One field of the filter builder: its name, what it is called, its operators and its fixed choices."""

    name: str
    label: Any
    kind: str
    operators: tuple[str, ...]
    choices: tuple[tuple[str, Any], ...]
    to: type[models.Model] | None
    facet: bool
    many: bool


def offered_fields(entity: Entity, actor: Actor, *, hops: bool = False) -> list[Offer]:
    """The fields by which the actor may filter, those of related records too when asked; hidden ones are absent."""
    found = []
    for name in names_of(entity, actor, hops=hops):
        try:
            target = find_target(entity, actor, name)
        except Refused:
            continue
        choices = target.field.choices or tuple((o, o) for o in target.options)
        if operators_of(target):
            found.append(
                Offer(
                    name,
                    target.field.label,
                    target.kind,
                    operators_of(target),
                    choices,
                    target.field.to,
                    target.field.facet,
                    target.many,
                )
            )
    return found


def tidy(entity: Entity, actor: Actor, tree: Any) -> dict[str, Any]:
    """The filter as it is kept: checked, and links written as ids, so that renaming breaks nothing.

    The values of books keep their names beside the ids; those of other records do not, since a kept filter may be shared
    with somebody who does not see them.
    """
    from tend.kernel.query.compiler import compile_filter

    node = read_tree(tree)
    compile_filter(entity, actor, node)
    return as_json(_tidied(entity, actor, node, Values(actor, clock.now())))


def _tidied(entity: Entity, actor: Actor, node: Node, values: Values) -> Node:
    if isinstance(node, Not):
        return Not(_tidied(entity, actor, node.part, values))
    if isinstance(node, (All, AnyOf)):
        return type(node)(tuple(_tidied(entity, actor, p, values) for p in node.parts))
    target = find_target(entity, actor, node.field)
    if target.kind not in ("link", "links") or node.op in ("contains", "starts_with", "empty", "filled"):
        return node
    listed = isinstance(node.value, (list, tuple))
    kept: list[Any] = []
    for one in node.value if listed else [node.value]:
        if isinstance(one, str) and one.strip().lower() == ME:
            kept.append(ME)  # whoever looks
            continue
        ids = values.link(target, one)
        names = _names(actor, target.field.to, ids)
        kept += [{"id": pk, **({"name": names[pk]} if pk in names else {})} for pk in ids] or [one]
    if listed or len(kept) == 1:
        return Condition(node.field, node.op, kept if listed else kept[0])
    return Condition(node.field, {"is": "in", "is_not": "not_in"}.get(node.op, node.op), kept)


def _names(actor: Actor, model: Any, ids: list[int]) -> dict[int, str]:
    from tend.kernel.entity import entity_of

    if not entity_of(model).book:
        return {}
    rows = model.objects.seen_by(actor, trashed=True).filter(pk__in=ids).order_by()
    return dict(rows.values_list("pk", "name"))
