"""The last two steps of an import: the run with its bar, which goes on without anybody looking, and what came of it."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.imports import steps
from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.templatetags.tend import number
from tend.kernel import clock
from tend.kernel.errors import Refused
from tend.kernel.imports.files import MOST_ROWS, faults_of, has_rows
from tend.kernel.imports.models import Import
from tend.kernel.imports.recipe import Recipe, recipe_named
from tend.kernel.imports.run import ask_to_go_on, close_here, is_stalled, job_of
from tend.kernel.jobs import Job, cancel


@page("GET", "POST")
def run_step(request: Request, pk: int) -> HttpResponse:
    """Watch the run, stop it, or go on with one that was stopped."""
    run = steps.mine(request, pk)
    if run.state != Import.State.RUNNING:
        return HttpResponseRedirect(steps.url_of(run))
    problem = ""
    if request.method == "POST":
        try:
            _do(request, run)
            return after(request, f"/imports/{run.pk}")
        except Refused as no:
            problem = no.message
    found = job_of(run)
    context = {
        **steps.context(run, "run"), "work": work(run), "stalled": is_stalled(run),
        "problem": problem or (found.error if found is not None and found.is_over else ""), "operation": run.operation,
    }  # fmt: skip
    return show(request, "imports/run.html", context, status=422 if problem else 200)


def _do(request: Request, run: Import) -> None:
    do = request.POST.get("do", "")
    if do == "stop" and run.job_id:
        cancel(request.actor, run.job_id)
    elif do == "go-on":
        ask_to_go_on(request.actor, run)
    elif do == "close":
        close_here(request.actor, run)


@page("GET")
def progress(request: Request, pk: int) -> HttpResponse:
    """The bar alone, asked for again and again; once the work is done the browser goes on to what came of it."""
    run = steps.mine(request, pk)
    found = work(run)
    if found is None:
        response = HttpResponse(status=204)
        is_read = run.state in (Import.State.UPLOADED, Import.State.READ, Import.State.BROKEN)
        to = steps.url_of(run, "read" if is_read else "")
        response.headers["HX-Redirect" if request.headers.get("HX-Request") else "Refresh"] = to
        return response
    return show(request, "parts/_progress.html", found)


@page("GET")
def result(request: Request, pk: int) -> HttpResponse:
    """What the run did, every fault to download, and Undo."""
    run = steps.mine(request, pk)
    if run.state != Import.State.DONE or run.operation is None:
        return HttpResponseRedirect(steps.url_of(run))
    recipe = cast("Recipe", recipe_named(run.recipe))
    operation, summary = run.operation, run.summary
    seconds = max(1.0, ((operation.ended_at or clock.now()) - operation.started_at).total_seconds())
    faults = list(faults_of(run)[:20])
    context = {
        **steps.context(run, "result"), "summary": summary, "operation": operation, "faults": faults, "fault_count": faults_of(run).count(),
        "has_rows": has_rows(run),
        "may_undo": operation.may_be_undone_at(clock.now()), "made_url": recipe.made_url(operation.pk),
        "speed": _("%(rows)s rows in %(seconds)s s") % {"rows": number(operation.done_through), "seconds": number(round(seconds))},
        "conflicts": [{**c, "field": recipe.label(request.actor, c["field"])} for c in summary.get("conflicts", [])[:20]],
    }  # fmt: skip
    return show(request, "imports/result.html", context)


def work(run: Import) -> dict[str, Any] | None:
    """The bar of the work under way: rows done, rows a second, time left; None when nothing is."""
    found = job_of(run)
    under_way = (Import.State.UPLOADED, Import.State.REHEARSING, Import.State.RUNNING)
    if found is None or found.is_over or run.state not in under_way:
        return None
    return {
        "id": f"import-{run.pk}", "value": found.done, "max": found.total or run.rows or MOST_ROWS, "words": _words(run, found),
        "poll_url": f"/imports/{run.pk}/progress", "leave_url": "/imports",
    }  # fmt: skip


def _words(run: Import, found: Job) -> str:
    waits = found.state == Job.State.WAITING
    if run.state == Import.State.UPLOADED:
        if waits:
            return _("Waiting for its turn")
        return ngettext("%(n)s row read", "%(n)s rows read", found.done) % {"n": number(found.done)}
    total = found.total or run.rows
    said = _("%(done)s of %(total)s rows") % {"done": number(found.done), "total": number(total)}
    if waits or found.started_at is None or not found.done:
        return _("%(said)s, waiting for its turn") % {"said": said} if waits else said
    seconds = max(0.1, ((found.heartbeat_at or clock.now()) - found.started_at).total_seconds())
    speed = found.done / seconds
    left = max(0, round((total - found.done) / speed)) if speed else 0
    time = (
        ngettext("%(n)s s left", "%(n)s s left", left) % {"n": number(left)}
        if left < 90
        else ngettext("%(n)s min left", "%(n)s min left", round(left / 60)) % {"n": number(round(left / 60))}
    )
    return _("%(said)s, %(speed)s a second, %(time)s") % {"said": said, "speed": number(round(speed)), "time": time}
