"""The first records that a condition on parts finds, in the order of its index: enough of them, without sorting them all.

A city holds tens of thousands of accounts of which six are shown. A list would put all of them into its order first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db import models
from django.db.models import Q

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.listing import Listing
from tend.kernel.query import compile_filter
from tend.kernel.query.tree import All, AnyOf, Condition, Node
from tend.kernel.search.matching import condition, readable_columns, wanted
from tend.kernel.search.models import search_model

BATCH = 200  # records that are looked at first; each time four times as many


def walked(listing: Listing, node: Node | None, limit: int) -> list[Any] | None:
    """Up to `limit` records of a list with that condition, or None where the list's own way is as quick.

    It is for people whose reach is no list of its own; what they see is asked of each batch through the scope.
    """
    if node is None or listing.walk is not None or listing._few is not None:
        return None
    parts = node.parts if isinstance(node, All) else (node,)
    entity, actor = listing.entity, listing.actor
    for at, part in enumerate(parts):
        ids = _ids(entity, actor, part)
        if ids is not None:
            return _seen(listing, ids, All((*parts[:at], *parts[at + 1 :])), limit)
    return None


def _seen(listing: Listing, ids: Iterator[list[int]], rest: Node, limit: int) -> list[Any]:
    entity, actor = listing.entity, listing.actor
    narrowed = compile_filter(entity, actor, rest, now=listing.now)
    model, said = search_model(entity.model), wanted(listing.words)
    found: dict[int, Any] = {}
    for batch in ids:
        seen = entity.model.objects.seen_by(actor, each=True).filter(pk__among=batch).filter(narrowed)  # type: ignore[attr-defined]
        if said is not None:
            if model is None:
                return []
            texts = model.objects.filter(condition(said, readable_columns(entity, actor)), pk__among=batch)
            seen = seen.filter(pk__in=texts.values("pk"))
        places = {pk: at for at, pk in enumerate(batch)}
        for record in sorted(seen.order_by()[: limit * 4], key=lambda r: places[r.pk]):
            found.setdefault(record.pk, record)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _ids(entity: Entity, actor: Actor, node: Node) -> Iterator[list[int]] | None:
    """Batches of ids of the records whose parts fulfil a condition; None when it is no condition on indexed parts."""
    if isinstance(node, AnyOf) and node.parts:
        several = [_ids(entity, actor, part) for part in node.parts]
        return chain.from_iterable(s for s in several if s is not None) if all(several) else None
    if not isinstance(node, Condition) or node.op not in ("is", "in", "any_of", "gt", "gte", "lt", "lte", "between"):
        return None
    found = compile_filter(entity, actor, node)
    rows = _rows_of_parts(found)
    if rows is None:
        return None
    order = _order(rows)
    return _batches(rows.order_by(*order).values_list("record_id", flat=True)) if order else None


def _rows_of_parts(found: Q) -> Any:
    """The parts that a compiled condition asks, when it asks nothing else."""
    if found.negated or len(found.children) != 1:
        return None
    child = found.children[0]
    rows = child[1] if isinstance(child, tuple) and child[0] == "pk__in" else None
    has_record = isinstance(rows, models.QuerySet) and any(f.name == "record" for f in rows.model._meta.fields)
    return rows if has_record else None


def _order(rows: Any) -> list[str]:
    """The order in which an index that begins with what is asked gives these parts; blank when there is none."""
    model: type[models.Model] = rows.model
    asked = {lookup.lhs.target.column for lookup in _lookups(rows.query.where)}
    found: list[str] = []
    for index in model._meta.indexes:
        columns = [str(model._meta.get_field(name).column) for name in index.fields]  # type: ignore[union-attr]
        if columns[0] in asked and columns[-1] == "record_id" and (not found or set(columns[:-1]) <= asked):
            found = columns
    return found


def _lookups(where: Any) -> Iterator[Any]:
    for child in where.children:
        if hasattr(child, "children"):
            yield from _lookups(child)
        elif hasattr(getattr(child, "lhs", None), "target"):
            yield child


def _batches(ids: Any) -> Iterator[list[int]]:
    start, size = 0, BATCH
    while batch := list(ids[start : start + size]):
        yield list(dict.fromkeys(batch))
        if len(batch) < size:
            return
        start, size = start + size, size * 4
