"""Reading a large file in the background, so that no request waits for it; and how many are read while somebody waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.imports.files import folder_of, read, read_with, refuse_once_begun
from tend.kernel.imports.models import Import
from tend.kernel.jobs import Job, Run, enqueue, job

AT_ONCE = 2 * 1024 * 1024  # bytes; a file of this size is read in about a second

_SEATS = threading.BoundedSemaphore(2)  # of one process: each may hold a child of half a gigabyte for ten seconds


@contextmanager
def a_seat(run: Import) -> Iterator[bool]:
    """Whether the file may be read while somebody waits: it is small, and this process reads few others just now."""
    seated = not is_large(run) and _SEATS.acquire(blocking=False)
    try:
        yield seated
    finally:
        if seated:
            _SEATS.release()


def is_large(run: Import) -> bool:
    """Is the file too large to be read while somebody waits?"""
    return (folder_of(run) / "source").stat().st_size > AT_ONCE


def ask_to_read(actor: Actor, run: Import, *, header_row: int | None = None, **changes: str) -> Job:
    """Queue the reading of a file; `changes` and `header_row` say how, as in `read_with`. Refused once it has begun."""
    with transaction.atomic():
        held: Import = Import.objects.select_for_update().get(pk=run.pk)
        refuse_once_begun(held)
        queued = enqueue("import.read", {"of": run.pk, "header_row": header_row, "changes": changes}, actor)
        run.state, run.job_id, run.problem, run.sha256 = Import.State.UPLOADED, queued.pk, "", ""
        run.save(update_fields=["state", "job_id", "problem", "sha256"])
    return queued


@job("import.read")
def read_job(
    run: Run, *, of: int, header_row: int | None = None, changes: dict[str, str] | None = None
) -> dict[str, Any]:
    """Read a file in the background; what is wrong with it is kept with the import and shown there."""
    found: Import = Import.objects.get(pk=of)
    if found.state != Import.State.UPLOADED:
        return {}
    try:
        if changes or header_row is not None:
            read_with(run.actor, found, header_row=header_row, tell=run.tell, **(changes or {}))
        else:
            read(run.actor, found, tell=run.tell)
    except Refused as no:
        if found.state != Import.State.BROKEN:
            found.state, found.problem = Import.State.BROKEN, no.message
            found.save(update_fields=["state", "problem"])
        return {"broken": 1}
    return {"rows": found.rows}
