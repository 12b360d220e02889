"""Nightly housekeeping of the kernel's own machinery: spent jobs, slots and idempotency keys, statistics of SQLite."""

from __future__ import annotations

from django.db import connection

from tend.kernel import clock, idempotency, notices
from tend.kernel.jobs import queue
from tend.kernel.jobs.declared import every, job
from tend.kernel.jobs.run import Run
from tend.kernel.sqlite.statistics import SAMPLE, say_empty_indexes


@every(daily_at="03:20")
@job("tidy")
def tidy(run: Run) -> dict[str, int]:
    """Forget what nobody can ask for any more."""
    now = clock.now()
    return {"jobs": queue.tidy(now), "keys": idempotency.forget_old(now), "notices": notices.forget_old(now)}


@every(daily_at="03:40")
@job("statistics")
def statistics(run: Run) -> dict[str, bool]:
    """Count anew what SQLite's planner knows of tables that have grown; PostgreSQL does so by itself.

    Only a sample of each index is read, so that nobody who writes waits for long.
    """
    if connection.vendor != "sqlite":
        return {"counted": False}
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
        cursor.execute("PRAGMA optimize")
        say_empty_indexes(cursor)
    return {"counted": True}
