"""The tables of background work: jobs with their progress, and the slots of periodic work that somebody has taken."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.scoped import Scoped


class Job(models.Model):
    """One piece of background work, its queue entry and its progress in the same row."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    name = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    why = models.CharField(max_length=200, blank=True)  # of the system, when no user asked
    key = models.CharField(max_length=120, blank=True)  # equal work is not queued twice
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    run_after = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    answer = models.JSONField(null=True)
    cancel_asked = models.BooleanField(default=False)
    operation = models.ForeignKey("kernel.Operation", models.CASCADE, null=True, related_name="jobs")

    objects: ClassVar[Any] = Scoped()

    class Meta:
        indexes = [
            models.Index(
                fields=["run_after", "id"], name="job_waiting", condition=models.Q(state="waiting")
            ),  # next to run
            models.Index(
                fields=["heartbeat_at"], name="job_running", condition=models.Q(state="running")
            ),  # the reaper
            models.Index(fields=["actor", "-id"], name="job_by_actor"),  # my work under way
            models.Index(fields=["ended_at"], name="job_ended", condition=models.Q(ended_at__isnull=False)),  # tidying
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=models.Q(state="waiting") & ~models.Q(key=""),
                name="job_waits_once_per_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


class Slot(models.Model):
    """One turn of periodic work: whoever inserts the row queues the job, everybody else comes too late."""

    name = models.CharField(max_length=60)
    slot = models.CharField(max_length=32)
    taken_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="slot_is_taken_once")]
