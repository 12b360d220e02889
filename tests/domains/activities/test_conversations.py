"""What follows what: threads, what is refused, what happens when something goes to another account or is taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity, Effect, Participant
from tend.kernel.errors import Refused
from tend.kernel.undo import undo_act
from tend.kernel.values import create_record, edit_record
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def account(cast: Cast) -> Any:
    make("interaction-statuses", name="B", interval=30, default_for=["prospect"])
    return cast.account("Kestrel Packaging")


def said(cast: Cast, account: Any, subject: str, parent: Any = None, **values: Any) -> Activity:
    given = {"kind": "email", "subject": subject, "account": account, "done_at": NOW, "parent": parent, **values}
    return activities.plan_activity(cast.actor(cast.manager), values=given).record  # type: ignore[no-any-return]


def stored(activity: Activity) -> Activity:
    return Activity.objects.as_system("test").get(pk=activity.pk)  # type: ignore[no-any-return]


def threads(*found: Activity) -> list[int | None]:
    return [stored(a).thread_id for a in found]


def follow(cast: Cast, activity: Activity, parent: Activity | None) -> Any:
    return activities.edit_activity(cast.actor(cast.manager), activity.pk, values={"parent": parent})


def test_replies_to_replies_belong_to_what_the_conversation_began_with(cast: Cast, account: Any) -> None:
    first = said(cast, account, "Offer")
    second = said(cast, account, "Question", first)
    third = said(cast, account, "Answer", second)
    assert threads(first, second, third) == [None, first.pk, first.pk]
    assert stored(third).parent_id == second.pk


def test_what_follows_goes_to_the_same_account_unless_it_names_one(cast: Cast, account: Any) -> None:
    first = said(cast, account, "Offer")
    follow_up = activities.plan_activity(cast.actor(cast.manager), values={"kind": "task", "parent": first}).record
    assert stored(follow_up).account_id == account.pk
    assert stored(follow_up).state == "planned"


def test_a_whole_branch_goes_with_the_activity_it_hangs_on(cast: Cast, account: Any) -> None:
    first, second = said(cast, account, "Offer"), said(cast, account, "Complaint")
    below = said(cast, account, "Sorry", second)
    done = follow(cast, second, first)
    assert threads(first, second, below) == [None, first.pk, first.pk]
    undo_act(cast.actor(cast.manager), done.act)
    assert threads(first, second, below) == [None, None, second.pk]
    follow(cast, second, first)
    follow(cast, second, None)
    assert threads(first, second, below) == [None, None, second.pk]


def test_nothing_follows_itself(cast: Cast, account: Any) -> None:
    first = said(cast, account, "Offer")
    third = said(cast, account, "Answer", said(cast, account, "Question", first))
    for parent in (first, third):
        with pytest.raises(Refused) as no:
            follow(cast, first, parent)
        assert (no.value.field, no.value.code) == ("parent", "circle")


def test_only_accounts_of_one_group_share_a_conversation(cast: Cast, account: Any) -> None:
    first = said(cast, account, "Offer")
    daughter, other = cast.account("Kestrel Coast", parent=account), cast.account("Somebody else")
    assert stored(said(cast, daughter, "Question", first)).thread_id == first.pk
    for elsewhere in (said(cast, other, "Mail"), said(cast, None, "Loose")):
        with pytest.raises(Refused) as no:
            follow(cast, elsewhere, first)
        assert (no.value.field, no.value.code) == ("parent", "other_account")


def test_what_goes_to_another_account_leaves_its_answers_behind(cast: Cast, account: Any) -> None:
    first = said(cast, account, "Offer")
    second = said(cast, account, "Wrong place", first)
    third = said(cast, account, "Answer", second)
    other = cast.account("Somebody else")
    activities.edit_activity(cast.actor(cast.manager), second.pk, values={"account": other})
    assert (stored(second).parent_id, stored(second).thread_id) == (None, None)
    assert (stored(third).parent_id, stored(third).thread_id) == (first.pk, first.pk)
    activities.edit_activity(cast.actor(cast.manager), first.pk, values={"account": other})
    assert (stored(third).parent_id, stored(third).thread_id) == (None, None)


def test_a_hidden_activity_is_no_parent_and_is_named_to_nobody(cast: Cast, account: Any) -> None:
    from tend.kernel.reading import Reader

    daughter = cast.account("Kestrel Coast", parent=account, owner=cast.junior)
    first = said(cast, account, "Secret offer")
    below = said(cast, daughter, "Question", first)
    shown = Reader(activities.plan_activity.entity, cast.actor(cast.junior), ["parent"]).one(stored(below))
    assert shown["parent"] is None
    with pytest.raises(Refused) as no:
        create_record(cast.actor(cast.junior), activities.plan_activity.entity, {"kind": "note", "parent": first.pk})
    assert no.value.code == "unknown_link"
    shown = Reader(activities.plan_activity.entity, cast.actor(cast.manager), ["parent"]).one(stored(below))
    assert (shown["parent"].id, shown["parent"].name) == (first.pk, "Secret offer")


def test_a_try_belongs_to_the_call_it_tried(cast: Cast, account: Any) -> None:
    vain = make("outcomes", name="No answer", kind="call", effect=Effect.ATTEMPT)
    call = Activity.objects.as_system("test").get(account=account, origin="cycle")
    tried = activities.log_call(cast.actor(cast.manager), account, outcome=vain).value
    assert (tried.parent_id, tried.thread_id) == (call.pk, call.pk)


def test_a_talk_names_who_took_part_once(cast: Cast, account: Any) -> None:
    reached = make("outcomes", name="Reached", kind="call", effect=Effect.CONTACT)
    person = make("contacts", last_name="Prado", accounts=[account])
    actor = cast.actor(cast.manager)
    call = Activity.objects.as_system("test").get(account=account, origin="cycle")
    edit_record(actor, activities.plan_activity.entity, call.pk, {"contacts": [person.pk]})
    talk = activities.log_call(actor, account, outcome=reached, contacts=[person]).value
    assert talk.pk == call.pk
    assert Participant.objects.of([talk]).count() == 1
    again = activities.log_call(actor, account, outcome=reached, contacts=[person], parent=talk).value
    assert [p.contact_id for p in Participant.objects.of([again])] == [person.pk]
    assert again.thread_id == talk.pk


def test_an_outcome_belongs_to_its_kind(cast: Cast, account: Any) -> None:
    held = make("outcomes", name="Meeting held", kind="meeting", effect=Effect.CONTACT)
    actor = cast.actor(cast.manager)
    assert activities.log_call(actor, account, outcome=held).value.kind == "meeting"
    with pytest.raises(Refused) as no:
        activities.log_call(actor, account, outcome=held, kind="call")
    assert no.value.field == "outcome"
    task = activities.plan_activity(actor, values={"kind": "task", "account": account, "subject": "Samples"}).record
    for refuse in (
        lambda: activities.complete(actor, task, outcome=held),
        lambda: activities.edit_activity(actor, task, values={"outcome": held}),
        lambda: activities.plan_activity(actor, values={"kind": "note", "done_at": NOW, "outcome": held}),
    ):
        with pytest.raises(Refused):
            refuse()


def test_what_is_written_is_a_contact_when_it_came_from_the_account(cast: Cast, account: Any) -> None:
    received = make("outcomes", name="E-mail received", kind="email", effect=Effect.CONTACT)
    sent = make("outcomes", name="E-mail sent", kind="email", effect=Effect.NONE)
    status = account.interaction_status
    assert status is not None
    actor = cast.actor(cast.manager)
    assert activities.log_call(actor, account, outcome=sent).value.direction == "out"
    account.refresh_from_db()
    assert account.last_contact_at is None
    assert activities.log_call(actor, account, outcome=received).value.direction == "in"
    account.refresh_from_db()
    assert account.last_contact_at is not None
    with pytest.raises(Refused):
        activities.log_call(actor, account, outcome=sent, direction="sideways")
