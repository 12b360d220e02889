"""What hangs on the records of a type, found in the registry: their own parts, and every column that points to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from tend.kernel.one_of import limits
from tend.kernel.record import Part, Record, concrete
from tend.kernel.traits import owner_of

POINTER = "merged_into_id"  # says where a record went; it never moves itself


@dataclass(frozen=True)
class Tie:
    """A column of a record type or part that points to records of one type."""

    model: type[models.Model]
    column: str  # the attribute that holds the key

    @property
    def is_part(self) -> bool:
        return issubclass(self.model, Part)

    @property
    def owner(self) -> type[models.Model]:
        """The record type whose history tells of it."""
        return owner_of(self.model) if self.is_part else self.model


@cache
def own_parts(model: type[models.Model]) -> tuple[Any, ...]:
    """The tables of parts that hang on records of a type, without those that only derive."""
    return tuple(
        p for p in apps.get_models() if issubclass(p, Part) and not p.is_derived and owner_of(p) is model
    )  # fmt: skip


@cache
def ties_to(model: type[models.Model]) -> tuple[Tie, ...]:
    """Every column of other records and of parts that points to records of a type."""
    found = []
    for candidate in apps.get_models():
        if not issubclass(candidate, (Record, Part)) or getattr(candidate, "is_derived", False):
            continue
        for column in candidate._meta.concrete_fields:
            is_own = issubclass(candidate, Part) and column.name == "record"
            if column.related_model is model and column.attname != POINTER and not is_own:
                found.append(Tie(candidate, column.attname))
    return tuple(found)


@cache
def flags_of(model: Any) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Yes/no columns that one row only may have of those that are equal in some columns: (columns, flag)."""
    return tuple(dict.fromkeys((columns, flag) for columns, flag in limits(model) if flag))


@cache
def unique_of(model: Any) -> tuple[tuple[str, ...], ...]:
    """The columns in which no two rows of a part may be equal."""
    found = [columns for columns, flag in limits(model) if not flag]
    if model._meta.get_field("record").unique:
        found.append(("record_id",))
    return tuple(dict.fromkeys(found))


@cache
def keys_of(model: Any) -> tuple[tuple[str, ...], ...]:
    """What makes two rows of a part the same: equal in all columns of one of these."""
    found = list(unique_of(model))
    if model.same_by:
        found.append(("record_id", *(model._meta.get_field(n).attname for n in model.same_by)))
    if not any("record_id" in columns for columns in found):
        flags = {flag for _columns, flag in flags_of(model)}
        found.append(tuple(n for n in concrete(model) if n != "id" and n not in flags))
    return tuple(dict.fromkeys(found))


@cache
def looks_at_itself(model: Any) -> tuple[str, ...]:
    """Columns of a part that point to the type of its own record: such a row must not point to the record it hangs on."""
    owner = owner_of(model)
    return tuple(f.attname for f in model._meta.concrete_fields if f.related_model is owner and f.name != "record")
