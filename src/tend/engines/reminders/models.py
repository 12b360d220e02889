"""The outbox: one row per person and slot, so that nothing is told twice, and where each letter stands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from tend.kernel.scoped import Scoped


class Mail(models.Model):
    """One letter to one person. Its words are put together when it is sent, as the person may see things then.

    Waiting and claimed letters have not left. Before a server gets a word of it the row is on its way: whoever is killed
    from there on leaves a doubtful letter, which is not sent again.
    """

    class State(models.TextChoices):
        SILENT = "silent"  # only the slot: told in the page, not by mail
        WAITING = "waiting"
        CLAIMED = "claimed"
        ON_ITS_WAY = "on-its-way"
        SENT = "sent"
        DROPPED = "dropped"  # nothing to say any more when its turn came
        DOUBTFUL = "doubtful"
        FAILED = "failed"

    class Kind(models.TextChoices):
        NOTICE = "notice"
        REMINDER = "reminder"
        DIGEST = "digest"
        RESET = "reset"
        INVITE = "invite"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    slot = models.CharField(max_length=80)  # "digest:2026-11-22", "notice:17", "reset:2026-11-22T09:00Z"
    notice = models.ForeignKey("kernel.Notice", models.CASCADE, null=True, related_name="+")
    activity = models.ForeignKey("activities.Activity", models.CASCADE, null=True, related_name="+")
    starts_at = models.DateTimeField(null=True)  # of a reminder: when what it reminds of begins
    message_id = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    send_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = Scoped()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "slot"], name="mail_once_per_person_and_slot")]
        indexes = [
            models.Index(fields=["send_after", "id"], name="mail_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["claimed_at"], name="mail_under_way", condition=models.Q(state__in=["claimed", "on-its-way"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.state}"
