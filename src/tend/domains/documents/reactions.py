"""What documents themselves see to when something happened: a file that came is looked into."""

from __future__ import annotations

from tend.domains.documents import reading  # noqa: F401 - declares the job
from tend.domains.documents.events import file_brought
from tend.kernel.actor import system
from tend.kernel.events import reacts_to
from tend.kernel.jobs.queue import enqueue
from tend.kernel.unit import Unit

WHY = "a file is looked into for the search"


@reacts_to(file_brought)
def look_into_files(unit: Unit, events: list[file_brought]) -> None:
    """One job for each file; it runs when this unit has been written."""
    if unit.dry:
        return
    for file_id in sorted({e.file_id for e in events}):
        enqueue("read-file", {"file": file_id}, system(WHY), key=str(file_id))
