"""What a job's function gets: its actor, a way to tell how far it is, and chunks that are its own or nobody's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tend.kernel import clock
from tend.kernel.actor import Actor, actor_again
from tend.kernel.jobs.models import Job
from tend.kernel.jobs.queue import mine
from tend.kernel.taking import take

TELL_EVERY = 0.5  # seconds between two writes of the progress


class Cancelled(Exception):
    """Somebody asked for the job to be stopped."""


class Stopped(Exception):
    """The worker is to end: the job goes back to the queue and is resumed by another."""


class Lost(Exception):
    """The job was given to another worker, because this one had been silent for too long."""


class Run:
    """One try of a job."""

    def __init__(self, job: Job, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self.job = job
        self.actor: Actor = actor_again(job.actor_id, job.why or job.name)
        self._is_stopping = is_stopping
        self._told_at = 0.0

    @contextmanager
    def chunk(self) -> Iterator[None]:
        """One transaction of the job. Raises before it begins when the job is cancelled, stopped or another's by now.

        The job's row is held until the commit, so that the reaper never takes a job with a chunk under way.
        """
        self.check()
        with transaction.atomic():
            if not take(mine(self.job), heartbeat_at=clock.now()):
                raise Lost
            self.actor = actor_again(self.job.actor_id, self.job.why or self.job.name)  # rights may have been taken
            yield

    def tell(self, done: int, total: int | None = None, note: str | None = None) -> None:
        """Say how far the work is; written twice a second at most. Also a sign of life, and the place to stop."""
        job = self.job
        job.done = done
        job.total = job.total if total is None else total
        job.note = job.note if note is None else note[:200]
        if time.monotonic() - self._told_at >= TELL_EVERY or done == job.total:
            self._told_at = time.monotonic()
            self.check()
            if not take(mine(job), done=job.done, total=job.total, note=job.note, heartbeat_at=clock.now()):
                raise Lost

    def check(self) -> None:
        """Raise when the job should not go on."""
        if self._is_stopping():
            raise Stopped
        asked = mine(self.job).values_list("cancel_asked", flat=True).first()
        if asked is None:
            raise Lost
        if asked:
            raise Cancelled

    def keep(self, **payload: Any) -> None:
        """Remember where a resumed try goes on, best inside `chunk()`."""
        self.job.payload = {**self.job.payload, **payload}
        if not take(mine(self.job), payload=self.job.payload):
            raise Lost
