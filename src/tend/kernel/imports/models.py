"""What an import keeps: the file and its plan, what it could not take, and which record each row became."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """One file on its way in. `plan` is the mapping with its rules; `summary` what the rehearsal or run counted."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        READ = "read", _("read")
        REHEARSING = "rehearsing", _("rehearsing")
        REHEARSED = "rehearsed", _("rehearsed")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        BROKEN = "broken", _("could not be read")

    recipe = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    filename = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    started_at = models.DateTimeField()
    dialect = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    rehearsed_sha256 = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    operation = models.OneToOneField("kernel.Operation", models.SET_NULL, null=True, related_name="of_import")
    job_id = models.BigIntegerField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["actor", "-id"], name="import_by_actor")]  # my imports, newest first


class ImportFault(models.Model):
    """One cell or row that was refused, with the reason; `rehearsal` faults are replaced by those of the run."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="faults", db_index=False)
    rehearsal = models.BooleanField(default=False)
    row = models.PositiveIntegerField()  # as the user counts in the file
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=300, blank=True)
    reason = models.TextField()
    alike = models.BigIntegerField(null=True)  # the record that the row looks like, when the person wants to be asked

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["of", "rehearsal", "row", "id"], name="fault_of_import")]  # the list of faults


class ImportTrace(models.Model):
    """Which record a row became. A row that says the same again finds it, so that a second run changes nothing."""

    fingerprint = models.BigIntegerField()
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    of = models.ForeignKey(Import, models.CASCADE, related_name="traces", db_index=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["fingerprint"], name="trace_by_fingerprint"),  # matching
            models.Index(fields=["of", "record_id"], name="trace_of_import"),  # rows of one account in one file
        ]
