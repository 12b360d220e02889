"""Working days: which days count, rolling a date off the others, counting, spreading, due dates.

Whose calendar it is and where its rows are kept is not here.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

IntervalKind = Literal["calendar", "working"]
ReasonKind = Literal["absence", "holiday", "weekend"]

FARTHEST_ROLL = timedelta(days=366)
_ONE_DAY = timedelta(days=1)
_MONDAY_TO_FRIDAY = frozenset(range(5))
_NO_HOLIDAYS: Mapping[date, str] = MappingProxyType({})


class Absence(NamedTuple):
    """Days somebody is away, both ends included."""

    first: date
    last: date
    name: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Reason(NamedTuple):
    """Why the days from `first` to `last` do not count; `name` is of the holiday or absence."""

    kind: ReasonKind
    name: str
    first: date
    last: date


class Rolled(NamedTuple):
    """A date after rolling. `is_working` is False when no working day was in reach: `day` is then raw."""

    day: date
    reasons: tuple[Reason, ...] = ()
    is_working: bool = True


class Due(NamedTuple):
    """A due date before and after rolling, with the reasons for the difference."""

    raw: date
    rolled: date
    reasons: tuple[Reason, ...] = ()
    is_working: bool = True


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days somebody works.

    `weekdays` are 0 (Monday) to 6. `extra_working_days` count although they are a
    weekend or a holiday. An absence beats everything.
    """

    weekdays: frozenset[int] = _MONDAY_TO_FRIDAY
    holidays: Mapping[date, str] = field(default_factory=lambda: _NO_HOLIDAYS, hash=False)
    extra_working_days: frozenset[date] = frozenset()
    absences: tuple[Absence, ...] = ()

    def is_working(self, day: date) -> bool:
        """Whether this day counts."""
        if self.absences and self.absence_on(day) is not None:
            return False
        if day in self.extra_working_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def absence_on(self, day: date) -> Absence | None:
        """The absence that covers a day; the longest when several do."""
        covering = [a for a in self.absences if a.first <= day <= a.last]
        return max(covering, key=lambda a: a.days) if covering else None

    def why_not(self, day: date) -> Reason | None:
        """Why this day does not count, None when it does. Absence before holiday before weekend."""
        absence = self.absence_on(day)
        if absence is not None:
            return Reason("absence", absence.name, day, day)
        if day in self.extra_working_days:
            return None
        if day in self.holidays:
            return Reason("holiday", self.holidays[day], day, day)
        return None if day.weekday() in self.weekdays else Reason("weekend", "", day, day)

    def roll(self, day: date) -> Rolled:
        """The next working day at or after `day`, with the reasons for each day passed over.

        Without one within 366 days the date stays and `is_working` is False.
        """
        reasons: list[Reason] = []
        current = day
        while (reason := self.why_not(current)) is not None:
            _join(reasons, reason)
            if current - day >= FARTHEST_ROLL or current == date.max:
                return Rolled(day, tuple(reasons), False)
            current += _ONE_DAY
        return Rolled(current, tuple(reasons))

    def add_working_days(self, day: date, count: int) -> Rolled:
        """The `count`-th working day after `day` (before it when negative); 0 rolls the day.

        Without a working day within 366 days of another, calendar days are counted
        instead and `is_working` is False.
        """
        if count == 0:
            return self.roll(day)
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        current = last_working = day
        left = abs(count)
        while left:
            if abs(current - last_working) > FARTHEST_ROLL or current in (date.min, date.max):
                return Rolled(day + timedelta(days=count), (), False)
            current += step
            if self.is_working(current):
                left -= 1
                last_working = current
        return Rolled(current)

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        return len(self.working_days(first + _ONE_DAY, last)) if last > first else 0

    def working_days(self, first: date, last: date) -> list[date]:
        """The working days from `first` to `last`, both included."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if self.is_working(day)]


def _join(reasons: list[Reason], reason: Reason) -> None:
    """Append a reason, or stretch the last one when it is the same going on."""
    if reasons and reasons[-1][:2] == reason[:2]:
        reasons[-1] = reasons[-1]._replace(last=reason.last)
    else:
        reasons.append(reason)


def due(anchor: date, interval: int, kind: IntervalKind, calendar: WorkingCalendar) -> Due:
    """When a cycle that last turned on `anchor` is due again after `interval` days.

    Calendar days are counted and then rolled to a working day; working days are
    counted in the calendar itself. Raises ValueError for an interval below 1.
    """
    if interval < 1:
        raise ValueError("an interval has at least one day")
    if kind == "working":
        counted = calendar.add_working_days(anchor, interval)
        return Due(counted.day, counted.day, counted.reasons, counted.is_working)
    raw = anchor + timedelta(days=interval)
    rolled = calendar.roll(raw)
    return Due(raw, rolled.day, rolled.reasons, rolled.is_working)


def spread(count: int, days: Sequence[date], taken: Mapping[date, int] | None = None) -> list[date]:
    """`count` dates out of `days`, in order, so that no day gets two more than another.

    With `taken` (work already on a day) the totals are levelled as far as `count`
    reaches: the emptiest days are filled first. Raises ValueError without days.
    """
    if count and not days:
        raise ValueError("nothing can be spread over no days")
    if not taken:
        return [days[i * len(days) // count] for i in range(count)]
    loads = [(taken.get(day, 0), position) for position, day in enumerate(days)]
    heapq.heapify(loads)
    chosen: list[int] = []
    for _ in range(count):
        load, position = loads[0]
        chosen.append(position)
        heapq.heapreplace(loads, (load + 1, position))
    return [days[position] for position in sorted(chosen)]


def load_holidays() -> None:
    """Load the calendars of all countries now: a fifth of a second and 20 MB, not to be spent while others wait."""
    import holidays.countries  # noqa: F401


@lru_cache(maxsize=512)
def _public_holidays(country: str, year: int, subdivision: str | None, language: str | None) -> Mapping[date, str]:
    import holidays  # a large package: half a second that most processes never need

    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=year, language=language)
    except NotImplementedError:
        return MappingProxyType({})
    return MappingProxyType({day: name for day, name in sorted(found.items()) if day.year == year})


def public_holidays(
    country: str, year: int, subdivision: str | None = None, language: str | None = None
) -> dict[date, str]:
    """The public holidays of a country (ISO 3166) in a year, by date, with their names.

    Empty when none are observed (Ukraine under martial law) and for a country or
    subdivision that is not known; `knows_holidays` tells the difference.
    """
    return dict(_public_holidays(country.upper(), year, subdivision or None, language))


def is_public_holiday(country: str, day: date) -> bool:
    """Whether a day is one of `public_holidays` of the whole country."""
    return day in _public_holidays(country.upper(), day.year, None, None)


@lru_cache(maxsize=1)
def _known_countries() -> dict[str, list[str]]:
    import holidays

    return dict(holidays.list_supported_countries())


def knows_holidays(country: str, subdivision: str | None = None) -> bool:
    """Whether the calendar of public holidays of this country (and subdivision) is known."""
    subdivisions = _known_countries().get(country.upper())
    return subdivisions is not None and (not subdivision or subdivision in subdivisions)
