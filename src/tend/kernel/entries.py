"""What entries of the history tell one reader, as values: hidden fields are absent, links lead only to what he sees.

The pages word the same entries as lines of text; programs and whoever else reads the feed take the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.history import Change, revive
from tend.kernel.reading import Linked, Reader
from tend.kernel.record import Record
from tend.kernel.traits.characteristics import definitions

KINDS = ("created", "changed", "trashed", "restored", "merged", "erased")
CREATED, CHANGED, TRASHED, RESTORED, MERGED, ERASED = KINDS
_OWN = frozenset({"id", "record_id", "normalised", "written_at", "written_by_id"})  # of parts: how they are kept


@dataclass(frozen=True)
class PartTold:
    """A part that was added (`before` is None), taken away (`after` is None) or changed; `trait` is what it belongs to."""

    trait: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass
class EntryTold:
    """One entry as its reader may know it: values are Python's, links `Linked`."""

    kind: str
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    parts: list[PartTold] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.kind == CHANGED and not self.fields and not self.parts


def kind_of(change: Change) -> str:
    """created, changed, trashed, restored, merged or erased (whoever keeps a copy erases it as well)."""
    fields = change.body.get("fields", {})
    if "erased" in fields:
        return ERASED
    if change.kind == "create":
        return CREATED
    if change.verb == "merge" and "trashed_at" in fields:
        return MERGED
    if "trashed_at" in fields:
        return TRASHED if fields["trashed_at"][1] else RESTORED
    return CHANGED


class Entries:
    """Reads entries of one record type for one reader, names and sight of all of them at once.

    The caller has made sure that the records themselves are in the reader's sight.
    """

    def __init__(self, entity: Entity, actor: Actor, changes: Sequence[Change]) -> None:
        self.entity, self.actor = entity, actor
        own = {f.name: f.attname for f in entity.model._meta.concrete_fields}
        shown = entity.extra.get("shown")  # fields that are said to each reader in other words than they are stored in
        masked = shown.fields if shown is not None else ()
        readable = [f for f in entity.readable(actor) if f.name in own and f.name not in masked]
        self._fields: dict[str, Field] = {own[f.name]: f for f in readable}
        self._traits = {t.model._meta.label_lower: n for n, t in entity.traits.items() if self._is_open(n, t)}
        self._ties = self._tied(changes)
        self._known = self._named(changes)

    def told(self, change: Change) -> EntryTold:
        """What one entry says to the reader."""
        found = EntryTold(kind_of(change))
        for name, (old, new) in change.body.get("fields", {}).items():
            if name == "characteristics":
                self._characteristics(found, old or {}, new or {})
            elif name in self._fields:
                before, after = self._value(name, old), self._value(name, new)
                target = _target(self.entity.model, name)
                if target is None or before is not None or after is not None:  # links out of sight leave no word
                    found.fields[self._fields[name].name] = (before, after)
        for label, pk, sign, values in change.body.get("parts", ()):
            if label in self._traits and (part := self._part(label, pk, sign, values)) is not None:
                found.parts.append(part)
        return found

    def _is_open(self, name: str, trait: Any) -> bool:
        if getattr(trait, "model", None) is None:
            return False
        names = [f.name for f in self.entity.all_fields if f.trait == name]
        return all(self.entity.right(self.actor, n) != "hidden" for n in names)

    def _tied(self, changes: Sequence[Change]) -> dict[tuple[str, int], list[tuple[Any, int]]]:
        """Where changed parts point to: their entry names only what differs."""
        said: dict[str, set[int]] = {}
        for change in changes:
            for label, pk, sign, _values in change.body.get("parts", ()):
                if sign == "~" and label in self._traits:
                    said.setdefault(label, set()).add(pk)
        found: dict[tuple[str, int], list[tuple[Any, int]]] = {}
        for label, pks in said.items():
            model: Any = apps.get_model(label)
            columns = [
                f.attname for f in model._meta.concrete_fields
                if f.attname not in _OWN and _target(model, f.attname) is not None
            ]  # fmt: skip
            rows = model.objects.of({c.record_id for c in changes}).filter(pk__among=sorted(pks)).order_by()
            for row in rows.values("pk", *columns):
                found[label, row["pk"]] = [(_target(model, c), int(row[c])) for c in columns if row[c]]
        return found

    def _named(self, changes: Sequence[Change]) -> dict[Any, dict[int, Linked]]:
        wanted: dict[Any, set[int]] = {}

        def want(model: Any, name: str, values: Sequence[Any]) -> None:
            target = _target(model, name)
            if target is not None and name != "record_id":
                wanted.setdefault(target, set()).update(int(v) for v in values if v)

        for change in changes:
            for name, pair in change.body.get("fields", {}).items():
                if name in self._fields:
                    want(self.entity.model, name, pair)
            for label, _pk, _sign, values in change.body.get("parts", ()):
                if label in self._traits:
                    for name, said in values.items():
                        want(apps.get_model(label), name, said if isinstance(said, list) else [said])
        for ties in self._ties.values():
            for target, pk in ties:
                wanted.setdefault(target, set()).add(pk)
        reader = Reader(self.entity, self.actor, ())
        return {model: reader.linked(Field("_", to=model), ids) for model, ids in wanted.items()}

    def _value(self, name: str, value: Any) -> Any:
        target = _target(self.entity.model, name)
        if target is not None:
            return self._known[target].get(int(value)) if value else None
        return revive(self.entity.model, name, value) if value is not None else None

    def _characteristics(self, found: EntryTold, old: dict[str, Any], new: dict[str, Any]) -> None:
        for one in definitions(self.entity.code):
            name = f"characteristics.{one.key}"
            if old.get(one.key) != new.get(one.key) and self.entity.right(self.actor, name) != "hidden":
                found.fields[name] = (old.get(one.key), new.get(one.key))

    def _part(self, label: str, pk: int, sign: str, values: dict[str, Any]) -> PartTold | None:
        trait, model = self._traits[label], apps.get_model(label)
        if sign == "~":
            ties = self._ties.get((label, pk))
            if ties is None or not all(at in self._known.get(target, {}) for target, at in ties):
                return None  # gone since, or about somebody out of sight
            before = self._part_values(model, {n: pair[0] for n, pair in values.items()})
            after = self._part_values(model, {n: pair[1] for n, pair in values.items()})
            return PartTold(trait, before, after) if before is not None and after is not None and after else None
        said = self._part_values(model, values) if sign in "+-" else None
        if not said:
            return None
        return PartTold(trait, said, None) if sign == "-" else PartTold(trait, None, said)

    def _part_values(self, model: type[models.Model], values: dict[str, Any]) -> dict[str, Any] | None:
        """The columns of a part by name; None when it names what the reader does not see."""
        said: dict[str, Any] = {}
        for name, value in values.items():
            if name in _OWN or (model.spoken and name not in model.spoken):  # type: ignore[attr-defined]
                continue
            target = _target(model, name)
            if target is None:
                said[name] = value
            elif value:
                named = self._known.get(target, {}).get(int(value))
                if named is None:
                    return None
                said[name.removesuffix("_id")] = named
        return said


def _target(model: Any, attname: str) -> Any | None:
    column = next((f for f in model._meta.concrete_fields if f.attname == attname), None)
    target: Any = column.related_model if column is not None and column.is_relation else None
    return target if target is not None and issubclass(target, Record) else None  # a kept file has no name to be told
