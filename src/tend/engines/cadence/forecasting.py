"""Before an interval is saved: which open calls would move, and the calls of each person for twelve weeks against capacity."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count

from tend.domains.accounts.models import InteractionStatus
from tend.domains.activities.models import Activity, State
from tend.engines.cadence.desk import WHY
from tend.engines.cadence.lots import Lot, counted_calls, everybody
from tend.engines.cadence.redating import Redating
from tend.kernel.actor import Actor
from tend.people.calendars import Worker
from tend.people.models import User

WEEKS = 12
Busy = Mapping[int | None, Counter[dt.date]]
MOST_PEOPLE = 40  # rows of the table; the fullest come first


@dataclass
class Pace:
    """A rhythm that is not saved yet."""

    interval: int
    interval_kind: str = "calendar"
    retry_days: int = 2


@dataclass(frozen=True)
class Week:
    """One week of one person: calls that stand in it, and how many its working days hold."""

    begins: dt.date
    calls: int
    room: int

    @property
    def is_over(self) -> bool:
        return self.calls > self.room


@dataclass(frozen=True)
class Load:
    """Twelve weeks of one person (`name` blank: the team's pool); `days_over`: days with more calls than she makes."""

    user_id: int | None
    name: str
    per_day: int
    weeks: tuple[Week, ...]
    days_over: int

    @property
    def calls(self) -> int:
        return sum(week.calls for week in self.weeks)


@dataclass(frozen=True)
class Forecast:
    """`moves` open calls go to another day, the first to `first`, the last to `last`; `stays` are left where they are."""

    accounts: int
    moves: int
    stays: int
    first: dt.date | None
    last: dt.date | None
    loads: tuple[Load, ...]

    @property
    def days_over(self) -> int:
        return sum(load.days_over for load in self.loads)


def foresee(
    actor: Actor, status: InteractionStatus, pace: Pace, now: dt.datetime, *, move_open: bool = True
) -> Forecast:
    """What saving a status with another interval does. Nothing is written; a constant number of statements.

    Weeks hold the open calls where they would stand and those that follow when each is held on its day, beside all
    other open activities of these people.
    """
    return _foreseen(actor, *_as_it_stands(status, pace, now), move_open)


def foresee_both(actor: Actor, status: InteractionStatus, pace: Pace, now: dt.datetime) -> tuple[Forecast, Forecast]:
    """The forecast with open calls moved, and the one with all of them left where they are."""
    found = _as_it_stands(status, pace, now)
    return _foreseen(actor, *found, True), _foreseen(actor, *found, False)


def _as_it_stands(status: InteractionStatus, pace: Pace, now: dt.datetime) -> tuple[Redating, list[Lot], Busy]:
    """The calls of the status in lots, and what else each person has on each day."""
    work = Redating(pace, everybody(), now)
    lots = counted_calls(status, work)
    busy = _open_work(work.workers[None].today(now) + dt.timedelta(weeks=WEEKS))
    for call, responsible, n in lots:
        busy[responsible][call.planned_on] -= n
    return work, lots, busy


def _foreseen(actor: Actor, work: Redating, lots: Sequence[Lot], busy: Busy, move: bool) -> Forecast:
    starts: dict[int | None, Counter[dt.date]] = defaultdict(Counter)
    total = moves = stays = 0
    first = last = None
    for call, _responsible, n in lots:
        total += n
        where = work.place(call) if move else None
        if where is None:
            stays += n
            starts[call.who][call.planned_on] += n
            continue
        starts[where.user_id][where.day] += n
        if where.day != call.planned_on:
            moves += n
            first, last = min(first or where.day, where.day), max(last or where.day, where.day)
    return Forecast(total, moves, stays, first, last, _loads(actor, work, starts, busy))


def _loads(
    actor: Actor,
    work: Redating,
    starts: Mapping[int | None, Counter[dt.date]],
    busy: Busy,
) -> tuple[Load, ...]:
    workers = work.workers
    today = workers[None].today(work.now)
    end = today + dt.timedelta(weeks=WEEKS)
    named = dict(User.objects.seen_by(actor).filter(pk__in=[p for p in starts if p]).values_list("pk", "name"))
    found = []
    for who, first in starts.items():
        worker = workers.get(who) or workers[None]
        begin = worker.calendar.roll(today).day  # what is overdue waits for the next working day
        per_day = _with_what_follows(first, work, who, begin, end)
        for day, n in busy.get(who, Counter()).items() if who is not None else ():
            if n:
                per_day[max(day, begin)] += n
        found.append(_load(who, named.get(who or 0, ""), worker, per_day, today))
    found.sort(key=lambda load: (-load.days_over, -load.calls, load.name))
    return tuple(found[:MOST_PEOPLE])


def _with_what_follows(
    first: Counter[dt.date],
    work: Redating,
    who: int | None,
    today: dt.date,
    end: dt.date,
) -> Counter[dt.date]:
    """The calls of each day when every call is held on its day and the next follows; overdue ones count for today."""
    waiting = Counter({max(day, today): 0 for day in first if day < end})
    for day, n in first.items():
        if day < end:
            waiting[max(day, today)] += n
    found: Counter[dt.date] = Counter()
    while waiting:
        day = min(waiting)
        n = waiting.pop(day)
        found[day] += n
        following = work.due(day, who).day
        if day < following < end:
            waiting[following] += n
    return found


def _open_work(end: dt.date) -> dict[int | None, Counter[dt.date]]:
    """All that is planned before a day, by person and day: one statement, which an index answers."""
    rows = Activity.objects.as_system(WHY).filter(state=State.PLANNED, trashed_at=None, planned_on__lt=end)
    found: dict[int | None, Counter[dt.date]] = defaultdict(Counter)
    for who, day, n in rows.order_by().values_list("responsible_id", "planned_on").annotate(n=Count("pk")):
        found[who][day] += n
    return found


def _load(who: int | None, name: str, worker: Worker, per_day: Counter[dt.date], today: dt.date) -> Load:
    monday = today - dt.timedelta(days=today.weekday())
    weeks = []
    for n in range(WEEKS):
        begins = monday + dt.timedelta(weeks=n)
        ends = begins + dt.timedelta(days=6)
        working = worker.calendar.working_days(max(begins, today), ends)
        calls = sum(count for day, count in per_day.items() if begins <= day <= ends)
        weeks.append(Week(begins, calls, len(working) * worker.calls_per_day))
    over = sum(1 for count in per_day.values() if count > worker.calls_per_day)
    return Load(who, name, worker.calls_per_day, tuple(weeks), over)


def pace_of(status: InteractionStatus, values: Mapping[str, Any]) -> Pace:
    """The rhythm that a form describes, beside what the status has."""
    kept = Pace(status.interval, status.interval_kind, status.retry_days)
    given = {n: values[n] for n in ("interval", "interval_kind", "retry_days") if values.get(n)}
    return replace(kept, **given)
