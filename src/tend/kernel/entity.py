"""The declaration of a record type: what it holds, who sees it, what may be done; every surface reads it from here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise

from tend.kernel.actor import Actor
from tend.kernel.errors import Misuse

if TYPE_CHECKING:
    from tend.kernel.traits import Trait
    from tend.kernel.verbs import Verb

Text = str | Promise
Rows = Callable[[Any, Actor, str], Any]

# The kinds of value that a field can have; operators, widgets, converters and formats are chosen by kind.
KINDS = (
    "text", "longtext", "integer", "number", "money", "date", "datetime", "yesno",
    "choice", "link", "links", "url", "email", "phone", "address", "json",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of a record type and the surfaces on which it stands. Surfaces are on by default; write exceptions.

    `name` is the word in URLs, filters, files and the API. `path` is the ORM path when it differs. `verb` names the
    verb that owns the field: a form, PATCH or import that changes it runs that verb and needs its right.
    """

    name: str
    label: Text = ""
    kind: str = ""
    path: str = ""
    help: Text = ""
    column: bool = False  # stands in the list unless the user chose other columns
    facet: bool = False  # offered first in the filter builder, with its values
    inline: bool = False  # changed in the list's cell
    edit: bool = True  # in forms, PATCH and imports
    bulk: bool = True  # in the bulk bar
    filter: bool = True
    sort: bool = True
    export: bool = True
    required: bool = False
    search: str = ""  # "A" names, "B" numbers and addresses, "C" long text, "V" a value that many records share
    verb: str = ""
    verb_option: str = "to"
    trait: str = ""  # the trait that reads and writes it
    many: bool = False
    to: type[models.Model] | None = None  # of a link
    choices: tuple[tuple[str, Text], ...] = ()
    shown_when_approaching: bool = False
    group: str = ""  # of a characteristic: under which title it stands
    shown_if: tuple[str, tuple[str, ...]] | None = None  # shown only while this field says one of these words
    required_for: tuple[str, ...] = ()  # stages of the record type at which it must be filled in

    @property
    def orm(self) -> str:
        return self.path or self.name.replace(".", "__")


@dataclass(frozen=True)
class Panel:
    """A titled group of fields on the page and in the form."""

    title: Text
    fields: str
    place: str = "left"

    @property
    def names(self) -> list[str]:
        return self.fields.split()


@dataclass(frozen=True)
class Projection:
    """Derived rows that the unit keeps for a record type (search, access, counters): never in the history.

    `run(unit, created, changed)` gets the new records and those whose attributes named in `on` changed, or whose
    parts of the traits named in `on_parts` did.
    """

    run: Callable[[Any, list[Any], list[Any]], None]
    on: frozenset[str]
    on_parts: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Entity:
    """A record type. `code` is app.model, `plural` the word of URL, API and command line.

    `lines` are the lines of a role's table on which its records stand; `line_of` says which one a record is on.
    """

    model: type[models.Model]
    plural: str
    rows: Rows
    fields: tuple[Field, ...]
    label: Text = ""
    label_plural: Text = ""
    icon: str = "file-text"
    lines: tuple[str, ...] = ()
    title: str = "name"
    sort: str = "name"
    panels: tuple[Panel, ...] = ()
    wears: tuple[str | type[Trait], ...] = ()  # names of kernel traits, or a domain's own trait class
    verbs: tuple[Verb, ...] = ()
    create: Verb | None = None
    edit: Verb | None = None
    hangs_on: str = ""
    projections: tuple[Projection, ...] = ()
    history: bool = True
    book: bool = False
    declared_in: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.model._meta.label_lower)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {f.name: f for f in self.all_fields}

    @cached_property
    def all_fields(self) -> tuple[Field, ...]:
        """The declared fields, completed from the model, and those that its traits bring."""
        from tend.kernel.traits import trait_fields

        declared = tuple(complete(self.model, f) for f in self.fields)
        names = {f.name for f in declared}
        return declared + tuple(f for f in trait_fields(self) if f.name not in names)

    @cached_property
    def traits(self) -> dict[str, Trait]:
        from tend.kernel.traits import traits_of

        return traits_of(self)

    @property
    def verb_by_name(self) -> dict[str, Verb]:
        named = [v for v in (self.create, self.edit) if v is not None]
        return {v.name: v for v in (*named, *self.verbs, *_adopted.get(self.code, ()))}

    def adopt(self, verb: Verb) -> None:
        """Take in a verb that a higher noun declares for this one (accounts cannot know activities)."""
        _adopted.setdefault(self.code, []).append(verb)
        verb.serve(self)

    def wear(self, trait: type[Trait]) -> None:
        """Take in a trait that a higher noun brings with it, before the first record is read."""
        _worn.setdefault(self.code, []).append(trait)
        for name in ("traits", "all_fields", "by_name"):
            self.__dict__.pop(name, None)

    def derive(self, projection: Projection) -> None:
        """Take in derived rows that a higher noun keeps, after those that the declaration names."""
        object.__setattr__(self, "projections", (*self.projections, projection))

    @property
    def all_worn(self) -> tuple[str | type[Trait], ...]:
        return (*self.wears, *_worn.get(self.code, ()))

    def readable(self, actor: Actor) -> tuple[Field, ...]:
        """The fields that exist for this actor: a hidden one is absent everywhere. Kept with the actor, whose rights are fixed."""
        known: dict[Entity, tuple[Field, ...]] = actor.kept.setdefault("readable", {})
        if self not in known:
            known[self] = tuple(f for f in self.all_fields if self.right(actor, f.name) != "hidden")
        return known[self]

    def right(self, actor: Actor, name: str) -> str:
        """edit, read or hidden. A part of a compound (`address.city`) follows its whole (`address`)."""
        lines = self.lines or (self.plural,)
        whole = name.split(".", 1)[0]
        return (
            actor.field_right(lines, name)
            if name == whole
            else _strictest(actor.field_right(lines, name), actor.field_right(lines, whole))
        )


def _strictest(*rights: str) -> str:
    return "hidden" if "hidden" in rights else "read" if "read" in rights else "edit"


_entities: dict[str, Entity] = {}
_adopted: dict[str, list[Verb]] = {}
_worn: dict[str, list[type[Trait]]] = {}


def register(entity: Entity) -> Entity:
    """Put a record type into the registry, complete with the file that declares it."""
    caller = sys._getframe(1)  # inspect.stack() would read the source of every frame, a second at each start
    entity = replace(
        entity,
        label=entity.label or entity.model._meta.verbose_name or "",
        label_plural=entity.label_plural or entity.model._meta.verbose_name_plural or "",
        declared_in=f"{caller.f_globals.get('__name__', '')}:{caller.f_lineno}",
    )
    if entity.code in _entities:
        raise Misuse(f"{entity.code} is declared twice")
    _entities[entity.code] = entity
    for verb in entity.verb_by_name.values():
        verb.serve(entity)
    return entity


def entities() -> tuple[Entity, ...]:
    return tuple(_entities.values())


def entity_of(model: type[models.Model]) -> Entity:
    """The record type of a model class."""
    try:
        return _entities[model._meta.label_lower]
    except KeyError:
        raise Misuse(f"{model.__name__} is not a declared record type") from None


def entity_by_code(code: str) -> Entity:
    try:
        return _entities[code]
    except KeyError:
        raise Misuse(f"no record type {code}") from None


def entity_by_plural(plural: str) -> Entity | None:
    """The record type with that word in URL, API and command line; None when there is none."""
    return next((e for e in _entities.values() if e.plural == plural), None)


def forget(*codes: str) -> None:
    """Take made-up record types of tests out of the registry."""
    for code in codes:
        _entities.pop(code, None)


def complete(model: type[models.Model], declared: Field) -> Field:
    """Fill what the model already says: label, kind, choices, target and whether a value is required."""
    try:
        column = model._meta.get_field(declared.orm.split("__", 1)[0])
    except Exception:
        if not declared.kind:
            raise Misuse(f"{model.__name__}.{declared.name} names no column and no kind") from None
        return replace(declared, label=declared.label or declared.name.replace("_", " ").capitalize())
    if "__" in declared.orm or not isinstance(column, models.Field):
        return replace(declared, label=declared.label or declared.name)
    return replace(
        declared,
        label=declared.label or column.verbose_name,
        kind=declared.kind or kind_of(column),
        choices=declared.choices or tuple(column.choices or ()),  # type: ignore[arg-type]
        to=declared.to or (column.related_model if isinstance(column, models.ForeignKey) else None),
        required=declared.required or not (column.blank or column.null or column.has_default()),
    )


def kind_of(column: models.Field[Any, Any]) -> str:
    """The kind of value a model field holds."""
    if isinstance(column, models.ForeignKey):
        return "link"
    if column.choices:
        return "choice"
    by_class: Iterable[tuple[type[Any], str]] = (
        (models.JSONField, "json"), (models.URLField, "url"), (models.EmailField, "email"),
        (models.DateTimeField, "datetime"), (models.DateField, "date"), (models.BooleanField, "yesno"),
        (models.DecimalField, "number"), (models.IntegerField, "integer"), (models.TextField, "longtext"),
    )  # fmt: skip
    return next((kind for cls, kind in by_class if isinstance(column, cls)), "text")
