"""The queue: putting work in, taking it out, giving it back, and taking it from workers that died."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.errors import Misuse, NotSeen
from tend.kernel.jobs.declared import declared, periodic_jobs
from tend.kernel.jobs.models import Job, Slot
from tend.kernel.jobs.whereabouts import is_gone
from tend.kernel.operations import Operation
from tend.kernel.taking import drop, take

WHY = "the queue belongs to nobody"
STALE = dt.timedelta(seconds=120)  # without a sign of life for so long, the worker is taken for dead
KEEP = dt.timedelta(days=30)
DEATHS = 5  # of workers over one job, before it is believed that the job kills them


def enqueue(
    name: str,
    payload: dict[str, Any],
    actor: Actor,
    *,
    after: dt.datetime | None = None,
    key: str = "",
    operation: Any = None,
    continues: Job | None = None,
) -> Job:
    """Queue a job in the transaction that is open: it runs if and only if that commits.

    The payload is JSON. With a `key`, equal work that still waits is given back instead. `continues` is the job that
    began this work, if one did. Misuse for an unknown name.
    """
    if declared(name) is None:
        raise Misuse(f"no job is called {name}")
    now = clock.now()
    job = Job(
        name=name, payload=payload, actor_id=actor.user_id, why=actor.why[:200], key=key[:120], made_at=now, run_after=after or now,
        operation=operation, total=operation.total if operation is not None else 0,
    )  # fmt: skip
    if continues is not None:
        job.done, job.started_at, job.heartbeat_at = continues.done, continues.started_at, continues.heartbeat_at
    with transaction.atomic():
        if key:
            waiting: Job | None = _all().filter(name=name, key=job.key, state=Job.State.WAITING).first()
            if waiting is not None:
                return waiting
        job.pk = write.reserve_ids(Job, 1, 0)[0]
        write.insert(Job, [job])
    return job


def jobs_of(actor: Actor) -> Any:
    """The jobs that this person asked for, newest first; all of them for who has the right `settings`."""
    rows = Job.objects.as_system("each sees his own work").order_by("-id")
    return rows if actor.has_right("settings") else rows.filter(actor_id=actor.user_id)


def cancel(actor: Actor, pk: int) -> None:
    """Ask for a job to be stopped: at once when it waits, after its present chunk when it runs. NotSeen for others' jobs."""
    if not jobs_of(actor).filter(pk=pk).exists():
        raise NotSeen("kernel.job")
    mine, now = _all().filter(pk=pk), clock.now()
    with transaction.atomic():
        if take(mine.filter(state=Job.State.WAITING), state=Job.State.CANCELLED, cancel_asked=True, ended_at=now):
            begun = Operation.objects.as_system(WHY).filter(jobs__pk=pk).values("pk")
            still_open = (Operation.State.WAITING, Operation.State.RUNNING)
            rows = Operation.objects.as_system(WHY).filter(pk__in=begun, state__in=still_open)
            take(rows, state=Operation.State.STOPPED, ended_at=now)
        else:
            take(mine.filter(state=Job.State.RUNNING), cancel_asked=True)


def claim(worker: str, now: dt.datetime) -> Job | None:
    """Take the job that has waited longest; no two workers get the same."""
    due = _all().filter(state=Job.State.WAITING, run_after__lte=now).order_by("run_after", "id")
    if not due.exists():  # an idle worker takes no write lock
        return None
    with transaction.atomic():
        job: Job | None = due.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        ).first()
        if job is None:
            return None
        job.state, job.worker, job.started_at = Job.State.RUNNING, worker[:80], now - _worked(job)
        job.heartbeat_at = now
        job.attempts += 1
        take(
            _all().filter(pk=job.pk),
            state=job.state,
            worker=job.worker,
            started_at=job.started_at,
            heartbeat_at=now,
            attempts=job.attempts,
        )
    return job


def _worked(job: Job) -> dt.timedelta:
    """How long earlier tries have worked, where this one goes on with what they did: speed is told without the pauses."""
    if job.operation_id and job.started_at and job.heartbeat_at:
        return max(job.heartbeat_at - job.started_at, dt.timedelta(0))
    return dt.timedelta(0)


def mine(job: Job) -> Any:
    """The row as long as this claim holds: the reaper may have given the job to another worker meanwhile."""
    return _all().filter(pk=job.pk, worker=job.worker, attempts=job.attempts, state=Job.State.RUNNING)


def end(job: Job, state: str, *, answer: Any = None, error: str = "") -> bool:
    """Close a job; whether it was still this worker's."""
    now = clock.now()
    return take(mine(job), state=state, ended_at=now, heartbeat_at=now, answer=answer, error=error[:4000]) == 1


def give_back(job: Job, *, seconds: float = 0, error: str = "", counts: bool = True) -> bool:
    """Let a job wait for its next try. A worker that only stops does not count its try."""
    wait = seconds + (random.random() * seconds / 10)
    return (
        take(
            mine(job), state=Job.State.WAITING, worker="", run_after=clock.now() + dt.timedelta(seconds=wait), error=error[:4000],
            attempts=job.attempts if counts else job.attempts - 1,
        )
        == 1
    )  # fmt: skip


def _unmourned(job: Job, why: str) -> None:
    """Nobody asked what became of it."""


def reap(now: dt.datetime, give_up: Callable[[Job, str], None] = _unmourned) -> int:
    """Give the jobs of workers that died back to the queue; how many. One that killed five is failed, and `give_up` told.

    A worker of this machine is known to be gone at once, another by its silence. One in the middle of a chunk holds the
    row, so it is skipped here however long the chunk takes.
    """
    running = _all().filter(state=Job.State.RUNNING)
    gone = [pk for pk, worker in running.values_list("pk", "worker") if is_gone(worker)]
    silent = Q(heartbeat_at__lt=now - STALE) | Q(heartbeat_at=None)
    dead = running.filter(silent | Q(pk__in=gone)) if gone else running.filter(silent)
    if not dead.exists():
        return 0
    reaped = 0
    with transaction.atomic():
        for job in dead.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked):
            said = _("The worker ended without a word.")
            if job.attempts >= DEATHS:
                if take(mine(job), state=Job.State.FAILED, ended_at=now, error=said):
                    reaped += 1
                    give_up(job, said)
            else:
                # Whatever killed it may still be there, so each death is followed by a longer pause.
                again = now + dt.timedelta(seconds=2**job.attempts if job.pk in gone else 0)
                reaped += take(mine(job), state=Job.State.WAITING, worker="", run_after=again, error=said)
    return reaped


def tick(now: dt.datetime, zone: str, actor: Actor) -> list[str]:
    """Queue the periodic work whose turn has come; the names queued by this call. Any number of workers may call it."""
    queued = []
    for periodic in periodic_jobs():
        slot = periodic.slot(now, zone)
        if Slot.objects.filter(name=periodic.name, slot=slot).exists():
            continue
        with transaction.atomic():
            _fresh, made = Slot.objects.get_or_create(name=periodic.name, slot=slot, defaults={"taken_at": now})
            if made:
                enqueue(periodic.name, {}, actor, key="periodic")
                queued.append(periodic.name)
    return queued


def tidy(now: dt.datetime) -> int:
    """Forget jobs that ended a month ago, and old slots."""
    gone = drop(_all().filter(ended_at__lt=now - KEEP))
    return gone + drop(Slot.objects.filter(taken_at__lt=now - KEEP))


def _all() -> Any:
    return Job.objects.as_system(WHY)
