"""Rate limits that every process of an installation shares: so many tries in so many seconds for one key."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import F

from tend.kernel import clock


class Tries(models.Model):
    """How often a key was used in one window. Keys are hashed: no address is kept."""

    key = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="tries_once_per_window")]


def wait_for(what: str, who: str, *, most: int, seconds: int) -> int:
    """Count one try; 0 when it may go on, else the seconds to wait."""
    now = int(clock.now().timestamp())
    window, left = now // seconds, seconds - now % seconds
    key = hashlib.sha256(f"{what}:{who}".encode()).hexdigest()
    with transaction.atomic():
        row, fresh = Tries.objects.get_or_create(key=key, window=window, defaults={"count": 1})
        if not fresh:
            Tries.objects.filter(pk=row.pk).update(count=F("count") + 1)
    return left if not fresh and row.count + 1 > most else 0
