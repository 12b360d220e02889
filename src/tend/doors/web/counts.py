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
from tend.engines.cadence.day_numbers import numbers_of_day
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.listing import Count, counts_of
from tend.kernel.notices import COUNTED, unread_question

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
    """Today as the page of that name counts it, calls that are due or overdue; blank for none."""
    if actor.scope("activities", "view") == "none":
        return {}
    left, due = numbers_of_day(actor, clock.now())
    return {"today": number(left) if left else "", "calls": _words(due)}


def unread_words(unread: int) -> str:
    """The number beside the bell; nothing for none."""
    return (number(unread) if unread < COUNTED else f"{COUNTED - 1}+") if unread else ""


def sizes(actor: Actor, last_change: int | None = None) -> Counts:
    """Unread notices, and how many accounts and leads are in sight, counted no further than their lists do; in one question.

    What a list has just counted holds.
    """
    at, found = actor.kept.get(KEPT + ", sizes", (0.0, {}))
    if not found or time.monotonic() - at >= SIZES:
        found = {}
        places = {word: place_at(word) for word in ("accounts", "leads")}
        lists = {
            w: listing(p, actor, State(), as_of=last_change) for w, p in places.items() if p and p.may(actor, "view")
        }
    else:
        lists = {}
    known = {word: of.known_count() for word, of in lists.items()}
    asking = [word for word, count in known.items() if count is None]
    unread, *answers = counts_of([unread_question(actor), *(lists[word].question() for word in asking)])
    for word, count in zip(asking, answers, strict=True):
        lists[word].know_count(count)
        known[word] = count
    if lists:
        found = {word: _words(count) for word, count in known.items() if count is not None}
        actor.kept[KEPT + ", sizes"] = (time.monotonic(), found)
    return {**found, "notices": unread_words(unread.number)}


def _words(count: Count) -> str:
    return f"{number(count.number)}+" if count.is_more else number(count.number) if count.number else ""


urlpatterns = [path("counts", counts, name="counts")]
