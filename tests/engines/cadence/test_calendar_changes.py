"""A holiday, a working day or an absence that comes later: planned calls follow, those moved by hand stay."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.accounts import commands as accounts
from tend.domains.activities import commands as activities
from tend.engines.cadence import rerolling
from tend.kernel.actor import system
from tend.kernel.declared import edit_organisation, set_up_organisation
from tend.kernel.jobs.worker import Worker as JobWorker  # noqa: F401
from tend.kernel.organisation import Organisation
from tend.kernel.undo import undo_act
from tend.kernel.unit import Unit
from tend.people import calendar_commands as calendars
from tend.people import commands as people
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
D = dt.date


def holiday(company: Company, day: dt.date, **more: Any) -> Any:
    return calendars.set_day(company.actor, values={"day": day, "name": "Founders’ day", **more}, now=company.now)


def absence(company: Company, first: dt.date, last: dt.date, **more: Any) -> Any:
    values = {"user": company.cast.manager, "first": first, "last": last, **more}
    return calendars.add_absence(company.actor, values=values, now=company.now)


def test_a_holiday_added_later_rolls_the_calls_of_that_day(company: Company) -> None:
    account = company.account()  # Wed 2 Dec
    done = holiday(company, D(2026, 12, 2))
    call = company.call(account)
    assert (call.due_raw, call.planned_on) == (D(2026, 12, 2), D(2026, 12, 3))
    assert company.fresh(account).next_contact_on == D(2026, 12, 3)
    assert done.sentence == "1 planned call goes to Thu\u00a03\u00a0Dec."
    undo_act(company.actor, done.act, now=company.now)
    assert company.call(account).planned_on == D(2026, 12, 2)


def test_a_holiday_taken_back_or_moved_lets_the_calls_come_back(company: Company) -> None:
    account = company.account()
    day = holiday(company, D(2026, 12, 2)).record
    company.do(calendars.edit_day, day, values={"day": D(2026, 12, 3)})
    assert company.call(account).planned_on == D(2026, 12, 2)
    company.do(calendars.edit_day, day, values={"day": D(2026, 12, 2)})
    assert company.call(account).planned_on == D(2026, 12, 3)
    company.do(calendars.remove_day, day)
    assert company.call(account).planned_on == D(2026, 12, 2)


def test_a_working_saturday_takes_the_calls_that_had_rolled_over_it(company: Company) -> None:
    company.later(3)  # Thu 5 Nov, due on Sat 5 Dec
    account = company.account()
    assert company.call(account).planned_on == D(2026, 12, 7)
    holiday(company, D(2026, 12, 5), is_working=True)
    assert company.call(account).planned_on == D(2026, 12, 5)


def test_calls_moved_by_hand_and_promises_stay_on_the_new_holiday(company: Company) -> None:
    moved, promised = company.account(), company.account("Promised")
    company.do(activities.reschedule, company.call(moved), to=D(2026, 12, 9))
    company.do(activities.reschedule, company.call(promised), to=D(2026, 12, 9), promised=True)
    holiday(company, D(2026, 12, 9))
    assert {company.call(a).planned_on for a in (moved, promised)} == {D(2026, 12, 9)}


def test_a_holiday_of_another_country_moves_nothing(company: Company) -> None:
    account = company.account()
    holiday(company, D(2026, 12, 2), country_code="NZ")
    assert company.call(account).planned_on == D(2026, 12, 2)
    company.do(people.edit_user, company.cast.manager, values={"country_code": "NZ"})
    assert company.call(account).planned_on == D(2026, 12, 3)


def test_a_short_absence_entered_later_rolls_calls_and_ends_with_it(company: Company) -> None:
    account = company.account()
    entered = absence(company, D(2026, 12, 1), D(2026, 12, 4), reason="fair").record
    call = company.call(account)
    assert (call.planned_on, call.responsible) == (D(2026, 12, 7), company.cast.manager)
    company.do(calendars.edit_absence, entered, values={"last": D(2026, 12, 2)})
    assert company.call(account).planned_on == D(2026, 12, 3)
    company.do(calendars.remove_absence, entered)
    assert company.call(account).planned_on == D(2026, 12, 2)


def test_a_manager_on_leave_for_three_months_has_her_calls_made_by_the_substitute(company: Company) -> None:
    account = company.account()
    leave = absence(company, D(2026, 12, 1), D(2027, 2, 28), substitute=company.cast.junior).record
    call = company.call(account)
    assert (call.responsible, call.planned_on) == (company.cast.junior, D(2026, 12, 2))
    company.now = dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC)
    company.log(account, "reached")
    assert (
        company.call(account).responsible == company.cast.junior
    )  # 1 Jan, still away: rolled on the junior's calendar
    assert company.call(account).planned_on == D(2027, 1, 4)
    company.now = dt.datetime(2027, 2, 10, 9, tzinfo=dt.UTC)
    company.log(account, "reached")
    assert company.call(account).responsible == company.cast.manager  # 12 Mar, she is back
    assert company.fresh(account).owner == company.cast.manager
    assert leave.substitute == company.cast.junior
    assert company.holds()


def test_a_long_absence_without_substitute_shows_the_calls_in_the_pool_and_ending_it_brings_them_back(
    company: Company,
) -> None:
    account = company.account()
    leave = absence(company, D(2026, 12, 1), D(2026, 12, 31)).record
    assert (company.call(account).responsible, company.call(account).planned_on) == (None, D(2026, 12, 2))
    company.do(calendars.edit_absence, leave, values={"substitute": company.cast.leader})
    assert company.call(account).responsible == company.cast.leader
    company.do(calendars.remove_absence, leave)
    assert (company.call(account).responsible, company.call(account).planned_on) == (
        company.cast.manager,
        D(2026, 12, 2),
    )


def test_a_substitute_who_is_away_hands_on_to_the_team(company: Company) -> None:
    account = company.account()
    absence(company, D(2026, 12, 1), D(2026, 12, 31), substitute=company.cast.leader)
    assert company.call(account).responsible == company.cast.leader
    absence(company, D(2026, 12, 1), D(2026, 12, 31), user=company.cast.leader)
    assert company.call(account).responsible is None
    assert company.holds()


def test_what_a_change_would_move_is_told_before_and_then_exactly_that_moves(company: Company) -> None:
    made = [company.account(f"No {n}") for n in range(3)]
    values = {"day": "2026-12-02", "name": "Founders’ day"}
    moves = rerolling.foresee(company.actor, calendars.set_day, values, now=company.now)
    assert (moves.count, moves.first, moves.last) == (3, D(2026, 12, 3), D(2026, 12, 3))
    assert {company.call(a).planned_on for a in made} == {D(2026, 12, 2)}  # a rehearsal keeps nothing
    holiday(company, D(2026, 12, 2))
    assert {company.call(a).planned_on for a in made} == {D(2026, 12, 3)}


def test_very_many_calls_move_in_the_background(company: Company, monkeypatch: Any) -> None:
    from tend.kernel.jobs import Job, Run
    from tend.kernel.jobs.queue import claim

    monkeypatch.setattr(rerolling, "AT_ONCE", 2)
    made = [company.account(f"No {n}") for n in range(5)]
    accounts.set_status(company.actor, made[0], to=company.statuses["D"], now=company.now)
    done = holiday(company, D(2026, 12, 2))
    assert done.sentence == "Planned calls on these days are moved in the background."
    monkeypatch.setattr("tend.kernel.clock.now", lambda: company.now)
    queued = Job.objects.as_system("test").get(name="plan-calls-anew")
    job = claim("test", dt.datetime.now(dt.UTC))
    assert job is not None
    assert job.pk == queued.pk
    assert rerolling.roll_all_again(Run(job), **job.payload) == {"moved": 4}
    assert {company.call(a).planned_on for a in made[1:]} == {D(2026, 12, 3)}


def company_days(company: Company, **values: Any) -> Any:
    held = Organisation.objects.as_system("test").get()
    return company.do(edit_organisation, held, values=values)


@pytest.fixture
def organisation_held(db: None) -> None:
    if not Organisation.objects.as_system("test").exists():
        with Unit(system("test"), verb="set-up-organisation") as unit:
            set_up_organisation(unit, values={"name": "Coast", "country_code": "GB", "currency": "EUR", "zone": "UTC"})


def test_another_weekend_moves_planned_calls_tells_it_before_and_is_taken_back(
    organisation_held: None, company: Company
) -> None:
    account, pinned = company.account(), company.account("Pinned")  # Wed 2 Dec
    company.do(activities.reschedule, company.call(pinned), to=D(2026, 11, 18))
    held = Organisation.objects.as_system("test").get()
    seen = rerolling.foresee(company.actor, edit_organisation, {"weekend": [2, 5, 6]}, record=held, now=company.now)
    assert (seen.count, seen.first, seen.last) == (1, D(2026, 12, 3), D(2026, 12, 3))
    assert company.call(account).planned_on == D(2026, 12, 2)
    done = company_days(company, weekend=[2, 5, 6])
    assert company.call(account).planned_on == D(2026, 12, 3)
    assert company.call(pinned).planned_on == D(2026, 11, 18)
    assert done.sentence == "1 planned call goes to Thu\u00a03\u00a0Dec."
    company.log(company.account("Later"), "reached")
    undo_act(company.actor, done.act, now=company.now)
    assert company.call(account).planned_on == D(2026, 12, 2)


def test_another_country_of_the_company_moves_calls_off_its_holidays(organisation_held: None, company: Company) -> None:
    company.later(6)  # Sun 8 Nov, so that thirty days later is Tue 8 Dec
    account = company.account()
    assert company.call(account).planned_on == D(2026, 12, 8)
    company_days(company, country_code="ES")  # Immaculate Conception
    assert company.call(account).planned_on == D(2026, 12, 9)
    company_days(company, name="Coast and sons")
    assert company.call(account).planned_on == D(2026, 12, 9)


def test_another_country_of_a_person_moves_her_calls_alone(organisation_held: None, company: Company) -> None:
    company.later(6)
    hers, his = company.account(), company.account("His", owner=company.cast.leader)
    done = company.do(people.edit_user, company.cast.manager, values={"country_code": "ES"})
    assert company.call(hers).planned_on == D(2026, 12, 9)
    assert company.call(his).planned_on == D(2026, 12, 8)
    undo_act(company.actor, done.act, now=company.now)
    assert company.call(hers).planned_on == D(2026, 12, 8)


def test_taking_an_absence_back_tells_before_which_calls_come_back(company: Company) -> None:
    account = company.account()
    away = absence(company, D(2026, 12, 1), D(2026, 12, 4)).record
    assert company.call(account).planned_on == D(2026, 12, 7)
    seen = rerolling.foresee(company.actor, calendars.remove_absence, record=away, now=company.now)
    assert (seen.count, seen.first) == (1, D(2026, 12, 2))
    assert company.call(account).planned_on == D(2026, 12, 7)
