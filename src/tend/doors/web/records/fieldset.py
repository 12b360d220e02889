"""Which fields a person may fill in: by panels, for a new record or an old one, with her rights applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tend.doors.web.records.places import Place
from tend.doors.web.records.several import is_several
from tend.doors.web.records.widgets import is_book
from tend.kernel.actor import Actor
from tend.kernel.characteristics.asking import seen_of, sees_condition, words_of
from tend.kernel.characteristics.commands import grouped
from tend.kernel.entity import Entity, Field, Text
from tend.kernel.query.targets import promoted
from tend.kernel.query.words import book_field_named
from tend.kernel.traits.characteristics import CharacteristicDefinition, definitions

ADDRESS = ("address.street", "address.postal_code", "address.city", "address.region", "address.country_code")
LINES = {"phone": ("phones",), "email": ("emails",), "address": ("addresses",)}  # what stands for the main one in forms
KINDS = {"number": "number", "money": "money", "date": "date", "yesno": "yesno", "choice": "choice", "choices": "links"}


@dataclass(frozen=True)
class Group:
    """A titled group of fields in a form."""

    title: Text
    fields: tuple[Field, ...]
    folds: str = ""  # the word under which a browser remembers that it is folded; blank: it does not fold


def groups(place: Place, actor: Actor, *, creating: bool, record: Any = None) -> list[Group]:
    """The groups of a form, as far as the actor may write; the company's own fields by the groups that it gave them."""
    entity = place.entity
    panels = entity.panels or ()
    named = [(p.title, p.names) for p in panels] or [("", [f.name for f in entity.fields if f.edit])]
    found = [
        Group(title, tuple(writable(entity, actor, _spread(entity, actor, names), creating=creating)))
        for title, names in named
    ]
    found = [g for g in found if g.fields]
    own = characteristics(entity, actor, edit=True)
    if record is not None and own:  # what hangs on a field outside of the form is decided here, the rest in the form
        asked = {f.name for g in found for f in g.fields} | {f.name for f in own}
        there = {f.name for f in characteristics(entity, actor, edit=True, of=record)}
        own = [f for f in own if f.name in there or (f.shown_if is not None and f.shown_if[0] in asked)]
    return [*found, *own_groups(entity, own)]


def own_groups(entity: Entity, fields: Iterable[Field]) -> list[Group]:
    """Characteristics by the groups of the company, in their order; those without a group are to be borne in mind."""
    found: dict[str, list[Field]] = {}
    for field in fields:
        found.setdefault(field.group, []).append(field)
    return [
        Group(title or _("Bear in mind"), tuple(own), f"{entity.plural}:{title}" if title else "")
        for title, own in found.items()
    ]


def writable(entity: Entity, actor: Actor, names: Iterable[str], *, creating: bool = False) -> list[Field]:
    """Those of the named fields that exist for the actor and that she may change here."""
    found = []
    for name in names:
        field = entity.by_name.get(name)
        if field is None or not field.edit or entity.right(actor, name) != "edit":
            continue
        if field.verb and not creating and not _may_run(entity, actor, field.verb):
            continue
        if creating and name == "owner" and actor.grants.assign_to == "none" and not actor.is_system:
            continue
        if (
            field.many
            and not is_several(field)
            and (field.kind != "links" or (field.to is not None and not is_book(field) and not creating))
        ):
            continue
        found.append(field)
    return found


def _may_run(entity: Entity, actor: Actor, name: str) -> bool:
    action = entity.verb_by_name[name].action(actor)
    return any(actor.scope(line, action) != "none" for line in entity.lines or (entity.plural,))


def _spread(entity: Entity, actor: Actor, names: Iterable[str]) -> list[str]:
    """A panel says `phone` and means all of them, where the actor may change them all; an address has its elements."""
    found: list[str] = []
    for name in names:
        lines = tuple(n for n in LINES.get(name, ()) if n in entity.by_name)
        if lines and all(entity.right(actor, n) == "edit" for n in (name, *lines)):
            found += lines
        else:
            found += ADDRESS if name == "address" else (name,)
    return found


def characteristics(entity: Entity, actor: Actor, *, edit: bool = False, of: Any = None) -> list[Field]:
    """The company's own fields as fields, by `characteristics.key`, group by group; `of` a record only those it shows."""
    if "characteristics" not in entity.traits or entity.right(actor, "characteristics") == "hidden":
        return []
    wanted = ("edit",) if edit else ("edit", "read")
    known = [d for d in definitions(entity.code) if d.is_active]
    seen = known if of is None else seen_of(entity, actor, known, of)
    by_key = {d.key: d for d in known}
    return [
        field_of(d, tells=sees_condition(actor, entity, d, by_key))
        for _group, members in grouped(seen)
        for d in members
        if entity.right(actor, f"characteristics.{d.key}") in wanted
    ]


def field_of(definition: CharacteristicDefinition, *, tells: bool = True) -> Field:
    """A characteristic as the field that stands for it in forms, lists and filters.

    Without `tells` its condition is kept back from whoever does not see the field on which it hangs.
    """
    condition = definition.shown_if if tells else None
    return Field(
        f"characteristics.{definition.key}",
        label=definition.name,
        kind=KINDS.get(definition.type, "text"),
        trait="characteristics",
        choices=tuple((str(c), str(c)) for c in definition.choices),
        many=definition.type == "choices",
        required=definition.is_required,
        shown_when_approaching=definition.is_shown_when_approaching,
        group=definition.group,
        shown_if=(condition["field"], tuple(words_of(condition["values"]))) if condition else None,
        required_for=tuple(definition.required_for),
    )


def in_group(field: Field) -> Text:
    """What a characteristic is called where all fields stand in one line: with its group before it."""
    return f"{field.group}: {field.label}" if field.group else field.label


def find(entity: Entity, actor: Actor, name: str) -> Field | None:
    """The field with that name when it exists for the actor: built in, or one of the company's own."""
    name = promoted(entity, name)
    if name.startswith("characteristics."):
        return next((f for f in characteristics(entity, actor) if f.name == name), None)
    if name.startswith("remarks.") and "remarks" in entity.traits and entity.right(actor, "remarks") != "hidden":
        named = book_field_named(entity, name.partition(".")[2])
        if named and entity.right(actor, named) != "hidden":
            return entity.by_name[named]
        return Field(name, label=name.partition(".")[2], kind="text", trait="remarks", edit=False)
    field = entity.by_name.get(name)
    return field if field is not None and entity.right(actor, name) != "hidden" else None


def labelled(field: Field, label: Any) -> Field:
    return replace(field, label=label)
