"""Whose value counts: the fields in which two records can differ, the better value of each, and taking it over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, entity_by_code
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.events import reacts_to
from tend.kernel.merging.events import merge_asked
from tend.kernel.merging.ties import POINTER
from tend.kernel.traits.characteristics import definitions
from tend.kernel.unit import Unit

BLANK: tuple[Any, ...] = (None, "", {}, [])


@dataclass(frozen=True)
class Merging:
    """What a record type says about merging, in `Entity.extra["merging"]`; everything has a default.

    `along`: columns that come with a field; `strict`: yes/no columns where a yes of either stays; `better`: is the
    second record's value the better one, by field; `weight`: the greater, the likelier a record is to stay;
    `made`: brings in order what is made from other fields, after values were taken.
    """

    along: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strict: tuple[str, ...] = ()
    better: Mapping[str, Callable[[Any, Any], bool]] = field(default_factory=dict)
    weight: Callable[[Any], Any] | None = None
    made: Callable[[Unit, Any, Any], None] | None = None


def is_mergeable(entity: Entity) -> bool:
    """Do records of this type merge?"""
    return any(f.attname == POINTER for f in entity.model._meta.concrete_fields) and "merge" in entity.verb_by_name


def merging_of(entity: Entity) -> Merging:
    found: Merging = entity.extra.get("merging") or Merging()
    return found


def comparable(entity: Entity) -> list[Field]:
    """The fields of which one value stays, in the order of the declaration; lists are united instead."""
    along = {name for names in merging_of(entity).along.values() for name in names}
    skipped = along | set(merging_of(entity).strict)
    found = []
    for one in entity.all_fields:
        if not one.edit or one.many or "." in one.name or one.kind == "json" or {one.name, _attname(one)} & skipped:
            continue
        if one.trait and one.name not in entity.traits[one.trait].singles:
            continue
        found.append(one)
    if "characteristics" in entity.traits:
        found += [
            Field(f"characteristics.{d.key}", label=d.name, kind="text", trait="characteristics")
            for d in definitions(entity.code)
        ]
    return found


def likeliest(entity: Entity, records: Iterable[Any]) -> Any:
    """Of some records the one that should stay: by the type's own weight, else the oldest."""
    weight = merging_of(entity).weight
    return min(records, key=lambda r: (_Reversed(weight(r)) if weight is not None else 0, r.pk))


class _Reversed:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]


def better_of(entity: Entity, winner: Any, loser: Any, actor: Actor) -> frozenset[str]:
    """The fields in which the loser's value is the better one: the winner has none, or the record type says so.

    A winner's link that leads out of the actor's sight is as if never entered.
    """
    declared = merging_of(entity).better
    found = set()
    for one in comparable(entity):
        if one.trait and one.trait != "characteristics":
            continue  # a main part comes by itself where the winner has none
        mine, other = value_of(winner, one), value_of(loser, one)
        if other in BLANK or other == mine or other == _pk_if_self(entity, one, winner):
            continue
        if mine not in BLANK and one.to is entity.model and not _sees(actor, entity, mine):
            mine = None
        if mine in BLANK or (one.name in declared and declared[one.name](winner, loser)):
            found.add(one.name)
    return frozenset(found)


def value_of(record: Any, one: Field) -> Any:
    """What a record's own column or characteristic holds for a field; a link's key."""
    if one.trait == "characteristics":
        return record.characteristics.get(one.name.partition(".")[2])
    return record.__dict__.get(_column(type(record), one.name))


@reacts_to(merge_asked, order=10)
def take_values(unit: Unit, events: list[merge_asked]) -> None:
    """The winner gets the values that were chosen, and what the loser alone knows where the actor could not choose."""
    for event in events:
        entity, winner, loser = entity_by_code(event.code), event.winner, event.loser
        own = merging_of(entity)
        for one in comparable(entity):
            if one.name in _wanted(unit, entity, event):
                _take(entity, winner, loser, one, own)
        for name in own.strict:
            if getattr(loser, name):
                setattr(winner, name, True)
        if own.made is not None:
            own.made(unit, winner, loser)


def _wanted(unit: Unit, entity: Entity, event: merge_asked) -> frozenset[str]:
    key = f"values taken for {event.code} {event.loser.pk}"
    found: frozenset[str] | None = unit.memory.get(key)
    if found is None:
        better = better_of(entity, event.winner, event.loser, unit.actor)
        if event.take is None:
            found = better
        else:
            _check(unit, entity, event.winner, event.take)
            unasked = {n for n in better if entity.right(unit.actor, n) != "edit"}
            found = event.take | unasked
        unit.memory[key] = found
    return found


def _check(unit: Unit, entity: Entity, winner: Any, take: frozenset[str]) -> None:
    """Each field exists for the actor, he may change it, and he has the right of the verb that owns it."""
    known = {one.name: one for one in comparable(entity)}
    for name in sorted(take):
        right = entity.right(unit.actor, name) if name in known else "hidden"
        if right == "hidden":
            raise Refused(_("There is no field “%(name)s”.") % {"name": name}, field="take", code="unknown")
        if right != "edit" or not may_change(unit, entity, winner, known[name]):
            raise Refused(
                _("%(field)s cannot be changed here.") % {"field": known[name].label}, field="take", code="read_only"
            )


def may_change(unit: Unit, entity: Entity, record: Any, one: Field) -> bool:
    """Has the actor the right of the verb that owns this field of a held record?"""
    if not one.verb:
        return True
    try:
        return unit.allows(entity, record, entity.verb_by_name[one.verb].action(unit.actor))
    except NotAllowed:
        return False


def choosable(entity: Entity, actor: Actor) -> list[Field]:
    """The fields that the actor sees of those of which one value stays."""
    return [one for one in comparable(entity) if entity.right(actor, one.name) != "hidden"]


def _take(entity: Entity, winner: Any, loser: Any, one: Field, own: Merging) -> None:
    if one.trait == "characteristics":
        key = one.name.partition(".")[2]
        held = {k: v for k, v in winner.characteristics.items() if k != key}
        if key in loser.characteristics:
            held[key] = loser.characteristics[key]
        winner.characteristics = held
    elif not one.trait:
        for name in (_column(entity.model, one.name), *own.along.get(one.name, ())):
            value = loser.__dict__[name]
            setattr(winner, name, None if value == _pk_if_self(entity, one, winner) else value)


def _pk_if_self(entity: Entity, one: Field, record: Any) -> Any:
    """The record's key when the field points to records of its own type: nothing is part of itself."""
    return record.pk if one.to is entity.model else object()


def _sees(actor: Actor, entity: Entity, pk: int) -> bool:
    rows: Any = entity.model.objects.seen_by(actor, each=True)  # type: ignore[attr-defined]
    return bool(rows.filter(pk=pk).exists())


def _attname(one: Field) -> str:
    return f"{one.name}_id"


def _column(model: type[models.Model], name: str) -> str:
    column: Any = model._meta.get_field(name)
    return str(column.attname)
