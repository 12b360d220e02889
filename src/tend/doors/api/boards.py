"""A list as columns over the API: every value of a field with its count and its first records; the lists go on from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from tend.doors.api import shapes
from tend.doors.api.bodies import refuse_unknown
from tend.doors.api.lists import addends_of, fields_of, limit_of, sums_as_json, tree_of
from tend.doors.api.problems import answer
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Refused
from tend.kernel.listing.board import CARDS, Board, Column
from tend.kernel.listing.sums import Sum
from tend.kernel.organisation import organisation

KNOWN = ("by", "filter", "q", "sort", "fields", "include", "limit", "totals")
MOST = 100  # records of a column at first


def has_board(entity: Entity) -> bool:
    """Whether a record type has a field that is offered with its values."""
    return not entity.book and any(f.facet for f in entity.fields)


def add_board(
    router: Router, entity: Entity, word: str, narrow: dict[str, Any] | None, refusals: dict[str, Any]
) -> None:
    """Mount `GET /{word}/board?by=…`."""
    extra = {"responses": {**refusals, "200": {"description": "The columns", "content": {"application/json": {"schema": _schema(entity)}}}},
             "parameters": _parameters()}  # fmt: skip

    @router.get("/board", operation_id=f"{word}_board", summary=f"{word.capitalize()} in columns", openapi_extra=extra)
    def board(request: HttpRequest) -> HttpResponse:
        return answer(board_of(entity, request.auth, request.GET, narrow))  # type: ignore[attr-defined]


def board_of(entity: Entity, actor: Actor, query: Mapping[str, str], narrow: dict[str, Any] | None) -> dict[str, Any]:
    """Every column with its first records; `filter` and `next` of a column ask the list for those that follow."""
    refuse_unknown(query, KNOWN)
    if not query.get("by"):
        raise Refused(_("Name the field of the columns."), field="by", code="required")
    limit = limit_of(query["limit"]) if query.get("limit") else CARDS
    if limit > MOST:
        raise Refused(
            _("A column begins with at most %(limit)d records.") % {"limit": MOST}, field="limit", code="range"
        )
    found = Board(
        entity, actor, query["by"], filter=tree_of(entity, actor, query, narrow), sort=query.get("sort") or "",
        columns=fields_of(entity, actor, query), limit=limit,
    )  # fmt: skip
    added = addends_of(entity, actor, query)
    sums = found.sums(added)
    columns = [_column(entity, found, c, added, sums.get(c.group.key)) for c in found.columns()]
    return {"by": found.field.name, "sort": found.sort, "columns": columns}


def _column(
    entity: Entity, board: Board, column: Column, added: list[Field], sums: Mapping[str, Sum] | None
) -> dict[str, Any]:
    group, currency = column.group, organisation().currency
    linked = board.field.kind == "link" and group.value is not None
    totals = {"totals": sums_as_json(added, sums or {}, currency)} if added else {}
    return {
        "value": {"id": group.value, "name": group.label} if linked else group.value,
        "label": group.label,
        "count": {"number": group.count, "is_more": group.is_more},
        "filter": board.within(group.key),
        "items": [shapes.as_json(entity, row, currency) for row in column.rows],
        "next": column.next_cursor,
        **totals,
    }


def _parameters() -> list[dict[str, Any]]:
    said = {
        "by": "the field of the columns: a book, a choice or people", "filter": "a condition tree as JSON",
        "q": "the short text form of a filter", "sort": "fields, comma separated, - for descending",
        "totals": "fields whose sum and average each column says, comma separated", "fields": "only these fields", "include": "parts to add, such as contacts,addresses",
    }  # fmt: skip
    found = [
        {"in": "query", "name": name, "required": name == "by", "schema": {"type": "string"}, "description": words}
        for name, words in said.items()
    ]
    number = {"type": "integer", "minimum": 1, "maximum": MOST}
    return [
        *found,
        {"in": "query", "name": "limit", "required": False, "schema": number, "description": "records of each column"},
    ]


def _schema(entity: Entity) -> dict[str, Any]:
    column = {
        "type": "object",
        "properties": {
            "value": {"anyOf": [shapes.LINK, {"type": "string"}, {"type": "null"}]},
            "label": {"type": "string"},
            "count": {"type": "object"},
            "filter": {"type": "object"},
            "items": {"type": "array", "items": shapes.record_schema(entity)},
            "next": {"type": ["string", "null"]},
            "totals": {"type": "object"},
        },
        "required": ["value", "label", "count", "filter", "items", "next"],
    }
    return {
        "type": "object",
        "properties": {
            "by": {"type": "string"}, "sort": {"type": "string"}, "columns": {"type": "array", "items": column},
        },
        "required": ["by", "sort", "columns"],
    }  # fmt: skip
