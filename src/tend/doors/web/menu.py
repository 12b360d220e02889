"""The navigation: which pages there are, and which of them this person may open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tend.doors.web.records.places import place_at
from tend.engines.cadence import coverage
from tend.kernel.actor import Actor
from tend.kernel.views import Way

BESIDE = {"operations": ("/imports",)}  # pages that belong to an item although their address begins with another word

COUNTED = ("today", "calls", "accounts", "leads")  # work that waits, and the size of lists


def navigation(actor: Actor, path: str, views: Sequence[Way] = (), view: str = "") -> list[dict[str, Any]]:
    """Sections of items for the shell, the current one marked: pages, then the views that the person keeps there.

    `view` is the one that the page shows.
    """
    lines = {
        line: actor.scope(line, "view") != "none"
        for line in ("accounts", "leads", "contacts", "activities", "documents")
    }
    main = [
        ("today", _("Today"), "/today", "sun", lines["activities"]),
        ("calls", _("Calls"), "/calls", "phone", lines["activities"]),
        ("calendar", _("Calendar"), "/calendar", "calendar", lines["activities"]),
        ("accounts", _("Accounts"), "/accounts", "building-store", lines["accounts"]),
        ("leads", _("Leads"), "/leads", "seedling", lines["leads"]),
        ("contacts", _("Contacts"), "/contacts", "users", lines["contacts"]),
        ("documents", _("Documents"), "/documents", "paperclip", lines["documents"]),
    ]
    may_import = any(actor.scope(line, "import") != "none" for line in ("accounts", "leads", "activities"))
    team = [
        ("coverage", _("Coverage"), "/coverage", "grid-dots", coverage.may_see(actor)),
        ("operations", _("Imports and operations"), "/operations", "table-import", may_import or lines["accounts"]),
        ("settings", _("Settings"), "/settings", "adjustments-horizontal", True),
    ]
    found = [{"label": "", "items": _items(main, path)}, {"label": _("Team"), "items": _items(team, path)}]
    ways = _ways(actor, path, views, view)
    if not ways:
        return found
    if any(w["current"] for w in ways):
        for item in found[0]["items"]:
            item["current"] = False
    return [found[0], {"label": _("Views"), "items": ways}, found[1]]


def _ways(actor: Actor, path: str, views: Sequence[Way], view: str) -> list[dict[str, Any]]:
    found = []
    for way in views:
        place = place_at(way.at)
        if place is not None and place.may(actor, "view"):
            found.append(
                {
                    "key": f"view-{way.view}", "label": way.name, "url": f"{place.url}?view={way.view}", "icon": "bookmark",
                    "is_counted": False, "is_view": True, "current": path == place.url and view == str(way.view),
                }
            )  # fmt: skip
    return found


def _items(items: list[tuple[str, str, str, str, bool]], path: str) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "label": label,
            "url": url,
            "icon": icon,
            "is_counted": key in COUNTED,
            "current": path == url or path.startswith((url + "/", *BESIDE.get(key, ()))),
        }
        for key, label, url, icon, shown in items
        if shown
    ]
