"""The day's calls: divided by weight so that nobody is crowded out, drawn once, the same after a reload."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.domains.activities import commands as activities
from tend.engines.cadence import day_lists
from tend.engines.cadence.day_numbers import numbers_of_day
from tend.engines.cadence.queries import Day, day_of
from tend.engines.cadence.shares import Candidate, choose, divide
from tend.people import commands as people
from tests.cast import make
from tests.engines.cadence.conftest import Company

TODAY = dt.date(2026, 11, 22)
A, B, C = 1, 2, 3
WEIGHTS = {A: 40, B: 40, C: 20}


def due(pk: int, status: int | None, late: int, interval: int = 30, **more: Any) -> Candidate:
    given = {"planned_time": None, "is_promised": False, "is_fixed": False, **more}
    return Candidate(pk, TODAY - dt.timedelta(days=late), interval=interval, status_id=status, **given)


def shares(chosen: list[Candidate]) -> Counter[int | None]:
    return Counter(c.status_id for c in chosen)


def test_the_many_small_ones_are_not_crowded_out_by_the_few_large_ones() -> None:
    found = [due(n, A, late=50, interval=14) for n in range(100)]
    found += [due(100 + n, B, late=20) for n in range(50)]
    found += [due(200 + n, C, late=1, interval=90) for n in range(30)]
    assert shares(choose(found, 10, WEIGHTS, TODAY)) == {A: 4, B: 4, C: 2}
    assert shares(choose(found, 3, WEIGHTS, TODAY)) == {A: 1, B: 1, C: 1}


def test_an_unused_share_goes_to_the_others() -> None:
    found = [due(n, A, late=5) for n in range(20)] + [due(50, C, late=1)]
    assert shares(choose(found, 10, WEIGHTS, TODAY)) == {A: 9, C: 1}


def test_within_a_status_the_longest_overdue_in_proportion_comes_first() -> None:
    found = [due(1, A, late=10, interval=100), due(2, A, late=5, interval=10), due(3, A, late=9, interval=30)]
    assert [c.pk for c in choose(found, 2, WEIGHTS, TODAY)] == [2, 3]


def test_promises_and_what_was_planned_by_hand_come_first_and_take_capacity() -> None:
    found = [due(n, A, late=9) for n in range(10)]
    found += [due(20, C, late=0, is_promised=True, is_fixed=True), due(21, None, late=0, is_fixed=True)]
    chosen = choose(found, 5, WEIGHTS, TODAY)
    assert [c.pk for c in chosen][:2] == [20, 21]
    assert len(chosen) == 5
    assert len(choose(found, 1, WEIGHTS, TODAY)) == 2  # they have a place whatever the capacity


@given(
    st.integers(0, 60),
    st.dictionaries(st.integers(1, 6), st.integers(0, 40)),
    st.dictionaries(st.integers(1, 6), st.integers(0, 100)),
)
def test_the_places_add_up_and_nobody_gets_more_than_there_is(
    room: int, wanted: dict[int | None, int], weights: dict[int | None, int]
) -> None:
    places = divide(room, wanted, weights)
    assert sum(places.values()) == min(room, sum(wanted.values()))
    total = sum(weights.get(k) or 1 for k in wanted if wanted[k])
    for key, n in places.items():
        assert 0 <= n <= wanted[key]
        assert n >= min(wanted[key], int(room * (weights.get(key) or 1) / total) if total and wanted[key] else 0)


# --- over records -----------------------------------------------------------------------------------------------------
@pytest.fixture
def busy(company: Company) -> Company:
    """A manager who makes six calls a day, with thirty that are due."""
    company.do(people.edit_user, company.cast.manager, values={"calls_per_day": 6})
    for name, weight in (("A", 40), ("B", 40), ("C", 20)):
        type(company.statuses[name]).objects.as_system("test").filter(pk=company.statuses[name].pk).update(
            weight=weight
        )
        for n in range(10):
            company.account(f"{name} {n}", interaction_status=company.statuses[name])
    company.later(120)
    return company


def today(company: Company) -> Day:
    """The day as its page shows it; the navigation's numbers are the same."""
    actor = company.cast.actor(company.cast.manager)
    day, (left, due) = day_of(actor, company.now), numbers_of_day(actor, company.now)
    assert (left, due.number) == (day.left, day.left + day.waiting)
    return day


def ids(day: Day) -> list[int]:
    return [row.call.pk for row in (*day.promised, *day.queue)]


@pytest.mark.django_db
def test_the_list_of_a_day_stays_the_same_whatever_happens_to_others(busy: Company) -> None:
    assert day_lists.draw_all(busy.now) > 0
    assert day_lists.draw_all(busy.now) == 0
    before = ids(today(busy))
    assert len(before) == 6
    busy.later(0, hours=1)
    done = next(row for row in today(busy).queue)
    busy.actor = busy.cast.actor(busy.cast.manager)
    busy.log(done.account, "reached")
    assert ids(today(busy)) == [pk for pk in before if pk != done.call.pk]  # it goes, and none comes in its place
    assert today(busy).total == 6
    moved = today(busy).queue[0]
    busy.do(activities.reschedule, moved.call, to=busy.today + dt.timedelta(days=3))
    assert ids(today(busy)) == [pk for pk in before if pk not in (done.call.pk, moved.call.pk)]
    busy.now += dt.timedelta(days=1)
    day_lists.draw_all(busy.now)
    assert len(ids(today(busy))) == 6  # a new day, a new list


@pytest.mark.django_db
def test_what_is_promised_for_today_is_added_to_the_list(busy: Company) -> None:
    day_lists.draw_all(busy.now)
    before = ids(today(busy))
    other = busy.account("Newcomer")
    busy.do(activities.reschedule, busy.call(other), to=busy.today, promised=True)
    assert set(ids(today(busy))) == {*before, busy.call(other).pk}
    assert today(busy).promised[0].account == other


@pytest.mark.django_db
def test_each_status_has_its_share_of_the_day(busy: Company) -> None:
    found = Counter(row.status.name for row in today(busy).queue if row.status)
    assert found == {"A – key": 3, "B – regular": 2, "C – occasional": 1} or found == {
        "A – key": 2, "B – regular": 3, "C – occasional": 1,
    }  # fmt: skip
    assert today(busy).waiting == 24


@pytest.mark.django_db
def test_a_status_of_ones_own_without_a_share_is_called_when_there_is_room(company: Company) -> None:
    account = company.account(interaction_status=make("interaction-statuses", name="Own", interval=10))
    company.later(20)
    assert ids(today(company)) == [company.call(account).pk]
