"""After a leave: how many of one's overdue calls each of the coming days would get, and the button that does it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.templatetags.tend import number
from tend.engines.cadence import queries, spreading
from tend.kernel import clock
from tend.kernel.errors import Refused
from tend.kernel.operations import Operation


@page("GET", "POST")
def spread(request: Request) -> HttpResponse:
    """One's own overdue calls over so many working days, seen before it is done."""
    actor, now, refusal = request.actor, clock.now(), ""
    typed = (request.POST if request.method == "POST" else request.GET).get("days", "5")
    count = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
    me = actor.user_id or 0
    try:
        if request.method == "POST":
            done = spreading.spread_overdue(actor, me, count, now)
            return after(request, "/today", _said(done), f"/undo/operation/{done.pk}")
        planned = sorted(spreading.preview(actor, me, count, now).items())
    except Refused as no:
        planned, refusal = [], no.message
    context = {
        "days": typed, "planned": planned, "refusal": refusal, "most": max((n for _day, n in planned), default=1),
        "total": len(spreading.overdue_of(actor, me, queries.today_of(actor, now))),
    }  # fmt: skip
    return show(request, "cadence/spread.html", context, status=422 if refusal else 200)


def _said(done: Operation) -> str:
    if done.state != Operation.State.DONE:
        return _("%(n)s overdue calls are spread in the background.") % {"n": number(done.total)}
    text = ngettext("%(n)s overdue call has another day.", "%(n)s overdue calls have other days.", done.changed)
    return text % {"n": number(done.changed)}
