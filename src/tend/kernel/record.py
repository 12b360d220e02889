"""What every record has: id, version, times, trash; and what a part of a record has: its record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.scoped import Parts, Scoped


class Record(models.Model):
    """A thing with a page of its own. Written only by the unit of work, which keeps version and times."""

    created_at = models.DateTimeField(_("Created"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField(_("Changed"), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    trashed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = Scoped()

    class Meta:
        abstract = True

    # Attributes that change with every write and say nothing in a history.
    untold: ClassVar[frozenset[str]] = frozenset({"version", "updated_at", "created_at", "created_by_id"})


class Part(models.Model):
    """A row that hangs on one record (`record`), is read and undone with it, and has no page of its own.

    Subclasses define `record = ForeignKey(Owner, CASCADE, related_name=…)`.
    """

    objects: ClassVar[Any] = Parts()

    class Meta:
        abstract = True

    untold: ClassVar[frozenset[str]] = frozenset()
    record_id: Any


def concrete(model: type[models.Model]) -> tuple[str, ...]:
    """The attribute names of a model's own columns, in column order."""
    found = _CONCRETE.get(model)
    if found is None:
        found = _CONCRETE[model] = tuple(f.attname for f in model._meta.concrete_fields)
    return found


_CONCRETE: dict[type[models.Model], tuple[str, ...]] = {}
