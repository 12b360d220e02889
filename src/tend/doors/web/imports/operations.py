"""Work on many records: who did what, how far it is, and taking it back after seeing what that would mean."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, page, show
from tend.kernel import clock
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse, NotAllowed, NotSeen
from tend.kernel.imports.recipe import recipes
from tend.kernel.jobs import jobs_of
from tend.kernel.operations import Operation, operations_of, undo_operation

PAGE = 50
COUNTED_AT_ONCE = 500  # records up to which the page counts what Undo would bring back
COUNTED_WHEN_ASKED = 50_000


@page("GET")
def operations(request: Request) -> HttpResponse:
    """My operations, my team's or all, newest first."""
    rows = operations_of(request.actor).select_related("actor", "of_import").order_by("-id")
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    jobs = {
        j.operation_id: j
        for j in jobs_of(request.actor).filter(operation_id__in=[o.pk for o in found], state__in=("waiting", "running"))
    }
    context = {
        "header_title": _("Imports and operations"), "rows": [_row(request, o, jobs.get(o.pk)) for o in found], "pages": found,
        "may_import": any(r.may(request.actor) for r in recipes()),
        "words": _("%(first)s–%(last)s of %(all)s") % {"first": found.start_index(), "last": found.end_index(), "all": found.paginator.count},
    }  # fmt: skip
    return show(request, "imports/operations.html", context)


@page("GET")
def operation(request: Request, pk: int) -> HttpResponse:
    """One operation: what it did, what it refused, and what taking it back would do."""
    found = operations_of(request.actor).select_related("actor", "of_import").filter(pk=pk).first()
    if found is None:
        raise NotSeen("operation")
    may = found.may_be_undone_at(clock.now())
    preview, not_allowed = None, False
    if may and found.changed <= (COUNTED_WHEN_ASKED if request.GET.get("preview") else COUNTED_AT_ONCE):
        try:
            preview = undo_operation(request.actor, found, dry=True)
        except NotAllowed:
            not_allowed = True
    context = {
        "header_title": name_of(found), "row": _row(request, found, None), "operation": found, "may_undo": may, "preview": preview, "not_allowed": not_allowed,
        "kept": preview.kept[:20] if preview else [], "skipped": len(preview.skipped) if preview else 0,
        "refusals": found.refusals[:100], "crumbs": [{"label": _("Imports and operations"), "url": "/operations"}],
    }  # fmt: skip
    return show(request, "imports/operation.html", context)


def _row(request: Request, found: Operation, job: Any) -> dict[str, Any]:
    run = getattr(found, "of_import", None)
    own = run is not None and run.actor_id == request.actor.user_id
    return {
        "operation": found, "name": name_of(found), "what": _what(found), "who": found.actor.name if found.actor else "Tend",
        "who_id": found.actor_id, "job": job, "file": run.filename if own else "", "url": f"/operations/{found.pk}",
        "import_url": f"/imports/{run.pk}" if own else "", "may_undo": found.may_be_undone_at(clock.now()),
    }  # fmt: skip


def name_of(found: Operation) -> str:
    """What was done, in words."""
    if found.kind == "import":
        return _("Import")
    if found.kind == "undo":
        return _("Undo")
    try:
        verb = entity_by_code(found.record_type).verb_by_name.get(found.kind)
    except Misuse:
        verb = None
    return str(verb.label) if verb is not None and verb.label else found.kind


def _what(found: Operation) -> str:
    try:
        return str(entity_by_code(found.record_type).label_plural)
    except Misuse:
        return found.record_type
