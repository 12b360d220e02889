"""One chunk of rows taken in within one unit: what each became, what was refused and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.base.dialects.spill import Spill
from tend.base.dialects.totals import trailing_totals
from tend.kernel import write
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Refused
from tend.kernel.ids import Ids
from tend.kernel.imports.models import Import, ImportFault
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.recipe import CellRefused, Chunk, LooksAlike, Outcome, Recipe
from tend.kernel.unit import Unit

SHOWN = 200  # updates and conflicts that a summary keeps
KINDS = ("created", "updated", "unchanged", "duplicates", "failed")
LOOK_FOR_TOTALS = 20  # rows at the end of a file


@dataclass(slots=True)
class Task:
    """What all chunks of a run share. `memory` lives as long as it and belongs to the recipe."""

    run: Import
    plan: Plan
    recipe: Recipe
    spill: Spill
    totals: frozenset[int] = frozenset()
    memory: dict[str, Any] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)

    def page(self, start: int, count: int) -> list[Row]:
        """Rows from a position on, with the cells that the user has mended."""
        return [mended(self.plan, row, self.spill.header) for row in self.spill.page(start, count)]

    def wanted(self, rows: Sequence[Row]) -> list[Row]:
        """Of these rows the ones to be taken: neither left out by the user nor totals."""
        left_out = set(self.plan.leave_out)
        return [r for r in rows if r.number not in left_out and r.number not in self.totals]

    def chunk_read(self, unit: Unit, rows: Sequence[Row]) -> Chunk:
        """The rows as a chunk of which only the cells are read."""
        return self.recipe.chunk(unit, self.plan, rows, self.memory, self.run.pk)

    def chunk(self, unit: Unit, rows: Sequence[Row]) -> Chunk:
        """The rows as a chunk that is ready to be taken."""
        chunk = self.chunk_read(unit, rows)
        chunk.look_up()
        return chunk


@dataclass(slots=True)
class Taken:
    """What a chunk did; added to the summary once it is written."""

    counts: dict[str, int] = field(
        default_factory=lambda: {**dict.fromkeys(KINDS, 0), "skipped": 0, "conflict_count": 0}
    )
    updates: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    faults: list[ImportFault] = field(default_factory=list)
    ties: list[tuple[int, set[int]]] = field(default_factory=list)  # of rows that were taken, by their number

    def count(self, row: Row, outcome: Outcome, *, stays: bool) -> None:
        """Count what a row did. A record that does not stay, since its rehearsal made it, has no id to be named by."""
        self.counts[outcome.kind] += 1
        if outcome.kind == "updated" and len(self.updates) < SHOWN:
            changes = {n: [said(a), said(b)] for n, (a, b) in outcome.changes.items()}
            pk = outcome.record_id if stays else None
            self.updates.append({"row": row.number, "id": pk, "name": outcome.name, "changes": changes})
        for conflict in outcome.conflicts:
            self.counts["conflict_count"] += 1
            if len(self.conflicts) < SHOWN:
                self.conflicts.append(
                    {"row": row.number, "name": outcome.name, **{k: said(v) for k, v in conflict.items()}}
                )


def take_rows(
    unit: Unit, task: Task, rows: Sequence[Row], *, again: Sequence[Row] = (), chunk: Chunk | None = None,
    with_ties: bool = False,
) -> Taken:  # fmt: skip
    """Take rows in one unit. `again` are earlier rows of a rehearsal, taken first without being counted a second time.

    `chunk` is that of these rows when it has been made already.
    """
    unit.memory["import"] = task.run.pk
    model = entity_by_code(task.recipe.code).model
    taken, left_out, wanted = Taken(), set(task.plan.leave_out), task.wanted(rows)
    taken.counts["skipped"] = len(rows) - len(wanted)
    for row in rows:
        if row.number in task.totals and row.number not in left_out:
            reason = _("This row looks like a total and was left out.")
            taken.faults.append(fault(task.run, row.number, reason, value=" ".join(row.cells)))
    chunk = chunk or task.chunk(unit, [*again, *wanted])
    try:
        for row in again:
            try:
                _take(unit, task, chunk, row)
            except Refused:
                continue
        for row in wanted:
            try:
                outcome = _take(unit, task, chunk, row)
            except Refused as no:
                taken.counts["failed"] += 1
                column, value = (no.column, no.value) if isinstance(no, CellRefused) else _cell_of(task, row, no)
                found = fault(task.run, row.number, no.message, column, value)
                found.alike = no.record_id if isinstance(no, LooksAlike) else None
                taken.faults.append(found)
            else:
                taken.count(row, outcome, stays=not (unit.dry and unit.has_made(model, outcome.record_id)))
                if with_ties:
                    taken.ties.append((row.number, chunk.ties(row)))
    finally:
        task.memory.pop("watch", None)
    chunk.finish()
    return taken


def _cell_of(task: Task, row: Row, no: Refused) -> tuple[str, str]:
    """The column and the cell that fill the characteristic which a rule refused; blank when no column does."""
    own = no.field.startswith("characteristics.")  # others are named by the reader of their cell
    header = next((c.header for c in task.plan.columns if own and c.field == no.field), "")
    at = task.spill.header.index(header) if header in task.spill.header else len(row.cells)
    return header, row.cells[at] if at < len(row.cells) else ""


def _take(unit: Unit, task: Task, chunk: Chunk, row: Row) -> Outcome:
    if row.problem:
        raise Refused(_("This row has more cells than the header has columns."))
    with unit.attempt() as watch:
        task.memory["watch"] = watch
        return chunk.take(row)


def refused_row(task: Task, row: Row, reason: str) -> Taken:
    """A row that could not be written although its cells can be read."""
    taken = Taken()
    taken.counts["failed"] = 1
    taken.faults.append(fault(task.run, row.number, reason))
    return taken


def add(summary: dict[str, Any], taken: Taken) -> dict[str, Any]:
    """The summary with one more chunk in it."""
    found = {**summary}
    for kind, count in taken.counts.items():
        found[kind] = found.get(kind, 0) + count
    for name, rows in (("updates", taken.updates), ("conflicts", taken.conflicts)):
        found[name] = [*found.get(name, []), *rows][:SHOWN]
    return found


def empty_summary() -> dict[str, Any]:
    return add({}, Taken())


def keep_faults(taken: Taken, *, rehearsal: bool) -> None:
    for one in taken.faults:
        one.rehearsal = rehearsal
    if taken.faults:
        write.insert(ImportFault, taken.faults)


def fault(run: Import, row: int, reason: str, column: str = "", value: str = "") -> ImportFault:
    return ImportFault(of=run, row=row, column=column[:120], value=value[:300], reason=reason)


def totals_of(spill: Spill) -> frozenset[int]:
    """The numbers of the rows at the end of the file that sum up the others."""
    last = spill.page(max(0, spill.rows - LOOK_FOR_TOTALS), LOOK_FOR_TOTALS)
    count = trailing_totals([r.cells for r in last])
    return frozenset(r.number for r in last[len(last) - count :])


def mended(plan: Plan, row: Row, header: Sequence[str]) -> Row:
    """The row with the cells that the user has mended since."""
    said_anew = plan.mended.get(str(row.number))
    if not said_anew and not plan.replaced:
        return row
    cells = row.cells
    if plan.replaced:
        none: dict[str, str] = {}
        cells = [plan.replaced.get(name, none).get(cell, cell) for name, cell in zip(header, cells, strict=False)]
    if said_anew:
        cells = [said_anew.get(name, cell) for name, cell in zip(header, cells, strict=False)]
    return Row(row.number, cells, row.problem)


def said(value: Any) -> Any:
    """A value as a summary keeps it."""
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)
