"""Where values of a book (or any record) are used: counted without walking whole tables, and mapped to another in sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, IntegerField, OuterRef, Subquery
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.book_events import value_replaced
from tend.kernel.entity import Entity, Field, entities, entity_of
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.jobs.stages import AT_ONCE, Stage, carry_out, deed, everywhere, length_of, of_verb, queue_stages
from tend.kernel.operations import Operation, advance, start
from tend.kernel.record import Part
from tend.kernel.unit import Unit

WHY = "a value is used by records that its administrator may not see"
RIGHT = "settings"
MOST = 10_000  # counts stop here and say "10,000+"


@dataclass(frozen=True)
class Use:
    """One place that points to values: a field of a record type, or a column of a part (`field` None)."""

    model: type[models.Model]
    column: str
    entity: Entity | None = None
    field: Field | None = None

    @property
    def rows(self) -> models.QuerySet[Any]:
        """The rows that count as a use: all parts, and records outside the trash."""
        rows: models.QuerySet[Any] = self.model.objects.as_system(WHY)  # type: ignore[attr-defined]
        return rows.filter(trashed_at=None) if self.entity else rows


def uses_of(model: type[models.Model]) -> list[Use]:
    """Every editable place that points to records of a type. What records merely remember (a first source) is not one."""
    found = [
        Use(entity.model, field.orm, entity, field)
        for entity in entities()
        for field in entity.all_fields
        if field.to is model and not field.many and not field.trait and field.edit
    ]
    for part in apps.get_models():
        if issubclass(part, Part):
            found += [
                Use(part, c.name) for c in part._meta.concrete_fields if c.related_model is model and c.name != "record"
            ]
    return found


def with_uses(rows: Any) -> Any:
    """Values with `uses`: how many places outside their own book point to each, in this one query; counting stops at MOST."""
    counted = {}
    for at, use in enumerate(u for u in uses_of(rows.model) if u.model is not rows.model):
        inner = use.rows.filter(**{use.column: OuterRef("pk")}).order_by().values("pk")[: MOST + 1]
        counted[f"_use_{at}"] = _Count(inner, output_field=IntegerField())
    if not counted:
        return rows.annotate(uses=models.Value(0))
    total: Any = sum((F(name) for name in list(counted)[1:]), start=F(next(iter(counted))))
    return rows.annotate(**counted).annotate(uses=total)


def is_used(value: models.Model) -> bool:
    """Does anything point to this value?"""
    return any(use.rows.filter(**{use.column: value.pk}).exists() for use in uses_of(type(value)))


def delete_mapped(
    actor: Actor, value: Any, to: Any, *, now: dt.datetime | None = None, at_once: int = AT_ONCE
) -> Operation:
    """Delete a value of a book by giving everything that uses it another one, as one operation.

    The verbs that own the fields do it, so that calls are planned anew where an interaction status changes. Whoever may
    change settings may do this to records out of his sight: he chooses words, not records. Refused for the value itself
    and a retired target. Few uses change now, all or nothing: the first rule that says no refuses the whole. Many change
    as a job (the operation waits): the value is retired at once, so that nobody takes it meanwhile, and stays retired
    when some of its users cannot take the other one.
    """
    entity, now = entity_of(type(value)), now or clock.now()
    if not actor.has_right(RIGHT):
        raise NotAllowed(RIGHT)
    if type(to) is not type(value) or to.pk == value.pk or to.trashed_at is not None:
        raise Refused(_("Choose another value of this book."), field="to")
    if not to.is_active:
        raise Refused(_("“%(name)s” is retired and not offered any more.") % {"name": to.name}, field="to")
    params = {"value": {"id": value.pk, "name": value.name}, "to": {"id": to.pk, "name": to.name}}
    with transaction.atomic():
        stages = [*_stages_of(value, to), Stage("delete-value", [value.pk], given={"value": value, "to": to})]
        operation = start(actor, "delete-mapped", entity.code, total=length_of(stages), params=params, now=now)
        if length_of(stages) > at_once:
            with Unit(actor, verb="delete-mapped", now=now, operation=operation) as unit:
                unit.open_one(entity, value, RIGHT).is_active = False
            return queue_stages(actor, operation, stages)
        carry_out(actor, operation, stages, now)
        if operation.refusals:
            raise Refused(
                _("%(n)d could not take the other value: %(why)s")
                % {"n": operation.failed, "why": operation.refusals[0][1]},
                field="to",
            )
    return operation


def _stages_of(value: Any, to: Any) -> list[Stage]:
    """One stage for each place that points to the value, over the rows that do so now."""
    stages = []
    for use in uses_of(type(value)):
        ids = list(use.rows.filter(**{use.column: value.pk}).order_by("pk").values_list("pk", flat=True))
        if not ids:
            continue
        if use.entity is not None and use.field is not None:
            owner = use.entity.verb_by_name[use.field.verb] if use.field.verb else use.entity.edit
            assert owner is not None
            options = {use.field.verb_option: to} if use.field.verb else {"values": {use.field.name: to}}
            stages.append(of_verb(owner, ids, options, right=RIGHT))
        else:
            given = {"part": use.model._meta.label_lower, "column": use.column, "to": to}
            stages.append(Stage("map-part", ids, given=given))
    return stages


@deed("map-part")
def map_part(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, part: str, column: str, to: Any
) -> None:
    """Parts that point to the value point to the other one; where the record has that already, the part goes."""
    use = Use(apps.get_model(part), column)
    with Unit(everywhere(actor, RIGHT), verb="delete-mapped", now=now, operation=operation) as unit:
        rows = unit.load(use.rows.filter(pk__in=list(ids)))
        records = [row.record_id for row in rows]
        has_it = set(use.rows.filter(**{column: to.pk}, record_id__in=records).values_list("record_id", flat=True))
        for row in rows:
            if _once(use) and row.record_id in has_it:
                unit.remove(row)
            else:
                setattr(row, column, to)
        unit.finish()
        advance(operation, len(ids), changed=len(rows))


@deed("delete-value")
def delete_value(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, value: Any, to: Any
) -> None:
    """The value itself goes, when nothing uses it any more; one that is still used stays, and the operation says so."""
    entity = entity_of(type(value))
    refused = []
    if not operation.failed and is_used(value):
        refused = [[value.pk, _("“%(name)s” is still used, by records that took it meanwhile.") % {"name": value.name}]]
    if not operation.failed and not refused:
        with Unit(everywhere(actor, RIGHT), verb="delete-mapped", now=now, operation=operation) as unit:
            held = unit.open_one(entity, value, RIGHT)
            unit.announce(value_replaced(held, unit.open_one(entity, to, RIGHT)))
            held.trashed_at = unit.now
    advance(operation, len(ids), refused=refused)


def _once(use: Use) -> bool:
    """Does a record hold each value of this part only once?"""
    return any(
        isinstance(c, models.UniqueConstraint) and set(c.fields) == {"record", use.column}
        for c in use.model._meta.constraints
    )


class _Count(Subquery):
    """Counts the rows of a limited subquery, so that no count walks a whole table."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
