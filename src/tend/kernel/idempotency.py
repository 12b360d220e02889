"""Retries are safe: a POST with an `Idempotency-Key` has one effect and one answer, however often it is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.errors import Misuse, Refused
from tend.kernel.taking import drop, take

KEPT = dt.timedelta(hours=24)
LONGEST = 255


class IdempotencyKey(models.Model):
    """What was answered to a key. The row commits with the effect it stands for, or not at all."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=LONGEST)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]
        indexes = [models.Index(fields=["at"], name="idempotency_key_by_age")]


@dataclass
class Answer:
    """What a door answered: status, body as text, and the headers that belong to it."""

    status: int
    body: str
    headers: dict[str, str]


class Slot:
    """The place of one key: holds the earlier answer, or takes the one that is about to be given."""

    def __init__(self, row: IdempotencyKey, answer: Answer | None) -> None:
        self._row = row
        self.answer = answer
        self.kept = answer is not None

    def keep(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        """Remember the answer, in the transaction of the effect."""
        take(IdempotencyKey.objects.filter(pk=self._row.pk), status=status, answer=body, headers=headers or {})
        self.kept = True


@contextmanager
def once(actor: Actor, key: str, body: bytes, where: str = "") -> Iterator[Slot]:
    """Run the block's effect at most once per user and key; everything in it is one transaction.

    `where` is the method and path. When `slot.answer` is there, give it again and do nothing; else call `slot.keep`
    with the answer. Refused (code `idempotency_key_reused`) when the key stands for another body; a second request
    under way at the same time waits for the first. An exception leaves nothing behind, the key included.
    """
    if actor.user_id is None:
        raise Misuse("an idempotency key belongs to a user")
    if not key or len(key) > LONGEST:
        raise Refused(
            _("An idempotency key has between 1 and %(n)d characters.") % {"n": LONGEST}, code="idempotency_key"
        )
    hashed = hashlib.sha256(where.encode() + b"\n" + body).hexdigest()
    now = clock.now()
    with transaction.atomic():
        rows = IdempotencyKey.objects.filter(user_id=actor.user_id, key=key)
        drop(rows.filter(at__lte=now - KEPT))
        row, fresh = IdempotencyKey.objects.get_or_create(
            user_id=actor.user_id, key=key, defaults={"body_hash": hashed, "at": now}
        )
        if not fresh and row.body_hash != hashed:
            raise Refused(_("This idempotency key was used with another request."), code="idempotency_key_reused")
        slot = Slot(row, None if fresh else Answer(row.status or 200, row.answer, row.headers))
        yield slot
        if not slot.kept:
            raise Misuse("a request with an idempotency key ended without an answer to keep")


def forget_old(now: dt.datetime) -> int:
    """Forget keys of more than a day; how many."""
    return drop(IdempotencyKey.objects.filter(at__lte=now - KEPT))
