"""The rows of a list read for a file: column by column, some thousand rows at a time, without instances of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.base import ModelState

from tend.kernel.entity import Entity, Field
from tend.kernel.exports.columns import Values, columns_of
from tend.kernel.listing import MOST, Listing
from tend.kernel.reading import Reader
from tend.kernel.record import concrete
from tend.kernel.traits.characteristics import definitions

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the list: their ids, and of each field the values in the same order."""

    ids: list[int]
    columns: dict[str, Values]


class Table:
    """Reads a list from its beginning to its end, within the scope and the rights of the listing's actor."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.entity: Entity = listing.entity
        self.reader: Reader = listing.reader
        own = {f.name: f.attname for f in self.entity.model._meta.concrete_fields}
        self._own: dict[str, str] = {}  # field -> the column that holds its value or the id of what it links
        self._made: list[str] = []  # fields that only an instance knows
        self._parts: dict[str, list[str]] = {}  # trait -> its fields
        for name, field in self.reader.fields.items():
            if field.trait == "characteristics":
                self._own[name] = "characteristics"
            elif field.trait:
                self._parts.setdefault(field.trait, []).append(name)
            elif name in own:
                self._own[name] = own[name]
            else:
                self._made.append(name)
        self._columns = ["id", *dict.fromkeys(self._own.values())]
        self._shown = [
            d.key
            for d in definitions(self.entity.code)
            if self.entity.right(listing.actor, f"characteristics.{d.key}") != "hidden"
        ]

    def chunks(self) -> Iterator[Rows]:
        """The rows in the order of the list; each chunk takes as many queries as the fields need, however long it is."""
        for stored in self._by_id() if self.listing.sort == "id" else self._by_page():
            if stored:
                yield self._filled(dict(zip(self._columns, stored, strict=True)))

    def _by_id(self) -> Iterator[list[Values]]:
        scope, last = self.listing.scope.order_by("pk"), 0
        while True:
            stored = columns_of(scope.filter(pk__gt=last).values_list(*self._columns)[:CHUNK])
            yield stored
            if not stored or len(stored[0]) < CHUNK:
                return
            last = stored[0][-1]

    def _by_page(self) -> Iterator[list[Values]]:
        """Any other order: the list is walked by its own cursors, which also hold its place while others write."""
        asked, cursor = self.listing, None
        while True:
            page = Listing(
                asked.entity, asked.actor, filter=asked.filter, sort=asked.sort, columns=(), cursor=cursor, limit=MOST,
                words=asked.words, now=asked.now, action=asked.action,
            ).page()  # fmt: skip
            ids = [r.pk for r in page.records]
            seen = self.entity.model.objects.seen_by(asked.actor, asked.action)  # type: ignore[attr-defined]
            stored = columns_of(seen.filter(pk__among=set(ids)).order_by().values_list(*self._columns))
            place = {pk: at for at, pk in enumerate(stored[0])} if stored else {}
            order = [place[pk] for pk in ids if pk in place]
            yield [[column[at] for at in order] for column in stored] if order else []
            cursor = page.next_cursor
            if cursor is None:
                return

    def _filled(self, stored: dict[str, Values]) -> Rows:
        ids = stored["id"]
        columns: dict[str, Values] = {}
        for name, attname in self._own.items():
            columns[name] = self._value(name, self.reader.fields[name], stored[attname])
        if self._made:
            seen = self.entity.model.objects.seen_by(self.listing.actor, self.listing.action)  # type: ignore[attr-defined]
            records = {r.pk: r for r in seen.filter(pk__among=set(ids))}
            for name in self._made:
                columns[name] = [getattr(records.get(pk), name, None) for pk in ids]
        for trait, names in self._parts.items():
            self._read_parts(trait, names, ids, columns)
        return Rows(ids, columns)

    def _value(self, name: str, field: Field, stored: Values) -> Values:
        if field.trait:
            _whole, _dot, key = name.partition(".")
            if key:
                return [values.get(key) for values in stored]
            return [{k: values[k] for k in self._shown if k in values} for values in stored]
        if field.kind == "link":
            named = self.reader.linked(field, {pk for pk in stored if pk is not None})
            return [named.get(pk) for pk in stored]
        return stored

    def _read_parts(self, trait_name: str, names: Sequence[str], ids: list[int], columns: dict[str, Values]) -> None:
        trait = self.entity.traits[trait_name]
        by_record: dict[int, list[Any]] = {}
        for part in _parts_of(trait.model, ids):
            by_record.setdefault(part.record_id, []).append(part)
        parts = [by_record.get(pk) for pk in ids]
        for name in names:
            columns[name] = self._of_parts(trait, name, parts)

    def _of_parts(self, trait: Any, name: str, parts: list[list[Any] | None]) -> Values:
        field, read = self.reader.fields[name], trait.read
        if name.startswith("remarks."):
            key = name.partition(".")[2]
            return [read(rows, "remarks").get(key) if rows else None for rows in parts]
        values: Values = trait.read_all(parts, name)
        if field.kind == "link":
            one = self.reader.linked(field, {pk for pk in values if pk is not None})
            return [one.get(pk) for pk in values]
        if field.kind != "links":
            return values
        named = self.reader.linked(field, {pk for v in values for pk in v})
        return [[named[pk] for pk in v if pk in named] if v else v for v in values]


_STATE = ModelState()


def _parts_of(model: Any, ids: list[int]) -> Iterator[Any]:
    """The parts of records, as instances that were read but are never written: made without the price of `__init__`."""
    names = ("_state", *concrete(model))
    columns = columns_of(model.objects.of(ids).order_by("pk").values_list(*names[1:]))
    for values in zip(*columns, strict=True):
        part = model.__new__(model)
        part.__dict__ = dict(zip(names, (_STATE, *values), strict=True))
        yield part
