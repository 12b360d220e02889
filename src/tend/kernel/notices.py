"""Notices: one sentence for one person about a record, shown only while that person may see the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_by_code
from tend.kernel.scoped import Scoped
from tend.kernel.taking import drop, take

WHY = "a notice belongs to one person"
SHOWN = 100
KEEP = dt.timedelta(days=90)


class Notice(models.Model):
    """`text` is an English sentence marked for translation, `values` fill it: each reads it in his own language."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    record_type = models.CharField(max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = Scoped()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(
                fields=["user", "kind", "record_id"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
        ]


@dataclass(frozen=True)
class Shown:
    """A notice as its reader sees it."""

    id: int
    kind: str
    sentence: str
    record_type: str
    record_id: int | None
    made_at: dt.datetime
    is_read: bool


def notify(
    users: Iterable[int], kind: str, text: str, values: dict[str, Any] | None = None, *, record: Any = None
) -> int:
    """Leave a notice for each of these users, in the transaction that is open; how many.

    `text` is an English sentence from `gettext_noop` with `%(name)s` places. One that says the same of the same record
    and is still unread is not repeated. Whether the reader may see the record is asked when he reads.
    """
    wanted = sorted(set(users))
    code, pk = (record._meta.label_lower, record.pk) if record is not None else ("", None)
    if pk is not None:
        unread = _all().filter(user_id__in=wanted, kind=kind, record_type=code, record_id=pk, read_at=None, text=text)
        known = {user for user, said in unread.values_list("user_id", "values") if said == (values or {})}
        wanted = [user for user in wanted if user not in known]
    now = clock.now()
    rows = [
        Notice(user_id=user, kind=kind, text=text, values=values or {}, record_type=code, record_id=pk, made_at=now)
        for user in wanted
    ]
    if rows:
        write.insert(Notice, rows)
    return len(rows)


def notices_of(actor: Actor, *, unread: bool = False, limit: int = 20) -> list[Shown]:
    """The newest notices of a person, in her language; those about records out of her sight are absent."""
    rows = list(_mine(actor, unread)[:SHOWN])
    seen = _seen(actor, rows)
    shown = [row for row in rows if row.record_id is None or (row.record_type, row.record_id) in seen]
    return [
        Shown(row.pk, row.kind, _sentence(row), row.record_type, row.record_id, row.made_at, row.read_at is not None)
        for row in shown[:limit]
    ]


def count_unread(actor: Actor) -> int:
    """How many notices wait, as far as the reader may see what they are about; counted up to a hundred."""
    rows = list(_mine(actor, True)[:SHOWN])
    seen = _seen(actor, rows)
    return sum(1 for row in rows if row.record_id is None or (row.record_type, row.record_id) in seen)


def mark_read(actor: Actor, ids: Iterable[int] | None = None) -> int:
    """Mark a person's own notices as read, all of them when none is named; how many that changed."""
    rows = _all().filter(user_id=actor.user_id, read_at=None)
    return take(rows if ids is None else rows.filter(pk__in=list(ids)), read_at=clock.now())


def forget_old(now: dt.datetime) -> int:
    """Forget notices of a quarter ago."""
    return drop(_all().filter(made_at__lt=now - KEEP))


def _mine(actor: Actor, unread: bool) -> Any:
    rows = _all().filter(user_id=actor.user_id).order_by("-id")
    return rows.filter(read_at=None) if unread else rows


def _seen(actor: Actor, rows: list[Notice]) -> set[tuple[str, int]]:
    by_type: dict[str, set[int]] = {}
    for row in rows:
        if row.record_id is not None:
            by_type.setdefault(row.record_type, set()).add(row.record_id)
    found: set[tuple[str, int]] = set()
    for code, ids in by_type.items():
        visible = entity_by_code(code).model.objects.seen_by(actor).filter(pk__in=ids)  # type: ignore[attr-defined]
        found |= {(code, pk) for pk in visible.values_list("pk", flat=True)}
    return found


def _sentence(row: Notice) -> str:
    return gettext(row.text) % row.values if row.values else gettext(row.text)


def _all() -> Any:
    return Notice.objects.as_system(WHY)
