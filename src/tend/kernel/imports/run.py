"""The run of an import: rehearse, then write in chunks that a killed process resumes exactly."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tend.base.dialects.dialect import Row
from tend.kernel import clock, operations, write
from tend.kernel.actor import Actor
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.errors import Refused
from tend.kernel.imports.earlier import Earlier
from tend.kernel.imports.files import plan_of, problems_of, recipe_of, refuse_if, refuse_once_begun, spill_of
from tend.kernel.imports.models import Import, ImportFault
from tend.kernel.imports.relay import Relay, lanes_for
from tend.kernel.imports.taking import (
    Taken,
    Task,
    add,
    empty_summary,
    keep_faults,
    mended,
    refused_row,
    take_rows,
    totals_of,
)
from tend.kernel.jobs import Job, Run, enqueue, job
from tend.kernel.notices import notify
from tend.kernel.operations import Operation
from tend.kernel.unit import Unit

CHUNK = 1000
FAILURES = 5  # chunks of processes side by side that failed, after which one goes on alone
TURN = 250  # on SQLite, where everybody who saves meanwhile waits until the chunk is in
BY_THE_ROW = (
    IntegrityError,
    DataError,
    OverflowError,
    Refused,
)  # what one row alone can cause while a chunk is written
Tell = Callable[[int], None]


def _untold(done: int) -> None:
    """Nobody asked how far it is."""


def task_of(actor: Actor, run: Import) -> Task:
    """All that chunks need; Refused when the plan is not possible or the file has changed."""
    refuse_if(problems_of(actor, run))
    spill = spill_of(run)
    return Task(run, plan_of(run), recipe_of(run), spill, totals_of(spill))


# --- rehearsal --------------------------------------------------------------------------------------------------------
def rehearse(actor: Actor, run: Import, tell: Tell = _untold) -> dict[str, Any]:
    """Run the same code as the run and keep nothing but the counts, the faults and the first updates, cell by cell."""
    task, summary, earlier, began = task_of(actor, run), empty_summary(), Earlier(), time.monotonic()
    ImportFault.objects.filter(of=run, rehearsal=True).delete()
    with collected_between_chunks() as collect:
        size = chunk_size()
        for start in range(0, task.spill.rows, size):
            rows = task.page(start, size)
            for taken in _rehearse_rows(actor, task, earlier, start, rows):
                keep_faults(taken, rehearsal=True)
                summary = add(summary, taken)
            collect()
            tell(start + len(rows))
    summary["seconds"] = round(time.monotonic() - began, 1)
    summary["rehearsed_at"] = clock.now().isoformat()
    run.summary, run.rehearsed_sha256, run.state, run.problem = summary, run.sha256, Import.State.REHEARSED, ""
    run.save(update_fields=["summary", "rehearsed_sha256", "state", "problem"])
    return summary


def _rehearse_rows(actor: Actor, task: Task, earlier: Earlier, start: int, rows: list[Row]) -> list[Taken]:
    try:
        with Unit(actor, verb="import", dry=True, ids=task.ids) as unit:
            chunk = task.chunk(unit, rows)
            again = earlier.rows(task, {tie for row in rows for tie in chunk.ties(row)}) if start else []
            taken = take_rows(unit, task, rows, again=again, chunk=None if again else chunk, with_ties=True)
    except BY_THE_ROW as no:
        if len(rows) == 1:
            return [refused_row(task, rows[0], _reason(no))]
        half = len(rows) // 2
        first = _rehearse_rows(actor, task, earlier, start, rows[:half])
        return [*first, *_rehearse_rows(actor, task, earlier, start + half, rows[half:])]
    earlier.keep(start, rows, taken)
    return [taken]


def rehearse_rows(actor: Actor, task: Task, rows: list[Row], before: list[Row]) -> list[Taken]:
    """Some rows of a rehearsed file once more; `before` are earlier rows of the file, which these may meet."""
    wanted = [mended(task.plan, row, task.spill.header) for row in rows]
    try:
        with Unit(actor, verb="import", dry=True, ids=task.ids) as unit:
            return [take_rows(unit, task, wanted, again=before)]
    except BY_THE_ROW as no:
        if len(rows) == 1:
            return [refused_row(task, rows[0], _reason(no))]
        return [taken for row in rows for taken in rehearse_rows(actor, task, [row], [])]


# --- the run ----------------------------------------------------------------------------------------------------------
def begin(actor: Actor, run: Import) -> Operation:
    """Open the operation of a run; from here on it can be killed and resumed. Refused when it has begun already."""
    refuse_if(problems_of(actor, run))
    spill_of(run)
    with transaction.atomic():
        held: Import = Import.objects.select_for_update().get(pk=run.pk)
        refuse_once_begun(held)
        if held.rehearsed_sha256 and held.rehearsed_sha256 != held.sha256:
            raise Refused(_("The file has changed since it was rehearsed."), code="changed")
        ImportFault.objects.filter(of=run, rehearsal=False).delete()
        operation = operations.start(
            actor, "import", recipe_of(run).code, total=run.rows, params={"file": run.filename}
        )
        rehearsed_at = held.summary.get("rehearsed_at", "") if held.rehearsed_sha256 else ""
        run.summary = {**empty_summary(), "rehearsed_at": rehearsed_at}
        run.operation, run.state = operation, Import.State.RUNNING
        run.save(update_fields=["operation", "state", "summary"])
    return operation


def go_on(
    actor: Actor, run: Import, tell: Tell = _untold, chunk: Callable[[], AbstractContextManager[None]] = nullcontext
) -> dict[str, Any]:
    """Run, or resume where the last committed chunk ended: progress is written in each chunk's own transaction.

    A row that the database or a reaction refuses is found by halving its chunk; all others go on.
    """
    assert run.operation is not None
    task, most = task_of(actor, run), chunk_size()
    size, failures = most, 0
    if said := run.summary.get("rehearsed_at"):
        task.memory["rehearsed at"] = dt.datetime.fromisoformat(said)
    alone_until = 1  # the first chunk fills what processes beside this one then begin with
    with write.not_waiting_for_the_disk(), collected_between_chunks() as collect, ExitStack() as ended:
        beside: Relay | None = None
        while not _is_over(run):
            done = operation_of(run).done_through
            if done >= alone_until and size == most and (lanes := lanes_for(task, most)) and failures < FAILURES:
                if beside is None:
                    beside = ended.enter_context(Relay(actor, run, most, lanes, task.memory.get("rehearsed at")))
                alone_until = _go_beside(beside, run, tell, chunk)
                failures = FAILURES if beside.broken else failures + 1
                continue
            try:
                with chunk():
                    _write_chunk(actor, task, size)
                size = min(most, size * 2)
            except BY_THE_ROW as no:
                run.refresh_from_db()
                if size == 1:
                    with chunk():
                        _leave_out(actor, task, no)
                size = max(1, size // 2)
            collect()
            tell(operation_of(run).done_through)
    with transaction.atomic():
        operations.close(run.operation, clock.now())
        run.state = Import.State.DONE
        run.save(update_fields=["state"])
        if run.actor_id:
            values = {"file": run.filename, "n": run.operation.changed}
            notify(
                [run.actor_id],
                "import",
                gettext_noop("“%(file)s” is imported: %(n)s records were created or updated."),
                values,
                record=run,
            )
    summary: dict[str, Any] = run.summary
    return summary


def _go_beside(beside: Relay, run: Import, tell: Tell, chunk: Callable[[], AbstractContextManager[None]]) -> int:
    """Let several processes take what is left; up to where this one has to go alone, when a chunk of theirs failed."""
    operation = operation_of(run)
    told = operation.done_through

    def tell_on(done: int) -> None:
        nonlocal told
        if done > told:
            with chunk():  # a sign of life, and the place where a job is stopped or loses its rights
                told = done
        tell(done)

    done, alone_until, kept = beside.go(operation.done_through, operation.kept, tell_on)
    run.refresh_from_db()
    operation_of(run).kept.update(kept if operation_of(run).done_through == done else {})
    return alone_until


def chunk_size() -> int:
    """Rows of one transaction. It does not follow the time that a chunk takes: a run that was killed makes the same chunks."""
    return min(CHUNK, TURN) if connection.vendor == "sqlite" else CHUNK


def _is_over(run: Import) -> bool:
    return operation_of(run).done_through >= run.rows


def operation_of(run: Import) -> Operation:
    """The operation of an import that has begun."""
    assert run.operation is not None
    return run.operation


def _write_chunk(actor: Actor, task: Task, size: int) -> None:
    run = task.run
    with Unit(actor, verb="import", operation=run.operation, ids=task.ids) as unit:
        catch_up(run)
        unit.operation = run.operation
        rows = task.page(operation_of(run).done_through, size)
        if rows:
            taken = take_rows(unit, task, rows)
            unit.finish()
            count_chunk(run, len(rows), taken)


def _leave_out(actor: Actor, task: Task, no: Exception) -> None:
    """Count the one row that cannot be written as failed, and go past it."""
    with transaction.atomic():
        catch_up(task.run)
        row = task.page(operation_of(task.run).done_through, 1)[0]
        count_chunk(task.run, 1, refused_row(task, row, _reason(no)))


def catch_up(run: Import) -> None:
    """Hold the operation and read how far it is: another process may have gone on while this one was taken for dead."""
    rows = Operation.objects.as_system("a run counts for itself").select_for_update()
    known, run.operation = run.operation, rows.get(pk=run.operation_id)
    if known is not None and run.operation is not None:
        run.operation.follow(known)
    run.refresh_from_db(fields=["summary"])


def count_chunk(run: Import, rows: int, taken: Taken) -> None:
    """Write how far the run is, in the transaction of the chunk that it tells of."""
    keep_faults(taken, rehearsal=False)
    operation = operation_of(run)
    run.summary = add(run.summary, taken)
    operation.done_through += rows
    operation.changed = run.summary["created"] + run.summary["updated"]
    operation.failed = run.summary["failed"]
    operation.save(update_fields=["done_through", "changed", "failed"])
    run.save(update_fields=["summary"])


def _reason(no: Exception) -> str:
    if isinstance(no, Refused):
        return no.message
    return _("The database refused this row: %(why)s") % {"why": str(no).strip().split("\n")[0][:200]}


# --- in the background ------------------------------------------------------------------------------------------------
def ask_to_rehearse(actor: Actor, run: Import) -> Job:
    """Queue a rehearsal. Refused when the plan is not possible."""
    refuse_if(problems_of(actor, run))
    with transaction.atomic():
        held: Import = Import.objects.select_for_update().get(pk=run.pk)
        refuse_once_begun(held)
        queued = enqueue("import.rehearse", {"of": run.pk}, actor, key=f"import {run.pk}")
        run.state, run.job_id, run.problem = Import.State.REHEARSING, queued.pk, ""
        run.save(update_fields=["state", "job_id", "problem"])
    return queued


def ask_to_run(actor: Actor, run: Import) -> Job:
    """Queue the run. Refused when it has begun already, or the file changed since the rehearsal."""
    with transaction.atomic():
        operation = begin(actor, run)
        queued = enqueue("import.run", {"of": run.pk}, actor, key=f"import {run.pk}", operation=operation)
        run.job_id = queued.pk
        run.save(update_fields=["job_id"])
    return queued


def ask_to_go_on(actor: Actor, run: Import) -> Job:
    """Queue the rest of a run that was stopped or whose job failed. Refused while it still runs."""
    with transaction.atomic():
        held: Import = Import.objects.select_for_update(of=("self",)).select_related("operation").get(pk=run.pk)
        if held.state != Import.State.RUNNING or not is_stalled(held):
            raise Refused(_("This import is under way or done."))
        operation = held.operation
        assert operation is not None
        operation.state, operation.ended_at = Operation.State.RUNNING, None
        operation.save(update_fields=["state", "ended_at"])
        queued = enqueue(
            "import.run", {"of": run.pk}, actor, key=f"import {run.pk}", operation=operation, continues=job_of(held)
        )
        held.job_id = queued.pk
        held.save(update_fields=["job_id"])
    return queued


def close_here(actor: Actor, run: Import) -> None:
    """End a stopped run where it stands: what is in stays, and can be undone."""
    with transaction.atomic():
        held: Import = Import.objects.select_for_update(of=("self",)).select_related("operation").get(pk=run.pk)
        if held.state != Import.State.RUNNING or not is_stalled(held):
            raise Refused(_("This import is under way or done."))
        assert held.operation is not None
        operations.close(held.operation, clock.now())
        held.state = Import.State.DONE
        held.save(update_fields=["state"])


def job_of(run: Import) -> Job | None:
    """The background work of an import, if it was ever asked for."""
    rows = Job.objects.as_system("an import shows its own work")
    found: Job | None = rows.filter(pk=run.job_id).first() if run.job_id else None
    return found


def is_stalled(run: Import) -> bool:
    """Is an import that should be under way without anybody working on it?"""
    if run.state not in (Import.State.RUNNING, Import.State.REHEARSING, Import.State.UPLOADED):
        return False
    found = job_of(run)
    return found is None or found.is_over


@job("import.rehearse")
def rehearse_job(run: Run, *, of: int) -> dict[str, Any]:
    """Rehearse in the background."""
    found: Import = Import.objects.get(pk=of)
    try:
        summary = rehearse(run.actor, found, lambda done: run.tell(done, found.rows))
    except Refused as no:
        found.state, found.problem = Import.State.READ, no.message
        found.save(update_fields=["state", "problem"])
        raise
    return {k: v for k, v in summary.items() if isinstance(v, int)}


@job("import.run")
def run_job(run: Run, *, of: int) -> dict[str, Any]:
    """Import in the background; a second try goes on where the first ended."""
    found: Import = Import.objects.select_related("operation").get(pk=of)
    if found.state == Import.State.DONE:
        return {}
    summary = go_on(run.actor, found, lambda done: run.tell(done, found.rows), run.chunk)
    return {k: v for k, v in summary.items() if isinstance(v, int)}
