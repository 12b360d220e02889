"""The rows of a list read for a file: column by column, some thousand rows at a time, without instances of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tend.kernel.entity import Entity, Field
from tend.kernel.exports.columns import Column, Columns, Links, objects, picked
from tend.kernel.exports.parts import Parts
from tend.kernel.listing import Listing
from tend.kernel.reading import Reader
from tend.kernel.traits.characteristics import definitions

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the list: their ids, and of each field the values in the same order."""

    ids: list[int]
    columns: dict[str, Column]


class Table:
    """Reads a list from its beginning to its end, within the scope and the rights of the listing's actor.

    With `flat`, several values of one field are read as the texts of one cell, not as the objects of the API.
    """

    def __init__(self, listing: Listing, *, flat: bool) -> None:
        self.listing = listing
        self.entity: Entity = listing.entity
        self.reader: Reader = listing.reader
        own = {f.name: f.attname for f in self.entity.model._meta.concrete_fields}
        self._own: dict[str, str] = {}  # field -> the column that holds its value or the id of what it links
        self._made: list[str] = []  # fields that only an instance knows
        by_trait: dict[str, list[str]] = {}
        for name, field in self.reader.fields.items():
            if field.trait == "characteristics":
                self._own[name] = "characteristics"
            elif field.trait:
                by_trait.setdefault(field.trait, []).append(name)
            elif name in own:
                self._own[name] = own[name]
            else:
                self._made.append(name)
        self._columns = Columns(self.entity.model, ["id", *dict.fromkeys(self._own.values())])
        traits = self.entity.traits
        self._of_traits = [Parts(self.reader, traits[of], names, flat=flat) for of, names in by_trait.items()]
        self._shown = [
            d.key
            for d in definitions(self.entity.code)
            if self.entity.right(listing.actor, f"characteristics.{d.key}") != "hidden"
        ]

    def chunks(self) -> Iterator[Rows]:
        """The rows in the order of the list; each chunk takes as many queries as the fields need, however long it is."""
        for stored in self._by_id() if self.listing.sort == "id" else self._by_page():
            if stored:
                yield self._filled(stored)

    def _by_id(self) -> Iterator[dict[str, Column]]:
        scope, last = self.listing.scope.order_by("pk"), 0
        while True:
            stored = self._columns.of(scope.filter(pk__gt=last)[:CHUNK])
            yield stored
            ids = _ids(stored)
            if len(ids) < CHUNK:
                return
            last = ids[-1]

    def _by_page(self) -> Iterator[dict[str, Column]]:
        """Any other order: the list is walked from the sort values of its last record, which holds its place while others write."""
        asked = self.listing
        walked = Listing(
            asked.entity, asked.actor, filter=asked.filter, sort=asked.sort, columns=(), words=asked.words, now=asked.now,
            action=asked.action,
        )  # fmt: skip
        read = self._columns.prepared(
            lambda ids: (
                self.entity.model.objects.seen_by(asked.actor, asked.action, each=True)  # type: ignore[attr-defined]
                .filter(pk__among=ids)
                .order_by()
            )
        )
        for ids in walked.chunks_of_ids(CHUNK):
            stored = read(ids)
            place = {pk: at for at, pk in enumerate(_ids(stored))}
            order = [place[pk] for pk in ids if pk in place]
            yield {name: picked(column, order) for name, column in stored.items()} if order else {}

    def _filled(self, stored: dict[str, Column]) -> Rows:
        ids = _ids(stored)
        columns: dict[str, Column] = {}
        for name, attname in self._own.items():
            columns[name] = self._value(name, self.reader.fields[name], stored[attname])
        if self._made:
            seen = self.entity.model.objects.seen_by(self.listing.actor, self.listing.action)  # type: ignore[attr-defined]
            records = {r.pk: r for r in seen.filter(pk__among=set(ids))}
            for name in self._made:
                columns[name] = [getattr(records.get(pk), name, None) for pk in ids]
        for parts in self._of_traits:
            columns |= parts.of(ids)
        return Rows(ids, columns)

    def _value(self, name: str, field: Field, stored: Column) -> Column:
        if field.trait:
            _whole, _dot, key = name.partition(".")
            if key:
                return [values.get(key) for values in objects(stored)]
            return [{k: values[k] for k in self._shown if k in values} for values in objects(stored)]
        if field.kind == "link":
            ids = objects(stored)
            return Links(ids, self.reader.linked(field, {pk for pk in ids if pk is not None}))
        return stored


def _ids(stored: Mapping[str, Column]) -> list[int]:
    return objects(stored["id"]) if stored else []
