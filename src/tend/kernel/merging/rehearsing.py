"""What parting brings back and leaves, for one reader: by a trial run that keeps nothing, or from the operation that did it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.history import Change
from tend.kernel.merging.parting import MEMORY
from tend.kernel.merging.report import Kept, Report
from tend.kernel.merging.ties import POINTER, ties_to
from tend.kernel.operations import Operation
from tend.kernel.sight import changes_in_sight, records_in_sight
from tend.kernel.undo import changes_of
from tend.kernel.unit import Unit

WHY = "what a trial run wrote, narrowed to the reader's sight"


@dataclass
class Left:
    """Something that stays as it is: of which record, what, and why."""

    record: Any
    label: str
    why: str


@dataclass
class Parted:
    """Record types with how many of their records changed; what stays, by name; the record that the other was part of."""

    winner: Any = None
    back: list[tuple[Entity, int]] = field(default_factory=list)
    kept: list[Left] = field(default_factory=list)
    kept_beside: int = 0


def rehearse_parting(actor: Actor, entity: Entity, pk: int) -> Parted:
    """Run it and keep nothing. NotSeen, NotAllowed and Refused as the verb itself."""
    verb = entity.verb_by_name["unmerge"]
    assert verb.beside is not None
    with Unit(actor, verb=verb.name, dry=True, quiet=True) as unit:
        others = list(verb.beside(pk, {}))
        unit.open(entity, sorted({pk, *others}), verb.action(actor), trashed=True)
        record = unit.open_one(entity, pk, verb.action(actor), trashed=True)
        for other in others:
            unit.open_one(entity, other, verb.action(actor), trashed=True)
        winner_id = record.merged_into_id
        unit.run(verb, record, {}, checked=True)
        unit.finish()
        written = Change.objects.as_system(WHY).filter(act=unit.act)
        return _told(actor, written, unit.memory.get(MEMORY, Report()), entity, winner_id, {pk})


def parted_by(actor: Actor, operation: Operation) -> Parted:
    """The same of what was done, from the operation."""
    entity = entity_by_code(operation.record_type)
    written = changes_of(operation.pk)
    parted = {
        c.record_id: c.body["fields"][POINTER][0]
        for c in written.filter(record_type=entity.code)
        if POINTER in c.body.get("fields", {})
    }
    winner_id = next(iter(parted.values()), None)
    found = _told(actor, written, Report.of(operation.summary), entity, winner_id, set(parted))
    found.kept_beside = int(operation.summary.get("kept_beside", 0)) if operation.actor_id == actor.user_id else 0
    return found


def _told(
    actor: Actor, written: Any, report: Report, entity: Entity, winner_id: int | None, losers: set[int]
) -> Parted:
    counts = Counter(
        c.record_type for c in changes_in_sight(actor, written).order_by() if _came_back(c, entity, losers)
    )
    rows = records_in_sight(actor, entity.code).filter(pk=winner_id) if winner_id is not None else []
    return Parted(
        next(iter(rows), None),
        [(entity_by_code(code), n) for code, n in sorted(counts.items()) if code != entity.code],
        _kept(actor, report.kept),
    )


def _came_back(change: Change, entity: Entity, losers: set[int]) -> bool:
    """Does this entry give a link to one of the parted records back?"""
    columns = {(tie.model._meta.label_lower, tie.column) for tie in ties_to(entity.model)}
    told = [(change.record_type, change.body.get("fields", {}))]
    told += [(label, said) for label, _pk, sign, said in change.body.get("parts", ()) if sign == "~"]
    return any((of, n) in columns and pair[1] in losers for of, said in told for n, pair in said.items())


def _kept(actor: Actor, items: Iterable[Kept]) -> list[Left]:
    """Items about records and fields that the reader may know of."""
    items = list(items)
    ids: dict[str, set[int]] = {}
    for item in items:
        ids.setdefault(item.code, set()).add(item.record_id)
    seen = {
        (code, r.pk): r for code, pks in ids.items() for r in records_in_sight(actor, code).filter(pk__in=sorted(pks))
    }
    found = []
    for item in items:
        record = seen.get((item.code, item.record_id))
        label = _label(actor, entity_by_code(item.code), item.name)
        if record is not None and label is not None:
            found.append(Left(record, label, item.why))
    return found


def _label(actor: Actor, entity: Entity, name: str) -> str | None:
    """What an item is called; None when it is hidden from the reader, or nothing that people know."""
    if not name:
        return str(entity.label)
    model_label, _dot, _column = name.rpartition(".") if name.count(".") > 1 else (name, "", "")
    trait = next((t for t in entity.traits.values() if _is(t, model_label)), None)
    if trait is not None:
        fields = [f for f in entity.all_fields if f.trait == trait.name]
        if any(entity.right(actor, f.name) == "hidden" for f in fields):
            return None
        return str(trait.title or (fields[0].label if fields else trait.name))
    by_attname = {c.attname: c.name for c in entity.model._meta.concrete_fields}
    known = entity.by_name.get(by_attname.get(name, name))
    if name.startswith("characteristics."):
        return name.partition(".")[2] if entity.right(actor, name) != "hidden" else None
    if known is None or not known.edit or entity.right(actor, known.name) == "hidden":
        return None
    return str(known.label)


def _is(trait: Any, model_label: str) -> bool:
    model = getattr(trait, "model", None)
    return model is not None and model._meta.label_lower == model_label
