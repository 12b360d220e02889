"""The filterable rows of one characteristic, filled anew when its type or its being filterable changes."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from tend.kernel import write
from tend.kernel.characteristics.commands import characteristic_made_filterable
from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.events import reacts_to
from tend.kernel.jobs.declared import job
from tend.kernel.jobs.queue import enqueue
from tend.kernel.jobs.run import Run
from tend.kernel.traits import part_model
from tend.kernel.traits.characteristics import CharacteristicDefinition, CharacteristicValue, side_values
from tend.kernel.undo import writing_undone
from tend.kernel.unit import Unit

WHY = "every record holds the values of its type's characteristics"
CHUNK = 2000
JOB = "characteristics.refill"


def holders(entity: Entity, key: str) -> Any:
    """All records that hold a value of a characteristic, those in the trash too."""
    rows = entity.model.objects.as_system(WHY)  # type: ignore[attr-defined]
    return rows.filter(characteristics__has_key=key).order_by("pk")


def refill_later(unit: Unit, definition: CharacteristicDefinition) -> None:
    """Let a worker fill the filterable rows of a characteristic anew, after this unit."""
    payload = {"code": definition.record_type, "name": definition.key}
    enqueue(JOB, payload, unit.actor, key=f"{JOB} {definition.record_type} {definition.key}")


@job(JOB)
def refill(run: Run, *, code: str, name: str, after: int = 0) -> dict[str, int]:
    """Fill the filterable rows of one characteristic anew, chunk by chunk; a second try goes on where the first ended."""
    done = 0
    while True:
        with run.chunk():
            rows = refill_chunk(code, name, after)
            after = rows[-1] if rows else after
            run.keep(after=after)
        done += len(rows)
        run.tell(done)
        if not rows:
            return {"records": done}


def refill_chunk(code: str, key: str, after: int) -> list[int]:
    """Fill the rows of the next records behind an id; their ids, none when all is done."""
    entity = entity_by_code(code)
    model: Any = part_model(CharacteristicValue, entity.model)  # type: ignore[type-abstract]
    found = list(holders(entity, key).filter(pk__gt=after).values_list("pk", "characteristics")[:CHUNK])
    definition = CharacteristicDefinition.objects.as_system(WHY).filter(record_type=code, key=key).first()
    with transaction.atomic():
        upper = found[-1][0] if found else None
        stale = model.objects.as_system(WHY).filter(key=key, record_id__gt=after)
        if upper is not None:
            stale = stale.filter(record_id__lte=upper)
        stale._raw_delete(model.objects.db)
        wanted = found if definition is not None and definition.is_filterable else []
        if wanted and definition is not None and (rows := rows_of(model, key, definition.type, wanted)):
            write.insert(model, rows)
    return [pk for pk, _values in found]


def rows_of(model: type[models.Model], key: str, kind: str, held: list[tuple[int, dict[str, Any]]]) -> list[Any]:
    """The filterable rows of one key for records with their values."""
    return [
        model(record_id=pk, key=key, **{"num": None, "txt": None, "date": None, **columns})
        for pk, values in held
        for columns in side_values(kind, values[key])
    ]


@reacts_to(characteristic_made_filterable)
def fill_what_became_filterable(unit: Unit, events: list[characteristic_made_filterable]) -> None:
    """Values that were there already are found as well."""
    for event in events:
        refill_later(unit, event.definition)


@reacts_to(writing_undone)
def follow_an_undo(unit: Unit, events: list[writing_undone]) -> None:
    """A definition that went back to its former type wants its filterable rows in that type."""
    for event in events:
        if event.code != CharacteristicDefinition._meta.label_lower:
            continue
        for definition in event.records:
            if unit.before(definition, "type") != definition.type or (
                unit.before(definition, "is_filterable") != definition.is_filterable
            ):
                refill_later(unit, definition)
