"""Cells mended after a rehearsal: kept with the plan, and only the rows that they stand in are rehearsed again.

The rehearsal stays what it was otherwise. In a file of up to a thousand rows a mended row meets the rows before it, as it
will when the file is imported; in a longer one it is rehearsed alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.base.dialects.spill import STEP, Spill
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.imports.files import change_plan, faults_of, plan_of, recipe_of, rows_of
from tend.kernel.imports.models import Import, ImportFault
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.run import CHUNK, ask_to_rehearse, rehearse_rows
from tend.kernel.imports.taking import Task, add, keep_faults

LONGEST = 2000  # characters of a mended cell
AT_ONCE = 500  # rows that are rehearsed while somebody waits
MOST_GROUPS = 20


def mend(actor: Actor, run: Import, row: int, header: str, text: str) -> None:
    """Let a cell say something else, and rehearse its row again. `row` as the file counts.

    Refused when the import is not rehearsed, and for a row or column that it does not have.
    """
    plan = plan_of(run)
    if header not in {c.header for c in plan.columns}:
        raise Refused(_("There is no such column."))
    if not _rows_at(rows_of(run), [row]):
        raise Refused(_("There is no such row."))
    cells = {**plan.mended.get(str(row), {}), header: text[:LONGEST]}
    _rehearse_again(actor, run, replace(plan, mended={**plan.mended, str(row): cells}), [row])


def replace_in_column(actor: Actor, run: Import, header: str, old: str, new: str) -> bool:
    """Let every cell of a column that says `old` say `new`; the rows refused for it are rehearsed again.

    False when they are so many that the whole file is rehearsed again in the background. Refused as `mend` is.
    """
    plan = plan_of(run)
    if header not in {c.header for c in plan.columns}:
        raise Refused(_("There is no such column."))
    if old == new:
        raise Refused(_("Type what it is to say instead."))
    rows = faults_of(run).filter(column=header, value=old).values_list("row", flat=True).distinct()
    found = list(rows[: AT_ONCE + 1])
    changed = replace(plan, replaced={**plan.replaced, header: {**plan.replaced.get(header, {}), old: new[:LONGEST]}})
    if len(found) <= AT_ONCE:
        _rehearse_again(actor, run, changed, found)
        return True
    change_plan(actor, run, changed)
    ask_to_rehearse(actor, run)
    return False


def repeated_faults(run: Import) -> list[dict[str, Any]]:
    """Values of a column that were refused in several rows: column, value, how many; the most frequent first."""
    found = faults_of(run).filter(alike=None).exclude(column="").exclude(value="")
    groups = found.order_by().values("column", "value").annotate(n=Count("id")).filter(n__gt=1)
    return list(groups.order_by("-n", "column", "value")[:MOST_GROUPS])


def fault_at(run: Import, row: int) -> ImportFault | None:
    """Why a row is refused still; None when it is not."""
    found: ImportFault | None = faults_of(run).filter(row=row).first()
    return found


def _rehearse_again(actor: Actor, run: Import, plan: Plan, numbers: list[int]) -> None:
    """Keep the plan, and count anew the rows that had been refused."""
    with transaction.atomic():
        held: Import = Import.objects.select_for_update().get(pk=run.pk)
        if held.state != Import.State.REHEARSED:
            raise Refused(_("Rehearse first, so that you see what will happen."))
        refused = set(faults_of(held).filter(row__in=numbers).values_list("row", flat=True))
        ImportFault.objects.filter(of=held, rehearsal=True, row__in=refused).delete()
        summary = {**held.summary, "failed": max(0, held.summary.get("failed", 0) - len(refused))}
        spill = rows_of(held)
        task = Task(held, plan, recipe_of(held), spill)
        rows = list(_rows_at(spill, refused).values())
        last = rows[-1].number if rows else 0
        near = task.page(0, CHUNK) if rows and spill.rows <= CHUNK else []
        before = [row for row in near if row.number < last and row.number not in refused]
        for taken in rehearse_rows(actor, task, rows, before) if rows else ():
            keep_faults(taken, rehearsal=True)
            summary = add(summary, taken)
        held.plan, held.summary = plan.to_json(), summary
        held.save(update_fields=["plan", "summary"])
    run.plan, run.summary = held.plan, held.summary


def _rows_at(spill: Spill, numbers: Iterable[int]) -> dict[int, Row]:
    """Rows by their numbers in the file, as they stand there; numbers that no row has are absent."""
    wanted = set(numbers)
    if not wanted or not spill.rows:
        return {}
    starts = [spill.page(block * STEP, 1)[0].number for block in range(len(spill.index))]
    blocks = sorted({max(0, bisect_right(starts, number) - 1) for number in wanted})
    rows = (row for block in blocks for row in spill.page(block * STEP, STEP))
    return {row.number: row for row in rows if row.number in wanted}
