"""What can be done with talks and plans, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity, Effect, Outcome
from tend.kernel.errors import Misuse, NotAllowed, NotSeen, Refused
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
D = dt.date


def outcome(name: str, effect: Effect, **values: Any) -> Outcome:
    return make("outcomes", name=name, kind="call", effect=effect, **values)  # type: ignore[no-any-return]


@pytest.fixture
def account(cast: Cast) -> Any:
    make("interaction-statuses", name="B", interval=30, default_for=["prospect"])
    return cast.account("Kestrel Packaging")


def plan(cast: Cast, account: Any, **values: Any) -> Activity:
    given = {"kind": "task", "subject": "Send samples", "account": account, **values}
    return activities.plan_activity(cast.actor(cast.manager), values=given, now=NOW).record  # type: ignore[no-any-return]


def test_what_one_plans_is_for_oneself_and_today_unless_said(cast: Cast, account: Any) -> None:
    planned = plan(cast, account)
    assert (planned.responsible, planned.planned_on, planned.state) == (cast.manager, NOW.date(), "planned")


def test_a_done_activity_is_entered_as_done(cast: Cast, account: Any) -> None:
    assert plan(cast, account, done_at=NOW, kind="note").state == "done"


def test_a_retired_outcome_and_a_time_to_come_are_refused(cast: Cast, account: Any) -> None:
    reached = outcome("Reached", Effect.CONTACT)
    retired = outcome("Fax sent", Effect.CONTACT, is_active=False)
    actor = cast.actor(cast.manager)
    with pytest.raises(Refused) as no:
        activities.log_call(actor, account, outcome=retired, now=NOW)
    assert no.value.field == "outcome"
    with pytest.raises(Refused) as no:
        activities.log_call(actor, account, outcome=reached, at=NOW + dt.timedelta(minutes=5), now=NOW)
    assert no.value.field == "at"


def test_a_status_that_does_not_serve_the_account_refuses_the_whole_talk(cast: Cast, account: Any) -> None:
    lead = make("interaction-statuses", name="Lead", interval=7, for_leads=True, for_accounts=False)
    with pytest.raises(Refused):
        activities.log_call(
            cast.actor(cast.manager), account, outcome=outcome("Reached", Effect.CONTACT), interaction_status=lead
        )
    assert not Activity.objects.as_system("test").filter(account=account, state="done").exists()


def test_nothing_is_logged_on_an_account_out_of_sight(cast: Cast, account: Any) -> None:
    reached = outcome("Reached", Effect.CONTACT)
    with pytest.raises(NotSeen):
        activities.log_call(cast.actor(cast.stranger), account, outcome=reached)
    with pytest.raises(NotAllowed):
        activities.log_call(cast.actor(cast.manager), cast.account("Olga's", owner=cast.leader), outcome=reached)


def test_an_open_call_of_the_cycle_stays_on_its_account(cast: Cast, account: Any) -> None:
    call = Activity.objects.as_system("test").get(account=account, origin="cycle")
    actor, other = cast.actor(cast.manager), cast.account("Another")
    for values in ({"account": other}, {"kind": "task"}):
        with pytest.raises(Refused):
            activities.edit_activity(actor, call, values=values)
    day = D(2100, 1, 4)
    activities.edit_activity(actor, call, values={"planned_on": day, "account": account})
    moved = Activity.objects.as_system("test").get(pk=call.pk)
    assert (moved.planned_on, moved.is_pinned) == (day, True)


def test_a_call_of_the_cycle_is_completed_by_a_contact_alone(cast: Cast, account: Any) -> None:
    call = Activity.objects.as_system("test").get(account=account, origin="cycle")
    for how in (None, outcome("Busy", Effect.ATTEMPT), outcome("Noted", Effect.NONE)):
        with pytest.raises(Refused):
            activities.complete(cast.actor(cast.manager), call, outcome=how)
    activities.complete(cast.actor(cast.manager), call, outcome=outcome("Reached", Effect.CONTACT), text="Good talk")
    assert Activity.objects.as_system("test").filter(account=account, origin="cycle", state="planned").count() == 1


def test_what_is_done_is_neither_moved_nor_cancelled_nor_done_again(cast: Cast, account: Any) -> None:
    task, actor = plan(cast, account), cast.actor(cast.manager)
    activities.complete(actor, task, text="sent")
    for verb, options in (
        (activities.complete, {}), (activities.reschedule, {"to": D(2100, 1, 1)}), (activities.cancel, {"reason": "no"}),
    ):  # fmt: skip
        with pytest.raises(Refused):
            verb(actor, task, **options)


def test_a_day_that_is_past_is_refused(cast: Cast, account: Any) -> None:
    with pytest.raises(Refused):
        activities.reschedule(cast.actor(cast.manager), plan(cast, account), to=D(2026, 11, 1), now=NOW)


def test_an_inactive_person_is_given_nothing(cast: Cast, account: Any) -> None:
    task = plan(cast, account)
    activities.hand_over(cast.actor(cast.manager), task, to=cast.junior)
    assert Activity.objects.as_system("test").get(pk=task.pk).responsible == cast.junior
    cast.leader.is_active = False
    with pytest.raises(Refused):
        activities.hand_over(cast.actor(cast.manager), task, to=cast.leader)


def test_a_task_done_is_no_contact(cast: Cast, account: Any) -> None:
    task = plan(cast, account)
    before = Activity.objects.as_system("test").get(account=account, origin="cycle").planned_on
    sent = make("outcomes", name="Samples sent", kind="task", effect=Effect.CONTACT)
    activities.complete(cast.actor(cast.manager), task, outcome=sent)
    fresh = type(account).objects.as_system("test").get(pk=account.pk)
    assert fresh.last_contact_at is None
    assert Activity.objects.as_system("test").get(account=account, origin="cycle").planned_on == before


def test_activities_are_not_asked_without_an_actor() -> None:
    with pytest.raises(Misuse):
        list(Activity.objects.all())
