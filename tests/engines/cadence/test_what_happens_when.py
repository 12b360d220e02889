"""The table "What happens when" of the call cycle: each row as a fact."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.events import account_created
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.engines.cadence.nightly import end_pauses
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to  # noqa: F401 - the reactions are registered at start
from tend.kernel.history import Change
from tend.kernel.undo import undo_act
from tend.people import commands as people
from tests.cast import make
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
D = dt.date


def test_every_new_account_that_names_no_status_gets_the_default_and_a_call(company: Company) -> None:
    account = company.account()
    assert account.interaction_status == company.statuses["B"]
    call = company.call(account)
    assert (call.cycle_from, call.due_raw, call.planned_on) == (D(2026, 11, 2), D(2026, 12, 2), D(2026, 12, 2))
    assert call.responsible == company.cast.manager
    assert account.next_contact_on == D(2026, 12, 2)
    lead = company.account("Larkfield", lifecycle="lead")
    assert lead.interaction_status == company.statuses["L"]


def test_no_status_is_a_choice_of_its_own(company: Company) -> None:
    account = company.account(interaction_status=None)
    assert account.interaction_status is None
    assert not company.calls(account).exists()


def test_a_status_set_dates_the_same_call_anew_from_today(company: Company) -> None:
    account = company.account()
    before = company.call(account)
    company.later(3)
    done = company.do(accounts.set_status, account, to=company.statuses["A"])
    call = company.call(account)
    assert call.pk == before.pk
    assert call.planned_on == D(2026, 11, 19)
    assert done.sentence == "Call planned for Thu\u00a019\u00a0Nov (A – key, every 14 days)."
    assert company.fresh(account).next_contact_on == D(2026, 11, 19)


def test_undo_restores_status_and_call(company: Company) -> None:
    account = company.account()
    before = company.call(account).planned_on
    done = company.do(accounts.set_status, account, to=company.statuses["A"])
    undo_act(company.actor, done.act, now=company.now)
    assert company.call(account).planned_on == before
    assert company.fresh(account).interaction_status == company.statuses["B"]
    assert company.fresh(account).next_contact_on == before


def test_the_same_status_again_changes_nothing(company: Company) -> None:
    account = company.account()
    company.later(5)
    done = company.do(accounts.set_status, account, to=company.statuses["B"])
    assert done.act is None
    assert company.call(account).planned_on == D(2026, 12, 2)
    company.do(accounts.restart_cycle, account)
    assert company.call(account).planned_on == D(2026, 12, 7)


def test_a_status_that_plans_none_cancels_the_open_call_with_the_reason(company: Company) -> None:
    account = company.account()
    call = company.call(account)
    company.do(accounts.set_status, account, to=company.statuses["D"])
    assert not company.calls(account).exists()
    cancelled = company.fresh(call)
    assert (cancelled.state, cancelled.cancelled_because) == ("cancelled", "changed to D – dormant")
    assert company.fresh(account).next_contact_on is None


def test_a_call_held_is_done_and_the_next_is_planned_from_the_contact(company: Company) -> None:
    account = company.account()
    call = company.call(account)
    company.later(28)  # Mon 30 Nov
    done = company.log(account, "reached", text="Wants samples")
    held = company.fresh(call)
    assert (held.state, held.text, held.outcome) == ("done", "Wants samples", company.outcomes["reached"])
    assert company.done(account) == [held]
    following = company.call(account)
    assert following.pk != call.pk
    assert (following.cycle_from, following.planned_on) == (D(2026, 11, 30), D(2026, 12, 30))
    assert company.fresh(account).last_contact_at == company.now
    assert "Wed\u00a030\u00a0Dec" in done.sentence


def test_declined_is_a_contact_like_any_other(company: Company) -> None:
    account = company.account()
    company.later(1)
    company.log(account, "declined")
    assert company.call(account).cycle_from == D(2026, 11, 3)


def test_an_older_contact_logged_later_changes_the_history_not_the_plan(company: Company) -> None:
    account = company.account()
    company.later(10)
    company.log(account, "reached")
    planned = company.call(account).planned_on
    company.log(account, "reached", at=company.now - dt.timedelta(days=4))
    assert company.call(account).planned_on == planned
    assert len(company.done(account)) == 2
    assert company.fresh(account).last_contact_at == company.now


def test_a_new_status_in_the_same_dialog_wins_and_there_is_still_one_call(company: Company) -> None:
    account = company.account()
    company.later(1)
    company.log(account, "reached", interaction_status=company.statuses["A"])
    assert company.call(account).planned_on == D(2026, 11, 17)
    company.log(account, "no answer", interaction_status=company.statuses["D"])
    assert not company.calls(account).exists()


def test_no_answer_tries_the_same_call_again_after_the_retry_days(company: Company) -> None:
    account = company.account()
    call = company.call(account)
    company.later(30)  # Wed 2 Dec
    done = company.log(account, "no answer")
    again = company.call(account)
    assert again.pk == call.pk
    assert (again.planned_on, again.cycle_from) == (D(2026, 12, 4), D(2026, 11, 2))
    (attempt,) = company.done(account)
    assert attempt.parent_id == call.pk
    assert company.fresh(account).last_contact_at is None
    assert done.sentence == "No answer. Next try Fri\u00a04\u00a0Dec."


def test_at_the_maximum_of_attempts_the_account_is_unreachable_and_a_full_cycle_follows(company: Company) -> None:
    account = company.account()
    company.later(30)
    for _ in range(4):
        company.log(account, "busy")
    fresh = company.fresh(account)
    assert (fresh.unreachable, fresh.cycle_attempts) == (True, 0)
    assert company.call(account).planned_on == D(2027, 1, 1) or company.call(account).due_raw == D(2027, 1, 1)
    assert company.call(account).planned_on == D(2027, 1, 4)  # New Year's Day, then a weekend
    company.log(account, "reached")
    assert not company.fresh(account).unreachable


def test_a_wrong_number_pauses_the_cycle_and_asks_for_a_working_one(company: Company) -> None:
    account = company.account()
    company.log(account, "wrong")
    assert not company.calls(account).exists()
    assert company.fresh(account).cycle_paused
    task = Activity.objects.as_system("test").get(account=account, kind="task")
    assert (task.state, task.subject, task.responsible) == ("planned", "Find a working number", company.cast.manager)
    company.do(accounts.resume, account)
    assert company.call(account).planned_on == D(2026, 12, 2)


def test_who_asked_not_to_be_contacted_is_left_alone_until_that_is_lifted(company: Company) -> None:
    account = company.account()
    company.log(account, "never")
    assert company.fresh(account).do_not_contact
    assert not company.calls(account).exists()
    company.do(accounts.set_status, account, to=company.statuses["A"])
    assert not company.calls(account).exists()
    company.do(accounts.set_do_not_contact, account, to=False)
    assert company.calls(account).count() == 1


def test_a_pause_cancels_and_resuming_plans(company: Company) -> None:
    account = company.account()
    company.do(accounts.pause, account, until=D(2026, 12, 20), reason="renovation")
    cancelled = Activity.objects.as_system("test").get(account=account)
    assert cancelled.cancelled_because == "renovation until Sun\u00a020\u00a0Dec"
    company.now = dt.datetime(2026, 12, 19, 6, tzinfo=dt.UTC)
    assert end_pauses(company.now) is None
    company.now = dt.datetime(2026, 12, 20, 6, tzinfo=dt.UTC)
    assert end_pauses(company.now) is not None
    assert company.call(account).planned_on == D(2026, 12, 21)  # its old date is past, so the next working day
    assert end_pauses(company.now) is None


def test_the_open_call_cancelled_by_hand_skips_one_round_and_never_leaves_none(company: Company) -> None:
    account = company.account()
    call = company.call(account)
    with pytest.raises(Refused):
        company.do(activities.cancel, call, reason=" ")
    company.later(8)
    company.do(activities.cancel, call, reason="trade fair")
    assert company.call(account).planned_on == D(2026, 12, 10)
    with pytest.raises(Refused):
        company.do(activities.trash, company.call(account))


def test_a_new_owner_gets_the_open_call_and_past_ones_move_to_a_working_day(company: Company) -> None:
    account, late = company.account(), company.account("Late one")
    company.log(late, "reached")
    company.later(33)  # Sat 5 Dec
    make("absences", user=company.cast.leader, first=D(2026, 12, 7), last=D(2026, 12, 7))
    company.do(accounts.reassign, account, to=company.cast.leader)
    call = company.call(account)
    assert call.responsible == company.cast.leader
    assert call.planned_on == D(2026, 12, 8)  # Monday she is away
    assert company.done(late)[0].responsible == company.cast.admin  # done ones stay


def test_past_calls_of_a_new_owner_are_spread_by_capacity(company: Company) -> None:
    people.edit_user(company.actor, company.cast.leader, values={"calls_per_day": 2})
    made = [company.account(f"No {n}") for n in range(5)]
    company.later(31)  # Thu 3 Dec
    accounts.reassign.each(company.actor, [a.pk for a in made], to=company.cast.leader, now=company.now)
    days = sorted(company.call(a).planned_on for a in made)
    assert days == [D(2026, 12, 3), D(2026, 12, 3), D(2026, 12, 4), D(2026, 12, 4), D(2026, 12, 7)]


def test_the_flagged_caller_makes_the_calls(company: Company) -> None:
    account = company.account()
    company.do(accounts.add_responsible, account, user=company.cast.junior, is_caller=True)
    assert company.call(account).responsible == company.cast.junior
    company.do(accounts.remove_responsible, account, user=company.cast.junior)
    assert company.call(account).responsible == company.cast.manager


def test_calls_of_somebody_deactivated_show_in_the_teams_pool(company: Company) -> None:
    account = company.account()
    company.do(people.deactivate, company.cast.manager)
    call = company.call(account)
    assert call.responsible is None
    assert company.fresh(account).team == company.cast.team
    company.do(people.reactivate, company.cast.manager)
    assert company.call(account).responsible == company.cast.manager
    assert company.holds()


@pytest.mark.parametrize("verb", ["archive", "trash"])
def test_archived_or_trashed_is_cancelled_and_restored_gets_one_call(company: Company, verb: str) -> None:
    account = company.account()
    company.do(getattr(accounts, verb), account)
    assert not company.calls(account).exists()
    company.later(2)
    if verb == "archive":
        company.do(accounts.restore, account)
        assert company.call(account).planned_on == D(2026, 12, 2)  # its old date is still ahead
    assert company.holds()


def test_a_disqualified_lead_is_cancelled_with_its_reason_and_restored_gets_one_call(company: Company) -> None:
    lead, reason = company.account(lifecycle="lead"), make("disqualify-reasons", name="No budget")
    due = company.call(lead).planned_on
    done = company.do(accounts.disqualify, lead, reason=reason)
    assert not company.calls(lead).exists()
    assert "disqualified: No budget" in done.sentence
    lead = company.fresh(lead)
    assert (lead.archived, lead.disqualified_because, lead.next_contact_on) == (True, reason, None)
    company.later(2)
    company.do(accounts.restore, lead)
    assert company.call(lead).planned_on == due  # its old date is still ahead
    assert company.fresh(lead).disqualified_because is None
    undo_act(company.actor, company.do(accounts.disqualify, lead, reason=reason).act, now=company.now)
    assert company.call(lead).planned_on == due
    with pytest.raises(Refused, match="Only a lead"):
        company.do(accounts.disqualify, company.account(), reason=reason)
    assert company.holds()


def test_a_restored_account_whose_date_is_past_is_called_on_the_next_working_day(company: Company) -> None:
    account = company.account()
    company.do(accounts.archive, account)
    company.later(40)  # Sat 12 Dec
    company.do(accounts.restore, account)
    assert company.call(account).planned_on == D(2026, 12, 14)


def test_undoing_a_deletion_brings_back_the_one_call(company: Company) -> None:
    account = company.account()
    done = company.do(accounts.trash, account)
    undo_act(company.actor, done.act, now=company.now)
    assert company.call(account).planned_on == D(2026, 12, 2)


def test_a_change_of_lifecycle_keeps_the_call_and_its_anchor(company: Company) -> None:
    lead = company.account(lifecycle="lead")
    call = company.call(lead)
    assert call.planned_on == D(2026, 11, 9)
    company.later(2)
    company.do(accounts.set_lifecycle, lead, to="customer")
    after = company.call(lead)
    assert after.pk == call.pk
    assert company.fresh(lead).interaction_status == company.statuses["B"]  # what the lead status becomes
    assert (after.cycle_from, after.planned_on) == (D(2026, 11, 2), D(2026, 12, 2))
    company.do(accounts.set_lifecycle, lead, to="prospect")
    assert company.call(lead).planned_on == D(2026, 12, 2)


def test_a_call_moved_by_hand_stays_there_until_its_own_status_is_changed(company: Company) -> None:
    account, other = company.account(), company.account("Other")
    done = company.do(activities.reschedule, company.call(account), to=D(2026, 12, 25), reason="after the fair")
    assert "holiday" in done.sentence  # warned and obeyed
    call = company.call(account)
    assert (call.planned_on, call.is_pinned, call.moved_because) == (D(2026, 12, 25), True, "after the fair")
    assert company.fresh(account).next_contact_on == D(2026, 12, 25)
    accounts.set_status.each(company.actor, [account.pk, other.pk], to=company.statuses["A"], now=company.now)
    assert company.call(account).planned_on == D(2026, 12, 25)  # bulk skips it
    assert company.call(account).interaction_status == company.statuses["A"]
    company.do(accounts.set_status, account, to=company.statuses["C"])
    assert company.call(account).planned_on == D(2027, 2, 1)
    assert not company.call(account).is_pinned


def test_a_promise_is_kept_whatever_the_status(company: Company) -> None:
    account, other = company.account(), company.account("Other")
    company.do(activities.reschedule, company.call(account), to=D(2027, 3, 15), reason="after harvest", promised=True)
    done = company.do(accounts.set_status, account, to=company.statuses["A"])
    assert done.sentence == "Promise of Mon\u00a015\u00a0Mar\u00a02027 kept."
    accounts.set_status.each(company.actor, [account.pk, other.pk], to=company.statuses["C"], now=company.now)
    assert company.call(account).planned_on == D(2027, 3, 15)
    company.later(5)
    company.log(account, "reached")  # they called us before that day
    assert company.call(account).planned_on == D(2027, 3, 15)
    company.do(activities.reschedule, company.call(account), to=D(2027, 3, 16))  # a hand may
    company.now = dt.datetime(2027, 3, 16, 10, tzinfo=dt.UTC)
    company.log(account, "reached")
    assert company.call(account).planned_on == D(2027, 6, 14)  # C, 90 days after


def test_an_overdue_call_stays_and_is_never_doubled(company: Company) -> None:
    account = company.account()
    company.later(200)
    assert company.call(account).planned_on == D(2026, 12, 2)
    assert company.holds()


def test_a_talk_planned_by_hand_is_the_next_contact_when_it_is_earlier(company: Company) -> None:
    account = company.account()
    values = {"kind": "meeting", "account": account, "planned_on": D(2026, 11, 20), "subject": "Showroom"}
    meeting = activities.plan_activity(company.actor, values=values, now=company.now).record
    assert company.fresh(account).next_contact_on == D(2026, 11, 20)
    assert company.calls(account).count() == 1
    company.do(activities.cancel, meeting, reason="they are away")
    assert company.fresh(account).next_contact_on == D(2026, 12, 2)
    assert company.call(account).planned_on == D(2026, 12, 2)  # the cycle does not mind


def test_a_meeting_held_supersedes_the_open_call(company: Company) -> None:
    account = company.account()
    call = company.call(account)
    held = make("outcomes", name="Took place", kind="meeting", effect="contact")
    values = {"kind": "meeting", "account": account, "planned_on": D(2026, 11, 6)}
    meeting = activities.plan_activity(company.actor, values=values, now=company.now).record
    company.later(4)
    company.do(activities.complete, meeting, outcome=held, text="Good talk")
    assert company.fresh(call).state == "cancelled"
    assert company.fresh(call).cancelled_because.startswith("superseded by the talk of")
    assert company.call(account).cycle_from == D(2026, 11, 6)


def test_undoing_a_logged_call_opens_it_again_at_its_old_date(company: Company) -> None:
    account = company.account()
    call = company.call(account)
    company.later(28)
    done = company.log(account, "reached")
    undo_act(company.actor, done.act, now=company.now)
    again = company.call(account)
    assert (again.pk, again.planned_on, again.done_at) == (call.pk, D(2026, 12, 2), None)
    assert company.fresh(account).last_contact_at is None
    assert company.fresh(account).next_contact_on == D(2026, 12, 2)
    assert company.holds()


def test_undo_is_refused_when_the_next_call_was_worked_on(company: Company) -> None:
    account = company.account()
    company.later(28)
    done = company.log(account, "reached")
    company.later(1)
    company.do(activities.reschedule, company.call(account), to=D(2027, 1, 20))
    with pytest.raises(Refused):
        undo_act(company.actor, done.act, now=company.now)
    assert company.call(account).planned_on == D(2027, 1, 20)


def test_logging_writes_one_history_entry_for_each_record(company: Company) -> None:
    account = company.account()
    done = company.log(account, "reached")
    entries = Change.objects.as_system("test").filter(act=done.act)
    assert sorted(entries.values_list("record_type", flat=True)) == [
        "accounts.account",
        "activities.activity",
        "activities.activity",
    ]


def test_a_fault_in_the_middle_leaves_the_old_state(company: Company, monkeypatch: Any) -> None:
    account = company.account()
    planned = company.call(account).planned_on

    def fail(*_args: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("tend.kernel.unit.Unit._write_history", fail)  # after the statements, before the commit
    with pytest.raises(RuntimeError):
        company.do(accounts.set_status, account, to=company.statuses["A"])
    assert company.call(account).planned_on == planned
    assert company.fresh(account).interaction_status == company.statuses["B"]


def test_events_of_accounts_are_answered(company: Company) -> None:
    from tend.kernel.events import reactions

    assert "tend.engines.cadence.reactions.plan_first_calls" in [r.name for r in reactions(account_created)]
