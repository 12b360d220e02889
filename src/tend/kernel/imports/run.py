"""The run of an import: read, propose a plan, rehearse, and write in chunks that a killed process resumes exactly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Dialect, Row
from tend.base.dialects.guesses import sniff
from tend.base.dialects.spill import Spill, checksum, convert
from tend.base.dialects.totals import looks_like_total
from tend.base.headers.matching import match
from tend.base.headers.vocabulary import recognise_system
from tend.base.unreadable import Unreadable
from tend.kernel import clock, operations, write
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.imports.models import Import, ImportFault
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.imports.recipe import CellRefused, Outcome, Recipe, recipe_named
from tend.kernel.jobs import Run, job
from tend.kernel.operations import Operation
from tend.kernel.organisation import organisation
from tend.kernel.unit import Unit

CHUNK = 1000
MOST_ROWS = 1_000_000
MOST_BYTES = 512 * 1024 * 1024
SAMPLES = 2000
SHOWN = 200  # updates and conflicts that a summary keeps
KINDS = ("created", "updated", "unchanged", "duplicates", "failed")


def folder_of(run: Import) -> Path:
    """Where the file and its canonical form lie."""
    return Path(settings.DATA_DIR) / "imports" / str(run.pk)


def upload(actor: Actor, recipe: str, filename: str, pieces: Iterator[bytes]) -> Import:
    """Keep a file that arrives. Refused when it is empty or larger than the limit; nothing stays then."""
    run = Import.objects.create(
        recipe=recipe, actor_id=actor.user_id, filename=Path(filename).name[:200] or "file", started_at=clock.now()
    )
    place = folder_of(run)
    place.mkdir(parents=True, exist_ok=True)
    size = 0
    with (place / "source").open("wb") as out:
        for piece in pieces:
            size += len(piece)
            if size > MOST_BYTES:
                break
            out.write(piece)
    if size == 0 or size > MOST_BYTES:
        discard(run)
        raise Refused(
            _("The file is larger than 512 MB. Divide it.") if size else _("The file is empty."),
            field="file",
            code="size",
        )
    return run


def discard(run: Import) -> None:
    """Forget an import that wrote nothing, with its files."""
    for name in ("source", "rows"):
        (folder_of(run) / name).unlink(missing_ok=True)
    run.delete()


def read(actor: Actor, run: Import, dialect: Dialect | None = None) -> Import:
    """Read the whole file once into its canonical form and propose what each column becomes."""
    source = folder_of(run) / "source"
    recipe = _recipe(run)
    try:
        dialect = dialect or sniff(source, run.filename)
        spill = convert(source, dialect, folder_of(run) / "rows", max_rows=MOST_ROWS)
    except Unreadable as no:
        run.state, run.problem = Import.State.BROKEN, _(no.sentence) % no.params
        run.save(update_fields=["state", "problem"])
        raise Refused(run.problem, field="file", code=no.code) from None
    run.state, run.problem = Import.State.READ, ""
    run.dialect, run.rows, run.sha256 = spill.dialect.to_json(), spill.rows, spill.sha256
    run.plan = propose(actor, recipe, spill).to_json()
    run.save(update_fields=["state", "problem", "dialect", "rows", "sha256", "plan"])
    return run


def propose(actor: Actor, recipe: Recipe, spill: Spill) -> Plan:
    """Match columns to fields by name and content; whatever fits nothing is left for the user to decide."""
    found = match(spill.header, spill.samples(SAMPLES), recipe.targets(actor))
    columns = tuple(
        Column(
            header=m.header, field=m.field or "", negated=m.negated, how=m.how, note=m.note.sentence, note_params=dict(m.note.params),
            decimal=m.profile.decimal, date_order=m.profile.date_order, examples=tuple(m.profile.examples[:3]),
        )
        for m in found
    )  # fmt: skip
    home = organisation()
    return Plan(
        columns=columns, system=recognise_system(spill.header) or "", country=home.country_code, currency=home.currency
    )


def plan_of(run: Import) -> Plan:
    return Plan.from_json(run.plan)


def change_plan(actor: Actor, run: Import, plan: Plan) -> None:
    """Keep a changed plan. A rehearsal of the old one does not count any more."""
    if run.state in (Import.State.RUNNING, Import.State.DONE):
        raise Refused(_("This import has run already."))
    run.plan = plan.to_json()
    run.rehearsed_sha256 = ""
    if run.state == Import.State.REHEARSED:
        run.state = Import.State.READ
    run.save(update_fields=["plan", "rehearsed_sha256", "state"])


def problems_of(actor: Actor, run: Import) -> list[str]:
    """What stands in the way before anything is rehearsed or written."""
    recipe, plan = _recipe(run), plan_of(run)
    found = recipe.check(actor, plan)
    if not run.rows:
        found.append(_("The file has no rows below its header."))
    return found


def spill_of(run: Import) -> Spill:
    """The canonical rows; Refused when the uploaded file is not the one that was read."""
    spill = Spill.open(folder_of(run) / "rows")
    if spill.sha256 != run.sha256 or checksum(folder_of(run) / "source") != run.sha256:
        raise Refused(_("The file has changed since it was read. Upload it again."), code="changed")
    return spill


def rehearse(actor: Actor, run: Import, tell: Callable[[int], None] = lambda done: None) -> dict[str, Any]:
    """Run the same code as the run and keep nothing but the counts, the faults and the first updates, cell by cell."""
    plan, recipe, spill = plan_of(run), _recipe(run), spill_of(run)
    _refuse_if(problems_of(actor, run))
    ImportFault.objects.filter(of=run, rehearsal=True).delete()
    summary, memory, began = _empty_summary(), {"rehearsal": True}, time.monotonic()
    for start in range(0, spill.rows, CHUNK):
        with Unit(actor, verb="import", dry=True) as unit:
            unit.memory["import"] = run.pk
            faults = _take_chunk(unit, recipe, plan, spill.page(start, CHUNK), memory, run, summary)
        _keep_faults(run, faults, rehearsal=True)
        tell(min(start + CHUNK, spill.rows))
    summary["seconds"] = round(time.monotonic() - began, 1)
    run.summary, run.rehearsed_sha256, run.state = summary, run.sha256, Import.State.REHEARSED
    run.save(update_fields=["summary", "rehearsed_sha256", "state"])
    return summary


def begin(actor: Actor, run: Import) -> Operation:
    """Open the operation of a run; from here on it can be killed and resumed."""
    _refuse_if(problems_of(actor, run))
    if run.rehearsed_sha256 and run.rehearsed_sha256 != run.sha256:
        raise Refused(_("The file has changed since it was rehearsed."), code="changed")
    if run.state in (Import.State.RUNNING, Import.State.DONE):
        raise Refused(_("This import has run already."))
    with transaction.atomic():
        ImportFault.objects.filter(of=run, rehearsal=False).delete()
        operation = operations.start(actor, "import", _recipe(run).code, total=run.rows, params={"file": run.filename})
        run.operation, run.state, run.summary = operation, Import.State.RUNNING, _empty_summary()
        run.save(update_fields=["operation", "state", "summary"])
    return operation


def go_on(actor: Actor, run: Import, tell: Callable[[int], None] = lambda done: None) -> dict[str, Any]:
    """Run, or resume where the last committed chunk ended: progress is written in each chunk's own transaction."""
    operation = run.operation
    assert operation is not None
    plan, recipe, spill = plan_of(run), _recipe(run), spill_of(run)
    memory: dict[str, Any] = {}
    while operation.done_through < spill.rows:
        summary = {**run.summary}
        with Unit(actor, verb="import", operation=operation) as unit:
            unit.memory["import"] = run.pk
            rows = spill.page(operation.done_through, CHUNK)
            faults = _take_chunk(unit, recipe, plan, rows, memory, run, summary)
            unit.finish()
            _keep_faults(run, faults, rehearsal=False)
            operation.done_through += len(rows)
            operation.changed = summary["created"] + summary["updated"]
            operation.failed = summary["failed"]
            operation.save(update_fields=["done_through", "changed", "failed"])
            run.summary = summary
            run.save(update_fields=["summary"])
        tell(operation.done_through)
    with transaction.atomic():
        operations.close(operation, clock.now())
        run.state = Import.State.DONE
        run.save(update_fields=["state"])
    return run.summary


@job("import.rehearse")
def rehearse_job(run: Run, *, of: int) -> dict[str, Any]:
    """Rehearse in the background."""
    found = Import.objects.get(pk=of)
    return rehearse(run.actor, found, lambda done: run.tell(done, found.rows))


@job("import.run")
def run_job(run: Run, *, of: int) -> dict[str, Any]:
    """Import in the background; a second try goes on where the first ended."""
    found = Import.objects.select_related("operation").get(pk=of)
    return go_on(run.actor, found, lambda done: run.tell(done, found.rows))


def _take_chunk(
    unit: Unit,
    recipe: Recipe,
    plan: Plan,
    rows: list[Row],
    memory: dict[str, Any],
    run: Import,
    summary: dict[str, Any],
) -> list[ImportFault]:
    """Take rows in one unit; counts go into `summary`, refusals into the faults that are returned."""
    left_out = set(plan.leave_out)
    wanted = [r for r in rows if r.number not in left_out and not looks_like_total(r.cells)]
    totals = [r for r in rows if r.number not in left_out and looks_like_total(r.cells)]
    faults = [
        _fault(run, r.number, _("This row looks like a total and was left out."), value=" ".join(r.cells)[:300])
        for r in totals
    ]
    summary["skipped"] += len(rows) - len(wanted)
    chunk = recipe.chunk(unit, plan, wanted, memory, run.pk)
    for row in wanted:
        try:
            if row.problem:
                raise Refused(_("This row has more cells than the header has columns."))
            with unit.attempt() as watch:
                memory["watch"] = watch
                outcome = chunk.take(row)
        except Refused as no:
            summary["failed"] += 1
            column, value = (no.column, no.value) if isinstance(no, CellRefused) else ("", "")
            faults.append(_fault(run, row.number, no.message, column, value))
        else:
            _count(summary, row, outcome)
    memory.pop("watch", None)
    chunk.finish()
    return faults


def _count(summary: dict[str, Any], row: Row, outcome: Outcome) -> None:
    summary[outcome.kind] += 1
    if outcome.kind == "updated" and len(summary["updates"]) < SHOWN:
        changes = {n: [_said(a), _said(b)] for n, (a, b) in outcome.changes.items()}
        summary["updates"] = [
            *summary["updates"],
            {"row": row.number, "id": outcome.record_id, "name": outcome.name, "changes": changes},
        ]
    for conflict in outcome.conflicts:
        summary["conflict_count"] += 1
        if len(summary["conflicts"]) < SHOWN:
            said = {k: _said(v) for k, v in conflict.items()}
            summary["conflicts"] = [*summary["conflicts"], {"row": row.number, "name": outcome.name, **said}]


def _empty_summary() -> dict[str, Any]:
    return {**dict.fromkeys(KINDS, 0), "skipped": 0, "conflict_count": 0, "updates": [], "conflicts": []}


def _fault(run: Import, row: int, reason: str, column: str = "", value: str = "") -> ImportFault:
    return ImportFault(of=run, row=row, column=column[:120], value=value[:300], reason=reason)


def _keep_faults(run: Import, faults: list[ImportFault], *, rehearsal: bool) -> None:
    for fault in faults:
        fault.rehearsal = rehearsal
    if faults:
        write.insert(ImportFault, faults)


def _refuse_if(problems: list[str]) -> None:
    if problems:
        raise Refused(" ".join(problems), code="plan")


def _recipe(run: Import) -> Recipe:
    found = recipe_named(run.recipe)
    if found is None:
        raise Refused(_("“%(name)s” cannot be imported.") % {"name": run.recipe}, code="unknown")
    return found


def _said(value: Any) -> Any:
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)


def without_rows(plan: Plan, rows: list[int]) -> Plan:
    """The same plan with some rows of the file left out."""
    return replace(plan, leave_out=tuple(sorted({*plan.leave_out, *rows})))
