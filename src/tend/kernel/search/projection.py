"""How the searchable text follows the records: whole chunks at a time, in the transaction that changed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tend.base.names import normalise
from tend.kernel import write
from tend.kernel.entity import Entity, Field, Projection, entity_of
from tend.kernel.errors import Misuse
from tend.kernel.search.models import COLUMNS, SearchText, search_model
from tend.kernel.traits.contact_points import ContactPoint

COLUMN_OF = {"A": "names", "B": "numbers", "C": "body"}
LONGEST = {"body": 20_000}
CHUNK = 2000


def search_projection(*watched: str) -> Projection:
    """The projection of a record type's declaration; `watched` are the attributes whose fields say `search=`.

    `Entity.extra["searched where"]` names an attribute without which a record has no text: for few of very many.
    """
    return Projection(_keep, frozenset(watched), frozenset({"contact_points", "remarks"}))


def _keep(unit: Any, created: list[Any], changed: list[Any]) -> None:
    kind = type((created or changed)[0])
    where = entity_of(kind).extra.get("searched where")
    if where:
        created = [r for r in created if getattr(r, where)]
        if not created and not changed:
            return
    model = search_model(kind)
    if model is None:
        raise Misuse("a record type is searched without a table for its text")
    done: set[Any] = unit.memory.setdefault("search texts made", set())
    fresh = [r for r in created if (type(r), r.pk) not in done]
    done.update((type(r), r.pk) for r in fresh)
    new = {r.pk for r in fresh}
    old = [r.pk for r in (*created, *changed) if r.pk not in new]
    if old:
        model.objects.filter(pk__among=old)._raw_delete(model.objects.db)
    records = [*created, *changed]
    entity = entity_of(type(records[0]))
    _write(model, texts(entity, records, _points_of(unit, entity, records), _remarks_of(unit, entity, records)))


def searched(entity: Entity) -> dict[str, list[Field]]:
    """The fields that make up each column of the searchable text; a column is searched by who may read all of them."""
    found: dict[str, list[Field]] = {"head": [entity.by_name[entity.title]] if entity.title in entity.by_name else []}
    for field in entity.all_fields:
        if field.search in COLUMN_OF and field.name != entity.title:
            found.setdefault(COLUMN_OF[field.search], []).append(field)
    if "contact_points" in entity.traits:
        found["emails"] = [entity.by_name["email"], entity.by_name["emails"]]
        found["phones"] = [entity.by_name["phone"], entity.by_name["phones"]]
    if "remarks" in entity.traits:
        found.setdefault("body", []).append(entity.by_name["remarks"])
    return found


Points = dict[int, dict[str, list[str]]]
Remarks = dict[int, list[str]]


def _points_of(unit: Any, entity: Entity, records: Sequence[Any]) -> Points:
    """The contact points of records by kind; those of records that this unit made are held, the others are read."""
    points: Points = {}
    if "contact_points" not in entity.traits:
        return points
    model = entity.traits["contact_points"].model
    old = [r.pk for r in records if unit is None or not unit.is_made_here(r)]
    if len(old) < len(records):
        made = {r.pk for r in records}.difference(old)
        for row in unit.holding(model):
            if row.record_id in made:
                points.setdefault(row.record_id, {}).setdefault(row.kind, []).append(row.normalised)
    if old:
        parts = model.objects.of(old)  # type: ignore[attr-defined]
        for pk, kind, value in parts.order_by("pk").values_list("record_id", "kind", "normalised"):
            points.setdefault(pk, {}).setdefault(kind, []).append(value)
    return points


def _remarks_of(unit: Any, entity: Entity, records: Sequence[Any]) -> Remarks:
    """What was remarked on records, in the order it was written; of records that this unit made they are held."""
    remarks: Remarks = {}
    if "remarks" not in entity.traits:
        return remarks
    model = entity.traits["remarks"].model
    old = [r.pk for r in records if unit is None or not unit.is_made_here(r)]
    if len(old) < len(records):
        made = {r.pk for r in records}.difference(old)
        for row in unit.holding(model):
            if row.record_id in made:
                remarks.setdefault(row.record_id, []).append(row.text)
    if old:
        rows = model.objects.of(old)  # type: ignore[attr-defined]
        for pk, text in rows.order_by("pk").values_list("record_id", "text"):
            remarks.setdefault(pk, []).append(text)
    return remarks


def texts(
    entity: Entity, records: Sequence[Any], points: Points, remarks: Remarks | None = None
) -> list[tuple[Any, ...]]:
    """The rows for records, in the order of `COLUMNS` and then the record's id."""
    attributes = {column: [f.orm for f in fields if not f.trait] for column, fields in searched(entity).items()}
    attributes.pop("emails", None)
    attributes.pop("phones", None)
    rows = []
    beside = entity.extra["searched beside"](records) if "searched beside" in entity.extra else {}
    for record in records:
        said, known = dict.fromkeys(COLUMNS, ""), record.__dict__
        for column, names in attributes.items():
            values = [known[name] if name in known else getattr(record, name, "") for name in names]
            lines = [normalise(str(value)) for value in values if value]
            if lines:
                said[column] = "\n".join(filter(None, lines))[: LONGEST.get(column)]
        if remarks and record.pk in remarks:
            lines = [said["body"], *(normalise(line) for text in remarks[record.pk] for line in text.splitlines())]
            said["body"] = "\n".join(filter(None, lines))[: LONGEST["body"]]
        if record.pk in beside:
            said["body"] = f"{said['body']}\n{beside[record.pk]}".lstrip("\n")
        own = points.get(record.pk)
        if own is not None:
            said["emails"] = "\n".join(normalise(v) for v in own.get(ContactPoint.Kind.EMAIL, ()))
            digits = ("".join(filter(str.isdigit, v)) for v in own.get(ContactPoint.Kind.PHONE, ()))
            said["phones"] = "\n".join(filter(None, digits))
        rows.append((*said.values(), record.pk))
    return rows


def _write(model: type[SearchText], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        write.insert_indexed(model._meta.db_table, (*COLUMNS, "record_id"), rows)


def renew(entity: Entity, records: Sequence[Any]) -> None:
    """Write the searchable text of records anew, when what stands beside their fields has changed.

    Call it in a transaction that holds these records, so that nobody writes their texts meanwhile.
    """
    model = search_model(entity.model)
    if model is not None and records:
        model.objects.filter(pk__among=[r.pk for r in records])._raw_delete(model.objects.db)
        _write(model, texts(entity, records, _points_of(None, entity, records), _remarks_of(None, entity, records)))


def searchable(entity: Entity, rows: Any) -> Any:
    """Of rows of a record type those that have a text."""
    where = entity.extra.get("searched where")
    return rows.exclude(**{where: ""}) if where else rows


def rebuild(entity: Entity) -> int:
    """Write the searchable text of every record of a type anew; how many there are. For repair and after an upgrade."""
    model = search_model(entity.model)
    if model is None:
        return 0
    last, count = 0, 0
    while True:
        rows = entity.model.objects.as_system("rebuilding what search knows")  # type: ignore[attr-defined]
        records = list(searchable(entity, rows).filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not records:
            return count
        model.objects.filter(pk__gt=last, pk__lte=records[-1].pk)._raw_delete(model.objects.db)
        _write(model, texts(entity, records, _points_of(None, entity, records), _remarks_of(None, entity, records)))
        last, count = records[-1].pk, count + len(records)
