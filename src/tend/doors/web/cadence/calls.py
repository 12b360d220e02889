"""The Calls panel: calls by quick selection and person, leads and accounts by interaction status."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.activities.exporting import of_calls
from tend.doors.web.cadence import rows
from tend.doors.web.pages import Request, page, show
from tend.engines.cadence import by_status as sides
from tend.engines.cadence import queries, selections
from tend.engines.cadence.call_rows import draw
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.listing import Count


@page("GET")
def calls(request: Request) -> HttpResponse:
    """Calls of a quick selection and of one person, the pool or everyone."""
    actor, now = request.actor, clock.now()
    selection = request.GET.get("show", "today")
    selection = selection if selection in selections.SELECTIONS else "today"
    who = request.GET.get("who", selections.ME)
    found = queries.Calls(actor, selection, who, now=now, cursor=request.GET.get("cursor"))
    shown = found.page()
    counts = queries.counts(actor, who, now)
    people = _people(request, selection, who)
    drawn = draw(actor, shown.records, now)
    mine = counts["today"] if who == selections.ME else queries.number_of(actor, "today", selections.ME, now)
    context = {
        "tabs": _tabs(actor, "calls", now),
        "segments": [
            {
                "label": label,
                "url": _at(show=name, who=who),
                "count": _number(counts[name]),
                "current": name == selection,
            }
            for name, label in _selections()
        ],
        "rows": drawn,
        "drawn": rows.call_rows(drawn, _at(show=selection, who=who), is_done=selection == "done"),
        "is_done": selection == "done",
        "waits": mine.number > 0,
        "selection": selection,
        "people": people,
        "person": next((p["label"] for p in people if p["current"]), _("Me")),
        "total": counts[selection],
        "exports": of_calls(actor, selection, who, clock.day_in(now, actor.zone)),
        "back": _at(show=selection, who=who),
        "previous_url": _at(show=selection, who=who, cursor=shown.previous_cursor) if shown.previous_cursor else "",
        "next_url": _at(show=selection, who=who, cursor=shown.next_cursor) if shown.next_cursor else "",
        "keys": [
            {"key": "j k", "label": _("move")},
            {"key": "c", "label": _("call")},
            {"key": "1–9", "label": _("outcome")},
        ],
    }
    return show(request, "cadence/calls.html", context)


@page("GET")
def by_status(request: Request, leads: bool) -> HttpResponse:
    """Leads, or the other accounts, of one interaction status; whoever is due first on top."""
    actor, now = request.actor, clock.now()
    status = request.GET.get("status", "")
    path = "/calls/leads" if leads else "/calls/accounts"
    found = sides.ByStatus(actor, leads, status, now=now, cursor=request.GET.get("cursor"))
    shown = found.page()
    segments = [
        {
            "label": _("All"),
            "url": path,
            "count": _number(sides.size(actor, leads)),
            "current": not status,
        }
    ]
    for row, count in sides.statuses_in_use(actor, leads):
        key = str(row.pk) if row is not None else "none"
        segments.append({
            "label": row.name if row is not None else _("No status"), "url": f"{path}?status={key}", "count": _number(count),
            "current": key == status, "mark": row.mark if row is not None else "", "hue": row.hue if row is not None else "",
        })  # fmt: skip
    found_rows = sides.draw_accounts(actor, shown.records, now)
    carried = {"status": status} if status else {}
    context = {
        "tabs": _tabs(actor, "leads" if leads else "accounts", now), "segments": segments, "leads": leads,
        "rows": found_rows, "drawn": rows.account_rows(found_rows),
        "total": next((s["count"] for s in segments if s["current"]), 0),
        "previous_url": f"{path}?{urlencode({**carried, 'cursor': shown.previous_cursor})}" if shown.previous_cursor else "",
        "next_url": f"{path}?{urlencode({**carried, 'cursor': shown.next_cursor})}" if shown.next_cursor else "",
    }  # fmt: skip
    return show(request, "cadence/by_status.html", context)


def _tabs(actor: Actor, current: str, now: dt.datetime) -> list[dict[str, Any]]:
    sizes = sides.sizes(actor)
    tabs = (
        ("calls", _("Calls"), "/calls", queries.number_of(actor, "scheduled", selections.ME, now)),
        ("leads", _("Leads"), "/calls/leads", sizes["leads"]),
        ("accounts", _("Accounts"), "/calls/accounts", sizes["accounts"]),
    )
    return [
        {"label": label, "url": url, "count": _number(count), "current": key == current}
        for key, label, url, count in tabs
    ]


def _number(count: Count | None) -> int | str | None:
    return str(count) if count is not None and count.is_more else count.number if count is not None else None


def _selections() -> tuple[tuple[str, str], ...]:
    return (
        ("scheduled", _("Scheduled")), ("overdue", _("Overdue")), ("today", _("Today")), ("missed", _("Missed")), ("done", _("Done")),
    )  # fmt: skip


def _people(request: Request, selection: str, who: str) -> list[dict[str, Any]]:
    people = [(selections.ME, _("Me")), (selections.EVERYONE, _("Everyone")), (selections.POOL, _("The team’s pool"))]
    people += [(str(u.pk), u.name) for u in queries.callers(request.actor) if u.pk != request.actor.user_id]
    return [{"label": label, "url": _at(show=selection, who=key), "current": key == who} for key, label in people]


def _at(**words: str) -> str:
    return f"/calls?{urlencode({k: v for k, v in words.items() if v and (k, v) not in (('who', 'me'), ('show', 'today'))})}".rstrip(
        "?"
    )
