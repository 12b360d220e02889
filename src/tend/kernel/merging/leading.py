"""Where the address of a merged record leads, for whoever may see both; and which records a record was made one with."""

from __future__ import annotations

from collections.abc import Iterable
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


def lead_on(actor: Actor, model: Any, ids: Iterable[int]) -> dict[int, int]:
    """Of some ids those of merged records, each with the record that it has become part of; both in the actor's sight."""
    wanted = sorted(set(ids))
    merged = model.objects.seen_by(actor, trashed=True).filter(pk__among=wanted, merged_into__isnull=False)
    ends = {pk: pk for pk in merged.values_list("pk", flat=True)} if wanted else {}
    for _step in range(DEPTH):
        rows = model.objects.as_system(WHY).filter(pk__among=sorted(set(ends.values())), merged_into__isnull=False)
        further = dict(rows.values_list("pk", POINTER)) if ends else {}
        if not further:
            break
        ends = {pk: further.get(end, end) for pk, end in ends.items()}
    seen = set(model.objects.seen_by(actor).filter(pk__among=sorted(set(ends.values()))).values_list("pk", flat=True))
    return {pk: end for pk, end in ends.items() if end in seen} if ends else {}


def known_as(actor: Actor, model: Any, column: str, values: Iterable[str], **narrow: Any) -> list[tuple[str, int]]:
    """Values that only merged records have in a column, each with the record in sight that such a one has become part of."""
    wanted = sorted(set(values))
    if not wanted:
        return []
    merged = model.objects.seen_by(actor, trashed=True).filter(merged_into__isnull=False, **narrow)
    found = list(merged.filter(**{f"{column}__among": wanted}).values_list("pk", column))
    ends = lead_on(actor, model, [pk for pk, _value in found]) if found else {}
    return sorted({(value, ends[pk]) for pk, value in found if pk in ends})


def merged_from(actor: Actor, entity: Entity, record: Any, limit: int = 20) -> list[Any]:
    """The records in sight that were made one with this one, the latest first."""

    def ask(pk: int) -> Any:
        rows: Any = entity.model.objects.seen_by(actor, trashed=True, each=True)  # type: ignore[attr-defined]
        return rows.filter(merged_into_id=pk).order_by("-trashed_at", "-pk")[:limit]

    return of_actor(actor, ("merged from", entity.model, limit), ask, int)(record.pk)
