"""A file on its way in: kept under its id, read into its canonical form, matched to fields; and whose imports one sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Dialect
from tend.base.dialects.guesses import resniff_header, sniff
from tend.base.dialects.spill import Spill, checksum, convert
from tend.base.headers.matching import match
from tend.base.headers.vocabulary import recognise_system
from tend.base.unreadable import Unreadable
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.imports.models import Import, ImportFault
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.imports.recipe import Recipe, recipe_named
from tend.kernel.notices import sight_of
from tend.kernel.organisation import organisation

MOST_ROWS = 1_000_000
MOST_BYTES = 512 * 1024 * 1024
SAMPLES = 2000


@sight_of(Import)
def imports_of(actor: Actor) -> Any:
    """The imports of this person, newest first. Nobody sees another's: a file may hold what its rows never become."""
    return Import.objects.filter(actor_id=actor.user_id).select_related("operation").order_by("-id")


def import_of(actor: Actor, pk: int) -> Import:
    """One import of this person; NotSeen for others'."""
    found: Import | None = imports_of(actor).filter(pk=pk).first()
    if found is None:
        raise NotSeen("import")
    return found


def faults_of(run: Import) -> Any:
    """What could not be taken: of the run once it has begun, before that of the rehearsal; in the order of the file."""
    return ImportFault.objects.filter(of=run, rehearsal=run.operation_id is None).order_by("row", "id")


def folder_of(run: Import) -> Path:
    """Where the file and its canonical form lie."""
    return Path(settings.DATA_DIR) / "imports" / str(run.pk)


def upload(actor: Actor, recipe: str, filename: str, pieces: Iterator[bytes]) -> Import:
    """Keep a file that arrives. Refused when it is empty or larger than the limit; nothing stays then."""
    run: Import = Import.objects.create(
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
    """Forget an import that wrote nothing, with its files. Refused for one that ran."""
    if run.operation_id is not None:
        raise Refused(_("This import has run already."))
    keep_no_file(run)
    run.delete()


def keep_no_file(run: Import) -> None:
    """Delete the file and its canonical form."""
    place = folder_of(run)
    for name in ("source", "rows", "rows.part"):
        (place / name).unlink(missing_ok=True)
    if place.exists():
        place.rmdir()


def has_rows(run: Import) -> bool:
    """Are the rows of the file still there? They are deleted some time after the import."""
    return (folder_of(run) / "rows").exists()


def _untold(rows: int) -> None:
    """Nobody asked how far it is."""


def read(actor: Actor, run: Import, dialect: Dialect | None = None, tell: Callable[[int], None] = _untold) -> Import:
    """Read the whole file once into its canonical form and propose what each column becomes."""
    refuse_once_begun(run)
    source = folder_of(run) / "source"
    recipe = recipe_of(run)
    try:
        spill = convert(source, dialect, folder_of(run) / "rows", filename=run.filename, max_rows=MOST_ROWS, tell=tell)
    except Unreadable as no:
        run.state, run.problem = Import.State.BROKEN, _(no.sentence) % no.params
        run.save(update_fields=["state", "problem"])
        raise Refused(run.problem, field="file", code=no.code) from None
    run.state, run.problem, run.rehearsed_sha256 = Import.State.READ, "", ""
    run.dialect, run.rows, run.sha256 = spill.dialect.to_json(), spill.rows, spill.sha256
    run.plan = propose(actor, recipe, spill).to_json()
    run.save(update_fields=["state", "problem", "dialect", "rows", "sha256", "rehearsed_sha256", "plan"])
    return run


def read_with(
    actor: Actor, run: Import, *, header_row: int | None = None, tell: Callable[[int], None] = _untold, **changes: str
) -> Import:
    """Read again as the user says. Without a header row it is guessed anew, since another sheet has another one."""
    try:
        dialect = Dialect.from_json(run.dialect) if run.dialect else sniff(folder_of(run) / "source", run.filename)
        dialect = dialect.with_(**changes)
        if header_row is None:
            dialect = resniff_header(folder_of(run) / "source", dialect)
        else:
            dialect = dialect.with_(header_row=header_row)
    except Unreadable as no:
        raise Refused(_(no.sentence) % no.params, field="file", code=no.code) from None
    return read(actor, run, dialect, tell)


def propose(actor: Actor, recipe: Recipe, spill: Spill) -> Plan:
    """Match columns to fields by name and content; whatever fits nothing is left for the user to decide."""
    found = match(spill.header, spill.samples(SAMPLES), recipe.targets(actor), record=recipe.record)
    columns = tuple(
        recipe.proposed(actor, Column(
            header=m.header, field=m.field or "", negated=m.negated, how=m.how, note=m.note.sentence, note_params=dict(m.note.params),
            decimal=m.profile.decimal, date_order=m.profile.date_order, examples=tuple(m.profile.examples[:3]),
        ))
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
    refuse_once_begun(run)
    if run.state == Import.State.REHEARSING:
        raise Refused(_("A rehearsal is under way. Wait for it, then change the columns."))
    if plan.to_json() == plan_of(run).to_json():
        return
    run.plan = plan.to_json()
    run.rehearsed_sha256 = ""
    if run.state == Import.State.REHEARSED:
        run.state = Import.State.READ
    run.save(update_fields=["plan", "rehearsed_sha256", "state"])


def refuse_once_begun(run: Import) -> None:
    """Nothing of an import changes once it runs."""
    if run.state in (Import.State.RUNNING, Import.State.DONE):
        raise Refused(_("This import has run already."))


def problems_of(actor: Actor, run: Import) -> list[str]:
    """What stands in the way before anything is rehearsed or written."""
    if not run.sha256:
        return [_("The file has not been read yet.")]
    found = recipe_of(run).check(actor, plan_of(run))
    if not run.rows:
        found.append(_("The file has no rows below its header."))
    return found


def refuse_if(problems: list[str]) -> None:
    if problems:
        raise Refused(" ".join(problems), code="plan")


def rows_of(run: Import) -> Spill:
    """The canonical rows, to look at."""
    try:
        return Spill.open(folder_of(run) / "rows")
    except Unreadable as no:
        raise Refused(_(no.sentence) % no.params, code=no.code) from None


def spill_of(run: Import) -> Spill:
    """The canonical rows, to take in; Refused when the uploaded file is not the one that was read."""
    spill = rows_of(run)
    source = folder_of(run) / "source"
    if spill.sha256 != run.sha256 or not source.exists() or checksum(source) != run.sha256:
        raise Refused(_("The file has changed since it was read. Upload it again."), code="changed")
    return spill


def recipe_of(run: Import) -> Recipe:
    found = recipe_named(run.recipe)
    if found is None:
        raise Refused(_("“%(name)s” cannot be imported.") % {"name": run.recipe}, code="unknown")
    return found


def without_rows(plan: Plan, rows: list[int]) -> Plan:
    """The same plan with some rows of the file left out."""
    return replace(plan, leave_out=tuple(sorted({*plan.leave_out, *rows})))
