"""The arithmetic of the cycle: when the next call is due and who makes it. No records are read or changed here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tend.base.workdays import IntervalKind, Rolled, WorkingCalendar, due
from tend.people.calendars import Worker


class Rhythm(Protocol):
    """What planning reads of an interaction status."""

    interval: int
    interval_kind: str
    retry_days: int


@dataclass(frozen=True)
class Place:
    """Where a call goes: who makes it (None: the team's pool), the day counted and the working day it became."""

    user_id: int | None
    raw: dt.date
    day: dt.date
    is_working: bool = True


def kind_of(rhythm: Rhythm) -> IntervalKind:
    return "working" if rhythm.interval_kind == "working" else "calendar"


def next_due(anchor: dt.date, rhythm: Rhythm, who: int | None, workers: Mapping[int | None, Worker]) -> Place:
    """The call after a cycle that turned on `anchor`: counted, then rolled to a day on which somebody is there."""
    worker = workers.get(who) or workers[None]
    counting = (
        workers[None] if worker.away else worker
    )  # a long absence hands calls over, it does not stretch the interval
    counted = due(anchor, rhythm.interval, kind_of(rhythm), counting.calendar)
    return roll(counted.raw, who, workers)


def pattern_of(worker: Worker) -> Hashable:
    """People of one pattern have their calls rolled alike, so that arithmetic for many is done once for all of them."""
    if worker.away or not worker.is_active:
        return worker.user_id
    calendar = worker.calendar
    country = getattr(calendar.holidays, "country", id(calendar.holidays))
    return country, calendar.weekdays, calendar.extra_working_days, calendar.absences, worker.zone


def retry(today: dt.date, rhythm: Rhythm, who: int | None, workers: Mapping[int | None, Worker]) -> Place:
    """The next attempt, some working days after a vain one."""
    worker = workers.get(who) or workers[None]
    found = worker.calendar.add_working_days(today, max(rhythm.retry_days, 1))
    return roll(found.day, who, workers)


def roll(raw: dt.date, who: int | None, workers: Mapping[int | None, Worker]) -> Place:
    """The next working day at or after a day. A long absence hands the call to the substitute, else to the team."""
    worker = workers.get(who) or workers[None]
    if not worker.is_active:
        worker = workers[None]
    rolled = worker.calendar.roll(raw)
    away, stand_in = _handed_over(worker, raw, rolled)
    if away:
        other = workers.get(stand_in) if stand_in is not None else None
        if other is None or not other.is_active or other.away_on(raw)[0]:
            other = workers[None]
        worker, rolled = other, other.calendar.roll(raw)
    return Place(worker.user_id, raw, rolled.day, rolled.is_working)


def _handed_over(worker: Worker, raw: dt.date, rolled: Rolled) -> tuple[bool, int | None]:
    if not worker.away:
        return False, None
    passed = rolled.day if rolled.is_working else raw
    day = raw
    while day <= passed:
        away, stand_in = worker.away_on(day)
        if away:
            return True, stand_in
        day += dt.timedelta(days=1)
    return False, None


def days_of_interval(anchor: dt.date, rhythm: Rhythm, calendar: WorkingCalendar) -> list[dt.date]:
    """The working days of one interval after `anchor`, over which first calls are spread."""
    last = due(anchor, rhythm.interval, kind_of(rhythm), calendar)
    return calendar.working_days(anchor + dt.timedelta(days=1), max(last.raw, last.rolled)) or [last.rolled]


def fill(
    count: int, first: dt.date, capacity: int, load: Mapping[dt.date, int], calendar: WorkingCalendar
) -> Sequence[dt.date]:
    """`count` days from `first` on, each day up to its capacity beside what is on it already."""
    room = _rooms(first, max(capacity, 1), load, calendar)
    return [next(room) for _ in range(count)]


def _rooms(first: dt.date, capacity: int, load: Mapping[dt.date, int], calendar: WorkingCalendar) -> Iterator[dt.date]:
    day = calendar.roll(first)
    while day.is_working:
        for _ in range(capacity - load.get(day.day, 0)):
            yield day.day
        day = calendar.roll(day.day + dt.timedelta(days=1))
    while True:
        yield day.day
