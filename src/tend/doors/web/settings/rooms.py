"""Which pages the settings have, who may open each, and the guard that keeps the others out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.doors.web.pages import Request, View, page
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities
from tend.kernel.errors import NotSeen

Text = str | Promise
OWN_PAGES = {"interaction-statuses": "/settings/interaction-statuses", "tags": "/settings/tags"}


@dataclass(frozen=True)
class Room:
    """One page of the settings; `right` opens it, blank for everybody."""

    label: Text
    url: str
    right: str
    group: Text
    note: Text = ""


COMPANY, PEOPLE, BOOKS, MINE = (
    gettext_lazy("Company"),
    gettext_lazy("People"),
    gettext_lazy("Books"),
    gettext_lazy("Yours"),
)
ROOMS = (
    Room(
        gettext_lazy("Organisation"),
        "/settings/organisation",
        "settings",
        COMPANY,
        gettext_lazy("name, country, names of the lifecycles"),
    ),
    Room(
        gettext_lazy("Calendars"),
        "/settings/calendars",
        "settings",
        COMPANY,
        gettext_lazy("working days, holidays, absences"),
    ),
    Room(
        gettext_lazy("Characteristics"),
        "/settings/characteristics",
        "settings",
        COMPANY,
        gettext_lazy("fields of your own"),
    ),
    Room(gettext_lazy("People"), "/settings/people", "users", PEOPLE, gettext_lazy("invite, roles, deactivate")),
    Room(gettext_lazy("Teams"), "/settings/teams", "users", PEOPLE),
    Room(gettext_lazy("Roles"), "/settings/roles", "users", PEOPLE, gettext_lazy("who may see and do what")),
    Room(
        gettext_lazy("Security log"),
        "/settings/security",
        "audit",
        PEOPLE,
        gettext_lazy("sign-ins, exports, changes of rights"),
    ),
    Room(
        gettext_lazy("Interaction statuses"),
        "/settings/interaction-statuses",
        "settings",
        BOOKS,
        gettext_lazy("how often to talk"),
    ),
    Room(gettext_lazy("Profile and password"), "/me", "", MINE),
    Room(gettext_lazy("Notices and mail"), "/me/mail", "", MINE),
    Room(gettext_lazy("Your recent sign-ins"), "/me/security", "", MINE),
    Room(gettext_lazy("Tokens for programs"), "/settings/tokens", "", MINE),
)


def needs(right: str, *methods: str) -> Callable[[View], View]:
    """A page of the settings: whoever lacks the right is answered as if it did not exist."""

    def dress(run: View) -> View:
        def view(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if right and not request.actor.has_right(right):
                raise NotSeen("settings")
            return run(request, *args, **kwargs)

        view.__name__, view.__doc__ = run.__name__, run.__doc__
        return page(*(methods or ("GET", "POST")))(view)

    return dress


def books() -> list[Entity]:
    """Every book of the registry, by its name."""
    return sorted((e for e in entities() if e.book), key=lambda e: str(e.label_plural))


def book_url(entity: Entity) -> str:
    return OWN_PAGES.get(entity.plural, f"/settings/books/{entity.plural}")


def rooms_for(actor: Actor) -> list[dict[str, Any]]:
    """The groups of pages that this person may open."""
    found = [r for r in ROOMS if not r.right or actor.has_right(r.right)]
    if actor.has_right("settings"):
        found[-2:-2] = [
            Room(e.label_plural, book_url(e), "settings", BOOKS) for e in books() if e.plural != "interaction-statuses"
        ]
    groups: dict[str, list[Room]] = {}
    for room in found:
        groups.setdefault(str(room.group), []).append(room)
    return [{"title": title, "rooms": rooms} for title, rooms in groups.items()]


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """Where one is: Settings and what lies between it and the page."""
    return [{"label": label, "url": url} for label, url in ((_("Settings"), "/settings"), *more)]
