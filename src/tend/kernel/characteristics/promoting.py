"""A key of remarks becomes a characteristic: `rooms=40` on many records turns into the field Rooms with its value 40."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.base.slugs import key_of
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.characteristics.converting import Type, converted, type_of
from tend.kernel.entity import Entity, entities, entity_by_code
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.jobs.stages import AT_ONCE, Stage, deed, everywhere, length_of, run_or_queue
from tend.kernel.operations import Operation, advance, name_operation, start
from tend.kernel.query.words import book_field_named
from tend.kernel.traits import part_model
from tend.kernel.traits.characteristics import definitions
from tend.kernel.traits.remarks import RemarkValue
from tend.kernel.unit import Unit
from tend.kernel.verbs import CHUNK

RIGHT = "settings"
KIND = "promote-remarks"
KEYS = 100  # the keys in use that are shown, the most frequent first
LOOKED_AT = 50  # values of a key by which its type is guessed
FEW = 12  # different words that are offered as options
SHOWN = 50
WHY = "the keys of remarks are looked at as a whole"
name_operation(KIND, gettext_lazy("Make remarks a characteristic"))


@dataclass(frozen=True)
class KeyInUse:
    """One key of remarks: on how many records it stands, and what its values are for the most part."""

    key: str
    count: int
    type: str
    choices: tuple[str, ...] = ()  # the different values, when they are few

    @property
    def type_label(self) -> str:
        return str(Type(self.type).label)


@dataclass
class Foreseen:
    """What a promotion would do."""

    total: int = 0
    converts: int = 0
    fails: list[tuple[str, int, str]] = field(default_factory=list)
    fails_beside: int = 0

    @property
    def failing(self) -> int:
        return self.total - self.converts


@dataclass(frozen=True)
class Promotion:
    """A key, what it becomes, and whether the lines that said it are taken out of the remarks."""

    record_type: str
    key: str
    name: str
    type: str
    choices: tuple[str, ...] = ()
    group: str = ""
    cleans: bool = False


def wearers() -> list[Entity]:
    """The record types whose remarks can become characteristics."""
    return [e for e in entities() if "remarks" in e.wears and "characteristics" in e.wears]


def keys_in_use(actor: Actor, entity: Entity) -> list[KeyInUse]:
    """The keys that remarks of a record type use, with the type of their values; two questions, however many there are."""
    if not actor.has_right(RIGHT):
        raise NotAllowed(RIGHT)
    rows = _values(entity).values_list("key").annotate(n=Count("pk")).order_by("-n", "key")[: KEYS + 20]
    taken = {d.key for d in definitions(entity.code) if d.takes_remarks}
    counts = {k: n for k, n in rows if key_of(k) not in taken and not book_field_named(entity, k)}
    counts = dict(list(counts.items())[:KEYS])
    said: dict[str, list[str]] = {}
    different = _values(entity).filter(key__in=list(counts)).values_list("key", "value").annotate(n=Count("pk"))
    for key, value, _n in different.order_by("-n")[: KEYS * LOOKED_AT * 4]:
        said.setdefault(key, []).append(value)
    return [_key_in_use(key, n, said.get(key, [])) for key, n in counts.items()]


def _key_in_use(key: str, count: int, values: list[str]) -> KeyInUse:
    kind = type_of(values[:LOOKED_AT])
    choices = tuple(sorted(set(values), key=str.casefold)) if kind == Type.TEXT and len(set(values)) <= FEW else ()
    if choices and count > len(choices) * 2:
        kind = str(Type.CHOICE)
    return KeyInUse(key, count, kind, choices)


def _values(entity: Entity) -> Any:
    model: Any = part_model(RemarkValue, entity.model)  # type: ignore[type-abstract]
    return model.objects.as_system(WHY)


def foresee_promotion(actor: Actor, wanted: Promotion) -> Foreseen:
    """How many values convert, and which do not and why; nothing is written."""
    if not actor.has_right(RIGHT):
        raise NotAllowed(RIGHT)
    found = Foreseen()
    rows = _values(entity_by_code(wanted.record_type)).filter(key=wanted.key).values_list("value")
    for value, count in rows.annotate(n=Count("pk")).order_by("-n", "value"):
        found.total += count
        try:
            converted(value, wanted.type, wanted.choices)
        except Refused as no:
            if len(found.fails) < SHOWN:
                found.fails.append((value, count, no.message))
            else:
                found.fails_beside += count
        else:
            found.converts += count
    return found


def promote(actor: Actor, wanted: Promotion, *, now: dt.datetime | None = None, at_once: int = AT_ONCE) -> Operation:
    """Make a key of remarks a characteristic with all its values, as one operation; few now, many in the background.

    A characteristic of that key which is there already is filled where it is blank. From then on a remark that says the
    key sets it, and a filter by the key finds it. What does not convert stays a remark. Refused for a key that nobody
    uses, and for one that is a book's field.
    """
    if not actor.has_right(RIGHT):
        raise NotAllowed(RIGHT)
    now, entity = now or clock.now(), entity_by_code(wanted.record_type)
    total = _values(entity).filter(key=wanted.key).count()
    if not total or book_field_named(entity, wanted.key):
        raise Refused(_("No remark says “%(key)s=…”.") % {"key": wanted.key}, field="key", code="unknown")
    held = next((d for d in definitions(entity.code) if d.key == key_of(wanted.key)), None)
    if held is not None and held.type != wanted.type:
        raise Refused(
            _("There is a characteristic “%(name)s” of this key, of another type.") % {"name": held.name},
            field="type",
            code="taken",
        )
    with transaction.atomic():
        stages = [
            Stage("promote-key", [held.pk if held is not None else 0], given={"wanted": wanted.__dict__}),
            Stage("promote-values", size=total, given={"wanted": wanted.__dict__}),
        ]
        params = {"name": wanted.name, "key": wanted.key, "type": wanted.type}
        operation = start(actor, KIND, entity.code, total=length_of(stages), params=params, now=now)
        return run_or_queue(actor, operation, stages, now, at_once=at_once)


@deed("promote-key")
def promote_key(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, wanted: dict[str, Any]
) -> None:
    """The characteristic comes first; one that is there already begins to take remarks."""
    from tend.kernel.characteristics.commands import CHARACTERISTIC, create_characteristic

    what = Promotion(**{**wanted, "choices": tuple(wanted["choices"])})
    with Unit(everywhere(actor, RIGHT), verb=KIND, now=now, operation=operation) as unit:
        if ids[0]:
            definition = unit.open_one(CHARACTERISTIC, ids[0], RIGHT)
        else:
            values = {
                "record_type": what.record_type, "key": key_of(what.key), "name": what.name, "type": what.type,
                "choices": list(what.choices), "group": what.group,
            }  # fmt: skip
            definition = create_characteristic(unit, values=values)
        definition.takes_remarks = True
        unit.finish()
        advance(operation, len(ids), changed=1)


@deed("promote-values")
def promote_values(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, wanted: dict[str, Any]
) -> None:
    """The values of the next records, behind the last one that was done."""
    what = Promotion(**{**wanted, "choices": tuple(wanted["choices"])})
    entity, after = entity_by_code(what.record_type), operation.summary.get("after", 0)
    said = dict(
        _values(entity)
        .filter(key=what.key, record_id__gt=after)
        .order_by("record_id")
        .values_list("record_id", "value")[:CHUNK]
    )
    name, refused, changed = key_of(what.key), [], 0
    trait: Any = entity.traits["remarks"]
    with Unit(everywhere(actor, RIGHT), verb=KIND, now=now, operation=operation) as unit:
        rows = entity.model.objects.as_system(WHY).filter(pk__in=list(said)).order_by("pk")  # type: ignore[attr-defined]
        records = unit.load(rows.select_for_update(of=("self",), no_key=True))
        if what.cleans:
            unit.preload(entity, records, ["remarks"])
        for record in records:
            try:
                value = converted(said[record.pk], what.type, what.choices)
            except Refused as no:
                refused.append([record.pk, no.message])
                continue
            if record.characteristics.get(name) in (None, "", []):
                record.characteristics = {**record.characteristics, name: value}
                changed += 1
            if what.cleans:
                trait.forget(unit, record, what.key)
        unit.finish()
        operation.summary = {**operation.summary, "after": max(said, default=after)}
        operation.save(update_fields=["summary"])
        left = max(1, operation.total - operation.done_through)
        advance(operation, min(len(said), left) if said else left, changed=changed, refused=refused)
