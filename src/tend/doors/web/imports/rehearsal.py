"""The fourth step of an import: what would happen, the rows to mend, and the file given back with reasons."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.imports import matching, mending, steps
from tend.doors.web.imports.running import work
from tend.doors.web.imports.words import alike_words
from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.templatetags.tend import number
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.imports.faults import rows_numbered, rows_with_reasons
from tend.kernel.imports.files import (
    change_plan,
    faults_of,
    has_rows,
    plan_of,
    problems_of,
    recipe_of,
    rows_of,
    without_rows,
)
from tend.kernel.imports.models import Import
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.recipe import Recipe, recipe_named
from tend.kernel.imports.run import ask_to_rehearse, ask_to_run

SHOWN = 100  # rows of each table on the page; the download has all


@page("GET", "POST")
def rehearse_step(request: Request, pk: int) -> HttpResponse:
    """Show what the rehearsal found; mend cells, leave rows out, rehearse again, or import the good rows."""
    run = steps.mine(request, pk)
    if run.operation_id or not run.sha256:
        return HttpResponseRedirect(steps.url_of(run))
    problem = run.problem
    if request.method == "POST":
        try:
            return _do(request, run)
        except Refused as no:
            problem = no.message
    recipe = cast("Recipe", recipe_named(run.recipe))
    context = {
        **steps.context(run, "rehearse"),
        "problem": problem,
        "work": work(run),
        "rehearsed": run.state == Import.State.REHEARSED,
    }
    if context["rehearsed"]:
        context |= _findings(request, run, recipe)
    elif not context["work"]:
        context["problems"] = problems_of(request.actor, run)
    return show(request, "imports/rehearse.html", context, status=422 if request.method == "POST" else 200)


def _do(request: Request, run: Import) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "run":
        if run.state != Import.State.REHEARSED:
            raise Refused(_("Rehearse first, so that you see what will happen."))
        ask_to_run(request.actor, run)
        return after(request, steps.url_of(run, "run"))
    plan = plan_of(run)
    if do == "leave-out":
        rows = list(faults_of(run).filter(alike=None).values_list("row", flat=True).distinct())
        plan = without_rows(plan, rows)
    elif do == "take-in":
        plan = replace(plan, leave_out=())
    elif do == "mend":
        plan = _mended(request, plan)
    elif do == "decide":
        plan = _decided(request, plan)
    elif do.startswith("add-"):
        plan = mending.take_unknowns(request, recipe_of(run), plan, do[4:], "create")
    elif do.startswith("blank-"):
        plan = mending.take_unknowns(request, recipe_of(run), plan, do[6:], "ignore")
    change_plan(request.actor, run, plan)
    ask_to_rehearse(request.actor, run)
    return after(request, steps.url_of(run, "rehearse"))


def _mended(request: Request, plan: Plan) -> Plan:
    """The plan with the cells that were typed anew: `cell-ROW-COLUMN`, the column by its place."""
    mended = {row: dict(cells) for row, cells in plan.mended.items()}
    for name, text in request.POST.items():
        word, _dash, rest = name.partition("-")
        row, _dash, index = rest.partition("-")
        if word != "cell" or not row.isdigit() or not index.isdigit() or int(index) >= len(plan.columns):
            continue
        if text != request.POST.get(f"was-{rest}", ""):
            mended.setdefault(row, {})[plan.columns[int(index)].header] = str(text)[:2000]
    return replace(plan, mended=mended)


def _decided(request: Request, plan: Plan) -> Plan:
    """The plan with what was said of rows that look like an account: `alike-ROW` is same, new or out."""
    said = {
        name.partition("-")[2]: str(word)
        for name, word in request.POST.items()
        if name.startswith("alike-") and name.partition("-")[2].isdigit()
    }
    out = [int(row) for row, word in said.items() if word == "out"]
    decided = {row: word for row, word in said.items() if word in ("same", "new")}
    return without_rows(replace(plan, decided={**plan.decided, **decided}), out)


def _alike(request: Request, run: Import, recipe: Recipe) -> list[dict[str, Any]]:
    """Rows that look like an account, beside the account; only accounts in sight are ever found."""
    found = list(faults_of(run).filter(alike__isnull=False)[:SHOWN])
    header = rows_of(run).header
    task_rows = rows_numbered(run, [f.row for f in found])
    names = [c.header for c in plan_of(run).columns if c.field]
    return [
        {
            "row": f.row, "reason": f.reason, "url": recipe.url(f.alike or 0),
            "cells": [cell for name, cell in zip(header, task_rows.get(f.row, ()), strict=False) if name in names and cell][:6],
        }
        for f in found
    ]  # fmt: skip


def _findings(request: Request, run: Import, recipe: Recipe) -> dict[str, Any]:
    summary, plan = run.summary, plan_of(run)
    places = {c.header: i for i, c in enumerate(plan.columns)}
    faults = mending.shown_faults(run, list(faults_of(run).filter(alike=None)[:SHOWN]), places)
    told = mending.counts(run)
    alike = told["alike_count"]
    return {
        **told, "faults": faults, "groups": mending.groups(run) if faults else [], "unknowns": mending.unknowns(request, run, recipe) if faults else [], "fault_count": faults_of(run).filter(alike=None).count(),
        "alike": _alike(request, run, recipe), "first_calls": matching.first_calls(request, run, plan, summary.get("created", 0)), "left_out": len(plan.leave_out),
        "updates": [_update(request, recipe, u) for u in summary.get("updates", [])[:SHOWN]],
        "conflicts": [{**c, "field": recipe.label(request.actor, c["field"])} for c in summary.get("conflicts", [])[:SHOWN]],
        "alike_words": alike_words(run.recipe, alike),
        "update_words": ngettext("%(n)s update, cell by cell", "%(n)s updates, cell by cell", summary.get("updated", 0))
        % {"n": number(summary.get("updated", 0))},
        "conflict_words": ngettext(
            "%(n)s cell says something else and is not taken", "%(n)s cells say something else and are not taken",
            summary.get("conflict_count", 0),
        ) % {"n": number(summary.get("conflict_count", 0))},
    }  # fmt: skip


def _update(request: Request, recipe: Recipe, update: dict[str, Any]) -> dict[str, Any]:
    cells = [
        {"field": recipe.label(request.actor, name), "was": was, "becomes": becomes}
        for name, (was, becomes) in update["changes"].items()
    ]
    return {**update, "cells": cells}


@page("GET")
def faults(request: Request, pk: int) -> HttpResponse:
    """Every row that was refused, as it stood in the file, with the reason behind it."""
    run = steps.mine(request, pk)
    if not has_rows(run):
        raise NotSeen("import")
    response = StreamingHttpResponse(_lines(run), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{run.pk}-reasons.csv"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return cast("HttpResponse", response)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(run: Import) -> Iterator[str]:
    delimiter = run.dialect.get("delimiter") or ","
    writer = csv.writer(_Echo(), delimiter=delimiter, quoting=csv.QUOTE_ALL)
    yield "\ufeff"
    for cells in rows_with_reasons(run):
        yield writer.writerow(cells)
