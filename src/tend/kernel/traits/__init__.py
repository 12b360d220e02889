"""What any record type can wear: addresses, contact points, tags, remarks, characteristics. One class per trait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from tend.kernel.prepared import parts_of
from tend.kernel.record import Part

if TYPE_CHECKING:
    from tend.kernel.entity import Entity, Field
    from tend.kernel.unit import Unit


@dataclass(frozen=True)
class Through:
    """How a filter or sort reaches a trait's value: the part model, its column and the rows that count."""

    model: type[models.Model]
    column: str
    where: tuple[tuple[str, Any], ...] = ()


class Trait:
    """One trait of one record type. Part rows of held records live in `record._traits[name]` while a unit works."""

    name: str = ""
    title: Any = ""  # what a history calls it; its first field's label unless said
    base: type[Part]
    # Fields that show the one main part (`phone`), with what its row says; merging lets one choose between two of them.
    singles: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.model = part_model(self.base, entity.model)

    def fields(self) -> tuple[Field, ...]:
        """The fields that the trait brings to the record type."""
        raise NotImplementedError

    def through(self, name: str) -> Through | None:
        """How a filter reaches the field `name`; None when it is no field of this trait."""
        raise NotImplementedError

    def load(self, unit: Unit, records: Sequence[Any]) -> None:
        """Read the parts of held records for the whole chunk, in one query."""
        by_record: dict[int, list[Any]] = {r.pk: [] for r in records}
        old = [r.pk for r in records if not unit.is_new(r)]
        if old:
            for row in unit.ask(parts_of(self.model), old):
                by_record[row.record_id].append(row)
        for record in records:
            record.__dict__.setdefault("_traits", {})[self.name] = by_record[record.pk]

    def rows(self, unit: Unit, record: Any) -> list[Any]:
        """The parts of a held record; a new record has none yet."""
        traits = record.__dict__.get("_traits")
        if traits is None:
            traits = record.__dict__["_traits"] = {}
        found: list[Any] | None = traits.get(self.name)
        if found is None:
            if unit.is_new(record):
                found = traits[self.name] = []
            else:
                self.load(unit, [record])
                found = traits[self.name]
        return found

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        """Put a cleaned value into the field `name` of a record."""
        raise NotImplementedError

    def read(self, rows: Sequence[Any], name: str) -> Any:
        """The value of the field `name`, from the part rows of one record."""
        raise NotImplementedError

    def cell(self, name: str) -> Through | None:
        """The column of the parts that a cell of a table shows for the field `name`: of the first part that counts, of a field
        of many of all of them in the order of entry. None when `read` has to say.
        """
        return None

    def told(self, unit: Unit, record: Any) -> list[Any]:
        """What the parts say now, to see whether they change; of a new record nothing, because its change counts anyway."""
        return [] if unit.is_new(record) else [row.as_dict() for row in self.rows(unit, record)]

    def touch(self, unit: Unit, record: Any) -> None:
        """Count a change of parts as one of their record, so that whoever edits the same parts meanwhile is told."""
        if not unit.is_new(record):
            record.updated_at = unit.now

    def settle(self, unit: Unit, record: Any, moved: Sequence[Any]) -> None:
        """What derives from the parts follows, after these were given to the record or taken from it."""

    def add(self, unit: Unit, record: Any, **values: Any) -> Any:
        row = unit.create(self.model, record_id=record.pk, **values)
        self.rows(unit, record).append(row)
        return row

    def drop(self, unit: Unit, record: Any, row: Any) -> None:
        self.rows(unit, record).remove(row)
        unit.remove(row)


def owner_of(part: type[models.Model]) -> Any:
    """The record type on which a part hangs."""
    field: Any = part._meta.get_field("record")
    return field.related_model


def part_model(base: type[Part], owner: type[models.Model]) -> type[models.Model]:
    """The concrete table of a trait for a record type: the subclass whose `record` points to it."""
    todo: list[type[Part]] = [base]
    while todo:
        candidate = todo.pop()
        todo.extend(candidate.__subclasses__())
        if not candidate._meta.abstract and owner_of(candidate) is owner:
            return candidate
    raise LookupError(f"{owner.__name__} wears {base.__name__} but has no table for it")


def traits_of(entity: Entity) -> dict[str, Trait]:
    """The traits that a record type wears, by name."""
    from tend.kernel.traits.addresses import Addresses
    from tend.kernel.traits.characteristics import Characteristics
    from tend.kernel.traits.contact_points import ContactPoints
    from tend.kernel.traits.remarks import Remarks
    from tend.kernel.traits.tags import Tags

    known: dict[str, type[Trait]] = {
        t.name: t for t in (Addresses, ContactPoints, Tags, Remarks, Characteristics)
    }  # fmt: skip
    worn = [known[w] if isinstance(w, str) else w for w in entity.all_worn]
    return {trait.name: trait(entity) for trait in worn}


def trait_fields(entity: Entity) -> tuple[Field, ...]:
    """The fields that all traits of a record type bring."""
    return tuple(replace(f, trait=name) for name, trait in entity.traits.items() for f in trait.fields())
