"""What every record has: id, version, times, trash; and what a part of a record has: its record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _

from tend.kernel.scoped import Parts, Scoped

M = TypeVar("M", bound=models.Model)


def _set_key(row: models.Model, key: Any) -> None:
    row.id = key  # type: ignore[attr-defined]


# Django's own looks the key's name up each time; a row of an import asks some sixty times.
_KEY = property(attrgetter("id"), _set_key)


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
    pk = _KEY

    class Meta:
        abstract = True

    # Columns that say who or where the record itself is; whoever is called the same does not lose them when another is erased.
    own_words: ClassVar[tuple[str, ...]] = ()
    # Attributes that change with every write and say nothing in a history.
    untold: ClassVar[frozenset[str]] = frozenset({"version", "updated_at", "created_at", "created_by_id"})

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **newer: Any) -> Self:
        return from_row(cls, db, field_names, values)


class Part(models.Model):
    """A row that hangs on one record (`record`), is read and undone with it, and has no page of its own.

    Subclasses define `record = ForeignKey(Owner, CASCADE, related_name=…)`.
    """

    objects: ClassVar[Any] = Parts()
    pk = _KEY

    class Meta:
        abstract = True

    untold: ClassVar[frozenset[str]] = frozenset()
    own_words: ClassVar[tuple[str, ...]] = ()  # as of a record
    once: ClassVar[tuple[tuple[tuple[str, ...], str], ...]] = ()  # as a unique constraint: columns, and the flag if any
    # When records are merged: what makes two parts the same (else their unique columns), flags of which one always
    # stands, yes/no columns that stay yes, and whether the rows only derive from others.
    same_by: ClassVar[tuple[str, ...]] = ()
    always: ClassVar[tuple[str, ...]] = ()
    strict: ClassVar[tuple[str, ...]] = ()
    is_derived: ClassVar[bool] = False
    spoken: ClassVar[tuple[str, ...]] = ()  # the columns that a page of the history tells; all of them unless said
    is_copied: ClassVar[bool] = False  # merging copies the rows: who sees the record hangs on them
    record_id: Any

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **newer: Any) -> Self:
        return from_row(cls, db, field_names, values)


def from_row(model: type[M], db: str | None, field_names: Collection[str], values: Collection[Any]) -> M:
    """An instance of a row that was read, without the price of `__init__`: a record has some forty columns."""
    row = model.__new__(model)
    known = row.__dict__
    state = known["_state"] = ModelState()
    state.adding, state.db = False, db
    known.update(zip(field_names, values, strict=True))
    return row


@cache
def concrete(model: type[models.Model]) -> tuple[str, ...]:
    """The attribute names of a model's own columns, in column order."""
    return tuple(f.attname for f in model._meta.concrete_fields)


@cache
def defaults_of(model: type[models.Model]) -> dict[str, Any]:
    """Attribute names with what they hold when nobody says otherwise; the key is not among them. Do not change it."""
    return {f.attname: f.get_default() for f in model._meta.concrete_fields if not f.primary_key}


@dataclass(frozen=True)
class _Mould:
    """What `build` knows of a model: its key, its links by name, and its defaults that are containers."""

    key: str
    links: dict[str, str]
    containers: tuple[str, ...]


@cache
def _mould(model: type[models.Model]) -> _Mould:
    usual = defaults_of(model)
    links = {f.name: f.attname for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)}
    assert model._meta.pk is not None
    return _Mould(model._meta.pk.attname, links, tuple(n for n, v in usual.items() if isinstance(v, (dict, list))))


def build(model: type[models.Model], pk: int | None, values: dict[str, Any]) -> Any:
    """A new instance, as `model(pk=…, **values)` gives it, without the price of `__init__` when only columns are named.

    Without a key the database gives one. A test holds the two against each other. Containers among the defaults are made anew for every row.
    """
    usual, mould = defaults_of(model), _mould(model)
    named: dict[str, Any] = {}
    if not values.keys() <= usual.keys():
        named = {n: values[n] for n in values.keys() - usual.keys()}
        if not all(n in mould.links and isinstance(v, models.Model) for n, v in named.items()):
            row = model(pk=pk, **values)
            row._state.adding = False
            return row
        values = {n: v for n, v in values.items() if n not in named}
    row = model.__new__(model)
    known = row.__dict__
    state = known["_state"] = ModelState()
    state.adding = False
    known[mould.key] = pk
    known.update(usual)
    for name in mould.containers:
        known[name] = usual[name].copy()
    known.update(values)
    for name, other in named.items():
        known[mould.links[name]] = other.pk
        state.fields_cache[name] = other
    return row
