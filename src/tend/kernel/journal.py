"""The history entries of one unit of work: one for each record, merged while the unit runs, written in one insert."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import compress
from operator import is_not, itemgetter
from typing import Any

from django.db import connection, models

from tend.kernel import write
from tend.kernel.entity import entity_of
from tend.kernel.history import Change, plain
from tend.kernel.record import Part, Record, concrete, defaults_of
from tend.kernel.traits import owner_of

COLUMNS = ("act", "at", "operation_id", "actor_id", "verb", "record_type", "record_id", "kind", "body")
_AS_IT_IS = frozenset({str, int, bool, float, list, dict, type(None)})


@dataclass
class Entry:
    """What is told of one record so far."""

    record_type: str
    kind: str = "update"
    fields: dict[str, list[Any]] = field(default_factory=dict)
    parts: list[list[Any]] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        said = {"fields": self.fields, "parts": self.parts}
        return {name: told for name, told in said.items() if told}


@dataclass(frozen=True)
class _Shape:
    """What the journal knows of a model: how it is told, and the values that need no telling when a row is new."""

    owner: type[models.Model] | None  # the record whose entry it stands in; None: it is not told
    record_type: str
    label: str
    is_record: bool
    untold: frozenset[str]
    names: tuple[str, ...]
    usual: tuple[Any, ...]
    read: Callable[[dict[str, Any]], tuple[Any, ...]]


@cache
def _shape(model: type[models.Model]) -> _Shape:
    untold: frozenset[str] = getattr(model, "untold", frozenset())
    told = {n: v for n, v in defaults_of(model).items() if n not in untold}
    names = tuple(told)
    # One name would give its bare value.
    read = itemgetter(*names) if len(names) > 1 else lambda known: tuple(known[n] for n in names)
    owner, code = None, ""
    if issubclass(model, Record):
        entity = entity_of(model)
        owner, code = (model if entity.history else None), entity.code
    elif issubclass(model, Part):
        owner = owner_of(model)
        code = owner._meta.label_lower
    is_record = issubclass(model, Record)
    return _Shape(owner, code, model._meta.label_lower, is_record, untold, names, tuple(told.values()), read)


class Journal:
    """Collects what a unit writes. `parted` names the records whose parts were written, by the part's model."""

    def __init__(self) -> None:
        self._entries: dict[tuple[type[models.Model], int], Entry] = {}
        self._changed_parts: dict[tuple[str, int], tuple[Entry, list[Any]]] = {}
        self.parted: dict[type[models.Model], set[int]] = defaultdict(set)
        self.forgotten: set[tuple[type[models.Model], int]] = set()  # records of which no value may be told

    def created(self, model: type[models.Model], pk: int, row: models.Model) -> None:
        """Tell of a new row what differs from the defaults."""
        shape, known = _shape(model), row.__dict__
        values, usual = shape.read(known), shape.usual
        # Most columns hold the very object that is their default.
        said = {
            n: v if v.__class__ in _AS_IT_IS else plain(v)
            for n, v, u in compress(zip(shape.names, values, usual, strict=True), map(is_not, values, usual))
            if v is not None and v != u
        }
        if not shape.is_record:
            self._tell_part(shape, model, pk, known, "+", said)
        elif said and shape.owner is not None:
            entry = self._entry(model, pk, shape)
            entry.kind = "create"
            entry.fields = {n: [None, v] for n, v in said.items()}

    def changes_of(self, record: models.Model) -> Mapping[str, list[Any]]:
        """{attribute: [before, now]} of a record that was written, as the history tells it."""
        entry = self._entries.get((type(record), record.pk))
        return entry.fields if entry is not None else {}

    def changed(
        self, model: type[models.Model], pk: int, row: models.Model, told: Mapping[str, tuple[Any, Any]]
    ) -> None:
        """Tell of a row what changed; what a record got and lost again within the unit is not told."""
        shape = _shape(model)
        said = {n: [plain(old), plain(new)] for n, (old, new) in told.items() if n not in shape.untold}
        if not shape.is_record:
            self._tell_part(shape, model, pk, row.__dict__, "~", said)
            return
        if not said or shape.owner is None:
            return
        entry = self._entry(model, pk, shape)
        for name, (old, new) in said.items():
            first = entry.fields.get(name, [old, None])[0]
            entry.fields[name] = [first, new]
            if first == new and entry.kind != "create":
                del entry.fields[name]

    def removed(self, model: type[models.Model], pk: int, part: models.Model) -> None:
        """Tell of a part that was taken away all that it held."""
        shape, known = _shape(model), part.__dict__
        self._tell_part(
            shape, model, pk, known, "-", {n: plain(known[n]) for n in concrete(model) if n not in shape.untold}
        )

    def _tell_part(
        self, shape: _Shape, model: type[models.Model], pk: int, known: dict[str, Any], sign: str, said: dict[str, Any]
    ) -> None:
        if shape.owner is None:
            return
        record_id = known["record_id"]
        self.parted[model].add(record_id)
        entry = self._entry(shape.owner, record_id, shape)
        if sign == "~":
            self._tell_changed_part(shape, model, pk, entry, said)
        else:
            entry.parts.append([shape.label, pk, sign, said])

    def _tell_changed_part(
        self, shape: _Shape, model: type[models.Model], pk: int, entry: Entry, said: dict[str, Any]
    ) -> None:
        """A part is told of once in a unit, by the record that has it at the end; one that it left says where it went (">")."""
        if not said:
            return
        before = self._changed_parts.pop((shape.label, pk), None)
        if before is not None:
            was, told = before
            was.parts = [p for p in was.parts if p is not told]
            entry.parts = [p for p in entry.parts if p[:3] != [shape.label, pk, ">"]]  # it came back
            earlier: dict[str, list[Any]] = told[3]
            said = {**earlier, **{n: [earlier[n][0] if n in earlier else old, new] for n, (old, new) in said.items()}}
            said = {n: pair for n, pair in said.items() if pair[0] != pair[1]}
        if not said:
            return
        told = [shape.label, pk, "~", said]
        entry.parts.append(told)
        self._changed_parts[shape.label, pk] = (entry, told)
        if "record_id" in said:
            left = said["record_id"][0]
            self.parted[model].add(left)
            assert shape.owner is not None
            self._entry(shape.owner, left, shape).parts.append([shape.label, pk, ">", {"record_id": said["record_id"]}])

    def _entry(self, owner: type[models.Model], pk: int, shape: _Shape) -> Entry:
        key = (owner, pk)
        found = self._entries.get(key)
        if found is None:
            found = self._entries[key] = Entry(shape.record_type)
        return found

    def write(self, *, act: int, at: dt.datetime, operation_id: int | None, actor_id: int | None, verb: str) -> None:
        """Insert the entries and begin anew."""
        entries = {key: e for key, e in self._entries.items() if e.fields or e.parts or e.kind == "create"}
        self._entries, self._changed_parts = {}, {}
        if self.forgotten:
            entries |= {
                key: Entry(e.record_type, e.kind, {"erased": [None, True]})
                for key, e in entries.items()
                if key in self.forgotten
            }
        if not entries:
            return
        stamp: Any = connection.ops.adapt_datetimefield_value(at) if connection.vendor == "sqlite" else at
        head = (act, stamp, operation_id, actor_id, verb[:60])
        rows = ((*head, e.record_type, pk, e.kind, write.db_json(e.body)) for (_m, pk), e in entries.items())
        write.insert_values(Change._meta.db_table, COLUMNS, rows, len(entries))
