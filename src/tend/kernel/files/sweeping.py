"""Nightly sweep of files that no record names any more, and the doctor's look at rows against bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.doctor import Finding, check
from tend.kernel.files.looking import FIRST_PAGE
from tend.kernel.files.models import StoredFile, StoredText
from tend.kernel.files.places import place
from tend.kernel.jobs.declared import every, job
from tend.kernel.jobs.run import Run

IDLE = dt.timedelta(days=31)  # longer than anything can be undone
FRESH = 3600  # seconds for which a file may lie there while the row that names it is not committed
EXAMPLES = 5


@every(daily_at="03:50")
@job("sweep-files")
def sweep(run: Run) -> dict[str, int]:
    """Delete what nothing has named for a month; begin to count for what nothing names since now."""
    now = clock.now()
    named = _named()
    StoredFile.objects.filter(named, idle_since__isnull=False).update(idle_since=None)
    StoredFile.objects.exclude(named).filter(idle_since=None).update(idle_since=now)
    gone = 0
    for pk in list(StoredFile.objects.filter(idle_since__lt=now - IDLE).values_list("pk", flat=True)):
        gone += _drop(pk)
    return {"deleted": gone}


def forget_files(ids: Sequence[int]) -> None:
    """Of files whose records were erased nothing stays: text and row state at once, bytes when the transaction is committed.

    What another record still names stays. Should the machine fail in between, the night's sweep deletes the bytes.
    """
    rows = StoredFile.objects.filter(pk__in=ids).exclude(_named())
    gone = list(rows.values_list("pk", flat=True))
    StoredText.objects.filter(pk__in=gone).delete()
    StoredFile.objects.filter(pk__in=gone).update(idle_since=clock.now() - IDLE - dt.timedelta(days=1))
    transaction.on_commit(lambda: [_drop(pk) for pk in gone])


def _drop(pk: int) -> bool:
    """Delete one file that nothing has named for long; False when somebody names it by now."""
    with transaction.atomic():
        idle = StoredFile.objects.select_for_update().filter(pk=pk, idle_since__lt=clock.now() - IDLE)
        file = idle.exclude(_named()).first()
        if file is not None:
            place().drop(file.sha256 + FIRST_PAGE)
            place().drop(file.sha256)
            file.delete()
    return file is not None


def _named() -> Q:
    found = Q(pk__in=[])
    for rows in _naming():
        found |= Q(Exists(rows))
    return found


def _naming() -> list[Any]:
    """The rows of every table that point to a file, of the outer query's file."""
    return [
        link.related_model._base_manager.filter(**{link.field.name: OuterRef("pk")})
        for link in StoredFile._meta.get_fields(include_hidden=True)
        if isinstance(link, ForeignObjectRel) and link.related_model is not StoredText
    ]


@check("files")
def check_files(repair: bool) -> list[Finding]:
    """Every file that a row names is there with the bytes that came, and none lies there that no row names."""
    missing, altered, known = [], [], set()
    for pk, sha256, size, has_picture in StoredFile.objects.order_by("pk").values_list(
        "pk", "sha256", "size", "has_picture"
    ):
        known |= {sha256, sha256 + FIRST_PAGE} if has_picture else {sha256}
        there = place().size(sha256)
        if there is None:
            missing.append(pk)
        elif there != size or _checksum(sha256) != sha256:
            altered.append(pk)
    strange = [key for key, seconds in place().listed() if key not in known and seconds > FRESH]
    if repair:
        for key in strange:
            place().drop(key)
    told = (
        (_("kept files that are not there"), missing, False),
        (_("kept files that are not what came"), altered, False),
    )
    found = [Finding(text, len(ids), tuple(ids[:EXAMPLES]), mended) for text, ids, mended in told if ids]
    return [*found, Finding(_("files that nothing names"), len(strange), (), repair)] if strange else found


def _checksum(key: str) -> str:
    found = hashlib.sha256()
    for piece in place().pieces(key):
        found.update(piece)
    return found.hexdigest()
