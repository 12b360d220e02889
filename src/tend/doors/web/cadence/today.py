"""Today: whom to call now and why, what is done, what else waits."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect

from tend.domains.accounts.queries import are_any_seen
from tend.doors.web.cadence import rows
from tend.doors.web.cadence.beginning import ways_to_begin
from tend.doors.web.pages import Request, page, show
from tend.engines.cadence import queries
from tend.engines.cadence.sight import LIMIT, today_of
from tend.kernel import clock

ALL = 500


@page("GET")
def home(request: Request) -> HttpResponse:
    """The first page of a day is Today."""
    return HttpResponseRedirect("/today")


@page("GET")
def today(request: Request) -> HttpResponse:
    """The signed-in person's calls of the day; `?all` shows every one of them."""
    now = clock.now()
    day = queries.day_of(request.actor, now, shown=ALL if "all" in request.GET else LIMIT)
    is_quiet = not (day.left or day.waiting or day.done)
    context = {
        "begin": ways_to_begin(request.actor) if is_quiet and not are_any_seen(request.actor) else None,
        "day": day, "date": today_of(request.actor, now),
        "promised": rows.cards(day.promised, "/today", has_first=True),
        "queue": rows.cards(day.queue, "/today", has_first=not day.promised),
    }  # fmt: skip
    return show(request, "cadence/today.html", context)


@page("GET")
def start(request: Request) -> HttpResponse:
    """On to the first call of the day; back to Today when there is none left."""
    call = queries.next_call(request.actor, clock.now())
    return HttpResponseRedirect(f"/calls/{call.pk}?next=/today/start" if call is not None else "/today")
