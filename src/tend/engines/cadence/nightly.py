"""What the cycle does at night: pauses that end today are over. Planning itself happens in the verbs' own transaction."""

from __future__ import annotations

import datetime as dt

from tend.domains.accounts.commands import resume
from tend.domains.accounts.models import Account
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
