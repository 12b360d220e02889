"""The search of everything over REST: the best hits of each record type with their reasons, or all of one type page by page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from tend.doors.api.bodies import refuse_unknown, whole_number
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities
from tend.kernel.errors import Refused
from tend.kernel.finding import Hit, Typed, find, meant, nearest, page_of_hits, read
from tend.kernel.search.models import search_model

KNOWN = ("q", "type", "limit", "cursor")
SHOWN, MOST = 8, 100  # hits of each type, or of a page of one
COUNTED = 200  # hits of each type that are counted
_HIT = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "why": {"type": "string"}},
    "required": ["id", "name", "why"],
}
_GROUP = {
    "type": "object",
    "properties": {"type": {"type": "string"}, "items": {"type": "array", "items": _HIT}, "count": {"type": "object"}},
    "required": ["type", "items"],
}
_FOUND = {
    "type": "object",
    "properties": {
        "q": {"type": "string"}, "groups": {"type": "array", "items": _GROUP}, "meant": {"type": ["string", "null"]},
        "next": {"type": ["string", "null"]},
    },
    "required": ["q", "groups", "meant", "next"],
}  # fmt: skip


def _parameters() -> list[dict[str, Any]]:
    kinds = [e.plural for e in _searched()]
    return [
        {"in": "query", "name": "q", "required": True, "schema": {"type": "string", "maxLength": 300},
         "description": "words, and what narrows them: city:Odessa, rooms>30, type:contacts"},
        {"in": "query", "name": "type", "required": False, "schema": {"type": "string", "enum": kinds}, "description": "all hits of this type, page by page"},
        {"in": "query", "name": "limit", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": MOST}},
        {"in": "query", "name": "cursor", "required": False, "schema": {"type": "string"}, "description": "the `next` of the page before"},
    ]  # fmt: skip


def install(api: NinjaAPI) -> None:
    """Mount the search."""
    found = {"description": "What was found", "content": {"application/json": {"schema": _FOUND}}}

    @api.get("/search", operation_id="search", tags=["search"], summary="Search everything in sight",
             openapi_extra={"responses": {**REFUSALS, "200": found}, "parameters": _parameters()})  # fmt: skip
    def search(request: HttpRequest) -> HttpResponse:
        actor, given = actor_of(request), request.GET
        refuse_unknown(given, KNOWN)
        words = given.get("q", "").strip()
        limit = whole_number(given.get("limit") or str(SHOWN), "limit", 1, MOST)
        typed = read(words)
        if given.get("type"):
            page = page_of_hits(_named(given["type"]), actor, typed, cursor=given.get("cursor") or "", limit=limit)
            groups = [{"type": given["type"], "items": [_hit(h) for h in page.hits]}]
            return answer({"q": words, "groups": groups, "meant": None, "next": page.next_cursor})
        if given.get("cursor"):
            raise Refused(_("This page of the list is not known any more."), field="cursor", code="cursor")
        return answer({"q": words, **_everywhere(actor, typed, limit), "next": None})


def _everywhere(actor: Actor, typed: Typed, limit: int) -> dict[str, Any]:
    """The first hits of each type; narrowing words that no type knows are looked for as text, and a slip is met."""
    kinds = _asked(typed)
    groups = _groups(kinds, actor, typed, limit)
    if not groups and typed.terms:
        said: list[Refused] = []
        known = [m for e in kinds if (m := meant(e, actor, typed, said)) is not None]
        if not known and said:
            raise Refused(said[0].message, field="q", code=said[0].code)
        groups = _groups(kinds, actor, typed.plain(), limit)
    if groups or not typed.words:
        return {"groups": groups, "meant": None}
    better = nearest(actor, kinds, typed)
    is_found = better is not None and _groups(kinds, actor, better, 1)
    return {"groups": [], "meant": better.text if better is not None and is_found else None}


def _groups(kinds: list[Entity], actor: Actor, typed: Typed, limit: int) -> list[dict[str, Any]]:
    groups = []
    for entity in kinds:
        hits = find(entity, actor, typed, COUNTED + 1)
        if hits:
            best_first = [hit for _rank, _head, hit in sorted(hits, key=lambda f: (f[0], f[1]))]
            count = {"number": min(len(hits), COUNTED), "is_more": len(hits) > COUNTED}
            groups.append({"type": entity.plural, "items": [_hit(h) for h in best_first[:limit]], "count": count})
    return groups


def _hit(hit: Hit) -> dict[str, Any]:
    return {"id": hit.record_id, "name": hit.title, "why": hit.why}


def _searched() -> list[Entity]:
    return [e for e in entities() if search_model(e.model) is not None]


def _asked(typed: Typed) -> list[Entity]:
    """The types that are asked: those that `type:` names, else all."""
    kinds = _searched()
    return [e for e in kinds if {e.plural, e.plural.removesuffix("s")} & set(typed.types)] if typed.types else kinds


def _named(word: str) -> Entity:
    entity = next((e for e in _searched() if e.plural == word), None)
    if entity is None:
        offered = ", ".join(e.plural for e in _searched())
        raise Refused(_("Give one of: %(offered)s.") % {"offered": offered}, field="type", code="choice")
    return entity
