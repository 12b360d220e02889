"""The numbers beside the places of the navigation and the bell: asked after the page, so that no page waits for them."""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import path

from tend.doors.web.pages import Request, page, show
from tend.doors.web.records.places import place_at
from tend.doors.web.records.state import State, listing
from tend.doors.web.templatetags.tend import number
from tend.engines.cadence import queries
from tend.engines.cadence.sight import bounded
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.notices import COUNTED, count_unread

FRESH = 15.0  # seconds in which pages do not ask again
SHOWN = 60.0  # seconds for which a page shows what was counted before
SIZES = 60.0  # seconds in which the sizes of lists are not counted again
KEPT = "counts of the navigation"
Counts = Mapping[str, str]


def kept(actor: Actor) -> tuple[Counts, bool]:
    """What was counted for this person a moment ago, without any question, and whether the page is to ask anew."""
    at, found = actor.kept.get(KEPT, (None, {}))
    age = time.monotonic() - at if at is not None else SHOWN
    return (found if age < SHOWN else {}), age >= FRESH


def forget(actor: Actor) -> None:
    """This person has written: the next page asks anew, and shows the old numbers until then."""
    at, found = actor.kept.get(KEPT, (None, {}))
    if at is not None:
        actor.kept[KEPT] = (min(at, time.monotonic() - FRESH), found)


def know(actor: Actor, **found: str) -> None:
    """A page has just counted some of this itself: its frame shows the same."""
    at, known = actor.kept.get(KEPT, (time.monotonic() - FRESH, {}))
    actor.kept[KEPT] = (at, {**known, **found})


@page("GET")
def counts(request: Request) -> HttpResponse:
    """The numbers as pieces for the page that shows them: work that waits, the sizes of lists, unread notices."""
    actor = request.actor
    found = {**work(actor), **sizes(actor, request.last_change)}
    actor.kept[KEPT] = (time.monotonic(), found)
    return show(request, "shell/_counts.html", {"counts": found})


def work(actor: Actor) -> Counts:
    """Today as the page of that name counts it, calls that are due or overdue, notices; blank for none."""
    now = clock.now()
    found: dict[str, int | str] = {}
    if actor.scope("activities", "view") != "none":
        found["today"] = queries.day_of(actor, now, shown=0).left
        due = bounded(queries.selected(actor, "today", queries.ME, now))
        found["calls"] = f"{number(due.number)}+" if due.is_more else due.number
    words = {key: number(n) if isinstance(n, int) and n else str(n or "") for key, n in found.items()}
    return {**words, "notices": unread_words(count_unread(actor))}


def unread_words(unread: int) -> str:
    """The number beside the bell; nothing for none."""
    return (number(unread) if unread < COUNTED else f"{COUNTED - 1}+") if unread else ""


def sizes(actor: Actor, last_change: int | None = None) -> Counts:
    """How many accounts and leads are in sight, counted no further than their lists do; what a list has just counted holds."""
    at, found = actor.kept.get(KEPT + ", sizes", (0.0, {}))
    if found and time.monotonic() - at < SIZES:
        return dict(found)
    found = {}
    for word in ("accounts", "leads"):
        place = place_at(word)
        if place is not None and place.may(actor, "view"):
            count = listing(place, actor, State(), as_of=last_change).count()
            found[word] = f"{number(count.number)}+" if count.is_more else number(count.number) if count.number else ""
    actor.kept[KEPT + ", sizes"] = (time.monotonic(), found)
    return found


urlpatterns = [path("counts", counts, name="counts")]
