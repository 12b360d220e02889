"""What every record has: id, version, times, trash; and what a part of a record has: its record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.base import ModelState
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


def defaults_of(model: type[models.Model]) -> dict[str, Any]:
    """Attribute names with what they hold when nobody says otherwise; the key is not among them. Do not change it."""
    found = _DEFAULTS.get(model)
    if found is None:
        found = _DEFAULTS[model] = {
            f.attname: f.get_default() for f in model._meta.concrete_fields if not f.primary_key
        }
    return found


def build(model: type[models.Model], pk: int, values: dict[str, Any]) -> Any:
    """A new instance, as `model(pk=…, **values)` gives it, without the price of `__init__` when only columns are named.

    A test holds the two against each other. Containers among the defaults are made anew for every row.
    """
    usual = defaults_of(model)
    if not values.keys() <= usual.keys():
        row = model(pk=pk, **values)
        row._state.adding = False
        return row
    row = model.__new__(model)
    known = row.__dict__
    known["_state"] = ModelState()
    known["_state"].adding, known["_state"].db = False, None
    known[model._meta.pk.attname] = pk
    known.update(usual)
    for name in _containers(model):
        known[name] = type(usual[name])(usual[name])
    known.update(values)
    return row


def _containers(model: type[models.Model]) -> tuple[str, ...]:
    found = _CONTAINERS.get(model)
    if found is None:
        found = _CONTAINERS[model] = tuple(n for n, v in defaults_of(model).items() if isinstance(v, (dict, list)))
    return found


_DEFAULTS: dict[type[models.Model], dict[str, Any]] = {}
_CONTAINERS: dict[type[models.Model], tuple[str, ...]] = {}
