"""Notices: what happened without one's doing, newest first, each with the way to what it is about."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web import counts
from tend.doors.web.pages import Request, after, page, show
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse, NotSeen
from tend.kernel.notices import COUNTED, Shown, count_unread, mark_read, notice_of, notices_of

PAGE = "/notices"
SHOWN = 50
ICONS = {"operation": "stack-2", "import": "table-import", "given": "user-check", "handover": "users", "unreachable": "phone-off", "reminder": "clock"}  # fmt: skip
PLACES = {"kernel.operation": "/operations", "kernel.import": "/imports"}
MINE = "/accounts?filter=owner:me"
WITHOUT_RECORD = {"given": MINE, "handover": MINE}


@page("GET")
def notices(request: Request) -> HttpResponse:
    """One page of notices; `?show=unread` those that wait, `?before=` older ones."""
    unread = request.GET.get("show") == "unread"
    before = request.GET.get("before", "")
    found = notices_of(
        request.actor, unread=unread, limit=SHOWN + 1, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )  # fmt: skip
    waiting = count_unread(request.actor)
    counts.know(request.actor, notices=counts.unread_words(waiting))
    query = "show=unread&" if unread else ""
    context = {
        "header_title": _("Notices"), "header_fact": _unread_words(waiting), "rows": [_row(one) for one in found[:SHOWN]],
        "tabs": [
            {"label": _("All"), "url": PAGE, "count": None, "current": not unread},
            {"label": _("Unread"), "url": f"{PAGE}?show=unread", "count": waiting if waiting < COUNTED else None, "current": unread},
        ],
        "unread": unread, "waiting": waiting, "latest": max((n.id for n in notices_of(request.actor, limit=1)), default=0) if before else found[0].id if found else 0,
        "newest_url": (f"{PAGE}?show=unread" if unread else PAGE) if before else "",
        "older_url": f"{PAGE}?{query}before={found[SHOWN - 1].id}" if len(found) > SHOWN else "",
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
    return HttpResponseRedirect(url_of(one) or PAGE)


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


def url_of(one: Shown) -> str:
    """Where a notice leads; blank when it is only a sentence."""
    if one.record_id is None:
        return WITHOUT_RECORD.get(one.kind, "")
    if one.record_type in PLACES:
        return f"{PLACES[one.record_type]}/{one.record_id}"
    try:
        return f"/{entity_by_code(one.record_type).plural}/{one.record_id}"
    except Misuse:
        return ""


def _row(one: Shown) -> dict[str, Any]:
    return {"notice": one, "icon": ICONS.get(one.kind, "bell"), "url": f"{PAGE}/{one.id}" if url_of(one) else ""}


def _unread_words(waiting: int) -> str:
    if not waiting:
        return ""
    if waiting >= COUNTED:
        return _("%(n)d or more unread") % {"n": COUNTED}
    return ngettext("%(n)d unread", "%(n)d unread", waiting) % {"n": waiting}


def _back(request: Request) -> str:
    return f"{PAGE}?show=unread" if request.POST.get("show") == "unread" else PAGE


urlpatterns = [
    path("notices", notices, name="notices"),
    path("notices/read", read, name="notices-read"),
    path("notices/<int:pk>", open_notice, name="notice"),
]
