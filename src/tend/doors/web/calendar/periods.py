"""Which days a calendar page shows: one, a week or the weeks of a month, and what stands before and after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_date, format_interval, format_skeleton
from django.utils.translation import gettext as _

from tend.doors.web.records.typed import locale

SHOWN = ("day", "week", "month")
YEARS = range(1900, 2200)  # beyond them nobody plans


@dataclass(frozen=True)
class Period:
    """From `first` to `last`; `on` is the day that the address named, `title` the whole of it in words."""

    show: str
    on: dt.date
    first: dt.date
    last: dt.date
    title: str
    before: dt.date
    after: dt.date

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def period(show: str, on: str, today: dt.date, first_weekday: int) -> Period:
    """The period that an address names; what cannot be read is the week of today."""
    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        day = today
    day = day if day.year in YEARS else today
    if show == "day":
        one = dt.timedelta(days=1)
        return Period(show, day, day, day, format_skeleton("yMMMMEEEEd", day, locale=locale()), day - one, day + one)
    if show == "month":
        begins = day.replace(day=1)
        ends = (begins + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        first, last = _week(begins, first_weekday), _week(ends, first_weekday) + dt.timedelta(days=6)
        before, after = (begins - dt.timedelta(days=1)).replace(day=1), ends + dt.timedelta(days=1)
        return Period(show, day, first, last, format_skeleton("yMMMM", begins, locale=locale()), before, after)
    first = _week(day, first_weekday)
    last, seven = first + dt.timedelta(days=6), dt.timedelta(days=7)
    return Period(
        "week", day, first, last, format_interval(first, last, "yMMMd", locale=locale()), day - seven, day + seven
    )


def weekday(day: dt.date, width: str = "EEE") -> str:
    """Its name as it stands over a column."""
    return format_date(day, width, locale=locale())


def spoken(day: dt.date) -> str:
    """The day in full, for who hears it."""
    return format_skeleton("MMMMEEEEd", day, locale=locale())


def names() -> dict[str, str]:
    return {"day": _("Day"), "week": _("Week"), "month": _("Month")}


def _week(day: dt.date, first_weekday: int) -> dt.date:
    return day - dt.timedelta(days=(day.weekday() - first_weekday) % 7)
