"""The work of an operation in stages and chunks: at once when it is little, else as a job that goes on where it was.

A bulk edit has one stage, a handover several, an undo one that finds its own next chunk. How far the work is stands in
the operation (`done_through`), written in the chunk's own transaction: a killed worker loses nothing, doubles nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tend.kernel import clock
from tend.kernel.actor import Actor, Grants
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse, NotAllowed, Refused
from tend.kernel.jobs.declared import job
from tend.kernel.jobs.models import Job
from tend.kernel.jobs.packing import pack, unpack
from tend.kernel.jobs.queue import enqueue
from tend.kernel.jobs.run import Run
from tend.kernel.notices import WORDS, notify
from tend.kernel.operations import Operation, changed_meanwhile, close, label_of, run_chunk
from tend.kernel.taking import take
from tend.kernel.verbs import CHUNK, Verb

AT_ONCE = 200  # records that a request may change while somebody waits
WHY = "a bulk job goes on with its own operation"
JOB = "operation"
Deed = Callable[..., Any]
_deeds: dict[str, Deed] = {}


@dataclass(frozen=True)
class Stage:
    """A deed over the records that were fixed when it was asked for, or over `size` things that it finds itself.

    An open one stands alone and finds out while it works where it ends: it answers whether more is left.
    """

    deed: str
    ids: Sequence[int] = ()
    size: int = 0
    given: Mapping[str, Any] = field(default_factory=dict)
    is_open: bool = False

    @property
    def length(self) -> int:
        return len(self.ids) or self.size


def deed(name: str) -> Callable[[Deed], Deed]:
    """Let a function be a stage's deed: `f(actor, operation, ids, now, **given)` does one chunk in the open transaction.

    It adds what it has done to `operation.done_through` and saves it.
    """

    def declare(run: Deed) -> Deed:
        known = _deeds.get(name)
        if known is not None and known.__module__ != run.__module__:
            raise Misuse(f"two deeds are called {name}")
        _deeds[name] = run
        return run

    return declare


def of_verb(verb: Verb, ids: Sequence[int], options: Mapping[str, Any], *, right: str = "") -> Stage:
    """A verb over records. With a `right`, whoever has it at the moment of work reaches records out of his sight too."""
    given = {"code": verb.entity.code, "verb": verb.name, "options": dict(options), "right": right}
    return Stage("verb", list(ids), given=given)


@deed("verb")
def run_verb(
    actor: Actor,
    operation: Operation,
    ids: Sequence[int],
    now: dt.datetime,
    *,
    code: str,
    verb: str,
    options: Mapping[str, Any],
    right: str = "",
) -> None:
    """One chunk of a verb; the scope is asked now, whatever it was when the work was asked for."""
    known = entity_by_code(code).verb_by_name[verb]
    run_chunk(known, everywhere(actor, right) if right else actor, ids, dict(options), operation, now)


def everywhere(actor: Actor, right: str) -> Actor:
    """The actor with sight of everything, for deeds that `right` allows whatever they touch. NotAllowed without it."""
    if not actor.has_right(right):
        raise NotAllowed(right)
    return replace(actor, grants=Grants({("*", "*"): "all"}, {}, "all", frozenset({"*"})))


# --- doing it ---------------------------------------------------------------------------------------------------------
def length_of(stages: Sequence[Stage]) -> int:
    return sum(stage.length for stage in stages)


def carry_out(actor: Actor, operation: Operation, stages: Sequence[Stage], now: dt.datetime | None = None) -> Operation:
    """Do all of it now, in one transaction."""
    now = now or clock.now()
    with transaction.atomic():
        while next_chunk(actor, operation, stages, now):
            pass
        close(operation, now)
    return operation


def run_or_queue(
    actor: Actor, operation: Operation, stages: Sequence[Stage], now: dt.datetime | None = None, *, at_once: int = AT_ONCE
) -> Operation:  # fmt: skip
    """Do it now when it is little work, else leave it to a worker."""
    if length_of(stages) > at_once:
        return queue_stages(actor, operation, stages)
    return carry_out(actor, operation, stages, now)


def queue_stages(actor: Actor, operation: Operation, stages: Sequence[Stage], *, chunk: int = CHUNK) -> Operation:
    """Queue the work, in the transaction that is open; the operation waits until a worker takes it up."""
    with transaction.atomic():
        operation.state, operation.total = Operation.State.WAITING, length_of(stages)
        take(_rows().filter(pk=operation.pk), state=operation.state, total=operation.total)
        packed = [
            {"deed": s.deed, "ids": list(s.ids), "size": s.size, "given": pack(dict(s.given)), "open": s.is_open}
            for s in stages
        ]
        enqueue(JOB, {"stages": packed, "chunk": chunk}, actor, operation=operation)
    return operation


def next_chunk(
    actor: Actor, operation: Operation, stages: Sequence[Stage], now: dt.datetime, chunk: int = CHUNK
) -> bool:
    """Do the chunk that is next; False when nothing is left. Call it in a transaction that holds the operation."""
    if stages and stages[0].is_open:
        return bool(_deeds[stages[0].deed](actor, operation, (), now, chunk=chunk, **stages[0].given))
    begin = operation.done_through
    for stage in stages:
        if begin < stage.length:
            before = operation.done_through
            _deeds[stage.deed](actor, operation, stage.ids[begin : begin + chunk], now, **stage.given)
            if operation.done_through <= before:
                raise Misuse(f"the deed {stage.deed} does not say how far it is")
            return True
        begin -= stage.length
    return False


@job(JOB)
def run_operation(run: Run, *, stages: list[dict[str, Any]], chunk: int = CHUNK) -> dict[str, int]:
    """Do what is left of an operation, chunk by chunk, each with the rights that its actor has by then."""
    rows = _rows().filter(pk=run.job.operation_id)
    take(rows.filter(state=Operation.State.WAITING), state=Operation.State.RUNNING)
    found = [Stage(s["deed"], s["ids"], s["size"], unpack(s["given"]), s.get("open", False)) for s in stages]
    more = True
    with collected_between_chunks(many=length_of(found) > chunk) as collect:
        while more:
            with run.chunk():
                operation: Operation = rows.select_for_update(of=("self",)).get()
                if operation.state != Operation.State.RUNNING:
                    break
                more = next_chunk(run.actor, operation, found, clock.now(), chunk)
                if not more:
                    close(operation, clock.now())
                    tell(operation)
            collect()
            run.tell(operation.done_through, operation.total)
    return {"changed": operation.changed, "failed": operation.failed}


def tell(operation: Operation) -> None:
    """Say to whoever asked for it that long work is done."""
    text = (
        gettext_noop("%(what)s is done: %(changed)s changed, %(failed)s refused.")
        if operation.failed
        else gettext_noop("%(what)s is done: %(changed)s changed.")
    )
    differs = changed_meanwhile(operation)
    shown, found = differs or (0, 0)
    if differs is not None:
        text = gettext_noop(
            "%(what)s is done: %(changed)s changed, %(failed)s refused. The list held %(shown)s when it was chosen and %(found)s when the work began."
        )
    _tell(operation, text, changed=operation.changed, failed=operation.failed, shown=shown, found=found)


def tell_stopped(operation: Operation, why: str) -> None:
    """Say to whoever asked for it that long work could not go on."""
    text = gettext_noop("%(what)s stopped after %(done)s of %(total)s: %(why)s")
    _tell(operation, text, done=operation.done_through, total=operation.total, why=why[:300])


def _tell(operation: Operation, text: str, **values: Any) -> None:
    if operation.actor_id is not None:
        with translation.override(None):  # kept in the words of the source, read in the reader's language
            words = {"what": str(label_of(operation))}
        notify([operation.actor_id], "operation", text, {**values, WORDS: words}, record=operation)


# --- stopped and taken up again ---------------------------------------------------------------------------------------
def job_of(operation: Operation) -> Job | None:
    """The latest piece of background work for an operation, without what it was given."""
    rows = Job.objects.as_system("an operation shows its own work").filter(operation_id=operation.pk)
    found: Job | None = rows.defer("payload").order_by("-id").first()
    return found


def may_go_on(operation: Operation) -> bool:
    """Was the work stopped halfway, and is what it was to do still known?"""
    if operation.state != Operation.State.STOPPED or operation.done_through >= operation.total:
        return False
    found = job_of(operation)
    return found is not None and found.name == JOB and found.is_over


def go_on(actor: Actor, operation: Operation) -> Job:
    """Queue the rest of work that was stopped; only whoever asked for it may, with the rights he has by then.

    Refused when it is under way, done or another's.
    """
    with transaction.atomic():
        held: Operation = _rows().select_for_update(of=("self",)).get(pk=operation.pk)
        if not may_go_on(held) or held.actor_id != actor.user_id:
            raise Refused(_("This is under way or done."))
        last = job_of(held)
        assert last is not None
        take(_rows().filter(pk=held.pk), state=Operation.State.WAITING, ended_at=None)
        return enqueue(JOB, last.payload, actor, operation=held, continues=last)


def _rows() -> Any:
    return Operation.objects.as_system(WHY)
