"""What the cycle keeps beside the calls themselves: the list of calls that was drawn for a person's day."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from tend.kernel.scoped import Scoped


class DayList(models.Model):
    """The calls of one person on one day as drawn at its start. Derived: a call that is gone since is simply absent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    chosen = models.JSONField(default=list)  # ids of activities, within the day's capacity
    waiting = models.JSONField(default=list)  # ids of those that were due beyond it

    objects: ClassVar[Any] = Scoped()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_list_a_day")]
