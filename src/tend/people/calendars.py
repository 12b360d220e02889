"""Whose working days are which: the company's week, a country's holidays, edited days and absences, for many people at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tend.base import workdays
from tend.base.workdays import WorkingCalendar
from tend.kernel import clock
from tend.kernel.organisation import organisation
from tend.kernel.prepared import Prepared
from tend.kernel.unit import Unit
from tend.people.calendar_models import Absence, CalendarDay
from tend.people.models import User

WHY = "planning knows everybody's working days"
KEPT = "working calendars"
COMPANY = "the company as this unit leaves it"
LONG_ABSENCE_DAYS = 14  # longer ones hand calls over instead of rolling them
_WEEK = frozenset(range(7))


@dataclass(frozen=True)
class Worker:
    """A person, or the team (`user_id` None), as planning sees them. `away` holds first, last and substitute of long absences."""

    user_id: int | None
    calendar: WorkingCalendar
    zone: str
    is_active: bool = True
    calls_per_day: int = 24
    away: tuple[tuple[dt.date, dt.date, int | None], ...] = ()

    def today(self, now: dt.datetime) -> dt.date:
        """The day that `now` is where this person works."""
        return clock.day_in(now, self.zone)

    def away_on(self, day: dt.date) -> tuple[bool, int | None]:
        """Whether a long absence covers the day, and who stands in."""
        return next(((True, stand_in) for first, last, stand_in in self.away if first <= day <= last), (False, None))


def calendars_for(unit: Unit | None, user_ids: Iterable[int | None]) -> dict[int | None, WorkingCalendar]:
    """The working calendar of each person, and of the company under None. A constant number of queries, kept by the unit."""
    return {pk: worker.calendar for pk, worker in workers_for(unit, user_ids).items()}


def workers_for(unit: Unit | None, user_ids: Iterable[int | None]) -> dict[int | None, Worker]:
    """People with their calendars, substitutes of long absences included; None stands for the team and is always there."""
    known: dict[int | None, Worker] = {} if unit is None else unit.memory.setdefault(KEPT, {})
    wanted: set[int | None] = {*user_ids, None}
    todo = wanted - known.keys()
    for _round in range(2):  # the second round reads the substitutes
        if not todo:
            break
        known.update(_read(unit, todo, known))
        todo = {s for pk in todo for _f, _l, s in (known[pk].away if pk in known else ())} - known.keys()
    return known


def forget(unit: Unit) -> None:
    """Read calendars anew in this unit: something they are made of has changed."""
    unit.memory.pop(KEPT, None)
    unit.memory.pop("calendar days", None)


def _read(unit: Unit | None, ids: set[int | None], known: Mapping[int | None, Worker]) -> dict[int | None, Worker]:
    company = organisation() if unit is None else unit.memory.get(COMPANY) or organisation()
    edited = None if unit is None else unit.memory.get("calendar days")
    if edited is None:
        edited = {}
        for day in _rows(unit, _DAYS):
            edited.setdefault(day.country_code.upper(), {})[day.day] = (day.is_working, day.name)
        if unit is not None:
            unit.memory["calendar days"] = edited
    people = sorted(pk for pk in ids if pk is not None)
    users: list[User] = _rows(unit, _USERS, people) if people else []
    absences: dict[int, list[Absence]] = {}
    if people:
        for absence in _rows(unit, _ABSENCES, people):
            absences.setdefault(absence.user_id, []).append(absence)
    found: dict[int | None, Worker] = {}
    if None in ids and None not in known:
        found[None] = Worker(None, _calendar(company.country_code, company.weekend, edited, ()), company.zone)
    for user in users:
        away = absences.get(user.pk, [])
        named = tuple(workdays.Absence(a.first, a.last, a.reason) for a in away)
        found[user.pk] = Worker(
            user.pk,
            _calendar(user.country_code or company.country_code, company.weekend, edited, named),
            user.zone or company.zone,
            user.is_active and user.trashed_at is None,
            user.calls_per_day,
            tuple((a.first, a.last, a.substitute_id) for a in away if (a.last - a.first).days + 1 > LONG_ABSENCE_DAYS),
        )
    return found


_DAYS = Prepared(lambda: CalendarDay.objects.as_system(WHY).filter(trashed_at=None))
_USERS = Prepared(lambda people: User.objects.as_system(WHY).filter(pk__among=people), list)
_ABSENCES = Prepared(lambda people: Absence.objects.as_system(WHY).filter(user_id__among=people, trashed_at=None), list)


def _rows(unit: Unit | None, question: Prepared, *given: Any) -> list[Any]:
    return question(*given) if unit is None else unit.ask(question, *given)


def _calendar(
    country: str,
    weekend: list[int],
    edited: Mapping[str, Mapping[dt.date, tuple[bool, str]]],
    away: tuple[workdays.Absence, ...],
) -> WorkingCalendar:
    changed = {**edited.get("", {}), **edited.get(country.upper(), {})}
    added = {day: name for day, (is_working, name) in changed.items() if not is_working}
    return WorkingCalendar(
        weekdays=_WEEK - frozenset(weekend),
        holidays=Holidays(country, added),
        extra_working_days=frozenset(day for day, (is_working, _name) in changed.items() if is_working),
        absences=away,
    )


class Holidays(Mapping[dt.date, str]):
    """The public holidays of a country, worked out year by year as planning asks for them, and the company's own."""

    def __init__(self, country: str, added: Mapping[dt.date, str]) -> None:
        self.country = country
        self.added = added

    def __getitem__(self, day: dt.date) -> str:
        return self.added[day] if day in self.added else workdays.public_holidays(self.country, day.year)[day]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and (day in self.added or workdays.is_public_holiday(self.country, day))

    def __iter__(self) -> Iterator[dt.date]:
        return iter(self.added)  # those of the country go on for ever

    def __len__(self) -> int:
        return len(self.added)
