"""The background worker: one thread that takes jobs, runs periodic work in its turn and buries what died."""

from __future__ import annotations

import logging
import signal
import threading
import time
import traceback
from types import FrameType

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.actor import system
from tend.kernel.errors import NotAllowed, Refused, TendError
from tend.kernel.jobs import queue
from tend.kernel.jobs.declared import Again, declared
from tend.kernel.jobs.models import Job
from tend.kernel.jobs.run import Cancelled, Lost, Run, Stopped
from tend.kernel.jobs.stages import tell_stopped
from tend.kernel.jobs.whereabouts import own_name
from tend.kernel.operations import Operation
from tend.kernel.organisation import organisation
from tend.kernel.outages import is_full
from tend.kernel.taking import take

log = logging.getLogger("tend.jobs")
POLL = 0.5  # seconds between two looks at an empty queue
ROUND = 15.0  # seconds between two rounds of ticker and reaper
MEND = 2.0  # seconds to wait for a database that does not answer
FULL = 60.0  # seconds to wait for room on a full disk


class Worker:
    """Runs jobs until it is told to stop; then it finishes its chunk and gives the job back."""

    def __init__(self, name: str = "") -> None:
        self.name = name or own_name()
        self._stop = threading.Event()
        self._round_at = 0.0

    def stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked)

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop. A database that goes away is waited for."""
        while not self._stop.is_set():
            try:
                close_old_connections()
                self.round()
                busy = self.step()
            except DatabaseError:
                log.exception("the database does not answer")
                connection.close()
                self._stop.wait(MEND)
                continue
            if not busy:
                self._stop.wait(POLL)

    def drain(self) -> int:
        """Run what is due until nothing is; how many jobs that were (tests, cron)."""
        count = 0
        while not self._stop.is_set() and self.step():
            count += 1
        return count

    def round(self) -> None:
        """Ticker and reaper, every fifteen seconds."""
        if self._round_at and time.monotonic() - self._round_at < ROUND:
            return
        self._round_at = time.monotonic()
        now = clock.now()
        queue.reap(now, self._stop_operation)
        queue.tick(now, organisation().zone, system("periodic work"))

    def step(self) -> bool:
        """Take one job and run it; False when none is due."""
        job = queue.claim(self.name, clock.now())
        if job is None:
            return False
        self.try_once(job)
        return True

    def try_once(self, job: Job) -> None:
        """One try of a claimed job, whatever comes of it."""
        known = declared(job.name)
        if known is None:
            queue.end(job, Job.State.FAILED, error=f"no job is called {job.name}")
            return
        try:
            run = Run(job, self._stop.is_set)
            with translation.override(run.actor.language), timezone.override(run.actor.zone):
                answer = known.run(run, **job.payload)
            take(queue.mine(job), done=job.done, total=job.total, note=job.note)
            queue.end(job, Job.State.DONE, answer=answer)
        except Stopped:
            queue.give_back(job, counts=False)
        except Lost:
            log.warning("%s was given to another worker", job)
        except Cancelled:
            queue.end(job, Job.State.CANCELLED)
            self._stop_operation(job)
        except Again as later:
            self._again(job, later.seconds, str(later), known.tries)
        except TendError as no:
            queue.end(job, Job.State.FAILED, error=_why(no))
            self._stop_operation(job, _why(no))
        except Exception as error:
            if is_full(error):  # no fault of the job: it goes on when there is room
                log.error("%s waits: the disk is full", job)
                queue.give_back(job, seconds=FULL, error=str(error), counts=False)
                return
            log.exception("%s failed at its try %d", job, job.attempts)
            if not connection.in_atomic_block:
                connection.close()  # whatever state it was left in
            said = "".join(traceback.format_exception_only(error)).strip()
            self._again(job, known.wait_after(job.attempts), said, known.tries)

    def _again(self, job: Job, seconds: float, said: str, tries: int) -> None:
        if job.attempts < tries:
            queue.give_back(job, seconds=seconds, error=said)
        else:
            queue.end(job, Job.State.FAILED, error=said)
            self._stop_operation(job, said)

    def _stop_operation(self, job: Job, why: str = "") -> None:
        """Close what could not be finished; whoever asked for it is told, unless it was he who stopped it."""
        if not job.operation_id:
            return
        rows = Operation.objects.as_system("the worker closes what it could not finish").filter(pk=job.operation_id)
        still_open = rows.filter(state__in=(Operation.State.WAITING, Operation.State.RUNNING))
        if take(still_open, state=Operation.State.STOPPED, ended_at=clock.now()) and why:
            tell_stopped(rows.get(), why)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()


def _why(no: TendError) -> str:
    """Why a job ended, in words that its owner can read."""
    if isinstance(no, Refused):
        return no.message
    if isinstance(no, NotAllowed):
        return _("You may not do this any more.")
    return str(no) or type(no).__name__
