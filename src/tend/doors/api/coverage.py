"""Coverage over REST: the numbers of the board, and those of the nights before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of
from tend.engines.cadence import coverage, trend
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused

EXTRA = {
    "responses": {**REFUSALS, "200": {"description": "Accounts in sight, each counted once"}},
    "parameters": [{"in": "query", "name": "by", "required": False, "schema": {"type": "string", "enum": list(coverage.BY)}}],
}  # fmt: skip
TREND = {
    "responses": {**REFUSALS, "200": {"description": "One entry for each night that was counted, the oldest first"}},
    "parameters": [
        {"in": "query", "name": "days", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": trend.KEEP.days}},
    ],
}  # fmt: skip


def install(api: NinjaAPI) -> None:
    """Mount the resource."""
    router = Router(tags=["coverage"])

    @router.get("", operation_id="coverage_read", summary="Who is looked after and who is not", openapi_extra=EXTRA)
    def read(request: HttpRequest) -> HttpResponse:
        actor, by = actor_of(request), request.GET.get("by", "status")
        if not coverage.may_see(actor):
            raise NotSeen("coverage")
        if by not in coverage.BY:
            raise Refused(
                _("Give one of: %(offered)s.") % {"offered": ", ".join(coverage.BY)}, field="by", code="choice"
            )
        found = coverage.board(actor, by, clock.now())
        return answer({"by": by, "rows": [_row(found, row) for row in found.rows], "total": _parts(found.total.all)})

    @router.get("/trend", operation_id="coverage_trend", summary="Coverage of past nights", openapi_extra=TREND)
    def read_trend(request: HttpRequest) -> HttpResponse:
        actor, given = actor_of(request), request.GET.get("days", str(trend.SHOWN))
        if not given.isdecimal() or not 1 <= int(given[:9]) <= trend.KEEP.days:
            said = {"least": 1, "most": trend.KEEP.days}
            raise Refused(_("Give a number from %(least)s to %(most)s.") % said, field="days", code="range")
        nights = trend.trend(actor, clock.day_in(clock.now(), actor.zone), days=int(given))
        return answer({"items": [{"day": n.day, "accounts": n.total, **_named(n.parts)} for n in nights]})

    api.add_router("/coverage", router)


def _row(found: coverage.Board, row: coverage.Row) -> dict[str, Any]:
    cells = [
        {"value": {"id": c.value.pk, "name": c.value.name} if c.value is not None else None, **_parts(row.cells[c.key])}
        for c in found.columns
    ]
    owner = {"id": row.user.pk, "name": row.user.name} if row.user is not None else None
    return {"owner": owner, "columns": cells, "all": _parts(row.all)}


def _parts(cell: coverage.Cell) -> dict[str, int]:
    return {"accounts": cell.total, **_named(cell.parts)}


def _named(parts: Any) -> dict[str, int]:
    return {name: parts[name] for name in coverage.PARTS}
