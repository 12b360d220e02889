"""The rows of a list read for a file: column by column, some thousand rows at a time, without instances of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.base import ModelState

from tend.kernel.entity import Entity, Field
from tend.kernel.listing import MOST, Listing
from tend.kernel.reading import Reader
from tend.kernel.record import concrete
from tend.kernel.traits.characteristics import definitions

CHUNK = 2000
Values = list[Any]


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
        for rows in self._by_id() if self.listing.sort == "id" else self._by_page():
            if rows:
                yield self._filled(rows)

    def _by_id(self) -> Iterator[list[tuple[Any, ...]]]:
        scope, last = self.listing.scope.order_by("pk"), 0
        while True:
            rows = list(scope.filter(pk__gt=last).values_list(*self._columns)[:CHUNK])
            yield rows
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]

    def _by_page(self) -> Iterator[list[tuple[Any, ...]]]:
        """Any other order: the list is walked by its own cursors, which also hold its place while others write."""
        asked, cursor = self.listing, None
        while True:
            page = Listing(
                asked.entity, asked.actor, filter=asked.filter, sort=asked.sort, columns=(), cursor=cursor, limit=MOST,
                words=asked.words, now=asked.now, action=asked.action,
            ).page()  # fmt: skip
            ids = [r.pk for r in page.records]
            seen = self.entity.model.objects.seen_by(asked.actor, asked.action)  # type: ignore[attr-defined]
            found = {row[0]: row for row in seen.filter(pk__among=ids).order_by().values_list(*self._columns)}
            yield [found[pk] for pk in ids if pk in found]
            cursor = page.next_cursor
            if cursor is None:
                return

    def _filled(self, rows: list[tuple[Any, ...]]) -> Rows:
        stored: dict[str, Values] = dict(zip(self._columns, map(list, zip(*rows, strict=True)), strict=True))
        ids = stored["id"]
        columns: dict[str, Values] = {}
        for name, attname in self._own.items():
            columns[name] = self._value(name, self.reader.fields[name], stored[attname])
        if self._made:
            known = self.entity.model.objects.seen_by(self.listing.actor, self.listing.action).filter(pk__among=ids)  # type: ignore[attr-defined]
            records = {r.pk: r for r in known}
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
        none = read((), name)
        values = [read(rows, name) if rows else none for rows in parts]
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
    names = concrete(model)
    for values in model.objects.of(ids).order_by("pk").values_list(*names):
        part = model.__new__(model)
        part.__dict__["_state"] = _STATE
        part.__dict__.update(zip(names, values, strict=True))
        yield part
