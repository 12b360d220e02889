"""Work on many records as one thing: listed, counted, resumable; what takes it back is in `undo`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Expected, Misuse, NotAllowed, NotSeen, Refused, check_expected
from tend.kernel.ids import Ids
from tend.kernel.notices import sight_of
from tend.kernel.scoped import Scoped
from tend.kernel.sqlite.statistics import count_anew
from tend.kernel.unit import Unit
from tend.kernel.verbs import Done

if TYPE_CHECKING:
    from tend.kernel.verbs import Verb

UNDO_DAYS = 30
MANY = 10_000  # changed records after which a database is another one for its planner
REFUSALS_SHOWN = 1000  # refusals that the operation itself carries; all of them are rows of their own


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
    def kept(self) -> dict[str, Any]:
        """What rules keep from one chunk to the next in this process; whoever takes the work up again works it out anew."""
        found: dict[str, Any] = self.__dict__.setdefault("_kept", {})
        return found

    def keep(self, name: str, work_out: Callable[[], Any]) -> None:
        """Keep something for the next chunk once this one is committed; `handed_on` tells it before."""
        self.__dict__.setdefault("_coming", {})[name] = work_out
        transaction.on_commit(lambda: self.kept.__setitem__(name, work_out()))

    def handed_on(self) -> dict[str, Any]:
        """All that is kept, with what the chunk under way will have kept when it is committed."""
        coming: dict[str, Callable[[], Any]] = self.__dict__.get("_coming", {})
        return {**self.kept, **{name: work_out() for name, work_out in coming.items()}}

    def follow(self, earlier: Operation) -> None:
        """Read anew: go on with what was kept, unless somebody else has gone on with the work meanwhile."""
        if self.done_through == earlier.done_through:
            self.__dict__["_kept"] = earlier.kept

    @property
    def is_over(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)


class Refusal(models.Model):
    """One record that an operation did not change, and the rule that said no."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="refused_records")
    record_id = models.BigIntegerField()
    message = models.TextField()

    objects = Scoped()


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


def changed_meanwhile(operation: Operation) -> tuple[int, int] | None:
    """How many records a list held when it was chosen for this work, and when the work began; None when as many.

    Of work on records that were named one by one there is nothing to tell.
    """
    shown = operation.params.get("shown")
    begun = operation.is_over or "walk" in operation.params
    return (shown, operation.total) if begun and isinstance(shown, int) and shown != operation.total else None


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
    if verb.beside is not None:
        for pk in ids:
            _run_beside(verb, actor, pk, options, operation, now)
        return
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


def run_alone(
    verb: Verb, actor: Actor, record: Any, options: dict[str, Any], *, expect: Expected | None, now: dt.datetime | None
) -> Done:
    """One call of a verb that is an operation by itself. A refusal leaves nothing, the operation included."""
    now = now or clock.now()
    pk = record if isinstance(record, int) else record.pk
    with transaction.atomic():
        params = {k: said_of(v) for k, v in options.items()}
        operation = start(actor, verb.name, verb.entity.code, total=1, params={**params, "id": pk}, now=now)
        done = _open_beside(verb, actor, pk, options, operation, now, expect)
        operation.save(update_fields=["summary"])
        advance(operation, 1, changed=1 if done.act else 0)
        close(operation, now)
    return done


def run_together(
    verb: Verb, actor: Actor, calls: Sequence[tuple[int, dict[str, Any]]], *, now: dt.datetime | None = None
) -> Operation:
    """Several calls of such a verb, each with options of its own, as one operation: all of them, or none when one is refused."""
    now = now or clock.now()
    with transaction.atomic():
        params = {k: said_of(v) for k, v in calls[0][1].items()} if len(calls) == 1 else {}
        ids = [pk for pk, _options in calls]
        operation = start(actor, verb.name, verb.entity.code, total=len(calls), params={**params, "ids": ids}, now=now)
        for pk, options in calls:
            done = _open_beside(verb, actor, pk, options, operation, now)
            advance(operation, 1, changed=1 if done.act else 0)
        operation.save(update_fields=["summary"])
        close(operation, now)
    return operation


def _open_beside(
    verb: Verb, actor: Actor, pk: int, options: dict[str, Any], operation: Operation, now: dt.datetime,
    expect: Expected | None = None,
) -> Done:  # fmt: skip
    """The record and those beside it, locked in key order: two calls that name the same ones never wait for each other."""
    assert verb.beside is not None
    with Unit(actor, verb=verb.name, now=now, operation=operation) as unit:
        action, others = verb.action(actor), list(verb.beside(pk, options))
        unit.open(verb.entity, sorted({pk, *others}), action, trashed=verb.trashed)
        record = unit.open_one(verb.entity, pk, action, trashed=verb.trashed)
        for other in others:
            unit.open_one(verb.entity, other, action, trashed=verb.trashed)
        check_expected(record, expect)
        value = unit.run(verb, record, options, checked=True)
        unit.finish()
    return Done(record, value, unit.says, unit.act if unit.wrote else None, operation)


def _run_beside(
    verb: Verb, actor: Actor, pk: int, options: dict[str, Any], operation: Operation, now: dt.datetime
) -> None:
    try:
        with transaction.atomic():
            _open_beside(verb, actor, pk, options, operation, now)
            advance(operation, 1, changed=1)
    except (NotSeen, NotAllowed):
        advance(operation, 1, refused=[[pk, _("not found, or not yours to change")]])
    except Refused as no:
        advance(operation, 1, refused=[[pk, no.message]])


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
    if operation.changed >= MANY:
        transaction.on_commit(count_anew, robust=True)  # that it fails is no reason to call the work failed


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
