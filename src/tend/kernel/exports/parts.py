"""The fields of one trait as columns of a file: from the columns of its parts where a cell stands in one, else part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from django.db.models.base import ModelState

from tend.kernel.exports.columns import Column, Columns, Links, Several, Values, objects
from tend.kernel.prepared import Prepared
from tend.kernel.reading import Reader
from tend.kernel.record import concrete
from tend.kernel.traits import Through, Trait

_STATE = ModelState()


class Parts:
    """Reads chosen fields of one trait, chunk after chunk, in one query for those of columns and one for the rest."""

    def __init__(self, reader: Reader, trait: Trait, names: Sequence[str], *, flat: bool) -> None:
        self.reader = reader
        self.trait = trait
        self._straight: dict[str, Through] = {}  # fields whose cell is a column of a part
        for name in names:
            field = reader.fields[name]
            found = trait.cell(name) if flat or not field.many or field.kind == "links" else None
            if found is not None and name == field.name:
                self._straight[name] = found
        self._rest = [name for name in names if name not in self._straight]
        throughs = list(self._straight.values())
        # What all of them ask of a row is asked of the database, the rest here.
        self._same = (
            {pair for pair in throughs[0].where if all(pair in t.where for t in throughs)} if throughs else set()
        )
        wanted = ["record_id"]
        for through in throughs:
            wanted += [through.column, *(column for column, _value in set(through.where) - self._same)]
        model: Any = trait.model
        same = dict(self._same)
        self._ask = Columns(model, list(dict.fromkeys(wanted))).prepared(
            lambda ids: model.objects.of(ids).filter(**same).order_by("pk")
        )
        self._whole = Prepared(lambda ids: model.objects.of(ids).order_by("pk").values_list(*concrete(model)), list)

    def of(self, ids: list[int]) -> dict[str, Column]:
        """The columns of the fields for these records, in their order."""
        found: dict[str, Column] = {}
        place = {pk: at for at, pk in enumerate(ids)}
        if self._straight:
            stored = {name: objects(column) for name, column in self._ask(ids).items()}
            places = [place[pk] for pk in stored["record_id"]] if stored else []
            for name, through in self._straight.items():
                found[name] = self._from_column(name, through, stored, places, len(ids))
        if self._rest:
            parts: list[list[Any] | None] = [None] * len(ids)
            for part in self._instances(ids):
                at = place[part.record_id]
                known = parts[at]
                if known is None:
                    parts[at] = [part]
                else:
                    known.append(part)
            for name in self._rest:
                found[name] = self._from_parts(name, parts)
        return found

    def _from_column(
        self, name: str, through: Through, stored: Mapping[str, Values], places: Sequence[int], count: int
    ) -> Column:
        field = self.reader.fields[name]
        values: Sequence[Any] = stored[through.column] if stored else ()
        for column, wanted in set(through.where) - self._same if stored else ():
            counts = [v == wanted for v in stored[column]]
            # Several conditions: the places shrink along with the values, so each is held against what is left.
            stored = {n: list(compress(v, counts)) for n, v in stored.items()}
            values, places = stored[through.column], list(compress(places, counts))
        if field.many:
            none: list[Any] = []  # one for all who have none; nobody writes into it
            lists = [none] * count
            for at, value in zip(places, values, strict=True):
                if lists[at] is none:
                    lists[at] = [value]
                else:
                    lists[at].append(value)
            return Several(lists, self.reader.linked(field, set(values))) if field.kind == "links" else lists
        cells: Values = [None if field.kind == "link" else ""] * count
        for at, value in zip(reversed(places), reversed(values), strict=True):  # the first part of a record wins
            cells[at] = value
        return Links(cells, self.reader.linked(field, set(values) - {None})) if field.kind == "link" else cells

    def _from_parts(self, name: str, parts: Sequence[list[Any] | None]) -> Column:
        field, read = self.reader.fields[name], self.trait.read
        if name.startswith("remarks."):
            key = name.partition(".")[2]
            return [read(rows, "remarks").get(key) if rows else None for rows in parts]
        none = read((), name)
        values: Values = [read(rows, name) if rows else none for rows in parts]
        if field.kind == "link":
            return Links(values, self.reader.linked(field, {pk for pk in values if pk is not None}))
        if field.kind == "links":
            return Several(values, self.reader.linked(field, {pk for v in values for pk in v}))
        return values

    def _instances(self, ids: list[int]) -> Sequence[Any]:
        """The parts as instances that were read but are never written: made without the price of `__init__`."""
        model: Any = self.trait.model
        names = ("_state", *concrete(model))
        found = []
        for values in self._whole(ids):
            part = model.__new__(model)
            part.__dict__ = dict(zip(names, (_STATE, *values), strict=True))
            found.append(part)
        return found
