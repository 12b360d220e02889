"""Nightly housekeeping of the kernel's own machinery: spent jobs, slots and idempotency keys."""

from __future__ import annotations

from tend.kernel import clock, idempotency, notices
from tend.kernel.jobs import queue
from tend.kernel.jobs.declared import every, job
from tend.kernel.jobs.run import Run


@every(daily_at="03:20")
@job("tidy")
def tidy(run: Run) -> dict[str, int]:
    """Forget what nobody can ask for any more."""
    now = clock.now()
    return {"jobs": queue.tidy(now), "keys": idempotency.forget_old(now), "notices": notices.forget_old(now)}
