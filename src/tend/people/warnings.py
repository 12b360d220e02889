"""Warnings that reach the administrators before something stops working."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tend.kernel.jobs.declared import every, job
from tend.kernel.jobs.run import Run
from tend.kernel.notices import notify
from tend.kernel.organisation import organisation
from tend.kernel.outages import is_low
from tend.people.reactions import administrators

DISK_LOW = gettext_noop("The disk that holds the data is nearly full. Make room before nothing more can be saved.")


@every(seconds=900)
@job("watch_disk")
def watch_disk(run: Run) -> dict[str, int]:
    """Leave a notice with each administrator while the disk is nearly full; an unread one is not repeated."""
    if not is_low():
        return {"told": 0}
    ours = organisation()
    return {"told": notify(administrators(), "disk", DISK_LOW, record=ours if ours.pk else None)}
