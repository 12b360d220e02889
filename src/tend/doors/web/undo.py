"""Taking back: one write or one operation, with a sentence of what came back and what stays as it is."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, after, next_url, page, wants_fragment
from tend.doors.web.people import deeds
from tend.kernel.errors import NotSeen
from tend.kernel.jobs.undoing import undo_or_queue
from tend.kernel.operations import operations_of
from tend.kernel.undo import UndoReport, undo_act


@page("POST")
def undo_write(request: Request, act: int) -> HttpResponse:
    """Take one write back. Whoever did it may, within what she sees now."""
    return _taken_back(request, undo_act(request.actor, act))


@page("POST")
def undo_all(request: Request, pk: int) -> HttpResponse:
    """Take a whole operation back."""
    operation = operations_of(request.actor).filter(pk=pk).first()
    if operation is None:
        raise NotSeen("operation")
    undoing = undo_or_queue(request.actor, operation)
    if not undoing.is_over:
        return after(request, f"/operations/{undoing.pk}")
    return _taken_back(request, UndoReport.of(undoing))


def _taken_back(request: Request, report: UndoReport) -> HttpResponse:
    text = (
        _("Taken back.") if report.restored and not report.skipped_count and not report.kept_count else report.sentence
    )
    if wants_fragment(request):
        request.session["flash"] = {"text": text, "undo_url": ""}
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return after(request, next_url(request, request.headers.get("Referer") or "/"), text)


urlpatterns = [
    path("undo", deeds.deeds, name="undo_list"),
    path("undo/<int:act>", undo_write, name="undo"),
    path("undo/operation/<int:pk>", undo_all, name="undo-operation"),
]
