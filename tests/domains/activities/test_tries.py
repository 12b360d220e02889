"""A call says that it was tried in vain for as long as a try hangs on it, whatever becomes of the try."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.activities import commands as activities
from tend.domains.activities import tries
from tend.domains.activities.models import Activity
from tend.kernel.doctor import checks
from tend.kernel.undo import undo_act
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast: Cast) -> Any:
    make("interaction-statuses", name="B", interval=30, default_for=["prospect"])
    return cast.account("Kestrel Packaging")


@pytest.fixture
def no_answer() -> Any:
    return make("outcomes", name="No answer", kind="call", effect="attempt")


def tried(cast: Cast, account: Any, outcome: Any) -> Any:
    return activities.log_call(cast.actor(cast.manager), account.pk, outcome=outcome)


def open_call() -> Activity:
    return Activity.objects.as_system("test").get(origin="cycle", state="planned")  # type: ignore[no-any-return]


def latest() -> Activity:
    return Activity.objects.as_system("test").latest("pk")  # type: ignore[no-any-return]


def said() -> bool:
    assert not tries.wrong().exists()
    return open_call().is_tried


def test_a_try_is_said_on_its_call_until_it_is_taken_away(cast: Cast, account: Any, no_answer: Any) -> None:
    actor = cast.actor(cast.leader)
    assert not said()
    first = tried(cast, account, no_answer)
    assert said()
    tried(cast, account, no_answer)
    second = latest()
    gone = activities.trash(actor, second.pk)
    assert said()
    undo_act(actor, first.act)
    assert not said()
    undo_act(actor, gone.act)
    assert said()


def test_a_try_that_follows_something_else_leaves_its_call(cast: Cast, account: Any, no_answer: Any) -> None:
    actor = cast.actor(cast.manager)
    letter = activities.plan_activity(actor, values={"kind": "letter", "account": account, "subject": "Offer"}).record
    tried(cast, account, no_answer)
    attempt = latest()
    moved = activities.edit_activity(actor, attempt.pk, values={"parent": letter})
    assert not said()
    undo_act(actor, moved.act)
    assert said()
    reached = make("outcomes", name="Reached", kind="call", effect="contact")
    activities.edit_activity(actor, attempt.pk, values={"outcome": reached})
    assert not tries.wrong().exists()


def test_a_call_planned_by_hand_says_it_too(cast: Cast, account: Any, no_answer: Any) -> None:
    actor = cast.actor(cast.manager)
    mine = activities.plan_activity(actor, values={"kind": "call", "account": account, "subject": "Price"}).record
    activities.log_outcome(actor, mine.pk, outcome=no_answer)
    assert Activity.objects.as_system("test").get(pk=mine.pk).is_tried
    assert not tries.wrong().exists()


def test_the_doctor_puts_it_right(cast: Cast, account: Any, no_answer: Any) -> None:
    tried(cast, account, no_answer)
    Activity._base_manager.filter(pk=open_call().pk).update(is_tried=False)
    findings = checks()["tried-calls"](True)
    assert [f.count for f in findings] == [1]
    assert said()
