"""Editing an interaction status: an interval is saved only with its forecast in sight, for the next talks or for open calls too."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.pages import Request, after, undo_of
from tend.doors.web.settings import books, saving
from tend.doors.web.settings.book_forms import form_for
from tend.doors.web.settings.rooms import book_url, needs
from tend.doors.web.templatetags.tend import number
from tend.engines.cadence import forecasting, redating
from tend.kernel import clock
from tend.kernel.errors import Refused, Stale
from tend.kernel.operations import Operation

PLURAL = "interaction-statuses"


@needs("settings")
def status(request: Request, pk: int) -> HttpResponse:
    """Change a status. Another interval shows first which calls would move, and asks whether they shall."""
    entity = books.found(PLURAL)
    held = books.one(request, entity, pk)
    form = form_for(entity, request.actor, request.POST or None, held)
    if request.method != "POST" or not form.is_valid():
        return books.answer(request, entity, form, held)
    values, move_open = form.values, request.POST.get("calls") == "now"
    pace = forecasting.pace_of(held, values)
    turns = (
        values["plans_calls"]
        and held.plans_calls
        and (pace.interval, pace.interval_kind) != (held.interval, held.interval_kind)
    )
    if turns and request.POST.get("forecast") != _key(pace):
        return _foresee(request, form, held, pace)
    try:
        done, moved = redating.save_status(request.actor, held, values, move_open=move_open, expect=form.expects)
    except (Refused, Stale) as no:
        saving.refuse(form, no)
        return _foresee(request, form, held, pace) if turns else books.answer(request, entity, form, held)
    said = " ".join(filter(None, [_("Saved."), done.sentence, _moved(moved)]))
    undo = f"/undo/operation/{moved.pk}" if moved is not None and moved.state == Operation.State.DONE else undo_of(done)
    return after(request, book_url(entity) + books.tab_of(done.record), said, undo)


def _foresee(request: Request, form: Any, held: Any, pace: forecasting.Pace) -> HttpResponse:
    now = clock.now()
    foreseen, unmoved = forecasting.foresee_both(request.actor, held, pace, now)
    return books.answer(
        request, books.found(PLURAL), form, held,
        foreseen=foreseen, forecast_key=_key(pace), moves_now=request.POST.get("calls") == "now", pace=pace,
        unmoved=unmoved,
    )  # fmt: skip


def _key(pace: forecasting.Pace) -> str:
    return f"{pace.interval}:{pace.interval_kind}"


def _moved(moved: Operation | None) -> str:
    if moved is None:
        return ""
    if moved.state != Operation.State.DONE:
        return _("%(n)s open calls are moved in the background.") % {"n": number(moved.total)}
    text = ngettext("%(n)s open call has moved.", "%(n)s open calls have moved.", moved.changed)
    return text % {"n": number(moved.changed)}
