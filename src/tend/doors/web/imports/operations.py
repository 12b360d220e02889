"""Work on many records: who did what, how far it is, and taking it back after seeing what that would mean."""

from __future__ import annotations

import csv
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.base.cells import neutralise
from tend.doors.web.pages import Request, after, next_url, page, show, wants_fragment
from tend.doors.web.records.bulk import differs_words
from tend.doors.web.templatetags.tend import number
from tend.kernel import clock
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse, NotAllowed, NotSeen
from tend.kernel.imports.recipe import recipes
from tend.kernel.jobs import Job, cancel, jobs_of
from tend.kernel.jobs.stages import go_on, job_of, may_go_on
from tend.kernel.operations import Operation, changed_meanwhile, label_of, operations_of
from tend.kernel.told import Told, refusals_of, told_of
from tend.kernel.undo import UndoReport, undo_operation

PAGE = 50
SHOWN = 100  # refusals on the page; the file has all of them
ASKED_AT_ONCE = 5000
COUNTED_AT_ONCE = 500  # records up to which the page counts what Undo would bring back
COUNTED_WHEN_ASKED = 2000  # takes a second or two; beyond it the page does not offer to count


@page("GET")
def operations(request: Request) -> HttpResponse:
    """My operations, my team's or all, newest first."""
    rows = operations_of(request.actor).select_related("actor", "of_import").order_by("-id")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    open_jobs = jobs_of(request.actor).filter(operation_id__in=[o.pk for o in found], state__in=("waiting", "running"))
    jobs = {j.operation_id: j for j in open_jobs.defer("payload")}
    context = {
        "header_title": _("Imports and operations"), "rows": [_row(request, o, jobs.get(o.pk)) for o in found], "pages": found,
        "may_import": any(r.may(request.actor) for r in recipes()),
        "words": _("%(first)s–%(last)s of %(all)s") % {"first": found.start_index(), "last": found.end_index(), "all": found.paginator.count},
    }  # fmt: skip
    return show(request, "imports/operations.html", context)


@page("GET")
def operation(request: Request, pk: int) -> HttpResponse:
    """One operation: how far it is or what it did, what it refused, and what taking it back would do."""
    found = _one(request, pk)
    told = told_of(request.actor, found)
    may = found.may_be_undone_at(clock.now())
    preview, not_allowed, may_count = None, False, told.changed <= COUNTED_WHEN_ASKED
    if may and (may_count if request.GET.get("preview") else told.changed <= COUNTED_AT_ONCE):
        try:
            preview = undo_operation(request.actor, found, dry=True)
        except NotAllowed:
            not_allowed = True
    latest = job_of(found)
    context = {
        "header_title": name_of(found), "row": _row(request, found, None, told), "told": told, "operation": found, "may_undo": may, "preview": preview, "may_count": may_count, "not_allowed": not_allowed,
        "kept": preview.kept[:20] if preview else [], "skipped": preview.skipped_count if preview else 0,
        "work": _work(found) if told.is_whole else None, "is_mine": found.actor_id == request.actor.user_id, "next": next_url(request, ""),
        "may_go_on": found.actor_id == request.actor.user_id and may_go_on(found), "why": latest.error if told.is_whole and latest is not None and latest.is_over else "",
        "differs": differs_words(*differs) if told.is_whole and (differs := changed_meanwhile(found)) else "",
        "sentence": UndoReport.of(found).sentence if told.is_whole and found.kind == "undo" and found.is_over else "",
        "refusals": _refusals(request, found, SHOWN), "more_refused": max(told.failed - SHOWN, 0), "crumbs": [{"label": _("Imports and operations"), "url": "/operations"}],
    }  # fmt: skip
    return show(request, "imports/operation.html", context)


@page("GET")
def progress(request: Request, pk: int) -> HttpResponse:
    """The bar alone, asked for again and again; once the work is over the browser shows what came of it."""
    found = _one(request, pk)
    work = _work(found) if told_of(request.actor, found).is_whole else None
    if work is None:
        response = HttpResponse(status=204)
        response.headers["HX-Refresh" if wants_fragment(request) else "Refresh"] = (
            "true" if wants_fragment(request) else f"0; url=/operations/{pk}"
        )
        return response
    return show(request, "parts/_progress.html", work)


@page("POST")
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop after the present chunk; what is done stays, and can be undone or gone on with."""
    found = _one(request, pk)
    latest = job_of(found)
    if latest is None or found.actor_id != request.actor.user_id:
        raise NotSeen("operation")
    cancel(request.actor, latest.pk)
    return after(request, f"/operations/{pk}", _("It stops as soon as it can. What is done stays."))


@page("POST")
def take_up(request: Request, pk: int) -> HttpResponse:
    """Go on with what was stopped halfway."""
    go_on(request.actor, _one(request, pk))
    return after(request, f"/operations/{pk}")


@page("GET")
def refusals(request: Request, pk: int) -> HttpResponse:
    """Every refusal as a file: id, name and the reason."""
    found = _one(request, pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    writer = csv.writer(response, quoting=csv.QUOTE_ALL)
    writer.writerow([_("Id"), _("Name"), _("Why")])
    writer.writerows(
        [row["id"], neutralise(row["name"]), neutralise(row["why"])] for row in _refusals(request, found, None)
    )
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{pk}.csv"'
    return response


def _one(request: Request, pk: int) -> Operation:
    found: Operation | None = operations_of(request.actor).select_related("actor", "of_import").filter(pk=pk).first()
    if found is None:
        raise NotSeen("operation")
    return found


def _refusals(request: Request, found: Operation, limit: int | None) -> list[dict[str, Any]]:
    """Refused records with their names; of one out of the reader's sight nothing is told but that it is."""
    rows = list(refusals_of(request.actor, found).values_list("record_id", "message")[:limit])
    try:
        entity = entity_by_code(found.record_type)
    except Misuse:
        return []
    names: dict[int, str] = {}
    ids = sorted({pk for pk, _message in rows})
    for begin in range(0, len(ids), ASKED_AT_ONCE):
        seen = entity.model.objects.seen_by(request.actor).filter(pk__in=ids[begin : begin + ASKED_AT_ONCE])  # type: ignore[attr-defined]
        names.update({record.pk: str(record) for record in seen})
    out_of_sight = _("not found, or not yours to change")
    return [
        {"id": pk, "name": names.get(pk, ""), "why": message if pk in names else out_of_sight, "url": f"/{entity.plural}/{pk}" if pk in names else ""}
        for pk, message in rows
    ]  # fmt: skip


def _work(found: Operation) -> dict[str, Any] | None:
    """The bar of work that waits or is under way; None when it is over."""
    latest = job_of(found)
    if found.is_over or latest is None or latest.is_over:
        return None
    total = found.total or 1
    return {
        "id": f"operation-{found.pk}", "value": found.done_through, "max": total, "words": _words(found, latest),
        "poll_url": f"/operations/{found.pk}/progress", "leave_url": "/operations",
    }  # fmt: skip


def _words(found: Operation, latest: Job) -> str:
    """How far it is and how long it will take, as far as that can be told."""
    said = _("%(done)s of %(all)s") % {"done": number(found.done_through), "all": number(found.total)}
    if latest.cancel_asked:
        return _("%(said)s, stopping") % {"said": said}
    if latest.state == Job.State.WAITING or latest.started_at is None:
        return _("%(said)s, waiting for its turn") % {"said": said}
    seconds = ((latest.heartbeat_at or clock.now()) - latest.started_at).total_seconds()
    if not found.done_through or seconds < 1:
        return said
    left = max(1, round((found.total - found.done_through) * seconds / found.done_through))
    time = (
        ngettext("%(n)s s left", "%(n)s s left", left) % {"n": number(left)}
        if left < 90
        else ngettext("%(n)s min left", "%(n)s min left", round(left / 60)) % {"n": number(round(left / 60))}
    )
    return _("%(said)s, %(time)s") % {"said": said, "time": time}


def _row(request: Request, found: Operation, job: Any, told: Told | None = None) -> dict[str, Any]:
    run = getattr(found, "of_import", None)
    own = run is not None and run.actor_id == request.actor.user_id
    return {
        "operation": found, "told": told or told_of(request.actor, found), "name": name_of(found), "what": _what(found), "who": found.actor.name if found.actor else "Tend",
        "who_id": found.actor_id, "job": job, "file": run.filename if own else "", "url": f"/operations/{found.pk}",
        "import_url": f"/imports/{run.pk}" if own else "", "may_undo": found.may_be_undone_at(clock.now()),
    }  # fmt: skip


def name_of(found: Operation) -> str:
    """What was done, in words."""
    return str(label_of(found))


def _what(found: Operation) -> str:
    try:
        return str(entity_by_code(found.record_type).label_plural)
    except Misuse:
        return found.record_type
