"""Nightly: the files of imports that nobody needs any more. What an import did stays told."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from django.conf import settings

from tend.kernel import clock
from tend.kernel.imports.files import discard, folder_of, keep_no_file
from tend.kernel.imports.models import Import
from tend.kernel.jobs import Run, job
from tend.kernel.jobs.declared import every

KEPT = dt.timedelta(days=30)  # as long as an import can be undone and its refused rows mended


@every(daily_at="03:40")
@job("import.tidy")
def tidy_job(run: Run) -> dict[str, int]:
    """Delete files that were read or imported more than 30 days ago."""
    return tidy(clock.now())


def tidy(now: dt.datetime) -> dict[str, int]:
    """Forget imports that wrote nothing, and the files of those that ran; counts of both. A run under way is left alone."""
    forgotten = emptied = 0
    root = Path(settings.DATA_DIR) / "imports"
    for place in sorted(root.iterdir()) if root.exists() else ():
        if not place.is_dir() or not place.name.isdigit():
            continue
        found = Import.objects.select_related("operation").filter(pk=int(place.name)).first()
        if found is None:
            shutil.rmtree(place, ignore_errors=True)
            emptied += 1
        elif found.started_at > now - KEPT or found.state == Import.State.RUNNING:
            continue
        elif found.operation_id is None:
            discard(found)
            forgotten += 1
        elif folder_of(found).exists():
            keep_no_file(found)
            emptied += 1
    return {"forgotten": forgotten, "emptied": emptied}
