"""What of the history lies within an actor's sight: entries about records that he may not see are as if never written."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from tend.kernel.actor import Actor
from tend.kernel.entity import entities, entity_by_code
from tend.kernel.unit import Unit


def sees_everything(actor: Actor) -> bool:
    """Is no record of any type out of this actor's sight?"""
    return all(actor.scope(line, "view") == "all" for entity in entities() for line in entity.lines or (entity.plural,))


def records_in_sight(actor: Actor, code: str) -> Any:
    """The records of a type that an actor sees, trash included, to be asked for by their keys."""
    return entity_by_code(code).model.objects.seen_by(actor, trashed=True, each=True).order_by()  # type: ignore[attr-defined]


def may_clear(unit: Unit, model: Any, pk: int) -> bool:
    """May a verb take a link away without naming another? One that leads out of the actor's sight is as if never entered.

    Asked only when there is something to clear, so it is no question for each record of a usual chunk.
    """
    if unit.actor.is_system or sees_everything(unit.actor):
        return True
    with unit.reading():
        return bool(model.objects.seen_by(unit.actor, trashed=True, each=True).filter(pk=pk).exists())


def changes_in_sight(actor: Actor, rows: Any) -> Any:
    """Of these history entries the ones about records that the actor sees, trash included."""
    if sees_everything(actor):
        return rows
    about: Any = Q(pk__in=[])
    for code in rows.order_by().values_list("record_type", flat=True).distinct():
        about |= Q(record_type=code) & Exists(records_in_sight(actor, code).filter(pk=OuterRef("record_id")))
    return rows.filter(about)
