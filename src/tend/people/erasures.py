"""The list of who was erased: kept in the database, and beside it in a file that a restored backup does not replace.

A backup that is older than an erasure brings the person back; `tend doctor` compares the list with the database and names
her, and `--repair` erases her again. The list holds ids and days, and nothing about the person.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from tend.kernel import write
from tend.kernel.actor import Actor, system
from tend.kernel.doctor import Finding, check

FILE = "erasures.jsonl"
Again = Callable[[Actor, int], None]
_again: dict[str, Again] = {}


class Erasure(models.Model):
    """One erased record."""

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_type", "record_id"], name="erased_once")]


def erases_again(code: str) -> Callable[[Again], Again]:
    """Register who erases a record of a type that a backup has brought back."""

    def register(run: Again) -> Again:
        _again[code] = run
        return run

    return register


def is_erased(code: str, pk: int) -> bool:
    """Was this record erased?"""
    return bool(Erasure.objects.filter(record_type=code, record_id=pk).exists())


def remember(code: str, pk: int, at: dt.datetime, by: int | None) -> None:
    """Put a record on the list, in the transaction that erases it; on the file once that is committed."""
    if is_erased(code, pk):
        return
    write.insert(Erasure, [Erasure(record_type=code, record_id=pk, at=at, by_id=by)])
    transaction.on_commit(lambda: _append([(code, pk, at.isoformat())]))


@check("erasures")
def check_erasures(repair: bool) -> list[Finding]:
    """Is everybody who was erased still so? The file is completed from the database by the way."""
    listed, held = _listed(), set(Erasure.objects.values_list("record_type", "record_id"))
    missing = [(e.record_type, e.record_id, e.at.isoformat()) for e in Erasure.objects.order_by("pk")]
    if lacking := [row for row in missing if row[:2] not in listed]:
        _append(lacking)
    back = sorted(key for key in listed - held if key[0] in _again)
    if not back:
        return []
    if repair:
        actor = system("an erased person came back with a backup")
        for code, pk in back:
            _again[code](actor, pk)
    text = _("people who were erased and came back with a backup")
    return [Finding(text, len(back), tuple(pk for _code, pk in back[:5]), mended=repair)]


def _listed() -> set[tuple[str, int]]:
    place = _file()
    if not place.exists():
        return set()
    found = set()
    for line in place.read_text().splitlines():
        try:
            said = json.loads(line)
            found.add((str(said["type"]), int(said["id"])))
        except (ValueError, KeyError, TypeError):
            continue  # a line that was cut short; the database has it
    return found


def _append(rows: list[tuple[str, int, str]]) -> None:
    with _file().open("a") as out:
        out.writelines(json.dumps({"type": code, "id": pk, "at": at}) + "\n" for code, pk, at in rows)


def _file() -> Path:
    return Path(settings.DATA_DIR) / FILE
