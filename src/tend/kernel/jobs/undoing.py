"""Taking an operation back: at once when it was small, else as a job that goes on where it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.jobs.stages import Stage, deed, run_or_queue
from tend.kernel.operations import Operation
from tend.kernel.undo import start_undo, undo_chunk
from tend.kernel.verbs import CHUNK

AT_ONCE = 500  # writes that a request takes back while somebody waits


def undo_or_queue(actor: Actor, operation: Operation, *, at_once: int = AT_ONCE, chunk: int = CHUNK) -> Operation:
    """Take an operation back; the operation that does it tells by its state whether it is done or waits for a worker.

    Refused for one that is too old, undone or not over. Fields changed since stay, and so do new records that somebody
    has worked on: `UndoReport.of` says how many.
    """
    now = clock.now()
    with transaction.atomic():
        undoing = start_undo(actor, operation, now)
        stages = [Stage("undo", size=undoing.total, given={"chunk": chunk})]
        return run_or_queue(actor, undoing, stages, now, at_once=at_once)


@deed("undo")
def take_back(actor: Actor, undoing: Operation, ids: Sequence[int], now: dt.datetime, *, chunk: int) -> None:
    """The next writes of the operation that is taken back."""
    undo_chunk(actor, undoing, now, chunk=chunk)
