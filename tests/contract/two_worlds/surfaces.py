"""Everything that one person can ask, room by room; a meta-test fails when an address of Tend is in none of them."""

from __future__ import annotations

from django.test import Client

from tend.domains.contacts.lookalikes import look_further
from tests.contract.two_worlds import below, calendars, daily, derived, long_work, pages, papers, programs
from tests.contract.two_worlds.asking import Asker
from tests.contract.two_worlds.office import Office, Unseen

ROOMS = (
    pages.lists, pages.shapes, pages.pages, daily.calls, daily.conversations, daily.coverage, daily.notices, daily.oneself, daily.feeds, calendars.calendars, calendars.mails, long_work.operations, long_work.imports,
    programs.api, programs.writes, derived.operations, derived.pages, derived.rooms, derived.verbs, below.below,
    papers.pages, papers.api, papers.below,
)  # fmt: skip
# Answers that hang on no record at all, or that end the walk itself. A new one is a decision: add it with its reason.
OUTSIDE = {
    ("GET", "/healthz"): "tells whether the database answers",
    ("GET", "/api/v1/openapi.json"): "describes the registry",
    ("GET", "/api/v1/docs"): "describes the registry",
    ("GET", "/sign-in"): "the door, for whoever is outside",
    ("GET", "/sign-out"): "ends the viewer's session",
    ("GET", "/welcome/<str:token>"): "a one-time link, for whoever is outside",
    ("GET", "/forgotten"): "the door, for whoever is outside",
}


def everything(office: Office, unseen: Unseen, client: Client) -> Asker:
    """The viewer with all his questions."""
    while look_further() is not None:
        pass  # the rounds that look for people who may be one
    asker = Asker(office, unseen, client)
    for gather in ROOMS:
        gather(asker)
    return asker
