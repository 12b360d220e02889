"""What an administrator does to characteristics: add, name, order, put under a condition, take away; and their declaration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tend.base.slugs import key_of
from tend.kernel.books import everyone_sees
from tend.kernel.characteristics.asking import PREFIX, stage_field
from tend.kernel.entity import Entity, Field, Projection, entities, entity_by_code, entity_of, register
from tend.kernel.errors import Misuse, Refused
from tend.kernel.events import Event, reacts_to
from tend.kernel.traits.characteristics import CharacteristicDefinition, definitions_changed
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner, put
from tend.kernel.verbs import verb

WHY = "the shape of records is no secret"
Type = CharacteristicDefinition.Type
DECIDING = (Type.CHOICE, Type.CHOICES, Type.YESNO)  # types on which a condition may hang
FIXED = ("key", "record_type", "type", "takes_remarks")  # changed by no edit: type by `recast`, remarks by `promote`
LONGEST_GROUP = 80


@dataclass(frozen=True)
class characteristic_named(Event):  # noqa: N801
    """A characteristic was made or edited; `is_chosen`: its key was given, not made from the name."""

    definition: CharacteristicDefinition
    is_chosen: bool


@dataclass(frozen=True)
class characteristics_arranged(Event):  # noqa: N801
    """A characteristic, or with `whole` its group, is to stand at a place (1 is first), or its group gets a name."""

    definition: CharacteristicDefinition
    place: int = 0
    whole: bool = False
    group: str = ""
    named: str | None = None


@dataclass(frozen=True)
class characteristic_made_filterable(Event):  # noqa: N801
    """A characteristic that could not be filtered by now can be."""

    definition: CharacteristicDefinition


@dataclass(frozen=True)
class characteristic_taken_away(Event):  # noqa: N801
    """A characteristic was deleted."""

    definition: CharacteristicDefinition


@verb("kernel.characteristicdefinition", needs="settings", creates=True, label=_("New characteristic"))
def create_characteristic(unit: Unit, *, values: dict[str, Any]) -> CharacteristicDefinition:
    """Add a field of the company's own to a record type. Its key is made from its name and never changes afterwards.

    Refused for a name or key that the record type has, for choices without any, and for a condition that leads in a circle.
    """
    definition: CharacteristicDefinition = unit.create(CharacteristicDefinition)
    put(unit, CHARACTERISTIC, definition, {n: v for n, v in values.items() if n != "takes_remarks"})
    definition.key = definition.key or key_of(definition.name)
    _check_characteristic(definition)
    unit.announce(characteristic_named(definition, values.get("key") is not None and values.get("key") != ""))
    return definition


@verb("kernel.characteristicdefinition", needs="settings", label=_("Edit"))
def edit_characteristic(unit: Unit, definition: CharacteristicDefinition, *, values: dict[str, Any]) -> None:
    """Change how a characteristic is called, shown and asked for; values stay."""
    put(unit, CHARACTERISTIC, definition, {n: v for n, v in values.items() if n not in FIXED})
    _check_characteristic(definition)
    unit.announce(characteristic_named(definition, True))
    if definition.is_filterable and not unit.before(definition, "is_filterable"):
        unit.announce(characteristic_made_filterable(definition))


@verb("kernel.characteristicdefinition", needs="settings", label=_("Move"))
def place(unit: Unit, definition: CharacteristicDefinition, *, to: int, group: str = "") -> None:
    """Put a characteristic at a place among those of its record type, 1 is first; the others make room.

    With a group it goes into that group; "-" takes it out of every group.
    """
    if len(group) > LONGEST_GROUP:
        raise Refused(gettext("A name of a group has at most 80 letters."), field="group", code="too_long")
    if group:
        definition.group = "" if group == "-" else group.strip()
    unit.announce(characteristics_arranged(definition, to))


@verb("kernel.characteristicdefinition", needs="settings", label=_("Move the group"))
def place_group(unit: Unit, definition: CharacteristicDefinition, *, to: int) -> None:
    """Put the whole group of a characteristic at a place among the groups, 1 is first."""
    unit.announce(characteristics_arranged(definition, to, whole=True, group=definition.group))


@verb("kernel.characteristicdefinition", needs="settings", label=_("Rename the group"))
def rename_group(unit: Unit, definition: CharacteristicDefinition, *, name: str) -> None:
    """Call the group of a characteristic otherwise, with all that stand in it. The name of another group joins the two."""
    said = name.strip()
    if not said or len(said) > LONGEST_GROUP:
        raise Refused(gettext("A name of a group has between 1 and 80 letters."), field="name", code="required")
    unit.announce(characteristics_arranged(definition, group=definition.group, named=said))


@verb("kernel.characteristicdefinition", needs="settings", label=_("Delete"))
def trash_characteristic(unit: Unit, definition: CharacteristicDefinition) -> None:
    """Take a characteristic away from pages and lists; the values stay in the records.

    Refused while another is shown only under its values.
    """
    definition.trashed_at = unit.now
    unit.announce(characteristic_taken_away(definition))


def _check_characteristic(definition: CharacteristicDefinition) -> None:
    if not definition.name.strip():
        raise Refused(gettext("A name is required."), field="name", code="required")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", definition.key):
        raise Refused(
            gettext("A key is small letters, digits and underscores, and begins with a letter."),
            field="key",
            code="type",
        )
    if definition.type not in Type.values:
        raise Refused(gettext("“%(value)s” is no type.") % {"value": definition.type}, field="type", code="choice")
    wearers = [e.code for e in entities() if "characteristics" in e.wears]
    if definition.record_type not in wearers:
        raise Refused(
            gettext("Characteristics stand on: %(known)s.") % {"known": ", ".join(wearers)},
            field="record_type",
            code="choice",
        )
    offered = definition.choices
    if not isinstance(offered, list) or any(not isinstance(c, str) or not c.strip() for c in offered):
        raise Refused(gettext("Choices are a list of words."), field="choices", code="type")
    if definition.type in (Type.CHOICE, Type.CHOICES) and not offered:
        raise Refused(gettext("Name what can be chosen, one a line."), field="choices", code="required")
    definition.group = definition.group.strip()
    _check_required(definition)
    _check_condition(definition)


def _check_required(definition: CharacteristicDefinition) -> None:
    stage = stage_field(entity_by_code(definition.record_type))
    known = [str(code) for code, _label in stage.choices] if stage is not None else []
    said = definition.required_for = definition.required_for or []
    if not isinstance(said, list) or any(code not in known for code in said):
        raise Refused(
            gettext("It can be required for: %(known)s.") % {"known": ", ".join(known) or "–"},
            field="required_for",
            code="choice",
        )
    definition.required_for = [code for code in known if code in said]
    if definition.type == Type.YESNO and (definition.is_required or said):
        raise Refused(
            gettext("Yes or no is never lacking: what nobody ticked says no."), field="is_required", code="type"
        )


def _check_condition(definition: CharacteristicDefinition) -> None:
    said = definition.shown_if = definition.shown_if or {}
    if said and not (
        isinstance(said, dict)
        and set(said) == {"field", "values"}
        and isinstance(said["field"], str)
        and isinstance(said["values"], list)
        and said["values"]
    ):
        raise Refused(gettext("A condition names a field and its values."), field="shown_if", code="type")


def deciding_fields(entity: Entity) -> list[Field]:
    """The fields of a record type on whose values a condition may hang: books, fixed choices, flags."""
    found = []
    for field in entity.all_fields:
        if field.trait or field.many or "." in field.name:
            continue
        if field.kind in ("choice", "yesno") or (field.kind == "link" and _is_book(field)):
            found.append(field)
    return found


def _is_book(field: Field) -> bool:
    try:
        return field.to is not None and entity_of(field.to).book
    except Misuse:
        return False


@reacts_to(characteristic_named)
def keep_keys_apart(unit: Unit, events: list[characteristic_named]) -> None:
    """Names and keys are once per record type; a key made from a name gets a number when it is taken."""
    for event in events:
        mine = event.definition
        others = [row for row in _rows_beside(unit, mine) if row.pk != mine.pk]
        if any(row.trashed_at is None and row.name.casefold() == mine.name.casefold() for row in others):
            raise Refused(
                gettext("There is a characteristic “%(name)s” already.") % {"name": mine.name},
                field="name",
                code="taken",
            )
        taken = {row.key for row in others}
        if mine.key in taken and event.is_chosen:
            raise Refused(
                gettext("The key %(key)s is taken; a deleted characteristic keeps its own.") % {"key": mine.key},
                field="key",
                code="taken",
            )
        mine.key = next(k for k in (mine.key, *(f"{mine.key[:36]}_{n}" for n in range(2, 999))) if k not in taken)
        if not mine.position:
            mine.position = max((o.position for o in others), default=0) + 1
        if mine.shown_if:
            _settle_condition(unit, mine, {row.key: row for row in others if row.trashed_at is None})


def _settle_condition(unit: Unit, mine: CharacteristicDefinition, others: dict[str, CharacteristicDefinition]) -> None:
    """A condition keeps typed values: ids of a book, codes, options. Refused for a field that decides nothing, and in a circle."""
    name = mine.shown_if["field"]
    source = others.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
    entity = entity_by_code(mine.record_type)
    field = next((f for f in deciding_fields(entity) if f.name == name), None)
    if field is None and (source is None or source.type not in DECIDING):
        raise Refused(
            gettext("Nothing can hang on “%(name)s”: choose a book, a choice or a yes-or-no field.") % {"name": name},
            field="shown_if",
            code="choice",
        )
    cleaner = Cleaner(entity, unit.actor)
    values: list[Any] = []
    for value in mine.shown_if["values"]:
        said = value
        if isinstance(value, dict):
            said = value.get("id", value.get("name"))
        try:
            typed = (
                cleaner.characteristic(source, said) if source is not None else cleaner.typed(field, said)  # type: ignore[arg-type]
            )
        except Refused as no:
            no.field = "shown_if"
            raise
        values += typed if isinstance(typed, list) else [getattr(typed, "pk", typed)]
    mine.shown_if = {"field": name, "values": list(dict.fromkeys(values))}
    at, passed = source, {mine.key}
    while at is not None:
        if at.key in passed:
            raise Refused(
                gettext("“%(name)s” would hang on itself in the end.") % {"name": mine.name},
                field="shown_if",
                code="circle",
            )
        passed.add(at.key)
        further = str(at.shown_if.get("field", "")) if at.shown_if else ""
        key = further.removeprefix(PREFIX)
        at = (mine if key == mine.key else others.get(key)) if further.startswith(PREFIX) else None


@reacts_to(characteristics_arranged)
def make_room(unit: Unit, events: list[characteristics_arranged]) -> None:
    """Places are counted anew from 1, groups stand together."""
    for event in events:
        mine = event.definition
        rows = [row for row in unit.load(_rows(mine.record_type)) if row.trashed_at is None]
        if event.named is not None:
            for row in rows:
                if row.group == event.group:
                    row.group = event.named
        elif event.whole:
            groups = grouped(rows)
            moved = next(g for g in groups if g[0] == event.group)
            groups.remove(moved)
            groups.insert(max(0, min(event.place - 1, len(groups))), moved)
            rows = [row for _name, members in groups for row in members]
        else:
            rows = [row for _name, members in grouped(r for r in rows if r.pk != mine.pk) for row in members]
            rows.insert(max(0, min(event.place - 1, len(rows))), mine)
        ordered = [row for _name, members in grouped(rows) for row in members]
        for at, row in enumerate(ordered, 1):
            row.position = at


@reacts_to(characteristic_taken_away)
def keep_what_others_hang_on(unit: Unit, events: list[characteristic_taken_away]) -> None:
    """What decides whether another is shown stays, until that one says otherwise."""
    for event in events:
        mine = event.definition
        hanging = [
            row.name
            for row in _rows_beside(unit, mine)
            if row.trashed_at is None and row.shown_if.get("field") == f"{PREFIX}{mine.key}"
        ]
        if hanging:
            raise Refused(
                gettext("%(names)s is shown only under a value of this one. Change that first.")
                % {"names": ", ".join(hanging)},
                code="in_use",
            )


def grouped(rows: Iterable[CharacteristicDefinition]) -> list[tuple[str, list[CharacteristicDefinition]]]:
    """Characteristics by their groups; groups stand in the order of their first ones."""
    found: dict[str, list[CharacteristicDefinition]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return list(found.items())


def _rows(code: str) -> Any:
    return CharacteristicDefinition.objects.as_system(WHY).filter(record_type=code).order_by("position", "id")


def _rows_beside(unit: Unit, mine: CharacteristicDefinition) -> list[CharacteristicDefinition]:
    """The characteristics of the record type as this unit will leave them, trash included."""
    stored = {row.pk: row for row in _rows(mine.record_type)}
    stored |= {row.pk: row for row in unit.holding(CharacteristicDefinition) if row.record_type == mine.record_type}
    return list(stored.values())


def _forget(unit: Unit, created: list[Any], changed: list[Any]) -> None:
    definitions_changed()


WATCHED = frozenset(f.attname for f in CharacteristicDefinition._meta.concrete_fields)

CHARACTERISTIC = register(
    Entity(
        model=CharacteristicDefinition, plural="characteristics", rows=everyone_sees, lines=("settings",), sort="position",
        fields=(
            Field("name", column=True, required=True), Field("key", column=True), Field("record_type"),
            Field("type", column=True), Field("choices", kind="json"), Field("group", column=True), Field("position"),
            Field("is_required"), Field("required_for", kind="json"), Field("shown_if", kind="json"), Field("takes_remarks", edit=False),
            Field("is_shown_when_approaching"), Field("is_filterable"), Field("is_active"),
        ),
        create=create_characteristic, edit=edit_characteristic, verbs=(place, place_group, rename_group, trash_characteristic),
        projections=(Projection(_forget, WATCHED),),
    )
)  # fmt: skip
