"""How much hangs on records that are to be merged away, by record type and within the reader's sight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities
from tend.kernel.merging.ties import ties_to

WHY = "counted under records in the reader's sight"
MOST = 1000  # counted no further


def hanging(actor: Actor, entity: Entity, ids: Iterable[int]) -> list[tuple[Entity, int]]:
    """Record types with how many of their records point to these, each at most MOST; those of the type itself are its tree."""
    gone = list(ids)
    by_model = {e.model: e for e in entities()}
    counts: dict[str, tuple[Entity, int]] = {}
    for tie in ties_to(entity.model):
        owner = by_model.get(tie.owner)
        if owner is None or owner.model is entity.model:
            continue
        seen: Any = owner.model.objects.seen_by(actor)  # type: ignore[attr-defined]
        if tie.is_part:
            model: Any = tie.model
            parts = model.objects.as_system(WHY).filter(**{f"{tie.column}__in": gone}, record_id=OuterRef("pk"))
            seen = seen.filter(Exists(parts))
        else:
            seen = seen.filter(**{f"{tie.column}__in": gone})
        known = counts.get(owner.code, (owner, 0))[1]
        counts[owner.code] = (owner, known + seen.order_by()[:MOST].count())
    return [(owner, n) for owner, n in counts.values() if n]
