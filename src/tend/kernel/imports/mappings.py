"""The mapping of an earlier file with the same columns, offered for the next one. It is kept with the import itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tend.kernel.actor import Actor
from tend.kernel.imports.files import imports_of, plan_of, recipe_of
from tend.kernel.imports.models import Import
from tend.kernel.imports.plan import Column, Plan

LOOKED_AT = 100  # of a person's last imports


@dataclass(frozen=True, slots=True)
class Earlier:
    """An import of this person that ran, with what it made of the same columns."""

    run: Import
    plan: Plan


def earlier_mapping(actor: Actor, run: Import) -> Earlier | None:
    """The last import of this person that ran with the same set of headers; None when there is none."""
    headers = _headers(plan_of(run))
    ran = imports_of(actor).filter(recipe=run.recipe, operation__isnull=False).exclude(pk=run.pk)
    for found in ran[:LOOKED_AT] if headers else ():
        plan = plan_of(found)
        if _headers(plan) == headers:
            return Earlier(found, plan)
    return None


def mapped_as(actor: Actor, run: Import, earlier: Plan) -> Plan:
    """The plan of an import with the columns and rules of an earlier one.

    How numbers and dates are written is each file's own; fields that this person may fill no more are left out.
    """
    allowed = {t.name for t in recipe_of(run).targets(actor)}
    known = {c.header: c for c in earlier.columns if not c.field or c.field in allowed}
    plan = plan_of(run)
    return replace(
        plan, columns=tuple(_column(c, known.get(c.header)) for c in plan.columns), mode=earlier.mode,
        duplicates=earlier.duplicates, key=earlier.key, defaults=dict(earlier.defaults), country=earlier.country,
        currency=earlier.currency, replaced={h: dict(said) for h, said in earlier.replaced.items()},
    )  # fmt: skip


def _column(column: Column, was: Column | None) -> Column:
    if was is None:
        return column
    return replace(
        column, field=was.field, unknown=was.unknown, blank=was.blank, negated=was.negated, note="", note_params={},
        decimal=column.decimal or was.decimal, date_order=column.date_order or was.date_order,
        how="before" if was.field else "skipped",
    )  # fmt: skip


def _headers(plan: Plan) -> frozenset[str]:
    return frozenset(c.header for c in plan.columns)
