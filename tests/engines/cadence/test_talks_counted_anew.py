"""Held calls that are reopened, deleted, moved or corrected, and talks that are entered later: what the plan makes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.models import Account
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.kernel.errors import Refused
from tend.kernel.undo import undo_act
from tests.cast import make
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def held(company: Company) -> tuple[Account, Activity]:
    """An account whose call of Wed 2 Dec was held on Mon 30 Nov; the next stands on 30 Dec."""
    account = company.account()
    call = company.call(account)
    company.later(28)
    company.log(account, "reached", text="Wants samples")
    company.later(1)
    return account, company.fresh(call)


def stands_again(company: Company, account: Account) -> None:
    """The plan is as it was before the call was held."""
    call, fresh = company.call(account), company.fresh(account)
    assert (call.planned_on, call.cycle_from) == (D(2026, 12, 2), D(2026, 11, 2))
    assert (fresh.cycle_anchor, fresh.last_contact_at, fresh.next_contact_on) == (
        D(2026, 11, 2),
        None,
        D(2026, 12, 2),
    )
    assert company.holds()


def test_a_held_call_reopened_is_open_at_its_old_date_and_its_successor_goes(
    company: Company, held: tuple[Account, Activity]
) -> None:
    account, call = held
    successor = company.call(account)
    done = company.do(activities.reopen, call)
    assert company.call(account).pk == call.pk
    assert company.fresh(successor).trashed_at is not None
    assert done.sentence == "The call of Wed\u00a02\u00a0Dec is open again."
    stands_again(company, account)
    undo_act(company.actor, done.act, now=company.now)
    assert company.call(account).planned_on == D(2026, 12, 30)
    assert company.fresh(call).state == "done"


def test_a_held_call_deleted_leaves_one_call_at_the_old_date(company: Company, held: tuple[Account, Activity]) -> None:
    account, call = held
    done = company.do(activities.trash, call)
    stands_again(company, account)
    undo_act(company.actor, done.act, now=company.now)
    assert company.call(account).planned_on == D(2026, 12, 30)
    assert company.fresh(account).last_contact_at == company.fresh(call).done_at


def test_a_held_call_moved_to_another_account_counts_there_and_no_more_here(
    company: Company, held: tuple[Account, Activity]
) -> None:
    account, call = held
    other = company.account("The right one")
    company.do(activities.edit_activity, call, values={"account": other})
    stands_again(company, account)
    assert company.fresh(other).last_contact_at == company.fresh(call).done_at
    assert company.call(other).cycle_from == D(2026, 11, 30)


def test_reopening_is_refused_when_the_successor_was_worked_on(
    company: Company, held: tuple[Account, Activity]
) -> None:
    account, call = held
    company.do(activities.reschedule, company.call(account), to=D(2027, 1, 20))
    for verb in (activities.reopen, activities.trash):
        with pytest.raises(Refused):
            company.do(verb, call)
    assert company.call(account).planned_on == D(2027, 1, 20)


def test_reopening_is_refused_when_the_successor_was_held_itself(
    company: Company, held: tuple[Account, Activity]
) -> None:
    account, call = held
    company.log(account, "reached")
    with pytest.raises(Refused):
        company.do(activities.reopen, call)
    planned = company.call(account).planned_on
    company.do(activities.trash, call)  # a later contact stands: only the history changes
    assert company.call(account).planned_on == planned


def test_a_correction_of_when_a_call_was_held_moves_the_next_one(
    company: Company, held: tuple[Account, Activity]
) -> None:
    account, call = held
    earlier = dt.datetime(2026, 11, 27, 15, tzinfo=dt.UTC)
    company.do(activities.edit_activity, call, values={"done_at": earlier})
    assert company.fresh(account).last_contact_at == earlier
    assert (company.call(account).cycle_from, company.call(account).due_raw) == (D(2026, 11, 27), D(2026, 12, 27))
    with pytest.raises(Refused):
        company.do(activities.edit_activity, call, values={"done_at": company.now + dt.timedelta(days=1)})
    with pytest.raises(Refused):
        company.do(activities.edit_activity, call, values={"done_at": None})


def test_an_outcome_corrected_to_one_that_is_no_contact_takes_the_contact_back(
    company: Company, held: tuple[Account, Activity]
) -> None:
    account, call = held
    company.do(activities.edit_activity, call, values={"outcome": company.outcomes["note"]})
    stands_again(company, account)


def test_a_talk_of_the_past_that_is_entered_is_the_anchor_when_it_is_the_latest(company: Company) -> None:
    account = company.account()
    company.later(10)  # Thu 12 Nov
    values = {"kind": "call", "account": account, "outcome": company.outcomes["reached"]}
    then = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)
    enter = activities.plan_activity
    enter(company.actor, values={**values, "done_at": then}, now=company.now)
    assert company.fresh(account).last_contact_at == then
    assert company.call(account).cycle_from == D(2026, 11, 9)
    planned = company.call(account).planned_on
    enter(company.actor, values={**values, "done_at": then - dt.timedelta(days=3)}, now=company.now)
    assert company.call(account).planned_on == planned  # an older one changes the history only
    with pytest.raises(Refused):
        enter(company.actor, values={**values, "done_at": company.now + dt.timedelta(hours=1)}, now=company.now)
    assert company.holds()


def test_many_talks_of_the_past_entered_at_once_set_the_anchor_once(company: Company) -> None:
    from tend.kernel.unit import Unit

    account = company.account()
    with Unit(company.actor, verb="import", now=company.now) as unit:
        for days in (9, 2, 30, 5):
            activities.plan_activity(
                unit,
                values={
                    "kind": "call", "account": account, "outcome": company.outcomes["reached"],
                    "done_at": company.now - dt.timedelta(days=days),
                },
            )  # fmt: skip
    assert company.call(account).cycle_from == D(2026, 10, 31)
    cancelled = Activity.objects.as_system("test").filter(account=account, origin="cycle", state="cancelled")
    assert cancelled.count() == 1


def test_a_wish_not_to_be_contacted_that_is_entered_later_is_obeyed(company: Company) -> None:
    account = company.account()
    values = {"kind": "call", "account": account, "outcome": company.outcomes["never"], "done_at": company.now}
    activities.plan_activity(company.actor, values=values, now=company.now)
    assert company.fresh(account).do_not_contact
    assert not company.calls(account).exists()


def test_a_meeting_deleted_gives_way_to_the_call_that_it_had_superseded(company: Company) -> None:
    account = company.account()
    met = make("outcomes", name="Took place", kind="meeting", effect="contact")
    company.later(7)
    values = {"kind": "meeting", "account": account, "planned_on": company.today}
    meeting = activities.plan_activity(company.actor, values=values, now=company.now).record
    company.do(activities.complete, meeting, outcome=met)
    assert company.call(account).cycle_from == D(2026, 11, 9)
    company.do(activities.trash, meeting)
    stands_again(company, account)


def test_after_a_change_of_status_a_talk_taken_away_leaves_the_plan(
    company: Company, held: tuple[Account, Activity]
) -> None:
    account, call = held
    company.do(accounts.set_status, account, to=company.statuses["A"])
    planned = company.call(account).planned_on
    company.do(activities.trash, call)
    assert company.call(account).planned_on == planned
    assert company.fresh(account).last_contact_at is None


def test_a_task_done_or_cancelled_can_be_opened_again(company: Company) -> None:
    account = company.account()
    values = {"kind": "task", "account": account, "subject": "Send samples", "planned_on": D(2026, 11, 5)}
    task = activities.plan_activity(company.actor, values=values, now=company.now).record
    with pytest.raises(Refused):
        company.do(activities.reopen, task)
    company.do(activities.complete, task)
    company.do(activities.reopen, task)
    assert (company.fresh(task).state, company.fresh(task).planned_on) == ("planned", D(2026, 11, 5))


def test_deleting_the_open_call_asks_why_and_skips_one_round(company: Company) -> None:
    account = company.account()
    call = company.call(account)
    with pytest.raises(Refused) as no:
        company.do(activities.trash, call)
    assert no.value.field == "reason"
    company.later(8)
    company.do(activities.trash, call, reason="trade fair")
    assert company.fresh(call).cancelled_because == "trade fair"
    assert company.call(account).planned_on == D(2026, 12, 10)


@pytest.mark.parametrize(
    ("kind", "direction", "counts"),
    [
        ("call", "out", True), ("meeting", "out", True), ("email", "in", True), ("message", "in", True),
        ("email", "out", False), ("message", "out", False), ("letter", "in", False), ("note", "in", False),
        ("task", "out", False),
    ],
)  # fmt: skip
def test_what_counts_as_a_contact(company: Company, kind: str, direction: str, counts: bool) -> None:
    account = company.account()
    answered = make("outcomes", name="Answered", kind=kind, effect="contact")
    values = {"kind": kind, "direction": direction, "account": account, "outcome": answered, "done_at": company.now}
    company.later(1)
    activities.plan_activity(company.actor, values=values, now=company.now)
    assert (company.fresh(account).last_contact_at is not None) is counts
    assert company.holds()


def test_a_status_says_itself_which_kinds_count(company: Company) -> None:
    strict = make(
        "interaction-statuses", name="Meetings only", interval=30, counts=["meeting"], activity_kind="meeting"
    )
    with pytest.raises(Refused):
        make("interaction-statuses", name="Notes", interval=30, counts=["note"])
    account = company.account(interaction_status=strict)
    company.later(3)
    done: Any = company.log(account, "reached")
    assert company.fresh(account).last_contact_at is None
    assert company.call(account).planned_on == D(2026, 12, 2)
    assert done.act is not None
    company.do(
        activities.log_call, account, outcome=make("outcomes", name="Took place", kind="meeting", effect="contact")
    )
    assert company.call(account).cycle_from == D(2026, 11, 5)


@pytest.mark.parametrize("kind", ["meeting", "email", "letter", "task"])
def test_whatever_kind_is_planned_the_next_follows_when_it_is_held(company: Company, kind: str) -> None:
    planned = make("interaction-statuses", name="Another kind", interval=30, activity_kind=kind)
    account = company.account(interaction_status=planned)
    company.later(7)
    company.do(activities.complete, company.call(account), outcome=company.outcomes["reached"])
    assert company.call(account).cycle_from == D(2026, 11, 9)
    assert company.holds()


def test_deleting_the_contact_that_ended_it_makes_an_account_unreachable_again(company: Company) -> None:
    account = company.account()
    for _ in range(4):
        company.log(account, "no answer")
        company.later(2)
    assert company.fresh(account).unreachable
    company.log(account, "reached")
    assert not company.fresh(account).unreachable
    talk = company.done(account)[-1]
    company.later(1)
    done = company.do(activities.trash, talk)
    assert company.fresh(account).unreachable
    assert company.holds()
    undo_act(company.actor, done.act, now=company.now)
    assert not company.fresh(account).unreachable
    company.log(account, "no answer")
    assert not company.fresh(account).unreachable  # one try is none of four


def test_deleting_a_contact_between_two_vain_tries_counts_them_again(company: Company) -> None:
    account = company.account()
    company.log(account, "no answer")
    company.later(2)
    company.log(account, "reached")
    assert company.fresh(account).cycle_attempts == 0
    talk = company.done(account)[-1]
    company.later(1)
    company.do(activities.trash, talk)
    assert company.fresh(account).cycle_attempts == 1
    assert not company.fresh(account).unreachable
