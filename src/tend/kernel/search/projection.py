"""How the searchable text follows the records: whole chunks at a time, in the transaction that changed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tend.base.names import normalise
from tend.kernel import write
from tend.kernel.entity import Entity, Field, Projection, entity_of
from tend.kernel.errors import Misuse
from tend.kernel.search.models import SearchText, search_model
from tend.kernel.traits.contact_points import ContactPoint

COLUMN_OF = {"A": "names", "B": "numbers", "C": "body"}
LONGEST = {"body": 20_000}
CHUNK = 2000


def search_projection(*watched: str) -> Projection:
    """The projection of a record type's declaration; `watched` are the attributes whose fields say `search=`."""
    return Projection(_keep, frozenset(watched), frozenset({"contact_points"}))


def _keep(unit: Any, created: list[Any], changed: list[Any]) -> None:
    model = search_model(type((created or changed)[0]))
    if model is None:
        raise Misuse("a record type is searched without a table for its text")
    done: set[Any] = unit.memory.setdefault("search texts made", set())
    fresh = [r for r in created if (type(r), r.pk) not in done]
    done.update((type(r), r.pk) for r in fresh)
    new = {r.pk for r in fresh}
    old = [r.pk for r in (*created, *changed) if r.pk not in new]
    if old:
        model.objects.filter(pk__in=old)._raw_delete(model.objects.db)
    rows = texts(entity_of(type((created or changed)[0])), model, [*created, *changed])
    if rows:
        write.insert(model, rows)


def searched(entity: Entity) -> dict[str, list[Field]]:
    """The fields that make up each column of the searchable text; a column is searched by who may read all of them."""
    found: dict[str, list[Field]] = {"head": [entity.by_name[entity.title]] if entity.title in entity.by_name else []}
    for field in entity.all_fields:
        if field.search and field.name != entity.title:
            found.setdefault(COLUMN_OF[field.search], []).append(field)
    if "contact_points" in entity.traits:
        found["emails"] = [entity.by_name["email"], entity.by_name["emails"]]
        found["phones"] = [entity.by_name["phone"], entity.by_name["phones"]]
    return found


def texts(entity: Entity, model: Any, records: Sequence[Any]) -> list[SearchText]:
    """The rows for records whose parts are written already; one query for the contact points of all."""
    columns = searched(entity)
    points: dict[int, dict[str, list[str]]] = {}
    if "contact_points" in entity.traits:
        parts = entity.traits["contact_points"].model.objects.of([r.pk for r in records])  # type: ignore[attr-defined]
        for pk, kind, value in parts.order_by("pk").values_list("record_id", "kind", "normalised"):
            points.setdefault(pk, {}).setdefault(kind, []).append(value)
    rows = []
    for record in records:
        said = {
            column: "\n".join(filter(None, (normalise(str(getattr(record, f.orm, "") or "")) for f in fields)))[
                : LONGEST.get(column)
            ]
            for column, fields in columns.items()
            if column not in ("emails", "phones")
        }
        own = points.get(record.pk, {})
        said["emails"] = "\n".join(normalise(v) for v in own.get(ContactPoint.Kind.EMAIL, ()))
        digits = ("".join(c for c in v if c.isdigit()) for v in own.get(ContactPoint.Kind.PHONE, ()))
        said["phones"] = "\n".join(d for d in digits if d)
        rows.append(model(record_id=record.pk, **said))
    return rows


def rebuild(entity: Entity) -> int:
    """Write the searchable text of every record of a type anew; how many there are. For repair and after an upgrade."""
    model = search_model(entity.model)
    if model is None:
        return 0
    last, count = 0, 0
    while True:
        rows = entity.model.objects.as_system("rebuilding what search knows")  # type: ignore[attr-defined]
        records = list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not records:
            return count
        model.objects.filter(pk__gt=last, pk__lte=records[-1].pk)._raw_delete(model.objects.db)
        write.insert(model, texts(entity, model, records))
        last, count = records[-1].pk, count + len(records)
