"""`GET /changes`: what happened to the records that the caller sees, in one order, for programs that keep in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from tend.doors.api import shapes
from tend.doors.api.bodies import refuse_unknown
from tend.doors.api.lists import LARGEST
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of
from tend.kernel import feed
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, entities, entity_by_code, entity_by_plural
from tend.kernel.entries import KINDS, Entries, EntryTold
from tend.kernel.errors import Refused
from tend.kernel.feed import Heading
from tend.kernel.history import Change
from tend.kernel.organisation import organisation
from tend.kernel.reading import Linked, Reader
from tend.kernel.sight import records_in_sight, sees_everything
from tend.people.models import User

LIMIT = 100
LOOKED_AT = 2000  # entries that one call looks at: an answer may be shorter than its limit, and its cursor leads on
TOLD = 200  # of those in sight, so many are read at least
KNOWN = frozenset({"since", "type", "limit"})
_PAIR = {"type": "object", "properties": {"before": {}, "after": {}}, "required": ["before", "after"]}
_ABOUT = {
    "type": "object",
    "properties": {"type": {"type": "string"}, "id": {"type": "integer"}},
    "required": ["type", "id"],
}
_ITEM = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"},
        "by": {"anyOf": [shapes.LINK, {"type": "null"}], "description": "null: Tend itself"},
        "kind": {"type": "string", "enum": list(KINDS)},
        "verb": {"type": "string", "description": "what was done, as in POST /{type}/{id}/{verb}"},
        "record": _ABOUT,
        "fields": {"type": "object", "additionalProperties": _PAIR, "description": "each field that changed, in the API's shape"},
        "parts": {
            "type": "array", "description": "rows of the record, such as phones and tags: added (before is null), removed (after is null) or changed",
            "items": {"type": "object", "properties": {"of": {"type": "string"}, **_PAIR["properties"]}},  # type: ignore[dict-item]
        },
        "operation": {"type": ["integer", "null"]},
    },
}  # fmt: skip
_DESCRIBED: dict[str, Any] = {
    "parameters": [
        {"in": "query", "name": "since", "required": False, "schema": {"type": "string"}, "description": "the `next` of the answer before; without it from the beginning; `now` gives the cursor of the present end"},
        {"in": "query", "name": "type", "required": False, "schema": {"type": "string"}, "description": "record types, with commas between them"},
        {"in": "query", "name": "limit", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": LIMIT}},
    ],
    "responses": {
        **REFUSALS,
        "200": {
            "description": "Changes in the order of the feed. While `more` is true go on at once with `next`, else ask again later with it. An answer may be empty and have more.",
            "content": {"application/json": {"schema": {
                "type": "object",
                "properties": {"items": {"type": "array", "items": _ITEM}, "next": {"type": "string"}, "more": {"type": "boolean"}},
                "required": ["items", "next", "more"],
            }}},
        },
    },
}  # fmt: skip


def install(api: NinjaAPI) -> None:
    """Mount it."""

    @api.get("/changes", operation_id="changes_list", tags=["changes"], summary="What happened to the records in sight, in one order",
             openapi_extra=_DESCRIBED)  # fmt: skip
    def list_changes(request: HttpRequest) -> HttpResponse:
        return answer(changes_for(actor_of(request), request.GET.dict()))


def changes_for(actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """One answer: {"items": […], "next": cursor, "more": whether it is worth asking again at once}.

    The cursor stays at the last change that the caller was told of, until more than one call looks at lies behind it: what
    others do out of his sight does not move it.
    """
    refuse_unknown(query, KNOWN)
    limit, only, since = _limit(query.get("limit", "")), _types(query.get("type", "")), query.get("since", "")
    if since == "now":
        window = feed.newest(LOOKED_AT, only=only)
        seen = _in_sight(actor, window.headings)
        told = _told(actor, seen[-TOLD:])
        end = told[-1]["id"] if told else seen[-TOLD].id if len(seen) > TOLD else window.mark
        return {"items": [], "next": str(end), "more": False}
    after = _mark(since)
    window = feed.look(after, LOOKED_AT, only=only)
    seen = _in_sight(actor, window.headings)
    read = seen[: max(TOLD, 2 * limit)]  # more than are asked for, because some tell the caller nothing
    items = _told(actor, read)
    more = True
    if len(items) > limit:
        items = items[:limit]
        further = items[-1]["id"]
    elif len(seen) > len(read):
        further = read[-1].id
    elif window.is_full:
        further = window.mark
    else:
        further, more = items[-1]["id"] if items else after, False
    return {"items": items, "next": str(further), "more": more}


def _in_sight(actor: Actor, headings: Sequence[Heading]) -> list[Heading]:
    """Those about records that the caller sees, trash included: one question for each record type."""
    known = {e.code for e in entities()}
    if sees_everything(actor):
        return [one for one in headings if one.record_type in known]
    ids: dict[str, set[int]] = {}
    for one in headings:
        ids.setdefault(one.record_type, set()).add(one.record_id)
    seen = {
        (code, pk)
        for code in sorted(ids.keys() & known)
        for pk in records_in_sight(actor, code).filter(pk__among=sorted(ids[code])).values_list("pk", flat=True)
    }
    return [one for one in headings if (one.record_type, one.record_id) in seen]


def _told(actor: Actor, seen: Sequence[Heading]) -> list[dict[str, Any]]:
    """The entries in the API's shape; one that says nothing to the caller is left out."""
    changes = feed.bodies([one.id for one in seen]) if seen else []
    by_type: dict[str, list[Change]] = {}
    for change in changes:
        by_type.setdefault(change.record_type, []).append(change)
    read = {code: Entries(entity_by_code(code), actor, some) for code, some in by_type.items()}
    writers = Reader(entity_by_code("people.user"), actor, ()).linked(
        Field("_", to=User), {c.actor_id for c in changes if c.actor_id}
    )
    currency = organisation().currency
    items = []
    for change in changes:
        entity, told = entity_by_code(change.record_type), read[change.record_type].told(change)
        if not told.is_empty:
            items.append(_item(entity, change, told, writers.get(change.actor_id or 0), currency))
    return items


def _item(entity: Entity, change: Change, told: EntryTold, by: Linked | None, currency: str) -> dict[str, Any]:
    def shown(name: str, value: Any) -> Any:
        return shapes.value_as_json(entity.by_name.get(name), value, currency)

    return {
        "id": change.pk,
        "at": shapes.value_as_json(None, change.at, currency),
        "by": by.as_json() if by is not None else None,
        "kind": told.kind,
        "verb": change.verb,
        "record": {"type": entity.plural, "id": change.record_id},
        "fields": {n: {"before": shown(n, a), "after": shown(n, b)} for n, (a, b) in told.fields.items()},
        "parts": [{"of": p.trait, "before": _part(p.before), "after": _part(p.after)} for p in told.parts],
        "operation": change.operation_id,  # type: ignore[attr-defined]
    }


def _part(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {n: v.as_json() if isinstance(v, Linked) else v for n, v in values.items()}


def _mark(since: str) -> int:
    if not since:
        return feed.START
    if not since.isdecimal() or int(since[:20]) >= 2**63:
        raise Refused(_("“since” is the `next` of an answer, or now."), field="since", code="cursor")
    return int(since)


def _limit(given: str) -> int:
    if not given:
        return LIMIT
    if not given.isdecimal() or not 1 <= int(given[:9]) <= LARGEST:
        raise Refused(_("The limit lies between 1 and 500."), field="limit", code="range")
    return int(given)


def _types(given: str) -> list[str]:
    """The codes of the record types that are named."""
    found = []
    for word in [w.strip() for w in given.split(",") if w.strip()]:
        entity = entity_by_plural(word)
        if entity is None:
            raise Refused(_("There is no record type “%(name)s”.") % {"name": word}, field="type", code="unknown")
        found.append(entity.code)
    return found
