"""Taking back: one write or a whole operation, newest first, as far as nobody has worked on it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.entity import entities, entity_by_code
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.events import Event
from tend.kernel.history import Change, revive
from tend.kernel.one_of import standing_elsewhere, stands_already, step_back
from tend.kernel.operations import Operation, close, start
from tend.kernel.record import Record, concrete
from tend.kernel.sight import changes_in_sight
from tend.kernel.taking import take
from tend.kernel.unit import Unit

LISTED = 200  # what an undo left as it is, by name; the rest is counted
WHY = "undo reads what was written, then asks the scope"


Taker = Callable[[Unit, Sequence[Change], "UndoReport"], None]
_takers: dict[str, Taker] = {}


def takes_back(*verbs: str) -> Callable[[Taker], Taker]:
    """Register who takes back what some verbs wrote, where it is more than values and parts of one record after the other."""

    def register(taker: Taker) -> Taker:
        _takers.update(dict.fromkeys(verbs, taker))
        return taker

    return register


@dataclass(frozen=True)
class writing_undone(Event):  # noqa: N801
    """A write was taken back: engines put right what derives from these records."""

    code: str
    records: tuple[Any, ...] = ()


@dataclass
class UndoReport:
    """What undoing did or would do: counts, the fields changed since (left as they are) and created records kept."""

    restored: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    act: int | None = None
    skipped_beside: int = 0  # counted, not listed
    kept_beside: int = 0

    @property
    def skipped_count(self) -> int:
        return len(self.skipped) + self.skipped_beside

    @property
    def kept_count(self) -> int:
        return len(self.kept) + self.kept_beside

    @property
    def sentence(self) -> str:
        said = [_("%(n)d restored.") % {"n": self.restored}]
        if self.skipped_count:
            said.append(_("%(n)d changed since, left as they are.") % {"n": self.skipped_count})
        if self.kept_count:
            said.append(_("%(n)d created records kept, somebody has worked on them since.") % {"n": self.kept_count})
        return " ".join(said)

    @classmethod
    def of(cls, undoing: Operation) -> UndoReport:
        """The report that an undo under way keeps in its summary."""
        kept = undoing.summary
        return cls(
            undoing.changed, list(kept.get("skipped", [])), list(kept.get("kept", [])),
            skipped_beside=kept.get("skipped_beside", 0), kept_beside=kept.get("kept_beside", 0),
        )  # fmt: skip

    def as_summary(self) -> dict[str, Any]:
        return {
            "skipped": self.skipped[:LISTED], "skipped_beside": self.skipped_count - len(self.skipped[:LISTED]),
            "kept": self.kept[:LISTED], "kept_beside": self.kept_count - len(self.kept[:LISTED]),
        }  # fmt: skip


def undo_act(actor: Actor, act: int, *, now: dt.datetime | None = None, dry: bool = False) -> UndoReport:
    """Take back everything one write did. Whoever did it may, and who has the right `undo_all`; NotSeen for others."""
    changes = list(changes_in_sight(actor, Change.objects.as_system(WHY).filter(act=act)).order_by("-id"))
    if not changes or not _may_undo_all(actor, changes):
        raise NotSeen("change")  # a write that is not one's own to take back may be about anything
    report = UndoReport()
    with Unit(actor, verb="undo", now=now, dry=dry) as unit:
        _take_back(unit, changes, report)
        unit.finish()
        report.act = unit.act if unit.wrote else None
    return report


def undo_operation(
    actor: Actor, operation: Operation, *, now: dt.datetime | None = None, dry: bool = False, chunk: int = 1000
) -> UndoReport:
    """Take back a whole operation now, newest writes first: all of it in one transaction, or nothing when it breaks off.

    A dry run only counts. Refused for one that is too old, undone or not over.
    """
    now = now or clock.now()
    if dry:
        return _rehearse_undo(actor, operation, now, chunk)
    with transaction.atomic():
        undoing = start_undo(actor, operation, now)
        with collected_between_chunks(many=undoing.total > chunk) as collect:
            while undoing.done_through < undoing.total:
                undo_chunk(actor, undoing, now, chunk=chunk)
                collect()
        close(undoing, now)
    return UndoReport.of(undoing)


def start_undo(actor: Actor, operation: Operation, now: dt.datetime) -> Operation:
    """The operation that takes another back; from now on nobody else can begin to. Its total is the writes to take back."""
    untouched = Operation.objects.as_system(WHY).filter(pk=operation.pk, state=operation.state)
    if not operation.may_be_undone_at(now) or not take(untouched, state=Operation.State.UNDONE):
        raise Refused(_("This can no longer be undone."))
    operation.state = Operation.State.UNDONE
    undoing = start(actor, "undo", operation.record_type, total=_takeable(actor, operation.pk).count(), now=now)
    undoing.undoes = operation
    undoing.save(update_fields=["undoes"])
    return undoing


def undo_chunk(actor: Actor, undoing: Operation, now: dt.datetime, *, chunk: int = 1000) -> None:
    """Take back the next writes, in the transaction that is open; how far it is stands in the operation."""
    assert undoing.undoes_id is not None
    last = undoing.params.get("last")
    rows = _takeable(actor, undoing.undoes_id).order_by("-id")
    batch = list((rows.filter(pk__lt=last) if last else rows)[:chunk])
    report = UndoReport.of(undoing)
    _take_back_all_but_refused(actor, undoing, batch, report, now)
    undoing.done_through = undoing.done_through + len(batch) if batch else undoing.total
    undoing.params = {**undoing.params, "last": batch[-1].pk if batch else last}
    undoing.changed, undoing.summary = report.restored, report.as_summary()
    undoing.save(update_fields=["done_through", "params", "changed", "summary"])


def _take_back_all_but_refused(
    actor: Actor, undoing: Operation, batch: Sequence[Change], report: UndoReport, now: dt.datetime
) -> None:
    """A write that a rule does not let go back is found by halving, and left as it is; all others go back."""
    if not batch:
        return
    found = UndoReport()
    try:
        with Unit(actor, verb="undo", now=now, operation=undoing) as unit:
            _take_back(unit, batch, found)
    except Refused as no:
        if len(batch) == 1:
            report.skipped.append({"id": batch[0].record_id, "why": no.message})
            return
        half = len(batch) // 2
        for part in (batch[:half], batch[half:]):
            _take_back_all_but_refused(actor, undoing, part, report, now)
        return
    report.restored += found.restored
    report.skipped += found.skipped
    report.kept += found.kept


def _rehearse_undo(actor: Actor, operation: Operation, now: dt.datetime, chunk: int) -> UndoReport:
    if not operation.may_be_undone_at(now):
        raise Refused(_("This can no longer be undone."))
    report, last = UndoReport(), None
    while True:
        rows = _takeable(actor, operation.pk).order_by("-id")
        batch = list((rows.filter(pk__lt=last) if last else rows)[:chunk])
        if not batch:
            return report
        last = batch[-1].pk
        with Unit(actor, verb="undo", now=now, dry=True) as unit:
            _take_back(unit, batch, report)
            unit.finish()


def changes_of(operation_id: int) -> Any:
    """All that an operation has written, whoever may see it."""
    return Change.objects.as_system(WHY).filter(operation_id=operation_id)


def _takeable(actor: Actor, operation_id: int) -> Any:
    """The writes of an operation that the actor may take back: what has left his sight is not counted either."""
    return changes_in_sight(actor, changes_of(operation_id))


def _take_back(unit: Unit, changes: Sequence[Change], report: UndoReport) -> None:
    """Restore fields that still have the value that was written; put created records that nobody touched into the trash."""
    if not _may_undo_all(unit.actor, changes):
        raise NotAllowed("undo")
    for verb in sorted({c.verb for c in changes} & _takers.keys()):
        _takers[verb](unit, [c for c in changes if c.verb == verb], report)
    by_type: dict[str, list[Change]] = {}
    for change in [c for c in changes if c.verb not in _takers]:
        by_type.setdefault(change.record_type, []).append(change)
    order = {entity.code: place for place, entity in enumerate(entities())}  # that in which edits lock: owners first
    for code, written in sorted(by_type.items(), key=lambda told: order[told[0]]):
        entity = entity_by_code(code)
        ids = {c.record_id for c in written}
        rows = entity.model.objects.seen_by(unit.actor, trashed=True).filter(pk__among=sorted(ids)).order_by("pk")  # type: ignore[attr-defined]
        held = {r.pk: r for r in unit.load(rows.select_for_update(of=("self",), no_key=True))}
        later = _touched_since(code, written, unit.operation)
        parts = _parts_told(unit, written)
        touched = []
        for change in written:
            record = held.get(change.record_id)
            if record is None:
                report.skipped.append({"id": change.record_id, "why": "gone"})
                continue
            if change.kind == "create":
                if change.record_id in later:
                    report.kept.append({"type": code, "id": change.record_id, "name": str(record)})
                    continue
                record.trashed_at = unit.now
            else:
                _restore_fields(record, change, report)
            if change.body.get("parts"):
                _restore_parts(unit, change, parts, report)
            report.restored += 1
            touched.append(record)
        if touched:
            unit.announce(writing_undone(code, tuple(touched)))


def _may_undo(actor: Actor, did_it: int | None) -> bool:
    """Whoever did it; the leader of whoever did it; and who may undo everything."""
    if actor.has_right("undo_all") or did_it == actor.user_id:
        return True
    return actor.has_right("undo_team") and did_it in actor.team_users


def _may_undo_all(actor: Actor, changes: Sequence[Change]) -> bool:
    return all(_may_undo(actor, c.actor_id) for c in changes)


def _touched_since(code: str, written: Sequence[Change], undoing: Operation | None) -> set[int]:
    """Ids of created records that have a later history entry from another write.

    What this undo has written in an earlier chunk (a call that goes moves its account) is nobody's work.
    """
    created = {c.record_id: c.act for c in written if c.kind == "create"}
    if not created:
        return set()
    rows = Change.objects.as_system("undo keeps records that somebody worked on").filter(
        record_type=code, record_id__among=list(created)
    )
    operation = written[0].operation_id
    own = [pk for pk in (operation, undoing.pk if undoing is not None else None) if pk]
    if own:
        rows = rows.exclude(operation_id__in=own)
    return {pk for pk, act in rows.values_list("record_id", "act") if act != created[pk]}


def _restore_fields(record: Record, change: Change, report: UndoReport) -> None:
    model = type(record)
    known = set(concrete(model))
    for name, (old, new) in change.body.get("fields", {}).items():
        if name not in known:
            continue
        if isinstance(old, dict) and isinstance(new, dict) and isinstance(record.__dict__[name], dict):
            setattr(record, name, _restore_keys(record, name, old, new, report))
        elif record.__dict__[name] == revive(model, name, new):
            setattr(record, name, revive(model, name, old))
        else:
            report.skipped.append({"id": record.pk, "field": name})


def _restore_keys(record: Record, name: str, old: dict[str, Any], new: dict[str, Any], report: UndoReport) -> Any:
    """Values by key go back one by one: what somebody has changed since beside them stays."""
    held = dict(record.__dict__[name])
    for key in {**old, **new}:
        if old.get(key) == new.get(key):
            continue
        if held.get(key) != new.get(key):
            report.skipped.append({"id": record.pk, "field": f"{name}.{key}"})
        elif key in old:
            held[key] = old[key]
        else:
            held.pop(key)
    return held


Parts = dict[str, dict[int, Any]]


def _parts_told(unit: Unit, written: Sequence[Change]) -> Parts:
    """All parts of these records that are of a kind the writes tell of, by model and id; one query for each model."""
    labels = sorted({label for change in written for label, *_ in change.body.get("parts", ())})
    records = sorted({c.record_id for c in written})
    return {
        label: {row.pk: row for row in unit.load(apps.get_model(label).objects.of(records).order_by("pk"))}
        for label in labels
    }


def _restore_parts(unit: Unit, change: Change, parts: Parts, report: UndoReport) -> None:
    back: list[Any] = []
    for label, pk, sign, values in change.body["parts"]:
        model, rows = apps.get_model(label), parts[label]
        row = rows.get(pk)
        if row is not None and row.record_id != change.record_id:
            row = None
        if sign == "+" and row is not None:
            unit.remove(rows.pop(pk))
        elif sign == "-" and row is None:
            back.append(model(**{n: revive(model, n, v) for n, v in values.items() if n != "id"}))
        elif sign == "~" and row is not None:
            back.append(row)
            for name, (old, new) in values.items():
                if row.__dict__[name] == revive(model, name, new):
                    setattr(row, name, revive(model, name, old))
                else:
                    report.skipped.append({"id": change.record_id, "field": f"{label}.{name}"})
    _stand_beside(unit, change, back, parts, report)


def _stand_beside(unit: Unit, change: Change, back: Sequence[Any], parts: Parts, report: UndoReport) -> None:
    """Parts that come back find what was added since: none is there twice, and of two main ones the later stays it."""
    elsewhere: dict[type[Any], list[Any]] = {}
    for model in dict.fromkeys(type(row) for row in back):
        mine = [row for row in back if type(row) is model]
        elsewhere[model] = [other for rows in standing_elsewhere(model, mine) for other in unit.load(rows)]
    for row in back:
        rows = parts[type(row)._meta.label_lower]
        beside = [r for r in rows.values() if r.record_id == row.record_id and r is not row]
        if row.pk is None and stands_already(row, beside):
            report.skipped.append({"id": change.record_id, "field": type(row)._meta.label_lower})
            continue
        if step_back(row, (*beside, *elsewhere[type(row)])):
            report.skipped.append({"id": change.record_id, "field": type(row)._meta.label_lower})
        if row.pk is None:
            made = unit.create(type(row), **{n: row.__dict__[n] for n in concrete(row.__class__) if n != "id"})
            rows[made.pk] = made
