"""What was written: one `Change` per record and unit, with the fields and parts that changed, before and after."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models

from tend.kernel.scoped import Scoped

KINDS = (("create", "create"), ("update", "update"))


class Change(models.Model):
    """One record, one unit of work. `body` holds {"fields": {name: [before, after]}, "parts": [[model, pk, sign, values]]}.

    `act` is shared by everything one unit (or one operation's chunk) wrote, and is what Undo names.
    """

    act = models.BigIntegerField()
    at = models.DateTimeField()
    operation = models.ForeignKey("kernel.Operation", models.CASCADE, null=True, related_name="changes", db_index=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    verb = models.CharField(max_length=60)
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=KINDS)
    body = models.JSONField()

    objects = Scoped()

    class Meta:
        indexes = [
            models.Index(fields=["record_type", "record_id", "-id"], name="change_of_record"),  # history panel
            models.Index(fields=["act"], name="change_of_act"),  # undo of one write
            models.Index(
                fields=["operation", "-id"], name="change_of_operation", condition=models.Q(operation__isnull=False)
            ),  # undo of an operation
            models.Index(fields=["actor", "-id"], name="change_by_actor"),  # the last ten in the user menu
        ]


def plain(value: Any) -> Any:
    """A value as the history's JSON keeps it; `revive` is its inverse with the help of the model field."""
    if value is None or isinstance(value, (str, int, bool, float, list, dict)):
        return value
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def revive(model: type[models.Model], attname: str, value: Any) -> Any:
    """The Python value that a history entry's JSON stands for."""
    field = _fields(model)[attname]
    return value if isinstance(field, models.JSONField) else field.to_python(value)


@cache
def _fields(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {f.attname: f for f in model._meta.concrete_fields}
