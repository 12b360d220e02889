"""Calls and timelines as files: each menu leads to the export of activities with the filter that lists the same."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Kind
from tend.engines.cadence import selections
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of

Node = dict[str, Any]
READ_BY_CALLS = ("kind", "origin", "state", "account", "responsible", "planned_on", "done_at")


def menu(actor: Actor, node: Node, sort: str) -> list[dict[str, str]]:
    """The formats of the activities that a filter finds; none for whoever may take no activities along."""
    if actor.scope("activities", "export") == "none":
        return []
    words = (
        ("csv", _("Text for spreadsheets (CSV)")), ("xlsx", _("Workbook (XLSX)")), ("jsonl", _("For programs (JSON Lines)")),
        ("ics", _("For calendars (iCalendar)")),
    )  # fmt: skip
    said = {"filter": json.dumps(node, separators=(",", ":")), "sort": sort}
    return [
        {"label": label, "url": f"/activities/export?{urlencode({'format': form, **said})}"} for form, label in words
    ]


def of_calls(actor: Actor, selection: str, who: str, today: dt.date) -> list[dict[str, str]]:
    """What Calls shows: a quick selection of one person, the pool or everyone."""
    if any(entity_of(Activity).right(actor, name) == "hidden" for name in READ_BY_CALLS):
        return []
    is_call = {"any": [_is("kind", "call"), _is("origin", "cycle")]}
    found: list[Node] = [is_call, {"field": "account", "op": "filled"}, *_whose(actor, who)]
    if selection == "done":
        return menu(actor, {"all": [*found, _is("state", "done"), _is("done_at", today.isoformat())]}, "-done_at")
    found.append(_is("state", "planned"))
    if selection in ("overdue", "today"):
        found.append(
            {"field": "planned_on", "op": "lt" if selection == "overdue" else "lte", "value": today.isoformat()}
        )
    elif selection == "missed":
        found.append(_is("tries.state", "done"))
    return menu(actor, {"all": found}, "planned_on")


def of_timeline(actor: Actor, about: Any, show: str = "", below: Sequence[int] = ()) -> list[dict[str, str]]:
    """What was said and is planned with an account (and those `below`) or a person; of one kind when only that is shown."""
    field = "account" if isinstance(about, Account) else "contacts"
    hidden = [n for n in (field, "kind", "state") if entity_of(Activity).right(actor, n) == "hidden"]
    if hidden or show == "changes":
        return []
    is_one = field == "account" and not below
    found: list[Node] = [
        {"field": field, "op": "is" if is_one else "any_of", "value": about.pk if is_one else [about.pk, *below]}
    ]
    if show in Kind.values:
        found.append(_is("kind", show))
    found.append({"field": "state", "op": "in", "value": ["planned", "done"]})
    return menu(actor, {"all": found}, "-done_at")


def _whose(actor: Actor, who: str) -> list[Node]:
    if who == selections.EVERYONE:
        return []
    if who == selections.POOL:
        return [{"field": "responsible", "op": "empty"}]
    return [_is("responsible", int(who) if who.isdecimal() else actor.user_id)]


def _is(field: str, value: Any) -> Node:
    return {"field": field, "op": "is", "value": value}
