"""Rolling, counting and spreading over working days."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.workdays import (
    Absence,
    Reason,
    WorkingCalendar,
    due,
    knows_holidays,
    public_holidays,
    spread,
)

OFFICE = WorkingCalendar(
    holidays={date(2023, 12, 4): "Founders' day", date(2023, 12, 25): "Christmas"},
    absences=(Absence(date(2023, 12, 11), date(2023, 12, 15), "leave"),),
    extra_working_days=frozenset({date(2023, 12, 9)}),
)

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    absences = draw(st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=4))
    return WorkingCalendar(
        weekdays=draw(st.frozensets(st.integers(0, 6))),
        holidays=draw(st.dictionaries(DAYS, st.just("holiday"), max_size=10)),
        extra_working_days=draw(st.frozensets(DAYS, max_size=5)),
        absences=tuple(Absence(first, first + timedelta(days=n)) for first, n in absences),
    )


def test_a_call_on_a_sunday_before_a_holiday_moves_to_tuesday_and_says_why() -> None:
    rolled = OFFICE.roll(date(2023, 12, 3))
    assert rolled.day == date(2023, 12, 5)
    assert rolled.reasons == (
        Reason("weekend", "", date(2023, 12, 3), date(2023, 12, 3)),
        Reason("holiday", "Founders' day", date(2023, 12, 4), date(2023, 12, 4)),
    )


def test_an_extra_working_day_counts_and_an_absence_is_one_reason() -> None:
    assert OFFICE.roll(date(2023, 12, 9)).day == date(2023, 12, 9)
    rolled = OFFICE.roll(date(2023, 12, 11))
    assert rolled.day == date(2023, 12, 18)
    assert rolled.reasons[0] == Reason("absence", "leave", date(2023, 12, 11), date(2023, 12, 15))
    assert [r.kind for r in rolled.reasons] == ["absence", "weekend"]


def test_an_absence_beats_an_extra_working_day() -> None:
    day = date(2023, 12, 9)
    calendar = WorkingCalendar(extra_working_days=frozenset({day}), absences=(Absence(day, day),))
    assert not calendar.is_working(day)


def test_without_any_working_day_the_raw_date_stays() -> None:
    never = WorkingCalendar(weekdays=frozenset())
    day = date(2024, 2, 29)
    assert never.roll(day)[::2] == (day, False)
    assert never.add_working_days(day, 5)[::2] == (date(2024, 3, 5), False)
    assert due(day, 30, "calendar", never)[:2] == (date(2024, 3, 30), date(2024, 3, 30))
    assert not due(day, 30, "working", never).is_working


def test_a_working_day_just_within_reach_is_found() -> None:
    day = date(2024, 1, 1)
    reachable = WorkingCalendar(weekdays=frozenset(), extra_working_days=frozenset({day + timedelta(days=366)}))
    assert reachable.roll(day).day == day + timedelta(days=366)
    beyond = WorkingCalendar(weekdays=frozenset(), extra_working_days=frozenset({day + timedelta(days=367)}))
    assert not beyond.roll(day).is_working


def test_the_end_of_time_does_not_break_the_calendar() -> None:
    never = WorkingCalendar(weekdays=frozenset())
    assert never.roll(date.max).day == date.max


@given(calendars(), DAYS)
def test_rolling_gives_the_first_working_day_and_never_goes_back(calendar: WorkingCalendar, day: date) -> None:
    rolled = calendar.roll(day)
    if not rolled.is_working:
        assert rolled.day == day
        assert not any(calendar.is_working(day + timedelta(days=n)) for n in range(367))
        return
    assert rolled.day >= day
    assert calendar.is_working(rolled.day)
    assert not any(calendar.is_working(day + timedelta(days=n)) for n in range((rolled.day - day).days))
    assert calendar.roll(rolled.day).day == rolled.day
    assert sum((r.last - r.first).days + 1 for r in rolled.reasons) == (rolled.day - day).days


@given(calendars(), DAYS)
def test_a_day_counts_exactly_when_nothing_speaks_against_it(calendar: WorkingCalendar, day: date) -> None:
    assert calendar.is_working(day) == (calendar.why_not(day) is None)


@given(DAYS, st.integers(1, 300))
def test_added_working_days_are_counted_back(day: date, count: int) -> None:
    later = OFFICE.add_working_days(day, count).day
    assert OFFICE.working_days_between(day, later) == count
    assert OFFICE.working_days_between(later, day) == -count
    assert OFFICE.is_working(later)


@given(DAYS, st.integers(1, 300))
def test_going_back_as_many_working_days_returns_to_a_working_day(day: date, count: int) -> None:
    start = OFFICE.roll(day).day
    assert OFFICE.add_working_days(OFFICE.add_working_days(start, count).day, -count).day == start


@given(DAYS, st.integers(1, 3650), st.sampled_from(["calendar", "working"]))
def test_a_due_date_is_a_working_day_not_before_the_raw_one(day: date, interval: int, kind: str) -> None:
    found = due(day, interval, "working" if kind == "working" else "calendar", OFFICE)
    assert found.raw <= found.rolled
    assert (found.rolled - found.raw).days <= 10
    assert OFFICE.is_working(found.rolled)
    assert (found.raw - day).days >= interval
    assert bool(found.reasons) == (found.raw != found.rolled)


def test_an_interval_below_one_is_refused() -> None:
    with pytest.raises(ValueError):
        due(date(2024, 1, 1), 0, "calendar", OFFICE)


def test_thirty_days_after_the_third_of_november() -> None:
    found = due(date(2023, 11, 3), 30, "calendar", OFFICE)
    assert (found.raw, found.rolled) == (date(2023, 12, 3), date(2023, 12, 5))


@given(st.integers(0, 500), st.integers(1, 60))
def test_a_spread_is_even_and_in_order(count: int, size: int) -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(size)]
    chosen = spread(count, days)
    per_day = Counter(chosen)
    loads = [per_day[day] for day in days]
    assert sum(loads) == count
    assert max(loads) - min(loads) <= 1
    assert chosen == sorted(chosen)


@given(st.integers(0, 200), st.lists(st.integers(0, 20), min_size=1, max_size=20))
def test_a_spread_over_taken_days_levels_the_totals(count: int, loads: list[int]) -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(len(loads))]
    taken = dict(zip(days, loads, strict=True))
    added = Counter(spread(count, days, taken))
    totals = [taken[d] + added[d] for d in days]
    assert sum(added.values()) == count
    filled = [t for d, t in zip(days, totals, strict=True) if added[d]]
    assert not filled or max(filled) - min(totals) <= 1


def test_nothing_is_spread_over_no_days() -> None:
    assert spread(0, []) == []
    with pytest.raises(ValueError):
        spread(1, [])


def test_public_holidays_of_a_year() -> None:
    germany = public_holidays("de", 2026, language="en_US")
    assert germany[date(2026, 1, 1)] == "New Year's Day"
    assert all(day.year == 2026 for day in germany)
    assert len(public_holidays("DE", 2026, "BY")) > len(germany)


def test_a_country_without_observed_holidays_gives_none_and_is_known() -> None:
    assert public_holidays("UA", 2026) == {}
    assert len(public_holidays("UA", 2021)) > 10
    assert knows_holidays("UA")
    assert public_holidays("XX", 2026) == {}
    assert not knows_holidays("XX")
    assert not knows_holidays("DE", "nowhere")
    assert public_holidays("DE", 2026, "nowhere") == {}


def test_the_answer_may_be_changed_without_harm() -> None:
    public_holidays("DE", 2026).clear()
    assert public_holidays("DE", 2026)
