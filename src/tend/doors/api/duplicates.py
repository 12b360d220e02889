"""Pairs of records that look alike over REST: `GET /accounts/duplicates`, `GET /contacts/duplicates`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from tend.doors.api.bodies import refuse_unknown, whole_number
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities
from tend.kernel.merging.alike import AlikePairs, alike_pairs

MOST, FURTHEST = 500, 1_000_000  # pairs of one answer, and before its first
_PARAMETERS = [
    {"in": "query", "name": "limit", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": MOST}},
    {"in": "query", "name": "cursor", "required": False, "schema": {"type": "string"}, "description": "the `next` of the page before"},
]  # fmt: skip


def install(api: NinjaAPI) -> None:
    """One address for each record type that finds pairs."""
    for entity in entities():
        pairs = alike_pairs(entity)
        if pairs is not None:
            api.get(
                f"/{entity.plural}/duplicates", operation_id=f"{entity.plural}_duplicates", tags=[entity.plural],
                summary=f"Pairs of {entity.plural} that look alike, both in sight, and by what",
                openapi_extra={"responses": {**REFUSALS, "200": {"description": "Done"}}, "parameters": _PARAMETERS},
            )(_listing(entity, pairs))  # fmt: skip


def _listing(entity: Entity, pairs: AlikePairs) -> Callable[[HttpRequest], HttpResponse]:
    def duplicates(request: HttpRequest) -> HttpResponse:
        refuse_unknown(request.GET, ("limit", "cursor"))
        limit = whole_number(request.GET.get("limit", str(MOST)), "limit", 1, MOST)
        start = whole_number(request.GET.get("cursor", "0"), "cursor", 0, FURTHEST)
        items, has_more = listed(entity, pairs, actor_of(request), start, limit)
        return answer({"items": items, "next": str(start + limit) if has_more else None})

    return duplicates


def listed(
    entity: Entity, pairs: AlikePairs, actor: Actor, start: int, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    """Pairs as they are answered (both records, by what they look alike, when that was found), and whether there are more."""
    rows, has_more = pairs.page(actor, start, limit)
    model: Any = entity.model
    known = model.objects.seen_by(actor).in_bulk({pk for row, _signs in rows for pk in (row.first_id, row.second_id)})
    items = [
        {
            **{side: {"id": pk, "name": str(known[pk])} for side, pk in (("first", row.first_id), ("second", row.second_id))},
            "signs": signs, "found_at": row.found_at.isoformat(),
        }
        for row, signs in rows
        if {row.first_id, row.second_id} <= known.keys()
    ]  # fmt: skip
    return items, has_more
