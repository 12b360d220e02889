"""What a field name in a filter means to one actor: the hops it takes and the column at which it ends."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, entity_of
from tend.kernel.errors import Misuse, Refused
from tend.kernel.history import Change
from tend.kernel.query.relations import Relation, relations_of
from tend.kernel.query.words import book_field_named
from tend.kernel.traits import Through
from tend.kernel.traits.characteristics import definition_of, definitions, taking_remarks

MOST_HOPS = 3
KEYED = ("characteristics", "remarks")
_TEXTS = ("text", "longtext", "url", "email", "phone")
ID = Field("id", label="id", kind="integer", sort=True)
MADE_BY = Field("made_by", label=_lazy("Made by operation"), kind="integer", sort=False)  # an import, a bulk entry


@dataclass(frozen=True)
class Hop:
    """One step to other records: over a link of the record itself, a link among its parts, or a declared relation."""

    to: type[models.Model]
    column: str = ""
    through: Through | None = None
    relation: Relation | None = None


@dataclass(frozen=True)
class Target:
    """Where a field name leads. `column` is on `entity`'s model, or on the part model when `through` is set."""

    name: str
    field: Field
    kind: str
    entity: Entity
    hops: tuple[Hop, ...] = ()
    through: Through | None = None
    number: str = ""  # a second column of the part that holds the value as a number
    options: tuple[str, ...] = ()  # the choices of a characteristic

    @property
    def column(self) -> str:
        return self.through.column if self.through else self.field.orm

    @property
    def many(self) -> bool:
        return self.field.many or self.kind in ("links", "options")


def find_target(entity: Entity, actor: Actor, name: str) -> Target:
    """What `name` means on this record type. Unknown and hidden names are refused alike, with the nearest known ones."""
    hops: list[Hop] = []
    at, rest = entity, name
    while True:
        rest = promoted(at, rest)
        field = _own_field(at, actor, rest)
        if field is not None:
            break
        step = _hop(at, actor, rest)
        if step is None or len(hops) >= MOST_HOPS:
            raise unknown(entity, actor, name)
        hop, rest = step
        hops.append(hop)
        at = entity_of(hop.to)
    if not field.filter and not _key_of(rest):
        raise Refused(_("There is no filter on “%(name)s”.") % {"name": name}, field=name, code="not_filterable")
    return _target(at, name, rest, field, tuple(hops))


def _own_field(entity: Entity, actor: Actor, name: str) -> Field | None:
    if name == "id":
        return ID
    if name == MADE_BY.name and entity.history:
        return MADE_BY
    found = entity.by_name.get(name)
    whole, key = _whole(name), _key_of(name)
    if found is None and key and whole in entity.by_name and entity.by_name[whole].trait == whole:
        if whole == "characteristics" and definition_of(entity.code, key) is None:
            return None
        if whole == "remarks" and (named := book_field_named(entity, key)) and entity.right(actor, named) != "hidden":
            return entity.by_name[named]  # a key that names a book's field is that field
        found = entity.by_name[whole]
    return found if found is not None and entity.right(actor, name) != "hidden" else None


def promoted(entity: Entity, name: str) -> str:
    """A key of remarks that was promoted is the characteristic: `remarks.rooms`, and `rooms` where no field is called so."""
    key = name.removeprefix("remarks.")
    if (
        "." in key
        or name in (ID.name, MADE_BY.name)
        or name in entity.by_name
        or "characteristics" not in entity.traits
    ):
        return name
    found = taking_remarks(entity.code, key)
    return f"characteristics.{found.key}" if found is not None else name


def _whole(name: str) -> str:
    return name.partition(".")[0]


def _key_of(name: str) -> str:
    whole, _dot, key = name.partition(".")
    return key if whole in KEYED else ""


def _hop(entity: Entity, actor: Actor, name: str) -> tuple[Hop, str] | None:
    relations = relations_of(entity.code)
    for known in sorted((r for r in relations if name.startswith(f"{r}.")), key=len, reverse=True):
        return Hop(relations[known].to, relation=relations[known]), name[len(known) + 1 :]
    first, dot, rest = name.partition(".")
    field = entity.by_name.get(first)
    if not dot or field is None or field.to is None or not field.filter or entity.right(actor, first) == "hidden":
        return None
    try:
        entity_of(field.to)
    except Misuse:
        return None
    if field.trait:
        through = entity.traits[field.trait].through(first)
        return (Hop(field.to, through=through), rest) if through else None
    return Hop(field.to, column=field.orm), rest


def _target(entity: Entity, name: str, own: str, field: Field, hops: tuple[Hop, ...]) -> Target:
    if field is MADE_BY:
        made = (("record_type", entity.code), ("kind", "create"), ("operation_id__isnull", False))
        return Target(name, field, field.kind, entity, hops, Through(Change, "operation_id", made))
    if not field.trait:
        if field.kind in _TEXTS and not _is_text(entity.model, field.orm):
            raise Refused(_("There is no filter on “%(name)s”.") % {"name": name}, field=name, code="not_filterable")
        return Target(name, field, field.kind, entity, hops)
    through = entity.traits[field.trait].through(own)
    if through is None:
        raise Refused(_("There is no filter on “%(name)s”.") % {"name": name}, field=name, code="not_filterable")
    key = _key_of(own)
    if field.trait == "characteristics" and key:
        definition = definition_of(entity.code, key)
        assert definition is not None
        if not definition.is_filterable:
            raise Refused(_("There is no filter on “%(name)s”.") % {"name": name}, field=name, code="not_filterable")
        kind = {"choice": "option", "choices": "options", "money": "number"}.get(definition.type, definition.type)
        shown = Field(name, label=definition.name, kind=kind, trait=field.trait, many=kind == "options")
        return Target(name, shown, kind, entity, hops, through, options=tuple(map(str, definition.choices)))
    if field.trait == "remarks" and key:
        shown = Field(name, label=key, kind="text", trait=field.trait)
        return Target(name, shown, "remark", entity, hops, through, number="number")
    return Target(name, field, field.kind, entity, hops, through)


def _is_text(model: type[models.Model], path: str) -> bool:
    return "__" in path or isinstance(model._meta.get_field(path), (models.CharField, models.TextField))


def unknown(entity: Entity, actor: Actor, name: str) -> Refused:
    """The refusal of a name that means nothing to this actor; it names the nearest that do."""
    known = names_of(entity, actor)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    near += [k for k in known if name and name in k.split(".")[-1] and k not in near][: 3 - len(near)]
    sentence = _("There is no field “%(name)s”.") % {"name": name}
    if near:
        sentence += " " + _("The nearest are: %(names)s.") % {"names": ", ".join(near)}
    return Refused(sentence, field=name, code="unknown")


def names_of(entity: Entity, actor: Actor, *, hops: bool = True) -> list[str]:
    """Every field name that this actor may use in a filter, those of related records one hop away included."""
    own = [f.name for f in entity.readable(actor) if f.filter and f.kind != "json"]
    readable = {f.name for f in entity.readable(actor)}
    if "characteristics" in readable:
        own += [
            f"characteristics.{d.key}"
            for d in definitions(entity.code)
            if d.is_filterable and entity.right(actor, f"characteristics.{d.key}") != "hidden"
        ]
    if not hops:
        return own
    ways: dict[str, Any] = {f.name: f.to for f in entity.readable(actor) if f.to is not None and f.filter}
    ways.update({r.name: r.to for r in relations_of(entity.code).values()})
    further = []
    for way, model in ways.items():
        try:
            far = entity_of(model)
        except Misuse:
            continue
        further += [f"{way}.{f.name}" for f in far.readable(actor) if f.filter and f.kind != "json"]
    return own + further
