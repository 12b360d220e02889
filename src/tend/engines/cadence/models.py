"""What the cycle keeps beside the calls themselves: the list drawn for a person's day, and the coverage of each night."""

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


PARTS = ("kept", "planned", "overdue", "never", "no_status", "no_calls", "paused", "do_not_contact", "unreachable")
MUTE = ("kept", "planned", "overdue", "never")  # where the board says "no usable number" to whoever sees numbers


class CoverageOfDay(models.Model):
    """How many accounts of one owner stood in each part of the board one night. Derived, and never worked out anew.

    Numbers instead of links: owner 0 is the pool of a team, team 0 none. `mute_…`: of that part, but without a number.
    """

    day = models.DateField()
    owner = models.BigIntegerField()
    team = models.BigIntegerField()
    is_lead = models.BooleanField()
    kept = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    never = models.PositiveIntegerField(default=0)
    no_status = models.PositiveIntegerField(default=0)
    no_calls = models.PositiveIntegerField(default=0)
    paused = models.PositiveIntegerField(default=0)
    do_not_contact = models.PositiveIntegerField(default=0)
    unreachable = models.PositiveIntegerField(default=0)
    mute_kept = models.PositiveIntegerField(default=0)
    mute_planned = models.PositiveIntegerField(default=0)
    mute_overdue = models.PositiveIntegerField(default=0)
    mute_never = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = Scoped()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "owner", "team", "is_lead"], name="one_coverage_a_night")
        ]  # its index serves the sum over some weeks
