"""Work on many records as one thing: listed, counted, resumable, and undone within thirty days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.events import Event
from tend.kernel.history import Change, revive
from tend.kernel.record import Record, concrete
from tend.kernel.scoped import Scoped
from tend.kernel.unit import Unit

if TYPE_CHECKING:
    from tend.kernel.verbs import Verb

UNDO_DAYS = 30
REFUSALS_KEPT = 1000


class Operation(models.Model):
    """An import, bulk edit, merge, conversion or handover."""

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("waiting")
        RUNNING = "running", gettext_lazy("running")
        DONE = "done", gettext_lazy("done")
        STOPPED = "stopped", gettext_lazy("stopped")
        UNDONE = "undone", gettext_lazy("undone")

    kind = models.CharField(max_length=60)  # the verb's name, or "import"
    record_type = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done_through = models.PositiveIntegerField(default=0)  # written in the chunk's own transaction: resumption is exact
    changed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)
    params = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="undone_by", db_index=False)

    objects = Scoped()

    class Meta:
        indexes = [models.Index(fields=["actor", "-id"], name="operation_by_actor")]  # my operations, newest first

    def may_be_undone_at(self, now: dt.datetime) -> bool:
        return self.state == self.State.DONE and now - self.started_at <= dt.timedelta(days=UNDO_DAYS)


@dataclass(frozen=True)
class writing_undone(Event):  # noqa: N801
    """A write was taken back: engines put right what derives from these records."""

    code: str
    records: tuple[Any, ...] = ()


def operations_of(actor: Actor) -> Any:
    """The operations that somebody may look at: his own, his team's with `undo_team`, all with `undo_all`."""
    rows = Operation.objects.as_system("narrowed to the actor in the next line")
    if actor.has_right("undo_all"):
        return rows
    return rows.filter(actor_id__in=actor.team_users if actor.has_right("undo_team") else [actor.user_id])


def start(
    actor: Actor,
    kind: str,
    code: str,
    *,
    total: int = 0,
    params: dict[str, Any] | None = None,
    now: dt.datetime | None = None,
) -> Operation:
    """Open an operation; chunks then add to it."""
    operation: Operation = Operation.objects.create(
        kind=kind[:60],
        record_type=code,
        actor_id=actor.user_id,
        started_at=now or clock.now(),
        total=total,
        params=params or {},
    )
    return operation


def run_each(
    verb: Verb,
    actor: Actor,
    rows: Any,
    options: dict[str, Any],
    *,
    operation: Operation | None,
    chunk: int,
    now: dt.datetime | None,
) -> Operation:
    """Run a verb over many records in chunks. Refusals are kept by id; the others go on."""
    ids = list(rows) if isinstance(rows, (list, tuple)) else list(rows.order_by("pk").values_list("pk", flat=True))
    now = now or clock.now()
    if operation is None:
        operation = start(
            actor,
            verb.name,
            verb.entity.code,
            total=len(ids),
            params={k: _said(v) for k, v in options.items()},
            now=now,
        )
    for begin in range(operation.done_through, len(ids), chunk):
        run_chunk(verb, actor, ids[begin : begin + chunk], options, operation, now)
    close(operation, now)
    return operation


def run_chunk(
    verb: Verb, actor: Actor, ids: Sequence[int], options: dict[str, Any], operation: Operation, now: dt.datetime
) -> None:
    """One transaction over one chunk, its progress included."""
    with Unit(actor, verb=verb.name, now=now, operation=operation) as unit:
        records = unit.open(verb.entity, ids, verb.action(actor), trashed=verb.trashed)
        unit.preload(verb.entity, records, [*verb.reads, *_traits_named(verb, options)])
        seen = {r.pk for r in records}
        refused = [[pk, _("not found, or not yours to change")] for pk in ids if pk not in seen]
        for record in records:
            try:
                with unit.attempt() as watch:
                    if watch is not None:
                        watch.keep(record)
                    unit.run(verb, record, options, checked=True)
            except Refused as no:
                refused.append([record.pk, no.message])
        unit.finish()
        operation.done_through += len(ids)
        operation.failed += len(refused)
        operation.changed += len(unit.changed_ids(verb.entity.model))
        operation.refusals = [*operation.refusals, *refused][:REFUSALS_KEPT]
        operation.save(update_fields=["done_through", "failed", "changed", "refusals"])
        unit.says.clear()


def close(operation: Operation, now: dt.datetime) -> None:
    """Mark an operation as done."""
    operation.state = Operation.State.DONE
    operation.ended_at = max(now, clock.now())
    operation.save(update_fields=["state", "ended_at"])


@dataclass
class UndoReport:
    """What undoing did or would do: counts, the fields changed since (left as they are) and created records kept."""

    restored: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    act: int | None = None

    @property
    def sentence(self) -> str:
        said = [_("%(n)d restored.") % {"n": self.restored}]
        if self.skipped:
            said.append(_("%(n)d changed since, left as they are.") % {"n": len(self.skipped)})
        if self.kept:
            said.append(_("%(n)d created records kept, somebody has worked on them since.") % {"n": len(self.kept)})
        return " ".join(said)


def undo_act(actor: Actor, act: int, *, now: dt.datetime | None = None, dry: bool = False) -> UndoReport:
    """Take back everything one write did. Whoever did it may, and who has the right `undo_all`; NotSeen for others."""
    changes = list(
        Change.objects.as_system("undo reads what was written, then asks the scope").filter(act=act).order_by("-id")
    )
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
    """Take back a whole operation, newest writes first, in chunks of their own transaction."""
    now = now or clock.now()
    if not operation.may_be_undone_at(now):
        raise Refused(_("This can no longer be undone."))
    report = UndoReport()
    changes = Change.objects.as_system("undo reads what was written, then asks the scope").filter(operation=operation)
    undoing = None if dry else start(actor, "undo", operation.record_type, total=operation.changed, now=now)
    last = None
    while True:
        batch = list((changes.filter(pk__lt=last) if last else changes).order_by("-id")[:chunk])
        if not batch:
            break
        last = batch[-1].pk
        with Unit(actor, verb="undo", now=now, operation=undoing, dry=dry) as unit:
            _take_back(unit, batch, report)
            unit.finish()
    if undoing is not None:
        undoing.undoes = operation
        undoing.changed = report.restored
        undoing.summary = {"skipped": report.skipped[:200], "kept": report.kept[:200]}
        undoing.save(update_fields=["undoes", "changed", "summary"])
        close(undoing, now)
        operation.state = Operation.State.UNDONE
        operation.save(update_fields=["state"])
    return report


def _take_back(unit: Unit, changes: Sequence[Change], report: UndoReport) -> None:
    """Restore fields that still have the value that was written; put created records that nobody touched into the trash."""
    if not _may_undo_all(unit.actor, changes):
        raise NotAllowed("undo")
    by_type: dict[str, list[Change]] = {}
    for change in changes:
        by_type.setdefault(change.record_type, []).append(change)
    for code, written in by_type.items():
        entity = entity_by_code(code)
        ids = {c.record_id for c in written}
        rows = entity.model.objects.seen_by(unit.actor, trashed=True).filter(pk__in=ids).order_by("pk")  # type: ignore[attr-defined]
        held = {r.pk: r for r in unit.load(rows.select_for_update(of=("self",), no_key=True))}
        later = _touched_since(code, written)
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
                _restore_parts(unit, change, report)
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


def _touched_since(code: str, written: Sequence[Change]) -> set[int]:
    """Ids of created records that have a later history entry from another write."""
    created = {c.record_id: c.act for c in written if c.kind == "create"}
    if not created:
        return set()
    rows = Change.objects.as_system("undo keeps records that somebody worked on").filter(
        record_type=code, record_id__in=created
    )
    operation = written[0].operation_id
    if operation:
        rows = rows.exclude(operation_id=operation)
    return {pk for pk, act in rows.values_list("record_id", "act") if act != created[pk]}


def _restore_fields(record: Record, change: Change, report: UndoReport) -> None:
    model = type(record)
    known = set(concrete(model))
    for name, (old, new) in change.body.get("fields", {}).items():
        if name not in known:
            continue
        if record.__dict__[name] == revive(model, name, new):
            setattr(record, name, revive(model, name, old))
        else:
            report.skipped.append({"id": record.pk, "field": name})


def _restore_parts(unit: Unit, change: Change, report: UndoReport) -> None:
    from django.apps import apps

    wanted: dict[str, set[int]] = {}
    for label, pk, _sign, _values in change.body["parts"]:
        wanted.setdefault(label, set()).add(pk)
    for label, ids in wanted.items():
        model = apps.get_model(label)
        rows = {r.pk: r for r in unit.load(model.objects.of([change.record_id]).filter(pk__in=ids))}
        for _label, pk, sign, values in [p for p in change.body["parts"] if p[0] == label]:
            row = rows.get(pk)
            if sign == "+" and row is not None:
                unit.remove(row)
            elif sign == "-" and row is None:
                kept = {n: revive(model, n, v) for n, v in values.items() if n != "id"}
                unit.create(model, **kept)
            elif sign == "~" and row is not None:
                for name, (old, new) in values.items():
                    if row.__dict__[name] == revive(model, name, new):
                        setattr(row, name, revive(model, name, old))
                    else:
                        report.skipped.append({"id": change.record_id, "field": f"{label}.{name}"})


def _traits_named(verb: Verb, options: dict[str, Any]) -> Iterable[str]:
    values = options.get("values")
    fields = verb.entity.by_name
    return {fields[n].trait for n in values if n in fields and fields[n].trait} if isinstance(values, dict) else ()


def _said(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, (list, tuple)):
        return [_said(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _said(v) for k, v in value.items()}
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
