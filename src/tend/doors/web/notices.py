"""Notices: what happened without one's doing, newest first, each with the way to what it is about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web import counts
from tend.doors.web.pages import Request, after, next_url, page, show
from tend.doors.web.people.mail import KINDS
from tend.doors.web.records.places import place_of
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse, NotSeen
from tend.kernel.merging import leads_to
from tend.kernel.notices import COUNTED, Shown, count_unread, kinds_of, mark_read, mark_unread, notice_of, notices_of
from tend.kernel.prepared import reaches

PAGE = "/notices"
SHOWN = 50
ICONS = {"operation": "stack-2", "import": "table-import", "given": "user-check", "handover": "users", "unreachable": "phone-off", "reminder": "clock", "followed": "eye", "mention": "at"}  # fmt: skip
PLACES = {"kernel.operation": "/operations", "kernel.import": "/imports"}
MINE = "/accounts?filter=owner:me"
WITHOUT_RECORD = {"given": MINE, "handover": MINE}
FOLLOWED = "/%s?filter=followers:me"


@page("GET")
def notices(request: Request) -> HttpResponse:
    """One page of notices; `?show=unread` those that wait, `?kind=` those of one kind, `?before=` older ones."""
    waits = request.GET.get("show") == "unread"
    kinds = kinds_of(request.actor)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in kinds else ""
    before = request.GET.get("before", "")
    found = notices_of(
        request.actor, unread=waits, limit=SHOWN + 1, before=int(before) if before.isdecimal() and len(before) < 19 else None,
        kinds=[kind] if kind else None,
    )  # fmt: skip
    waiting = count_unread(request.actor)
    counts.know(request.actor, notices=counts.unread_words(waiting))
    newest = {"show": "unread"} if waits else {}
    query = {**newest, "kind": kind} if kind else newest
    labels = {code: str(label) for code, label in KINDS}
    context = {
        "header_title": _("Notices"), "header_fact": _unread_words(waiting), "rows": [_row(one) for one in found[:SHOWN]],
        "tabs": [
            {"label": _("All"), "url": _address({"kind": kind} if kind else {}), "count": None, "current": not waits},
            {"label": _("Unread"), "url": _address({"show": "unread", **({"kind": kind} if kind else {})}), "count": waiting if waiting < COUNTED and not kind else None, "current": waits},
        ],
        "kinds": [{"label": labels.get(code, code), "icon": ICONS.get(code, "bell"), "url": _address({**newest, "kind": code}), "current": code == kind} for code in kinds] if len(kinds) > 1 or kind else [],
        "kind": kind, "kind_label": labels.get(kind, kind), "every_kind_url": _address(newest),
        "unread": waits, "waiting": waiting, "latest": max((n.id for n in notices_of(request.actor, limit=1)), default=0) if before or kind else found[0].id if found else 0,
        "newest_url": _address(query) if before else "", "here": _address(query),
        "older_url": _address({**query, "before": str(found[SHOWN - 1].id)}) if len(found) > SHOWN else "",
    }  # fmt: skip
    return show(request, "shell/notices.html", context)


@page("GET")
def open_notice(request: Request, pk: int) -> HttpResponse:
    """On to what a notice is about; with that it is read."""
    one = notice_of(request.actor, pk)
    if one is None:
        raise NotSeen("notice")
    mark_read(request.actor, [pk])
    counts.forget(request.actor)
    return HttpResponseRedirect(_way_to(request.actor, one))


@page("POST")
def read(request: Request) -> HttpResponse:
    """Mark as read: the one that is named, or all up to the newest that the page showed."""
    counts.forget(request.actor)
    named, latest = request.POST.get("notice", ""), request.POST.get("latest", "")
    if named.isdecimal() and len(named) < 19:
        mark_read(request.actor, [int(named)])
        return after(request, _back(request))
    count = mark_read(request.actor, up_to=int(latest) if latest.isdecimal() and len(latest) < 19 else None)
    return after(request, _back(request), _("All notices are read.") if count else "")


@page("POST")
def unread(request: Request) -> HttpResponse:
    """Let one notice wait again."""
    counts.forget(request.actor)
    named = request.POST.get("notice", "")
    if named.isdecimal() and len(named) < 19:
        mark_unread(request.actor, [int(named)])
    return after(request, _back(request))


def url_of(one: Shown) -> str:
    """Where a notice leads; blank when it is only a sentence."""
    if one.record_id is None and one.list_of:
        return FOLLOWED % one.list_of
    if one.record_id is None:
        return WITHOUT_RECORD.get(one.kind, "")
    if one.record_type in PLACES:
        return f"{PLACES[one.record_type]}/{one.record_id}"
    try:
        return f"/{entity_by_code(one.record_type).plural}/{one.record_id}"
    except Misuse:
        return ""


def _way_to(actor: Actor, one: Shown) -> str:
    """Where it leads now: what lies in the trash has no page, but a place there."""
    url = url_of(one)
    if not url or one.record_id is None or one.record_type in PLACES:
        return url or PAGE
    entity = entity_by_code(one.record_type)
    if reaches(actor, entity.model, "view")(one.record_id) or leads_to(actor, entity, one.record_id) is not None:
        return url
    place = place_of(entity)
    return f"{place.url}/trash" if place is not None and place.may(actor, "delete") else PAGE


def _row(one: Shown) -> dict[str, Any]:
    return {"notice": one, "icon": ICONS.get(one.kind, "bell"), "url": f"{PAGE}/{one.id}" if url_of(one) else ""}


def _unread_words(waiting: int) -> str:
    if not waiting:
        return ""
    if waiting >= COUNTED:
        return _("%(n)d or more unread") % {"n": COUNTED}
    return ngettext("%(n)d unread", "%(n)d unread", waiting) % {"n": waiting}


def _address(given: dict[str, str]) -> str:
    return f"{PAGE}?{urlencode(given)}" if given else PAGE


def _back(request: Request) -> str:
    """The page of notices on which the button stood."""
    to = next_url(request, PAGE)
    return to if to == PAGE or to.startswith(f"{PAGE}?") else PAGE


urlpatterns = [
    path("notices", notices, name="notices"),
    path("notices/read", read, name="notices-read"),
    path("notices/unread", unread, name="notices-unread"),
    path("notices/<int:pk>", open_notice, name="notice"),
]
