"""Where the address of a merged record leads, for whoever may see both; and which records a record was made one with."""

from __future__ import annotations

from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.merging.ties import POINTER
from tend.kernel.prepared import of_actor

WHY = "where a merged record went is followed to its end, then the scope is asked"
DEPTH = 50


def merged_chain(model: Any, pk: int) -> list[int]:
    """The records that this one is part of now, the nearest first; empty for one that stands for itself."""
    found: list[int] = []
    step: int | None = pk
    while step is not None and len(found) < DEPTH:
        step = model.objects.as_system(WHY).filter(pk=step).values_list(POINTER, flat=True).first()
        if step is None or step in found:
            break
        found.append(step)
    return found


def leads_to(actor: Actor, entity: Entity, pk: int) -> Any | None:
    """The record in sight that a merged one has become part of; None when there is none, or either is out of sight."""
    if pk >= 2**63 or not any(f.attname == POINTER for f in entity.model._meta.concrete_fields):
        return None
    model: Any = entity.model
    if not model.objects.seen_by(actor, trashed=True, each=True).filter(pk=pk, merged_into__isnull=False).exists():
        return None
    chain = merged_chain(model, pk)
    return model.objects.seen_by(actor, each=True).filter(pk=chain[-1]).first() if chain else None


def merged_from(actor: Actor, entity: Entity, record: Any, limit: int = 20) -> list[Any]:
    """The records in sight that were made one with this one, the latest first."""

    def ask(pk: int) -> Any:
        rows: Any = entity.model.objects.seen_by(actor, trashed=True, each=True)  # type: ignore[attr-defined]
        return rows.filter(merged_into_id=pk).order_by("-trashed_at", "-pk")[:limit]

    return of_actor(actor, ("merged from", entity.model, limit), ask, int)(record.pk)
