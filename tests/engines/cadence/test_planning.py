"""When a call is due: weekends, holidays, absences and substitutes, leap days, clocks that change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tend.base.workdays import Absence, WorkingCalendar
from tend.domains.accounts import commands as accounts
from tend.engines.cadence import planning, sentences
from tend.engines.cadence.doctor import check_calendars
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.people.calendar_models import CalendarDay
from tend.people.calendars import Worker, calendars_for
from tests.cast import make
from tests.engines.cadence.conftest import Company

D = dt.date


class Rhythm:
    def __init__(self, interval: int, interval_kind: str = "calendar", retry_days: int = 2) -> None:
        self.interval, self.interval_kind, self.retry_days = interval, interval_kind, retry_days


TEAM = Worker(None, WorkingCalendar(), "UTC")


def worker(pk: int, *away: tuple[D, D, int | None], **values: Any) -> Worker:
    absences = tuple(Absence(first, last) for first, last, _ in away)
    long = tuple(a for a in away if (a[1] - a[0]).days >= 14)
    return Worker(pk, WorkingCalendar(absences=absences), "UTC", away=long, **values)


def test_a_weekend_rolls_and_both_dates_are_known() -> None:
    place = planning.next_due(D(2026, 11, 6), Rhythm(30), None, {None: TEAM})
    assert (place.raw, place.day) == (D(2026, 12, 6), D(2026, 12, 7))


def test_the_29th_of_february_is_a_day_like_any_other() -> None:
    assert planning.next_due(D(2028, 1, 30), Rhythm(30), None, {None: TEAM}).day == D(2028, 2, 29)
    assert planning.next_due(D(2028, 2, 29), Rhythm(366), None, {None: TEAM}).day == D(2029, 3, 1)


def test_a_short_absence_rolls_and_a_long_one_hands_over() -> None:
    short = worker(1, (D(2026, 12, 7), D(2026, 12, 11), None))
    place = planning.next_due(D(2026, 11, 7), Rhythm(30), 1, {None: TEAM, 1: short})
    assert (place.user_id, place.day) == (1, D(2026, 12, 14))
    long = worker(1, (D(2026, 12, 1), D(2026, 12, 31), 2))
    place = planning.next_due(D(2026, 11, 7), Rhythm(30), 1, {None: TEAM, 1: long, 2: worker(2)})
    assert (place.user_id, place.day) == (2, D(2026, 12, 7))


def test_without_a_substitute_who_is_there_the_team_gets_the_call() -> None:
    away = (D(2026, 12, 1), D(2026, 12, 31), 2)
    for two in (worker(2, is_active=False), worker(2, (D(2026, 12, 1), D(2026, 12, 31), None))):
        place = planning.next_due(D(2026, 11, 7), Rhythm(30), 1, {None: TEAM, 1: worker(1, away), 2: two})
        assert (place.user_id, place.day) == (None, D(2026, 12, 7))


def test_a_calendar_without_working_days_stops_nothing() -> None:
    never = Worker(None, WorkingCalendar(weekdays=frozenset()), "UTC")
    place = planning.next_due(D(2026, 11, 7), Rhythm(30), None, {None: never})
    assert (place.day, place.is_working) == (D(2026, 12, 7), False)


@given(st.dates(D(2000, 1, 1), D(2080, 1, 1)), st.integers(1, 3650))
def test_the_interval_never_drifts_by_rolling(anchor: dt.date, interval: int) -> None:
    place = planning.next_due(anchor, Rhythm(interval), None, {None: TEAM})
    assert place.raw == anchor + dt.timedelta(days=interval)
    assert 0 <= (place.day - place.raw).days <= 2


@pytest.mark.django_db
def test_holidays_of_the_persons_country_and_edited_days_count(company: Company) -> None:
    manager, leader = company.cast.manager, company.cast.leader
    make("calendar-days", day=D(2026, 12, 7), name="Founders' day")
    make("calendar-days", day=D(2026, 12, 12), is_working=True, country_code="ua")
    make("absences", user=leader, first=D(2026, 12, 14), last=D(2026, 12, 15), reason="fair")
    type(leader).objects.as_system("test").filter(pk=leader.pk).update(country_code="UA")
    found = calendars_for(None, [manager.pk, leader.pk])
    assert not found[None].is_working(D(2026, 12, 7))
    assert not found[manager.pk].is_working(D(2026, 12, 25))  # the company's country
    assert found[leader.pk].is_working(D(2026, 12, 12))
    assert not found[manager.pk].is_working(D(2026, 12, 12))
    assert found[leader.pk].roll(D(2026, 12, 14)).day == D(2026, 12, 16)
    assert found[manager.pk].roll(D(2040, 12, 25)).day == D(2040, 12, 27)  # any year


@pytest.mark.django_db
def test_calendars_of_many_people_take_as_many_queries_as_of_one(
    company: Company, django_assert_num_queries: Any
) -> None:
    people = [company.cast.manager.pk, company.cast.leader.pk, company.cast.junior.pk]
    for ids in (people[:1], people):
        with django_assert_num_queries(3):
            calendars_for(None, ids)


@pytest.mark.django_db
def test_a_date_is_that_of_the_person_who_calls(company: Company) -> None:
    user = company.cast.manager
    type(user).objects.as_system("test").filter(pk=user.pk).update(zone="Asia/Tokyo")
    company.now = dt.datetime(2026, 11, 2, 20, tzinfo=dt.UTC)  # the third where she works
    account = company.account()
    assert company.call(account).cycle_from == D(2026, 11, 3)


@pytest.mark.django_db
def test_a_change_of_the_clock_moves_no_date(company: Company) -> None:
    user = company.cast.manager
    type(user).objects.as_system("test").filter(pk=user.pk).update(zone="Europe/Kyiv")
    company.now = dt.datetime(2026, 10, 24, 21, 30, tzinfo=dt.UTC)  # half past midnight on the day the clocks go back
    account = company.account(interaction_status=company.statuses["A"])
    assert company.call(account).cycle_from == D(2026, 10, 25)
    assert company.call(account).due_raw == D(2026, 11, 8)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "before", "day"),
    [
        ("Europe/Kyiv", "2027-03-27T22:30+00:00", D(2027, 3, 28)),  # clocks go forward at three
        ("America/Sao_Paulo", "2026-11-01T02:59+00:00", D(2026, 10, 31)),  # no change any more
        ("America/New_York", "2026-11-01T05:30+00:00", D(2026, 11, 1)),  # the hour that comes twice
        ("Australia/Lord_Howe", "2026-10-03T15:45+00:00", D(2026, 10, 4)),  # half an hour
        ("Pacific/Apia", "2026-11-02T10:30+00:00", D(2026, 11, 2)),
        ("Pacific/Kiritimati", "2026-11-02T10:30+00:00", D(2026, 11, 3)),  # fourteen hours ahead
    ],
)
def test_where_clocks_change_a_cycle_still_counts_whole_days(company: Company, zone: str, before: str, day: D) -> None:
    user = company.cast.manager
    type(user).objects.as_system("test").filter(pk=user.pk).update(zone=zone)
    company.now = dt.datetime.fromisoformat(before)
    account = company.account(interaction_status=company.statuses["A"])
    assert company.call(account).cycle_from == day
    company.now += dt.timedelta(days=14)
    company.log(account, "reached")
    anchor = company.call(account).cycle_from
    assert anchor is not None
    assert abs((anchor - day).days - 14) <= 1  # the hour may fall on the other side of midnight
    assert company.call(account).due_raw == anchor + dt.timedelta(days=14)


@pytest.mark.django_db
def test_a_year_of_holidays_keeps_the_day_counted_and_names_the_calendar(company: Company) -> None:
    account = company.account()
    with Unit(company.actor, verb="test", now=company.now) as unit:
        for n in range(400):
            unit.create(CalendarDay, day=D(2026, 11, 2) + dt.timedelta(days=n), name="Holiday", is_working=False)
    done = company.do(accounts.set_status, account, to=company.statuses["A"])
    assert company.call(account).planned_on == D(2026, 11, 16)  # the day counted
    assert "has no working day within a year: the day counted was kept." in done.sentence
    with time_machine.travel(company.now):
        assert any(found.count for found in check_calendars(False))
    assert company.holds()


@pytest.mark.django_db
def test_the_29th_of_february_anchors_a_cycle(company: Company) -> None:
    company.now = dt.datetime(2028, 2, 29, 9, tzinfo=dt.UTC)
    account = company.account(interaction_status=company.statuses["A"])
    assert company.call(account).due_raw == D(2028, 3, 14)
    company.now = dt.datetime(2028, 3, 1, 9, tzinfo=dt.UTC)
    company.log(account, "reached", at=dt.datetime(2028, 2, 29, 15, tzinfo=dt.UTC))
    assert company.call(account).cycle_from == D(2028, 2, 29)


@pytest.mark.django_db
def test_why_this_call_is_told_from_stored_fields(company: Company) -> None:
    account = company.account()
    company.later(3)  # Thu 5 Nov
    company.log(account, "reached")
    fresh = company.fresh(account)
    call = company.call(account)
    calendar = calendars_for(None, [])[None]
    assert sentences.why(call, fresh, company.today, calendar).replace("\u00a0", " ") == (
        "B – regular, 30 days after 5 Nov; moved from Sat 5 Dec"
    )
    company.later(32)
    company.log(account, "no answer")
    company.log(account, "no answer")
    said = sentences.why(
        company.call(account), company.fresh(account), company.today, calendar, company.done(account)[1:]
    )
    assert (
        said.replace("\u00a0", " ") == "B – regular, 30 days after 5 Nov; no answer on 7 Dec and 7 Dec, attempt 3 of 4"
    )


@pytest.mark.django_db
def test_an_interval_of_no_days_is_refused_where_calls_are_planned(company: Company) -> None:
    with pytest.raises(Refused):
        make("interaction-statuses", name="Zero", interval=0)


@pytest.mark.django_db
def test_the_longest_interval_is_ten_years(company: Company) -> None:
    ten_years = make("interaction-statuses", name="Ten years", interval=3650)
    account = company.account()
    company.do(accounts.set_status, account, to=ten_years)
    assert company.call(account).due_raw == D(2036, 10, 30)
