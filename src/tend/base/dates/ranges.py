"""Relative date ranges of the query language: "this_month", "last 30 days"; and month arithmetic."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from tend.base.unreadable import Unreadable, gettext_noop

_UNKNOWN_RANGE = gettext_noop("“%(text)s” is no relative date.")
_COUNTED = re.compile(r"^(last|next) (\d{1,5}) (day|week|month|quarter|year)s?$")
_NAMED = re.compile(r"^(this|last|next) (week|month|quarter|year)$")
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


class DateRange(NamedTuple):
    """Two dates, both belonging to the range."""

    first: date
    last: date


def add_months(day: date, months: int) -> date:
    """The same day of another month, the month's last day where it has none such (31 → 30)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("date out of range")
    return day.replace(year=year, month=month + 1, day=min(day.day, _month_length(year, month + 1)))


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def relative_range(word: str, today: date, first_weekday: int = 0) -> DateRange:
    """The days that a relative date names, both ends included.

    `today`, `yesterday`, `tomorrow`; `this_`, `last_`, `next_` with week, month,
    quarter, year; `last n` and `next n` days, weeks, months, quarters or years,
    which count today: "last 30 days" are thirty days up to today, "next 7 days"
    seven from today on. Blanks and underscores are alike. `first_weekday`: 0
    Monday to 6 Sunday. Raises Unreadable ("relative_date") for anything else.
    """
    folded = " ".join(word.lower().replace("_", " ").split())
    try:
        found = _single_day(folded, today) or _named(folded, today, first_weekday) or _counted(folded, today)
    except (OverflowError, ValueError):
        found = None
    if found is None:
        raise Unreadable("relative_date", _UNKNOWN_RANGE, text=word)
    return found


def _single_day(folded: str, today: date) -> DateRange | None:
    offsets = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if folded not in offsets:
        return None
    day = today + timedelta(days=offsets[folded])
    return DateRange(day, day)


def _named(folded: str, today: date, first_weekday: int) -> DateRange | None:
    match = _NAMED.match(folded)
    if match is None:
        return None
    step = {"this": 0, "last": -1, "next": 1}[match[1]]
    if match[2] == "week":
        first = today - timedelta(days=(today.weekday() - first_weekday) % 7) + timedelta(weeks=step)
        return DateRange(first, first + timedelta(days=6))
    size = _MONTHS_OF[match[2]]
    start = date(today.year, (today.month - 1) // size * size + 1, 1)
    first = add_months(start, step * size)
    return DateRange(first, add_months(first, size - 1).replace(day=1) + _length_of(add_months(first, size - 1)))


def _length_of(day: date) -> timedelta:
    return timedelta(days=_month_length(day.year, day.month) - 1)


def _counted(folded: str, today: date) -> DateRange | None:
    match = _COUNTED.match(folded)
    if match is None or int(match[2]) == 0:
        return None
    count, unit = int(match[2]), match[3]
    is_past = match[1] == "last"
    if unit in ("day", "week"):
        reach = timedelta(days=count * (7 if unit == "week" else 1) - 1)
        return DateRange(today - reach, today) if is_past else DateRange(today, today + reach)
    months = count * _MONTHS_OF[unit]
    if is_past:
        return DateRange(add_months(today, -months) + timedelta(days=1), today)
    return DateRange(today, add_months(today, months) - timedelta(days=1))
