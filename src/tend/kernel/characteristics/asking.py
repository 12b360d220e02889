"""Which characteristics a record is asked for: those whose condition holds, and of these the ones that are required.

A record type may name the field by whose choices something can be required (`extra["required_by"]`, the lifecycle of an
account). What a person may not fill in, or whose condition hangs on a field that he may not see, is not asked of him.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Refused, RefusedFields
from tend.kernel.traits.characteristics import CharacteristicDefinition, kept_definitions
from tend.kernel.unit import Unit

PREFIX = "characteristics."
EMPTY: tuple[Any, ...] = (None, "", [])
Said = Callable[[str], Any]  # field name → what the record says there: ids, codes, options, yes or no


def stage_field(entity: Entity) -> Field | None:
    """The field by whose choices something can be required on this record type; None when it has none."""
    name = entity.extra.get("required_by", "")
    return entity.by_name.get(name) if name else None


def said_by(record: Any, entity: Entity) -> Said:
    """What a record holds in a field that a condition may name; a link's id, the value of a characteristic."""

    def said(name: str) -> Any:
        if name.startswith(PREFIX):
            return record.characteristics.get(name.removeprefix(PREFIX))
        field = entity.by_name.get(name)
        if field is None:
            return None
        return getattr(record, f"{field.orm}_id" if field.kind == "link" else field.orm, None)

    return said


def words_of(value: Any) -> list[str]:
    """A value as conditions compare it: ids, codes and options as texts, a flag as yes or no."""
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, (list, tuple)):
        return [word for one in value for word in words_of(one)]
    return [] if value in EMPTY else [str(getattr(value, "pk", value))]


def is_shown(definition: CharacteristicDefinition, known: Mapping[str, CharacteristicDefinition], said: Said) -> bool:
    """Does its condition hold? One that hangs on a characteristic that is not shown is not shown either."""
    seen: set[str] = set()
    at: CharacteristicDefinition | None = definition
    while at is not None and at.shown_if:
        if at.key in seen:
            return True  # a circle cannot be saved; one that got in shows what it has
        seen.add(at.key)
        name = str(at.shown_if.get("field", ""))
        held = words_of(said(name))
        source = known.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
        if source is not None and source.type == CharacteristicDefinition.Type.YESNO and not held:
            held = ["no"]  # a flag that nobody set says no
        if not set(words_of(at.shown_if.get("values"))) & set(held):
            return False
        at = source
    return True


def seen_of(
    entity: Entity, actor: Actor, definitions: Sequence[CharacteristicDefinition], record: Any
) -> list[CharacteristicDefinition]:
    """Those that the page of a record shows: one whose condition does not hold is left out, and its value stays.

    A condition on a field that is hidden from this person tells him nothing: what hangs on it is shown.
    """
    if not any(d.shown_if for d in definitions):
        return list(definitions)
    known, said = {d.key: d for d in definitions}, said_by(record, entity)
    return [d for d in definitions if not sees_condition(actor, entity, d, known) or is_shown(d, known, said)]


def lacking(entity: Entity, actor: Actor, record: Any) -> list[CharacteristicDefinition]:
    """What is required of a record at its stage, shown, and not filled in, as far as this person could fill it in."""
    definitions = kept_definitions(entity.code)
    stage = stage_field(entity)
    at = str(getattr(record, stage.orm, "") or "") if stage is not None else ""
    wanted = [d for d in definitions if d.is_required_at(at) and record.characteristics.get(d.key) in EMPTY]
    if not wanted:
        return []
    known, said = {d.key: d for d in definitions}, said_by(record, entity)
    return [d for d in wanted if _is_asked_of(actor, entity, d, known) and is_shown(d, known, said)]


def refuse_lacking(unit: Unit, entity: Entity, record: Any) -> None:
    """Refuse a record that is made, or comes to a stage, without what is required there; every field by its name.

    The system is never refused: what a web form or a mail brings in is kept, and filled in by people afterwards.
    """
    if unit.actor.is_system or "characteristics" not in entity.traits:
        return
    with unit.reading():
        found = lacking(entity, unit.actor, record)
    if found:
        raise lacks(found)


def lacks(found: Iterable[CharacteristicDefinition]) -> RefusedFields:
    """The refusal that names what is to be filled in first."""
    errors = {
        f"{PREFIX}{d.key}": Refused(
            _("%(field)s is required.") % {"field": d.name}, field=f"{PREFIX}{d.key}", code="required"
        )
        for d in found
    }
    refusal = RefusedFields(errors)
    if len(errors) > 1:
        refusal.message = _("Required here: %(fields)s.") % {"fields": ", ".join(d.name for d in found)}
    return refusal


def refuse_emptied(unit: Unit, entity: Entity, record: Any, given: Mapping[str, Any]) -> None:
    """Refuse to empty what is required and was filled in. What lacked already, and what is not shown, may stay blank."""
    emptied = [k for k, v in given.items() if v in EMPTY and record.characteristics.get(k) not in EMPTY]
    if not emptied or unit.is_new(record) or unit.actor.is_system:
        return
    with unit.reading():
        definitions = kept_definitions(entity.code)
    stage = stage_field(entity)
    at = str(getattr(record, stage.orm, "") or "") if stage is not None else ""
    known, said = {d.key: d for d in definitions}, said_by(record, entity)
    kept = [d for d in definitions if d.key in emptied and d.is_required_at(at) and is_shown(d, known, said)]
    if kept:
        raise lacks(kept)


def _is_asked_of(
    actor: Actor, entity: Entity, definition: CharacteristicDefinition, known: Mapping[str, CharacteristicDefinition]
) -> bool:
    """May this person fill it in, and see everything on which its being shown hangs?"""
    if entity.right(actor, f"{PREFIX}{definition.key}") != "edit":
        return False
    return sees_condition(actor, entity, definition, known)


def sees_condition(
    actor: Actor, entity: Entity, definition: CharacteristicDefinition, known: Mapping[str, CharacteristicDefinition]
) -> bool:
    """May this person see all fields on which the characteristic's being shown hangs?"""
    at: CharacteristicDefinition | None = definition
    for _step in range(len(known) + 1):
        if at is None or not at.shown_if:
            return True
        name = str(at.shown_if.get("field", ""))
        if entity.right(actor, name) == "hidden":
            return False
        at = known.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
    return True


def lacking_filter(entity: Entity, definition: CharacteristicDefinition) -> dict[str, Any] | None:
    """The filter that lists the records which lack this required one; None when it is not required or cannot be filtered."""
    stage = stage_field(entity)
    if not definition.is_filterable or not (definition.is_required or (definition.required_for and stage)):
        return None
    parts: list[dict[str, Any]] = [{"field": f"{PREFIX}{definition.key}", "op": "empty"}]
    if not definition.is_required and stage is not None:
        parts.append({"field": stage.name, "op": "in", "value": list(definition.required_for)})
    condition: CharacteristicDefinition | None = definition
    known = {d.key: d for d in kept_definitions(entity.code)}
    for _step in range(len(known) + 1):
        if condition is None or not condition.shown_if:
            break
        name, values = condition.shown_if["field"], list(condition.shown_if["values"])
        parts.append(_as_condition(name, values))
        condition = known.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
    return {"all": parts}


def _as_condition(name: str, values: list[Any]) -> dict[str, Any]:
    if values == [False]:
        return {"field": name, "op": "is_not", "value": True}  # a flag that nobody set says no
    return (
        {"field": name, "op": "is", "value": values[0]}
        if len(values) == 1
        else {"field": name, "op": "in", "value": values}
    )


def lacking_any(entity: Entity, actor: Actor) -> dict[str, Any] | None:
    """The filter of the quick selection "lacks what is required", as far as this person may see it; None without any."""
    known = {d.key: d for d in kept_definitions(entity.code)}
    found = [
        tree
        for d in known.values()
        if _is_asked_of(actor, entity, d, known) and (tree := lacking_filter(entity, d)) is not None
    ]
    stage = stage_field(entity)
    if stage is not None and entity.right(actor, stage.name) == "hidden":
        return None
    return None if not found else found[0] if len(found) == 1 else {"any": found}
