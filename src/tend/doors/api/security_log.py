"""The security log over REST, for those with the right to it: newest first, by kind, person and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from tend.doors.api import shapes
from tend.doors.api.bodies import LARGEST_ID, refuse_unknown, whole_number
from tend.doors.api.lists import limit_of
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.people.security_log import GROUPS, RIGHT, WORDS, Asked, SecurityEvent, events

KNOWN = ("group", "kind", "person", "since", "until", "limit", "cursor")
_TEXT = {"type": "string"}
_MAYBE = {"anyOf": [shapes.LINK, {"type": "null"}]}
_EVENT = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}, "kind": _TEXT, "event": _TEXT, "by": _MAYBE, "about": _MAYBE,
        "address": _TEXT, "device": _TEXT, "detail": {"type": "object"},
    },
    "required": ["id", "at", "kind", "event", "by", "about", "address", "device", "detail"],
}  # fmt: skip
_PAGE = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": _EVENT}, "next": {"type": ["string", "null"]}},
    "required": ["items", "next"],
}
_MOMENT = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
_PARAMETERS: list[tuple[str, dict[str, Any], str]] = [
    ("group", {"type": "string", "enum": list(GROUPS)}, "kinds that belong together"),
    ("kind", {"type": "string", "enum": list(WORDS)}, "only this kind"),
    ("person", {"type": "integer", "minimum": 1}, "the id of a user who did it or met it"),
    ("since", _MOMENT, "from this day or time on"),
    ("until", _MOMENT, "until the end of this day, or before this time"),
    ("limit", {"type": "integer", "minimum": 1, "maximum": 500}, ""),
    ("cursor", {"type": "string"}, "the `next` of the page before"),
]


def install(api: NinjaAPI) -> None:
    """Mount the log."""
    parameters = [
        {"in": "query", "name": name, "required": False, "schema": schema, "description": words}
        for name, schema, words in _PARAMETERS
    ]
    page = {"description": "Events, newest first", "content": {"application/json": {"schema": _PAGE}}}

    @api.get("/security-log", operation_id="security_log_list", tags=["security-log"],
             summary="Who came in, took data along or changed rights",
             openapi_extra={"responses": {**REFUSALS, "200": page}, "parameters": parameters})  # fmt: skip
    def security_log(request: HttpRequest) -> HttpResponse:
        actor, given = actor_of(request), request.GET
        if not actor.has_right(RIGHT):
            raise NotSeen("security log")
        refuse_unknown(given, KNOWN)
        limit = limit_of(given.get("limit"))
        before = whole_number(given["cursor"], "cursor", 1, LARGEST_ID) if given.get("cursor") else None
        found = events(actor, _asked(actor, given), before=before, limit=limit + 1)
        more = str(found[limit - 1].pk) if len(found) > limit else None
        return answer({"items": [_event(e) for e in found[:limit]], "next": more})


def _asked(actor: Actor, given: Any) -> Asked:
    person = whole_number(given["person"], "person", 1, LARGEST_ID) if given.get("person") else None
    return Asked(
        _one_of(given, "group", GROUPS), person, _moment(actor, given, "since", 0), _moment(actor, given, "until", 1),
        kind=_one_of(given, "kind", WORDS),
    )  # fmt: skip


def _one_of(given: Any, name: str, offered: Iterable[str]) -> str:
    said = str(given.get(name) or "")
    if said and said not in offered:
        raise Refused(_("Give one of: %(offered)s.") % {"offered": ", ".join(offered)}, field=name, code="choice")
    return said


def _moment(actor: Actor, given: Any, name: str, days: int) -> dt.datetime | None:
    """A day, begun in the caller's time zone (`days` later for an end), or a time. Refused for anything else."""
    said = str(given.get(name) or "")
    if not said:
        return None
    try:
        found = dt.datetime.fromisoformat(said)
        if len(said) <= len("2026-01-31"):
            found += dt.timedelta(days=days)
        return found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(actor.zone))
    except (ValueError, OverflowError):
        raise Refused(
            _("“%(value)s” is not a date; write it as 2026-03-15.") % {"value": said[:40]}, field=name, code="type"
        ) from None


def _event(one: SecurityEvent) -> dict[str, Any]:
    person = {
        n: {"id": u.pk, "name": u.name} if u is not None else None for n, u in (("by", one.user), ("about", one.about))
    }
    return {
        "id": one.pk, "at": shapes.value_as_json(None, one.at, ""), "kind": one.kind, "event": str(one.word), **person, "address": one.address,
        "device": one.device, "detail": one.detail,
    }  # fmt: skip
