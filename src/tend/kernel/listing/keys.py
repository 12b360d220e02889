"""What a list is sorted by: own columns, books by position, other links by name, values of traits; blanks always last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, F, FilteredRelation, IntegerField, Q, TextField, Value, When
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, entity_of
from tend.kernel.errors import Refused
from tend.kernel.query.targets import ID, find_target, unknown
from tend.kernel.traits import Through

MOST_KEYS = 4
RANKED = 300  # values of a book that are ordered by their position


@dataclass(frozen=True)
class Key:
    """One column of the order. `path` is what ORM lookups call it; `attribute` where a read record carries it."""

    name: str
    path: str
    down: bool
    nullable: bool
    attribute: str
    kind: type[Any]
    through: Through | None = None
    link: Field | None = None
    output: Any = None
    ranks: tuple[int, ...] = ()  # of a link to few records: their ids in order

    def plain(self, record: Any) -> Any:
        """The record's value as it stands in a cursor."""
        value = getattr(record, self.attribute)
        if isinstance(value, (dt.date, dt.datetime, dt.time)):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else value

    def typed(self, plain: Any) -> Any:
        """A cursor's value back in the column's type."""
        if plain is None:
            return None
        if self.kind in (dt.date, dt.datetime, dt.time):
            return self.kind.fromisoformat(plain)
        return self.kind(plain)


def sort_keys(entity: Entity, actor: Actor, sort: str) -> list[Key]:
    """The keys of `-next_contact_on,name`, the id last so that no two records are equal. Unknown names are refused."""
    keys: list[Key] = []
    for said in [s.strip() for s in sort.split(",") if s.strip()]:
        down, name = said.startswith("-"), said.lstrip("+-")
        if any(k.name == name for k in keys):
            continue
        keys.append(_key(entity, actor, name, down, len(keys)))
        if len(keys) > MOST_KEYS:
            raise Refused(
                _("A list is sorted by at most %(limit)d fields.") % {"limit": MOST_KEYS}, field="sort", code="sort"
            )
        if name == "id":
            return keys
    if len(keys) == 1 and keys[0].ranks and entity.title != keys[0].name:
        keys += _titles(entity, actor)  # records of one value stand by name, which an index has in that order
    down = keys[-1].down if keys else False
    return [*keys, Key("id", "pk", down, False, "pk", int)]


def _titles(entity: Entity, actor: Actor) -> list[Key]:
    try:
        key = _key(entity, actor, entity.title, False, 1)
    except Refused:
        return []  # the name is hidden from him, or is no column
    return [] if key.nullable or key.link is not None else [key]


def _key(entity: Entity, actor: Actor, name: str, down: bool, place: int) -> Key:
    if name == "id":
        return Key("id", "pk", down, False, "pk", int)
    try:
        target = find_target(entity, actor, name)
    except Refused as no:
        if no.code == "not_filterable" and name in entity.by_name and not entity.by_name[name].trait:
            field = entity.by_name[name]
        else:
            raise
    else:
        field = target.field
        if target.hops:
            raise unknown(entity, actor, name)
        if target.kind in ("links", "options") or (target.through and (field.many or target.kind == "link")):
            raise Refused(_("There is no order by “%(name)s”.") % {"name": name}, field=name, code="not_sortable")
        if target.through:
            column = target.through.model._meta.get_field(target.column)
            return Key(
                name, f"_by{place}", down, True, f"_by{place}", _type_of(column), through=target.through, output=column
            )
    if not field.sort or field is ID:
        raise Refused(_("There is no order by “%(name)s”.") % {"name": name}, field=name, code="not_sortable")
    if field.kind == "link":
        book = field.to is not None and entity_of(field.to).book
        ranks = _ranks(field, actor) if place == 0 else ()
        kind = int if book or ranks else str
        return Key(name, f"_by{place}", down, True, f"_by{place}", kind, link=field, ranks=ranks)
    stored = entity.model._meta.get_field(field.orm)
    if isinstance(stored, (models.JSONField, models.ManyToManyField)) or not isinstance(stored, models.Field):
        raise Refused(_("There is no order by “%(name)s”.") % {"name": name}, field=name, code="not_sortable")
    return Key(name, field.orm, down, stored.null, field.orm, _type_of(stored), output=stored)


def _type_of(column: Any) -> type[Any]:
    by_class: tuple[tuple[type[Any], type[Any]], ...] = (
        (models.DateTimeField, dt.datetime), (models.DateField, dt.date), (models.TimeField, dt.time), (models.DecimalField, Decimal),
        (models.BooleanField, bool), (models.IntegerField, int),
    )  # fmt: skip
    return next((kind for cls, kind in by_class if isinstance(column, cls)), str)


def prepared(rows: Any, entity: Entity, actor: Actor, keys: list[Key], *, filled: bool = False) -> Any:
    """The query with the sort values that stand on other tables; only what the actor sees takes part in an order.

    `filled`: only records that have the first value, so that the index of the parts that hold it can lead the walk.
    """
    for place, key in enumerate(keys):
        if key.link is not None:
            rows = rows.annotate(
                **{key.path: _by_rank(key.link, key.ranks) if key.ranks else _link_order(key.link, actor)}
            )
        elif key.through is not None:
            record: Any = key.through.model._meta.get_field("record")
            name = str(record.related_query_name())
            where = Q(**{f"{name}__{column}": value for column, value in key.through.where})
            joined = f"{key.path}_of"
            rows = rows.annotate(**{joined: FilteredRelation(name, condition=where)})
            if filled and place == 0:  # said before the value is named: only so the one join is an inner one
                rows = rows.filter(**{f"{joined}__{key.through.column}__isnull": False})
            rows = rows.annotate(
                **{key.path: F(f"{joined}__{key.through.column}"), f"{key.path}_id": F(f"{joined}__record_id")}
            )
    return rows


def _ranks(field: Field, actor: Actor) -> tuple[int, ...]:
    """The ids of a book or of people in their order, as far as the actor sees them; blank when they are many or others."""
    assert field.to is not None
    entity = entity_of(field.to)
    if not any(f.name == "hue" for f in field.to._meta.concrete_fields):
        return ()
    known: dict[Any, tuple[int, ...]] = {} if actor.is_system else actor.kept.setdefault("ranks", {})
    if field.to not in known:
        order = ("position", "name", "pk") if entity.book else (entity.title, "pk")
        seen = field.to.objects.seen_by(actor, trashed=entity.book).order_by(*order)  # type: ignore[attr-defined]
        found = tuple(seen.values_list("pk", flat=True)[: RANKED + 1])
        known[field.to] = found if len(found) <= RANKED or entity.book else ()
    return known[field.to][:RANKED]


def _by_rank(field: Field, ranks: tuple[int, ...]) -> Any:
    cases = (When(**{field.orm: pk}, then=Value(rank)) for rank, pk in enumerate(ranks))
    return Case(*cases, default=None, output_field=IntegerField())


def _link_order(field: Field, actor: Actor) -> Any:
    assert field.to is not None
    entity = entity_of(field.to)
    seen = field.to.objects.seen_by(actor, trashed=entity.book)  # type: ignore[attr-defined]
    if entity.book:
        return _by_rank(field, tuple(seen.order_by("position", "name", "pk").values_list("pk", flat=True)[:RANKED]))
    # Joined, not asked for row by row; the condition leaves the name of a hidden record out of the order.
    shown = When(**{f"{field.orm}__in": seen.order_by().values("pk")}, then=F(f"{field.orm}__{entity.title}"))
    return Case(shown, default=None, output_field=TextField())
