"""Cells mended on the page of the rehearsal: one where it stands, or one value of a column in all rows."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.imports import steps
from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.templatetags.tend import number
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.imports.files import faults_of, plan_of
from tend.kernel.imports.mending import fault_at, mend, repeated_faults, replace_in_column
from tend.kernel.imports.models import Import, ImportFault
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.recipe import Recipe

LONGEST_VALUE = 300  # as much of a cell as a fault keeps


@page("POST")
def cell(request: Request, pk: int, row: int, column: int) -> HttpResponse:
    """Keep what was typed into one cell and say what becomes of its row; without a script the page is drawn anew."""
    run = steps.mine(request, pk)
    plan = plan_of(run)
    if column >= len(plan.columns) or run.operation_id:
        raise NotSeen("cell")
    header, text = plan.columns[column].header, str(request.POST.get(f"cell-{row}-{column}", ""))
    mend(request.actor, run, row, header, text)
    if not request.headers.get("HX-Request"):
        return after(request, f"{steps.url_of(run, 'rehearse')}#faults")
    found = fault_at(run, row)
    shown = shown_fault(run, found) if found is not None else {
        "row": row, "column": header, "value": text, "reason": "", "name": f"{row}-{column}", "url": cell_url(run, row, column),
    }  # fmt: skip
    return show(request, "imports/_mended.html", {"run": run, "fault": shown, **counts(run)})


@page("POST")
def column(request: Request, pk: int) -> HttpResponse:
    """Replace a value of a column in all rows."""
    run = steps.mine(request, pk)
    plan, given = plan_of(run), request.POST
    index = given.get("column", "")
    if not index.isdigit() or int(index) >= len(plan.columns) or run.operation_id:
        raise NotSeen("column")
    try:
        replace_in_column(
            request.actor, run, plan.columns[int(index)].header, given.get("old", ""), given.get("new", "")
        )
    except Refused as no:
        return after(request, f"{steps.url_of(run, 'rehearse')}#faults", no.message)
    return after(request, f"{steps.url_of(run, 'rehearse')}#faults")


def shown_fault(run: Import, fault: ImportFault) -> dict[str, Any]:
    """A refused cell with the place to type; a row refused as a whole, or a cut value, has none."""
    places = {c.header: i for i, c in enumerate(plan_of(run).columns)}
    return shown_faults(run, [fault], places)[0]


def shown_faults(run: Import, faults: list[ImportFault], places: dict[str, int]) -> list[dict[str, Any]]:
    """The same of many."""
    found = []
    for f in faults:
        place = places.get(f.column)
        typed = place is not None and len(f.value) < LONGEST_VALUE
        found.append({
            "row": f.row, "column": f.column, "value": f.value, "reason": f.reason, "name": f"{f.row}-{place}" if typed else "",
            "url": cell_url(run, f.row, place) if typed and place is not None else "",
        })  # fmt: skip
    return found


def cell_url(run: Import, row: int, column: int) -> str:
    return f"/imports/{run.pk}/cells/{row}/{column}"


def groups(run: Import) -> list[dict[str, Any]]:
    """Values that were refused in several rows of a column, to be replaced at once."""
    places = {c.header: i for i, c in enumerate(plan_of(run).columns)}
    return [
        {
            "index": places[g["column"]], "column": g["column"], "value": g["value"],
            "count": ngettext("%(n)s row", "%(n)s rows", g["n"]) % {"n": number(g["n"])},
        }
        for g in repeated_faults(run)
        if g["column"] in places and len(g["value"]) < LONGEST_VALUE
    ]  # fmt: skip


def unknowns(request: Request, run: Import, recipe: Recipe) -> list[dict[str, Any]]:
    """Columns refused for values that no record bears, with what helps: into the book, where he may, or left blank."""
    columns = {}
    for index, column in enumerate(plan_of(run).columns):
        if column.field and column.unknown == "error" and recipe.kind(request.actor, column.field) in ("link", "links"):
            may_add = recipe.may_add_values(request.actor, column.field)
            if may_add or not (column.field == "account" or column.field.startswith("account.")):
                columns[column.header] = (index, recipe.label(request.actor, column.field), may_add)
    refused = faults_of(run).filter(alike=None, column__in=list(columns)).exclude(value="") if columns else None
    if refused is None:
        return []
    found = []
    for line in refused.order_by().values("column").annotate(n=Count("value", distinct=True)).order_by("column"):
        index, label, may_add = columns[line["column"]]
        given = {"n": number(line["n"]), "field": label}
        found.append({
            "index": index,
            "title": ngettext("%(n)s value is not known as %(field)s.", "%(n)s values are not known as %(field)s.", line["n"]) % given,
            "add": ngettext("Add %(n)s unknown value to %(field)s", "Add %(n)s unknown values to %(field)s", line["n"]) % given if may_add else "",
        })  # fmt: skip
    return found


def take_unknowns(request: Request, recipe: Recipe, plan: Plan, index: str, rule: Literal["create", "ignore"]) -> Plan:
    """The plan in which the unknown values of a column are added to its book or left out; Refused where he may not."""
    if not index.isdecimal() or len(index) > 5 or int(index) >= len(plan.columns):
        raise Refused(_("There is no such column."))
    field = plan.columns[int(index)].field
    if rule == "create" and not recipe.may_add_values(request.actor, field):
        raise NotAllowed("settings")
    return plan.with_column(int(index), unknown=rule)


def counts(run: Import) -> dict[str, Any]:
    """What the figures and the button above and below the table say."""
    summary = run.summary
    good = summary.get("created", 0) + summary.get("updated", 0)
    words = ngettext("Import %(n)s good row", "Import %(n)s good rows", good) % {"n": number(good)}
    alike = faults_of(run).filter(alike__isnull=False).count()
    to_mend = max(0, summary.get("failed", 0) - alike)
    left = ngettext("%(n)s row to mend", "%(n)s rows to mend", to_mend) % {"n": number(to_mend)}
    return {"summary": summary, "good": good, "import_words": words, "mend_words": left, "alike_count": alike}
