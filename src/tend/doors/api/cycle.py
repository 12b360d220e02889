"""The call cycle over REST: whom to call today and why, and what another interval of a status would do to planned calls."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from tend.domains.accounts.models import InteractionStatus
from tend.domains.accounts.statuses import LONGEST
from tend.doors.api.bodies import refuse_unknown, whole_number
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of
from tend.engines.cadence import forecasting, queries
from tend.engines.cadence.call_rows import CallRow
from tend.engines.cadence.redating import RIGHT
from tend.engines.cadence.sight import today_of
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused

MOST = 500
KINDS = InteractionStatus.IntervalKind.values
TODAY = {
    "responses": {**REFUSALS, "200": {"description": "Calls in the order in which they are made, each with its reason"}},
    "parameters": [{"in": "query", "name": "limit", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": MOST}}],
}  # fmt: skip
FORECAST = {
    "responses": {**REFUSALS, "200": {"description": "Nothing is written: what saving the interval would do"}},
    "parameters": [
        {"in": "query", "name": "interval", "required": True, "schema": {"type": "integer", "minimum": 1, "maximum": LONGEST}},
        {"in": "query", "name": "interval_kind", "required": False, "schema": {"type": "string", "enum": KINDS}},
    ],
}  # fmt: skip


def install(api: NinjaAPI) -> None:
    """Mount both."""
    router = Router(tags=["calls"])

    @router.get("/today", operation_id="calls_today", summary="Whom to call today, and why", openapi_extra=TODAY)
    def today(request: HttpRequest) -> HttpResponse:
        refuse_unknown(request.GET, ("limit",))
        actor, now = actor_of(request), clock.now()
        limit = whole_number(request.GET.get("limit", str(MOST)), "limit", 1, MOST)
        day = queries.day_of(actor, now, shown=limit)
        shares = [{"status": _named(s.status), "done": s.done, "of": s.of} for s in day.shares]
        told = {
            "day": today_of(actor, now),
            "left": day.left,
            "done": day.done,
            "waiting": day.waiting,
            "shares": shares,
        }
        return answer({**told, "items": [_call(row) for row in (*day.promised, *day.queue)]})

    @router.get(
        "/interaction-statuses/{int:pk}/forecast", operation_id="interaction_statuses_forecast",
        summary="Calls a day under another interval", openapi_extra=FORECAST,
    )  # fmt: skip
    def forecast(request: HttpRequest, pk: int) -> HttpResponse:
        refuse_unknown(request.GET, ("interval", "interval_kind"))
        actor = actor_of(request)
        status = InteractionStatus.objects.seen_by(actor).filter(pk=pk).first() if actor.has_right(RIGHT) else None
        if status is None:
            raise NotSeen("interaction-statuses")
        interval = whole_number(request.GET.get("interval", ""), "interval", 1, LONGEST)
        kind = request.GET.get("interval_kind", status.interval_kind)
        if kind not in KINDS:
            offered = ", ".join(KINDS)
            raise Refused(_("Give one of: %(offered)s.") % {"offered": offered}, field="interval_kind", code="choice")
        pace = forecasting.Pace(interval, kind, status.retry_days)
        moved, left = forecasting.foresee_both(actor, status, pace, clock.now())
        return answer({"accounts": moved.accounts, "moves": moved.moves, "stays": moved.stays, "first": moved.first, "last": moved.last,
                       "when_moved": _loads(moved), "when_left": _loads(left)})  # fmt: skip

    api.add_router("", router)


def _call(row: CallRow) -> dict[str, Any]:
    return {
        "activity": row.call.pk, "account": {"id": row.account.pk, "name": row.account.name}, "status": _named(row.status),
        "person": row.person, "phone": row.phone, "why": row.why, "planned_on": row.call.planned_on, "state": row.state,
    }  # fmt: skip


def _named(status: InteractionStatus | None) -> dict[str, Any] | None:
    return None if status is None else {"id": status.pk, "name": status.name}


def _loads(found: forecasting.Forecast) -> dict[str, Any]:
    """Twelve weeks of each person against capacity; `user` null: the team's pool."""
    rows = [
        {
            "user": None if load.user_id is None else {"id": load.user_id, "name": load.name}, "calls_per_day": load.per_day, "days_over": load.days_over,
            "weeks": [{"begins": w.begins, "calls": w.calls, "room": w.room} for w in load.weeks],
        }
        for load in found.loads
    ]  # fmt: skip
    return {"days_over": found.days_over, "people": rows}
