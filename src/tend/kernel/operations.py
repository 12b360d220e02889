"""Work on many records as one thing: listed, counted, resumable, and undone within thirty days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse, NotAllowed, NotSeen, Refused
from tend.kernel.events import Event
from tend.kernel.history import Change, revive
from tend.kernel.ids import Ids
from tend.kernel.notices import sight_of
from tend.kernel.record import Record, concrete
from tend.kernel.scoped import Scoped
from tend.kernel.sight import changes_in_sight
from tend.kernel.taking import take
from tend.kernel.unit import Unit

if TYPE_CHECKING:
    from tend.kernel.verbs import Verb

UNDO_DAYS = 30
REFUSALS_SHOWN = 1000  # refusals that the operation itself carries; all of them are rows of their own
LISTED = 200  # what an undo left as it is, by name; the rest is counted
WHY = "undo reads what was written, then asks the scope"


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
        """Done, or stopped halfway with something done; a stopped import is ended first, because it may still go on."""
        stopped = self.state == self.State.STOPPED and self.changed > 0 and self.kind != "import"
        return (self.state == self.State.DONE or stopped) and now - self.started_at <= dt.timedelta(days=UNDO_DAYS)

    @property
    def is_over(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)


class Refusal(models.Model):
    """One record that an operation did not change, and the rule that said no."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="refused_records")
    record_id = models.BigIntegerField()
    message = models.TextField()

    objects = Scoped()


@dataclass(frozen=True)
class writing_undone(Event):  # noqa: N801
    """A write was taken back: engines put right what derives from these records."""

    code: str
    records: tuple[Any, ...] = ()


@sight_of(Operation)
def operations_of(actor: Actor) -> Any:
    """The operations that somebody may look at: his own, his team's with `undo_team`, all with `undo_all`."""
    rows = Operation.objects.as_system("narrowed to the actor in the next line")
    if actor.has_right("undo_all"):
        return rows
    return rows.filter(actor_id__in=actor.team_users if actor.has_right("undo_team") else [actor.user_id])


_words: dict[str, Any] = {
    "import": gettext_lazy("Import"),
    "undo": gettext_lazy("Undo"),
    "delete-mapped": gettext_lazy("Delete a value"),
}


def name_operation(kind: str, label: Any) -> None:
    """Say in words what operations of a kind do that is no verb of its own."""
    _words[kind] = label


def label_of(operation: Operation) -> Any:
    """What was done, in words."""
    if operation.kind in _words:
        return _words[operation.kind]
    try:
        verb = entity_by_code(operation.record_type).verb_by_name.get(operation.kind)
    except Misuse:
        verb = None
    return verb.label if verb is not None and verb.label else operation.kind


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
            params={k: said_of(v) for k, v in options.items()},
            now=now,
        )
    made = Ids()
    with collected_between_chunks(many=len(ids) > chunk) as collect:
        for begin in range(operation.done_through, len(ids), chunk):
            run_chunk(verb, actor, ids[begin : begin + chunk], options, operation, now, made)
            collect()
    close(operation, now)
    return operation


def run_chunk(
    verb: Verb, actor: Actor, ids: Sequence[int], options: dict[str, Any], operation: Operation, now: dt.datetime,
    made: Ids | None = None,
) -> None:  # fmt: skip
    """One transaction over one chunk, its progress included; `made` are the ids that chunks of one run share."""
    with Unit(actor, verb=verb.name, now=now, operation=operation, ids=made) as unit:
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
        changed = len(unit.changed_ids(verb.entity.model))
        advance(operation, len(ids), changed=changed, refused=refused)
        unit.says.clear()


def advance(operation: Operation, done: int, *, changed: int = 0, refused: Sequence[Sequence[Any]] = ()) -> None:
    """Write down, in the transaction of the work itself, that so much more is done, changed and refused (id, sentence)."""
    operation.done_through += done
    operation.changed += changed
    operation.failed += len(refused)
    operation.refusals = [*operation.refusals, *refused][:REFUSALS_SHOWN]
    operation.save(update_fields=["done_through", "failed", "changed", "refusals"])
    if refused:
        rows = [Refusal(operation_id=operation.pk, record_id=pk, message=message) for pk, message in refused]
        write.insert(Refusal, rows)


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
    by_type: dict[str, list[Change]] = {}
    for change in changes:
        by_type.setdefault(change.record_type, []).append(change)
    for code, written in by_type.items():
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
        if record.__dict__[name] == revive(model, name, new):
            setattr(record, name, revive(model, name, old))
        else:
            report.skipped.append({"id": record.pk, "field": name})


Parts = dict[str, dict[int, Any]]


def _parts_told(unit: Unit, written: Sequence[Change]) -> Parts:
    """The parts that these writes tell of, as far as they are there still, by model and id; one query for each model."""
    wanted: dict[str, set[int]] = {}
    for change in written:
        for label, pk, _sign, _values in change.body.get("parts", ()):
            wanted.setdefault(label, set()).add(pk)
    records = sorted({c.record_id for c in written})
    found: Parts = {}
    for label, ids in wanted.items():
        rows = apps.get_model(label).objects.of(records).filter(pk__among=sorted(ids)).order_by("pk")
        found[label] = {row.pk: row for row in unit.load(rows)}
    return found


def _restore_parts(unit: Unit, change: Change, parts: Parts, report: UndoReport) -> None:
    for label, pk, sign, values in change.body["parts"]:
        model, rows = apps.get_model(label), parts[label]
        row = rows.get(pk)
        if row is not None and row.record_id != change.record_id:
            row = None
        if sign == "+" and row is not None:
            unit.remove(rows.pop(pk))
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


def said_of(value: Any) -> Any:
    """An option of a verb as an operation keeps it, to be read by people."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, (list, tuple)):
        return [said_of(v) for v in value]
    if isinstance(value, dict):
        return {str(k): said_of(v) for k, v in value.items()}
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
