"""The calendar: what is planned and done by day, week and month, of one person or the team, and moving it by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.domains.activities import agenda
from tend.domains.activities.commands import reschedule
from tend.domains.activities.models import Activity, Kind, State
from tend.domains.activities.queries import LINE
from tend.doors.web.calendar.periods import Period, names, period, spoken, weekday
from tend.doors.web.pages import Request, after, next_url, page, show, undo_of
from tend.doors.web.templatetags.tend import number
from tend.engines.cadence.queries import callers
from tend.engines.cadence.sight import today_of
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.organisation import organisation
from tend.kernel.reading import mark_of
from tend.people.calendar_models import Absence
from tend.people.calendars import workers_for
from tend.people.models import User

PAGE = "/calendar"
ME, TEAM = "me", "team"
EACH_DAY = {"day": 500, "week": 12, "month": 3}
FIRST_HOUR, LAST_HOUR = 8, 18  # that a day and a week show, and more when something begins outside
LATE = 1000
ICONS = {"call": "phone", "meeting": "users", "email": "mail", "message": "message", "letter": "mail", "note": "note", "task": "checklist"}  # fmt: skip


@page("GET")
def calendar(request: Request) -> HttpResponse:
    """One period of one person or the team. Its address says all of it."""
    actor = request.actor
    today = today_of(actor, clock.now())
    shown = period(request.GET.get("show", "week"), request.GET.get("on", ""), today, organisation().first_weekday)
    colleagues = callers(actor)
    who = request.GET.get("who", ME)
    people = _people(request, who, colleagues)
    team = who == TEAM
    found = agenda.by_day(actor, shown.first, shown.last, people, each_day=EACH_DAY[shown.show], pool=team)
    every = [e.activity for day in found.values() for e in day.entries]
    may_move = agenda.movable(actor, every)
    whose = {u.pk: u for u in colleagues} | {actor.user_id: request.user}
    away = _absences(request, shown, people)
    worker = workers_for(None, [people[0]] if not team else [actor.user_id])[people[0] if not team else actor.user_id]
    here = _at(shown.show, shown.on, who)
    days = [
        _day(
            request,
            day,
            shown,
            found.get(day, agenda.Day()),
            today,
            who,
            worker,
            away.get(day, []),
            may_move,
            whose,
            here,
        )
        for day in shown.days
    ]
    late = agenda.late_before(actor, today, people, most=LATE)
    context = {
        "header_title": _("Calendar"), "header_fact": shown.title, "shown": shown, "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "hours": _hours(days, here, may_plan=_may_plan(request)) if shown.show != "month" else [],
        "weekdays": [weekday(d) for d in shown.days[:7]], "late": _late_words(late), "late_url": _late_url(people) if late else "",
        "segments": [{"label": label, "url": _at(key, shown.on, who), "count": None, "current": key == shown.show} for key, label in names().items()],
        "people": _choices(request, shown, who, colleagues), "person": _name(who, colleagues), "is_team": team,
        "before_url": _at(shown.show, shown.before, who), "after_url": _at(shown.show, shown.after, who), "today_url": _at(shown.show, None, who),
        "new_url": _new(today if today in shown.days else shown.first, here) if _may_plan(request) else "",
        "is_empty": not found, "here": here,
    }  # fmt: skip
    return show(request, "calendar/page.html", context)


def drawn_as(activity: Activity) -> str:
    """What the calendar shows of an activity's place: a drag is refused when that has changed, whatever else was written."""
    return mark_of({"on": activity.planned_on, "at": activity.planned_time, "done": activity.done_at})


@page("POST")
def move(request: Request) -> HttpResponse:
    """Move a planned activity to another day, and to an hour where one is meant (`time`, blank for the whole day): what a
    hand does by dragging, and the same verb as everywhere.
    """
    said, version = request.POST.get("activity", ""), request.POST.get("version", "")
    if not said.isdecimal() or len(said) > 18:
        raise NotSeen("activity")
    found = Activity.objects.seen_by(request.actor, each=True).filter(pk=int(said)).first()
    if found is None:
        raise NotSeen("activity")
    try:
        to = dt.date.fromisoformat(request.POST.get("to", ""))
    except ValueError:
        raise Refused(_("This is not a day. Write one such as 15 Mar or tomorrow."), field="to") from None
    try:
        done = reschedule(
            request.actor,
            found.pk,
            to=to,
            time=request.POST.get("time"),
            expect=(lambda held: drawn_as(held) == version) if version else None,
        )
    except Stale:
        raise Refused(_("Somebody has changed this meanwhile. Reload the page and move it again.")) from None
    time = done.record.planned_time if request.POST.get("time") else None
    moved = _("Moved to %(day)s, %(time)s.") if time is not None else _("Moved to %(day)s.")
    text = " ".join(filter(None, [moved % {"day": spoken(to), "time": f"{time:%H:%M}" if time else ""}, done.sentence]))
    return after(request, next_url(request, PAGE), text, undo_of(done))


def _day(
    request: Request, day: dt.date, shown: Period, held: agenda.Day, today: dt.date, who: str, worker: Any,
    away: list[str], may_move: set[int], whose: Mapping[int | None, Any], here: str,
) -> dict[str, Any]:  # fmt: skip
    calendar = worker.calendar
    is_free = day in calendar.extra_working_days
    holiday = calendar.holidays[day] if day in calendar.holidays and not is_free else ""
    alone = who != TEAM
    entries = [_entry(request, e, may_move, whose, here) for e in held.entries]
    return {
        "day": day, "iso": day.isoformat(), "weekday": weekday(day), "spoken": spoken(day), "month": weekday(day, "MMMM"), "url": _at("day", day, who),
        "is_today": day == today, "is_past": day < today, "is_other": shown.show == "month" and day.month != shown.on.month,
        "is_off": bool(holiday) or (day.weekday() not in calendar.weekdays and not is_free) or (alone and bool(away)),
        "holiday": holiday, "away": away, "entries": entries, "untimed": entries if shown.show == "month" else [e for e in entries if e["hour"] is None],
        "more": held.more, "is_many": held.is_many, "planned": f"{number(held.planned)}+" if held.is_planned_more else held.planned,
        "capacity": worker.calls_per_day if alone and worker.user_id is not None else 0,
        "is_full": alone and held.planned > worker.calls_per_day,
        "new_url": _new(day, here) if day >= today and _may_plan(request) else "",
    }  # fmt: skip


def _entry(
    request: Request, entry: agenda.Entry, may_move: set[int], whose: Mapping[int | None, Any], here: str
) -> dict[str, Any]:
    activity = entry.activity
    planned = activity.state == State.PLANNED
    mine = entry.responsible_id == request.actor.user_id
    who = whose.get(entry.responsible_id)
    is_call = planned and entry.kind == Kind.CALL and activity.account_id is not None
    time: Any = activity.planned_time if planned and entry.starts else entry.starts
    return {
        "id": activity.pk, "version": drawn_as(activity), "words": entry.words, "time": time, "hour": _hour(time, request.actor.zone), "icon": ICONS[entry.kind],
        "kind": Kind(entry.kind).label, "is_done": not planned, "is_mine": mine, "is_promised": planned and activity.is_promised,
        "who": "" if mine or who is None else who.name, "hue": "" if who is None else who.hue,
        "url": f"/calls/{activity.pk}" if is_call else f"/activities/{activity.pk}",
        "move_url": f"/activities/{activity.pk}/do/reschedule?{urlencode({'next': here})}" if activity.pk in may_move else "",
    }  # fmt: skip


def _hour(time: Any, zone: str) -> int | None:
    """The hour in whose row an entry stands: that of the time it shows."""
    return None if time is None else (time.astimezone(ZoneInfo(zone)) if isinstance(time, dt.datetime) else time).hour  # type: ignore[no-any-return]


def _hours(days: list[dict[str, Any]], here: str, *, may_plan: bool) -> list[dict[str, Any]]:
    """One row for each hour, with what begins in it on each day, and where to plan something for it."""
    used = [entry["hour"] for day in days for entry in day["entries"] if entry["hour"] is not None]
    rows = []
    for hour in range(min([FIRST_HOUR, *used]), max([LAST_HOUR, *used]) + 1):
        time = dt.time(hour)
        slots = [
            {
                "iso": day["iso"], "is_off": day["is_off"], "is_today": day["is_today"], "spoken": day["spoken"],
                "entries": [e for e in day["entries"] if e["hour"] == hour],
                "new_url": f"{day['new_url']}&{urlencode({'planned_time': f'{time:%H:%M}'})}" if may_plan and day["new_url"] else "",
            }
            for day in days
        ]  # fmt: skip
        rows.append({"time": time, "said": f"{time:%H:%M}", "slots": slots})
    return rows


def _people(request: Request, who: str, colleagues: list[User]) -> list[int]:
    """Whose calendar it is; NotSeen for somebody who is not of one's team."""
    mine = request.actor.user_id or 0
    if who == ME:
        return [mine]
    if who == TEAM and colleagues:
        return list(request.actor.team_users)
    if who.isdecimal() and any(str(u.pk) == who for u in colleagues):
        return [int(who)]
    raise NotSeen("calendar")


def _absences(request: Request, shown: Period, people: list[int]) -> dict[dt.date, list[str]]:
    """Who is away on which day, in words, as far as the reader may know."""
    if request.actor.scope(LINE, "view") == "none":
        return {}
    rows = Absence.objects.seen_by(request.actor).filter(
        user_id__in=people, first__lte=shown.last, last__gte=shown.first
    )
    found: dict[dt.date, list[str]] = {}
    for absence in rows.select_related("user").order_by("first", "pk"):
        words = absence.reason or _("away")
        if absence.user_id != request.actor.user_id:
            words = f"{absence.user.name}: {words}"
        for day in shown.days:
            if absence.first <= day <= absence.last:
                found.setdefault(day, []).append(words)
    return found


def _choices(request: Request, shown: Period, who: str, colleagues: list[User]) -> list[dict[str, Any]]:
    people = [(ME, _("Me")), *([(TEAM, _("My team"))] if colleagues else [])]
    people += [(str(u.pk), u.name) for u in colleagues if u.pk != request.actor.user_id]
    return [{"label": label, "url": _at(shown.show, shown.on, key), "current": key == who} for key, label in people]


def _name(who: str, colleagues: list[User]) -> str:
    named = {ME: _("Me"), TEAM: _("My team")}
    return named.get(who) or next((u.name for u in colleagues if str(u.pk) == who), "")


def _late_words(late: int) -> str:
    if late >= LATE:
        return _("%(n)d or more late") % {"n": LATE}
    return ngettext("%(n)d late", "%(n)d late", late) % {"n": late} if late else ""


def _late_url(people: list[int]) -> str:
    """The list of just these: it counts the same."""
    conditions = [
        {"field": "state", "op": "is", "value": State.PLANNED},
        {"field": "planned_on", "op": "lt", "value": "today"},
        {"field": "responsible", "op": "in", "value": people},
    ]
    return f"/activities?{urlencode({'filter': json.dumps({'all': conditions}), 'sort': 'planned_on'})}"


def _may_plan(request: Request) -> bool:
    return request.actor.scope(LINE, "create") != "none"


def _new(day: dt.date, here: str) -> str:
    return f"/activities/new?{urlencode({'planned_on': day.isoformat(), 'next': here})}"


def _at(shown: str, on: dt.date | None, who: str) -> str:
    words = {"show": shown, **({"on": on.isoformat()} if on else {}), **({"who": who} if who != ME else {})}
    return f"{PAGE}?{urlencode(words)}"


urlpatterns = [
    path("calendar", calendar, name="calendar"),
    path("calendar/move", move, name="calendar-move"),
]
