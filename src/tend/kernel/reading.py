"""Values on their way out: the fields of many records in a constant number of queries, within one actor's sight.

Lists, pages, the API and exports all read through here, so that a hidden field or record is hidden everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, entity_of
from tend.kernel.prepared import of_actor, parts_of
from tend.kernel.traits.characteristics import definitions, taking_remarks

KnownParts = Mapping[type[models.Model], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that another one names: enough to show it as a chip or a link."""

    id: int
    name: str
    mark: str = ""
    hue: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name}

    def __str__(self) -> str:
        return self.name


def mark_of(values: Mapping[str, Any]) -> str:
    """A short text that is the same as long as these values are: what a reader saw, to be compared when he writes.

    Values in one order, links with their names, so that it tells nothing of fields and records that were not read.
    """
    return hashlib.sha256(repr(list(values.items())).encode()).hexdigest()[:20]


class Reader:
    """Reads chosen fields of records. One reader serves one page, export chunk or API answer after another.

    `parts` are those of the records, by their model, when the caller holds them all.
    """

    def __init__(
        self,
        entity: Entity,
        actor: Actor,
        names: Iterable[str],
        *,
        parts: KnownParts | None = None,
    ) -> None:
        self.entity = entity
        self.actor = actor
        readable = {f.name for f in entity.readable(actor)}
        self.names = [n for n in names if n in readable or self._is_key(n, readable)]
        self.fields: dict[str, Field] = {
            n: entity.by_name.get(n) or entity.by_name[n.partition(".")[0]] for n in self.names
        }
        self._parts = parts or {}
        self._books: dict[type[models.Model], dict[int, Linked]] = {}

    def _is_key(self, name: str, readable: set[str]) -> bool:
        whole, _dot, key = name.partition(".")
        if whole not in ("characteristics", "remarks") or not key or whole not in readable:
            return False
        return self.entity.right(self.actor, name) != "hidden"

    def _taker(self, name: str) -> str:
        """The key of the characteristic to which a key of remarks was promoted, if this actor sees it; else ""."""
        whole, _dot, key = name.partition(".")
        if whole != "remarks" or not key or "characteristics" not in self.entity.traits:
            return ""
        found = taking_remarks(self.entity.code, key)
        if found is None or self.entity.right(self.actor, f"characteristics.{found.key}") == "hidden":
            return ""
        return found.key

    @property
    def columns(self) -> tuple[str, ...]:
        """The model columns that these fields need; everything else may be deferred."""
        wanted = {"id"}
        own = {f.name: f.attname for f in self.entity.model._meta.concrete_fields}
        for name, field in self.fields.items():
            if self._taker(name):
                wanted.add("characteristics")
            if field.trait and not name.startswith("characteristics"):
                continue
            whole = name.partition(".")[0]
            if whole in own:
                wanted.add(own[whole])
        shown = self.entity.extra.get("shown")
        if shown is not None:
            wanted |= {own[name] for name in shown.needs}
        return tuple(sorted(wanted))

    def read(self, records: Sequence[Any]) -> list[dict[str, Any]]:
        """One dict per record, by field name. Links are `Linked`, or None when out of sight."""
        rows: list[dict[str, Any]] = [{"id": r.pk} for r in records]
        for name, field in self.fields.items():
            if field.trait and field.trait != "characteristics":
                continue
            if field.kind == "link":
                self._links(records, rows, name, field)
            elif field.trait == "characteristics":
                self._characteristics(records, rows, name)
            else:
                for record, row in zip(records, rows, strict=True):
                    row[name] = getattr(record, name, None)
        self._traits(records, rows)
        shown = self.entity.extra.get("shown")
        if shown is not None:
            shown.of(self.actor, records, rows)
        return rows

    def one(self, record: Any) -> dict[str, Any]:
        return self.read([record])[0]

    def still(self, mark: str) -> Callable[[Any], bool]:
        """The question whether a record shows this reader what it showed when `mark_of` its values was taken."""
        return lambda record: mark_of(self.one(record)) == mark

    def _links(self, records: Sequence[Any], rows: list[dict[str, Any]], name: str, field: Field) -> None:
        ids = {getattr(r, f"{name}_id") for r in records} - {None}
        found = self.linked(field, ids)
        for record, row in zip(records, rows, strict=True):
            row[name] = found.get(getattr(record, f"{name}_id"))

    def linked(self, field: Field, ids: Iterable[int]) -> dict[int, Linked]:
        """Records that are named, within sight; books and people are few and kept with the actor, others for the reader's life."""
        assert field.to is not None
        columns = {f.name for f in field.to._meta.concrete_fields}
        store = self.actor.kept if "hue" in columns and not self.actor.is_system else self._books
        kept: dict[int, Linked] = store.setdefault(field.to, {})
        lacking = [pk for pk in ids if pk not in kept]
        if lacking:
            named_by = ("name",) if "name" in columns else field.to.NAMED_BY  # type: ignore[attr-defined]
            wanted = ["id", *named_by, *(c for c in ("mark", "hue") if c in columns)]
            model: Any = field.to

            def ask(ids: list[int]) -> Any:
                seen = model.objects.seen_by(self.actor, trashed="hue" in columns, each=True)
                return seen.filter(pk__among=ids).order_by().values_list(*wanted)

            rows = of_actor(self.actor, ("linked", model), ask, list)
            for pk, *said in rows(lacking):
                name, look = self._named(model, named_by, said[: len(named_by)]), said[len(named_by) :]
                kept[pk] = Linked(pk, name, *look) if "mark" in columns else Linked(pk, name, "", *look)
        return kept

    def _named(self, model: Any, columns: tuple[str, ...], said: list[Any]) -> str:
        """The name of a record; one without a name of its own is named by fields, those hidden from the reader left out."""
        if columns == ("name",):
            return str(said[0])
        entity = entity_of(model)
        known = [v if entity.right(self.actor, c) != "hidden" else "" for c, v in zip(columns, said, strict=True)]
        return str(model.named(*known))

    def _characteristics(self, records: Sequence[Any], rows: list[dict[str, Any]], name: str) -> None:
        _whole, _dot, key = name.partition(".")
        if key:
            for record, row in zip(records, rows, strict=True):
                row[name] = record.characteristics.get(key)
            return
        seen = [
            d.key
            for d in definitions(self.entity.code)
            if self.entity.right(self.actor, f"characteristics.{d.key}") != "hidden"
        ]
        for record, row in zip(records, rows, strict=True):
            row[name] = {k: record.characteristics[k] for k in seen if k in record.characteristics}

    def _traits(self, records: Sequence[Any], rows: list[dict[str, Any]]) -> None:
        ids = [r.pk for r in records]
        for trait_name, trait in self.entity.traits.items():
            names = [n for n, f in self.fields.items() if f.trait == trait_name]
            if not names or trait_name == "characteristics":
                continue
            by_record: dict[int, list[Any]] = {pk: [] for pk in ids}
            known = self._parts.get(trait.model)
            for part in parts_of(trait.model)(ids) if known is None else known:
                by_record[part.record_id].append(part)
            for name in names:
                field = self.fields[name]
                values = {pk: trait.read(parts, name) for pk, parts in by_record.items()}
                if field.kind == "links":
                    found = self.linked(field, {pk for v in values.values() for pk in v})
                    for row in rows:
                        row[name] = [found[pk] for pk in values[row["id"]] if pk in found]
                elif field.kind == "link":
                    found = self.linked(field, {pk for pk in values.values() if pk is not None})
                    for row in rows:
                        row[name] = found.get(values[row["id"]])
                elif name.startswith("remarks."):
                    key, taker = name.partition(".")[2], self._taker(name)
                    for record, row in zip(records, rows, strict=True):
                        said = record.characteristics.get(taker) if taker else None
                        row[name] = trait.read(by_record[row["id"]], "remarks").get(key) if said is None else said
                else:
                    for row in rows:
                        row[name] = values[row["id"]]
