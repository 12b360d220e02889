"""A status of the book that is edited, retired or deleted: what becomes of the calls that it has planned."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts import commands as accounts
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.engines.cadence import forecasting, redating, replacing
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.operations import Operation
from tend.kernel.undo import undo_operation
from tend.kernel.uses import delete_mapped
from tests.engines.cadence.conftest import Company, status
from tests.engines.cadence.test_many_at_once import create_many

pytestmark = pytest.mark.django_db
D = dt.date


def save(company: Company, name: str, *, move_open: bool = False, **values: Any) -> Any:
    status = company.fresh(company.statuses[name])
    found = redating.save_status(company.actor, status, values, move_open=move_open, now=company.now)
    company.statuses[name] = company.fresh(status)
    return found


def days(company: Company) -> dict[int, dt.date]:
    rows = Activity.objects.as_system("test").filter(origin="cycle", state="planned", trashed_at=None)
    return dict(rows.values_list("account_id", "planned_on"))


def test_an_interval_edited_counts_from_the_next_talk_on(company: Company) -> None:
    account = company.account()
    _done, moved = save(company, "B", interval=60)
    assert moved is None
    assert company.call(account).planned_on == D(2026, 12, 2)
    company.later(28)
    company.log(account, "reached")
    assert company.call(account).due_raw == D(2027, 1, 29)


def test_an_interval_edited_moves_open_calls_when_that_is_chosen_but_none_that_a_hand_moved(company: Company) -> None:
    made = [company.account(f"No {n}") for n in range(4)]
    company.do(activities.reschedule, company.call(made[1]), to=D(2026, 11, 20))
    company.do(activities.reschedule, company.call(made[2]), to=D(2026, 11, 23), promised=True)
    company.log(made[3], "no answer")
    tried = company.call(made[3]).planned_on
    _done, moved = save(company, "B", interval=60, move_open=True)
    assert moved is not None
    assert (moved.state, moved.changed) == (Operation.State.DONE, 1)
    assert [company.call(a).planned_on for a in made] == [
        D(2027, 1, 1) + dt.timedelta(3),
        D(2026, 11, 20),
        D(2026, 11, 23),
        tried,
    ]
    assert company.call(made[0]).due_raw == D(2027, 1, 1)
    undo_operation(company.actor, moved, now=company.now)
    assert company.call(made[0]).planned_on == D(2026, 12, 2)
    assert company.holds()


def test_what_is_foreseen_is_what_is_then_planned(company: Company) -> None:
    ids = create_many(company, 40, owners=[company.cast.manager, company.cast.leader])
    company.later(20)
    before = days(company)
    status = company.fresh(company.statuses["B"])
    foreseen = forecasting.foresee(company.actor, status, forecasting.Pace(14), company.now)
    assert days(company) == before  # nothing was written
    save(company, "B", interval=14, move_open=True)
    after = days(company)
    changed = [after[pk] for pk in ids if after[pk] != before[pk]]
    assert foreseen.accounts == 40
    assert (foreseen.moves, foreseen.first, foreseen.last) == (len(changed), min(changed), max(changed))
    assert min(after.values()) >= company.today
    for load in foreseen.loads:
        mine = Activity.objects.as_system("test").filter(responsible_id=load.user_id, state="planned")
        first_week = [d for d in mine.values_list("planned_on", flat=True) if d < D(2026, 11, 23)]
        assert load.weeks[0].calls == len(first_week)


def test_calls_that_would_be_past_are_spread_over_the_coming_interval(company: Company) -> None:
    ids = create_many(company, 200)
    company.later(29)
    save(company, "B", interval=14, move_open=True)
    per_day = Counter(days(company)[pk] for pk in ids)
    assert len(per_day) >= 9
    assert max(per_day.values()) <= 45
    assert min(per_day) >= company.today


def test_dating_anew_takes_as_many_statements_for_a_thousand_calls_as_for_ten(company: Company) -> None:
    counts = []
    for size, interval in ((10, 20), (990, 25)):
        create_many(company, size)
        with CaptureQueriesContext(connection) as asked:
            save(company, "B", interval=interval, move_open=True)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 40, counts
    assert company.holds()


def test_many_calls_are_dated_anew_by_a_job_with_progress(company: Company, monkeypatch: Any) -> None:
    monkeypatch.setattr(redating, "AT_ONCE", 3)
    create_many(company, 5)
    _done, moved = save(company, "B", interval=60, move_open=True)
    assert moved is not None
    assert (moved.state, moved.total) == (Operation.State.WAITING, 5)


def test_a_status_retired_goes_on_planning_for_its_accounts_and_is_offered_to_none(company: Company) -> None:
    account, status = company.account(interaction_status=company.statuses["A"]), company.statuses["A"]
    company.do(entity_of(type(status)).verb_by_name["retire"], status)
    company.later(14)
    company.log(account, "reached")
    assert company.call(account).due_raw == D(2026, 11, 30)
    other = company.account("Other")
    with pytest.raises(Refused):
        company.do(accounts.set_status, other, to=company.fresh(status))
    assert company.holds()


def test_a_status_deleted_gives_its_calls_the_dates_of_the_one_that_takes_its_place(company: Company) -> None:
    account = company.account(interaction_status=company.statuses["A"])
    call, anchor = company.call(account), company.today
    company.later(5)
    delete_mapped(company.actor, company.statuses["A"], company.statuses["C"], now=company.now)
    assert company.fresh(account).interaction_status == company.statuses["C"]
    after = company.call(account)
    assert (after.pk, after.interaction_status) == (call.pk, company.statuses["C"])
    assert (after.cycle_from, after.cycle_days, after.due_raw) == (anchor, 90, anchor + dt.timedelta(days=90))
    assert company.fresh(account).next_contact_on == after.planned_on
    assert company.holds()


def test_what_a_deletion_would_do_to_calls_is_told_before_and_is_what_then_happens(company: Company) -> None:
    create_many(company, 30, interaction_status=company.statuses["C"])
    promised, moved, tried = (company.account(n, interaction_status=company.statuses["C"]) for n in ("P", "M", "T"))
    company.do(activities.reschedule, company.call(promised), to=D(2027, 3, 15), promised=True)
    company.do(activities.reschedule, company.call(moved), to=D(2027, 2, 2))
    company.log(tried, "no answer")
    company.later(20)
    before = days(company)
    told = replacing.foresee_replacing(company.actor, company.statuses["C"], company.statuses["A"], company.now)
    assert told.moved is not None
    delete_mapped(company.actor, company.statuses["C"], company.statuses["A"], now=company.now)
    after = days(company)
    changed = [day for pk, day in after.items() if day != before[pk]]
    assert (told.accounts, told.moved.moves, told.moved.stays) == (33, len(changed), 3)
    assert (told.moved.first, told.moved.last) == (min(changed), max(changed))
    assert min(changed) >= company.today
    assert [after[a.pk] for a in (promised, moved, tried)] == [before[a.pk] for a in (promised, moved, tried)]
    assert company.holds()


def test_a_status_deleted_for_one_that_plans_no_calls_cancels_them_and_the_other_way_plans_them(
    company: Company,
) -> None:
    ids = create_many(company, 12)
    company.account("Resting", interaction_status=company.statuses["B"], archived=False)
    told = replacing.foresee_replacing(company.actor, company.statuses["B"], company.statuses["D"], company.now)
    assert (told.accounts, told.cancelled, told.moved, told.planned) == (13, 13, None, 0)
    operation = delete_mapped(company.actor, company.statuses["B"], company.statuses["D"], now=company.now)
    assert days(company) == {}
    reasons = Activity.objects.as_system("test").filter(state="cancelled").values_list("cancelled_because", flat=True)
    assert set(reasons) == {"changed to D – dormant"}
    assert company.holds()
    told = replacing.foresee_replacing(company.actor, company.statuses["D"], company.statuses["C"], company.now)
    assert (told.accounts, told.cancelled, told.moved, told.planned) == (13, 0, None, 13)
    delete_mapped(company.actor, company.statuses["D"], company.statuses["C"], now=company.now)
    planned = days(company)
    assert len(planned) == len(ids) + 1
    assert max(Counter(planned.values()).values()) == 1
    assert told.days >= len(planned)
    assert company.holds()
    assert operation.state == Operation.State.DONE


def test_a_status_that_plans_nothing_deleted_for_another_such_changes_no_call(company: Company) -> None:
    other = status("E – elsewhere", 30, plans_calls=False)
    account = company.account(interaction_status=company.statuses["D"])
    told = replacing.foresee_replacing(company.actor, company.statuses["D"], other, company.now)
    assert told == replacing.Replacement(1)
    delete_mapped(company.actor, company.statuses["D"], other, now=company.now)
    assert company.fresh(account).interaction_status == other
    assert not company.calls(account).exists()


def test_undoing_the_deletion_of_a_status_brings_calls_back_to_their_days(company: Company) -> None:
    create_many(company, 8)
    before = days(company)
    company.later(3)
    operation = delete_mapped(company.actor, company.statuses["B"], company.statuses["A"], now=company.now)
    assert days(company) != before
    undo_operation(company.actor, operation)
    assert days(company) == before
    assert company.holds()


def test_a_status_that_ends_planning_cancels_and_one_that_begins_plans(company: Company) -> None:
    ids = create_many(company, 12)
    save(company, "B", plans_calls=False)
    assert days(company) == {}
    assert company.holds()
    done, _moved = save(company, "B", plans_calls=True, interval=30)
    assert len(days(company)) == len(ids)
    assert max(Counter(days(company).values()).values()) <= 1
    assert done.act is not None
    assert company.holds()
