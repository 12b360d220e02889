"""What the cycle does at night: pauses end, what lacks is mended, leaders are told, silent accounts are offered.

Planning itself happens in the verbs' own transaction. Everything here may run twice or in parallel: it changes nothing more.
"""

from __future__ import annotations

import datetime as dt

from tend.domains.accounts.commands import resume
from tend.domains.accounts.models import Account
from tend.engines.cadence import overdue, rescue
from tend.engines.cadence.doctor import check_cycle
from tend.kernel import clock
from tend.kernel.actor import system
from tend.kernel.jobs import Run, every, job
from tend.kernel.operations import Operation
from tend.kernel.organisation import organisation

WHY = "pauses end on their date"


def end_pauses(now: dt.datetime | None = None) -> Operation | None:
    """Resume every account whose pause was to last until today or earlier. Running it twice changes nothing."""
    now = now or clock.now()
    zone = organisation().zone
    today = clock.day_in(now, zone)
    rows = Account.objects.as_system(WHY).filter(cycle_paused=True, cycle_paused_until__lte=today, trashed_at=None)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return resume.each(system(WHY, zone=zone), ids, now=now) if ids else None


@every(daily_at="02:30")
@job("end-pauses")
def end_pauses_tonight(run: Run) -> dict[str, int]:
    """The job of the night."""
    operation = end_pauses()
    return {"resumed": operation.changed if operation is not None else 0}


@every(daily_at="02:40")
@job("mend-cycle")
def mend_tonight(run: Run) -> dict[str, int]:
    """Put the invariant right, where a fault or a hand in the database has broken it; never a second call."""
    return {"mended": sum(found.count for found in check_cycle(True))}


@every(daily_at="05:10")
@job("watch-overdue")
def watch_tonight(run: Run) -> dict[str, int]:
    """Tell leaders of calls that have waited for too long; warn of silent accounts and offer them."""
    now = clock.now()
    today = clock.day_in(now, organisation().zone)
    return {"told": overdue.tell_overdue(now, today), **rescue.watch(now, today)}
