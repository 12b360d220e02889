"""Sums and averages of columns over the whole filter of a list, or over each of its groups: asked for, and in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.db import connection, models
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Refused
from tend.kernel.listing.listing import Listing
from tend.kernel.listing.timed import in_time
from tend.kernel.listing.totals import KEPT, MANY_FOR, SAME_FOR, Asked, asked
from tend.kernel.query import find_target
from tend.kernel.traits import Through
from tend.kernel.traits.characteristics import CharacteristicDefinition, definition_of, kept_definitions

NUMBERS = ("integer", "number", "money")
CENT = Decimal("0.01")
SMALLEST = Decimal("0.0001")  # of a characteristic
T = TypeVar("T")


@dataclass(frozen=True)
class Sum:
    """A column of some records: how many of them have a value, what these add up to, and the mean of them.

    Money is in the organisation's currency. `total` and `average` are None where none has a value.
    """

    filled: int
    total: int | Decimal | None

    @property
    def average(self) -> Decimal | None:
        if not self.filled or self.total is None:
            return None
        return (Decimal(self.total) / self.filled).quantize(CENT, ROUND_HALF_UP)


def addable(entity: Entity, actor: Actor) -> list[Field]:
    """What this actor can add up of a record type: numbers and money, its own and those that are characteristics."""
    own = [f for f in entity.readable(actor) if _is_addable(entity, f)]
    return own + [_as_field(d) for d in characteristics_offered(entity, actor) if d.type in NUMBERS]


def characteristics_offered(entity: Entity, actor: Actor) -> list[CharacteristicDefinition]:
    """The characteristics of a record type that an actor may see and that can be filtered."""
    if "characteristics" not in entity.traits or entity.right(actor, "characteristics") == "hidden":
        return []
    known = (d for d in kept_definitions(entity.code) if d.is_filterable)
    return [d for d in known if entity.right(actor, f"characteristics.{d.key}") != "hidden"]


def _as_field(definition: CharacteristicDefinition) -> Field:
    name = f"characteristics.{definition.key}"
    return Field(name, label=definition.name, kind=definition.type, trait="characteristics")


def addends(entity: Entity, actor: Actor, names: Iterable[str]) -> list[Field]:
    """The fields of these names. Unknown and hidden names are refused alike, and so are fields that are no numbers."""
    found = []
    for name in names:
        field = find_target(entity, actor, name).field if name not in entity.by_name else entity.by_name[name]
        if entity.right(actor, name) == "hidden":
            find_target(entity, actor, name)  # refuses it like an unknown one
        definition = definition_of(entity.code, name.partition(".")[2]) if field.trait == "characteristics" else None
        if definition is not None:
            field = _as_field(definition)
        if definition.type not in NUMBERS if definition is not None else not _is_addable(entity, field):
            raise Refused(_("“%(name)s” cannot be added up.") % {"name": name}, field=name, code="not_addable")
        found.append(field)
    return found


def _is_addable(entity: Entity, field: Field) -> bool:
    if field.trait or field.kind not in NUMBERS or "." in field.name or not field.filter:
        return False
    own = {f.name for f in entity.model._meta.concrete_fields}
    return field.orm in own


def sums_of(listing: Listing, fields: Sequence[Field]) -> dict[str, Sum]:
    """Sum and mean of each field over the whole list, in one question.

    Raises Refused when they cannot be added up in time; nothing is then said of any of them.
    """
    if not fields:
        return {}
    key = ("sums", listing.key, tuple(f.name for f in fields))
    return kept_while(
        listing, key, lambda: summed(listing, "", fields).get(None, {f.name: Sum(0, None) for f in fields})
    )


def summed(listing: Listing, by: str, fields: Sequence[Field]) -> dict[Any, dict[str, Sum]]:
    """For each value of an SQL expression over the column `g` (all records as None without one): the sums of the fields."""
    rows = counted(listing, by, fields)
    return {value: found for value, (_number, found) in rows.items()}


def counted(
    listing: Listing,
    by: str,
    fields: Sequence[Field],
    column: str = "",
    given: Sequence[Any] = (),
    side: Through | None = None,
) -> dict[Any, tuple[int, dict[str, Sum]]]:
    """As `summed`, with the number of records of each value. The expression calls `g` what it is about: the model's
    `column`, or the value of a characteristic, of which a record has one at most.
    """
    own = [f for f in fields if not f.trait]
    rows = asked(listing.parts(), [*([column] if column else []), *(f.orm for f in own)])
    if not rows.sql:
        return {}
    heads = ["pk", *(["g"] if column else []), *(f"s{fields.index(f)}" for f in own)]
    beside = [(f"s{at}", _side(listing.entity, f)) for at, f in enumerate(fields) if f.trait]
    beside += [("g", side)] if side is not None else []
    joined = _joined(beside)
    names = [f"s{at}" for at in range(len(fields))]
    wanted = ", ".join(["COUNT(*)", *(f"COUNT({n}), SUM({n})" for n in names), *([by] if by else [])])
    with in_time(), connection.cursor() as cursor:
        # Names are numbers, expressions those of this module's callers; every value is a parameter.
        group = f" GROUP BY {len(fields) * 2 + 2}" if by else ""
        cursor.execute(
            f"WITH found ({', '.join(heads)}) AS ({rows.sql}) SELECT {wanted} FROM {joined.sql}{group}",  # noqa: S608 - names made above
            [*rows.given, *given, *joined.given],
        )
        lines = cursor.fetchall()
    model = listing.entity.model
    return {
        (line[-1] if by else None): (
            line[0],
            {f.name: Sum(line[1 + 2 * at], _typed(model, f, line[2 + 2 * at])) for at, f in enumerate(fields)},
        )
        for line in lines
    }


def _side(entity: Entity, field: Field) -> Through:
    found = entity.traits[field.trait].through(field.name)
    assert found is not None
    return found


def _joined(beside: Sequence[tuple[str, Through]]) -> Asked:
    """The found records with the values of some characteristics beside them, each under its name."""
    if not beside:
        return Asked("found", ())
    quote = connection.ops.quote_name
    columns = ", ".join(f"at{n}.{quote(side.column)} AS {name}" for n, (name, side) in enumerate(beside))
    joins = "".join(
        f" LEFT JOIN {quote(side.model._meta.db_table)} at{n} ON at{n}.record_id = found.pk AND at{n}.{quote('key')} = %s"
        for n, (_name, side) in enumerate(beside)
    )
    return Asked(f"(SELECT found.*, {columns} FROM found{joins}) held", tuple(dict(s.where)["key"] for _n, s in beside))  # noqa: S608 - names of the model


def added(several: Iterable[Sum]) -> Sum:
    """Sums of the same column taken together."""
    filled, total = 0, None
    for one in several:
        filled += one.filled
        if one.total is not None:
            total = one.total if total is None else total + one.total
    return Sum(filled, total)


def _typed(model: type[models.Model], field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.trait:
        exact = Decimal(str(value)).quantize(SMALLEST, ROUND_HALF_UP)
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()
    column: Any = model._meta.get_field(field.orm)
    if isinstance(column, models.DecimalField):
        # SQLite adds binary fractions: what is left of them beyond the column's places is no money.
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-(column.decimal_places or 0)), ROUND_HALF_UP)
    return int(value) if isinstance(column, models.IntegerField) else value


def kept_while(listing: Listing, key: Any, ask: Callable[[], T]) -> T:
    """What was asked a moment ago and still holds, because nobody has written anything; else asked now and kept.

    That it took too long holds a little longer.
    """
    actor, as_of = listing.actor, listing.as_of
    if actor.is_system or as_of is None:
        return ask()
    store: dict[Any, tuple[float, int, Any]] = actor.kept.setdefault("sums", {})
    known = store.get(key)
    if known is not None and known[0] > time.monotonic():
        if isinstance(known[2], Refused):
            raise known[2]
        if known[1] == as_of:
            return known[2]  # type: ignore[no-any-return]
    if len(store) >= KEPT:
        store.clear()
    try:
        found = ask()
    except Refused as no:
        store[key] = (time.monotonic() + MANY_FOR, as_of, no)
        raise
    store[key] = (time.monotonic() + SAME_FOR, as_of, found)
    return found
