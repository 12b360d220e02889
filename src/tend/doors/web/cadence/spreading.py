"""After a leave: how many overdue calls each of the coming days would get, and the button that does it; a leader for his people."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.templatetags.tend import number
from tend.engines.cadence import queries, spreading
from tend.engines.cadence.sight import today_of
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.operations import Operation
from tend.people.models import User


@page("GET", "POST")
def spread(request: Request) -> HttpResponse:
    """One's own overdue calls, or with `who` those of somebody of one's team, over so many working days, seen before it is done."""
    actor, now, refusal = request.actor, clock.now(), ""
    person = _person(request)
    back = "/coverage" if person is not None else "/today"
    typed = (request.POST if request.method == "POST" else request.GET).get("days", "5")
    count = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
    who = person.pk if person is not None else actor.user_id or 0
    try:
        if request.method == "POST":
            done = spreading.spread_overdue(actor, who, count, now)
            return after(request, back, _said(done), f"/undo/operation/{done.pk}")
        planned = sorted(spreading.preview(actor, who, count, now).items())
    except Refused as no:
        planned, refusal = [], no.message
    context = {
        "days": typed, "planned": planned, "refusal": refusal, "most": max((n for _day, n in planned), default=1),
        "total": len(spreading.overdue_of(actor, who, today_of(actor, now))), "person": person, "back": back,
        "capacity": spreading.capacity_of(who),
    }  # fmt: skip
    return show(request, "cadence/spread.html", context, status=422 if refusal else 200)


def _person(request: Request) -> User | None:
    """Of whom the calls are: a person of one's team, nobody for one's own. NotSeen for anybody else."""
    typed = (request.POST if request.method == "POST" else request.GET).get("who", "")
    if not typed or typed == str(request.actor.user_id):
        return None
    found = next((u for u in queries.callers(request.actor) if str(u.pk) == typed), None)
    if found is None:
        raise NotSeen("user")
    return found


def _said(done: Operation) -> str:
    if done.state != Operation.State.DONE:
        return _("%(n)s overdue calls are spread in the background.") % {"n": number(done.total)}
    text = ngettext("%(n)s overdue call has another day.", "%(n)s overdue calls have other days.", done.changed)
    return text % {"n": number(done.changed)}
