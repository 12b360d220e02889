"""Taking back what others did: a leader for his team, nobody for strangers, and no word about what is out of sight."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tend.domains.accounts.commands import reassign
from tend.doors.web.imports import operations
from tend.kernel import clock
from tend.kernel.entity import entity_by_plural
from tend.kernel.history import Change
from tend.kernel.jobs.bulk import queue_each
from tend.kernel.operations import Operation
from tend.people.access import forget_actors
from tests.cast import BUILDER, Cast

pytestmark = pytest.mark.django_db
ACCOUNTS = entity_by_plural("accounts")
assert ACCOUNTS is not None
# Ids are among it: PostgreSQL's sequences do not come back with a rollback.
VARYING = re.compile(
    rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[A-Za-z0-9]+|/operations?/\d+|data-row="\d+"|"id":\s*\d+'
)


def stored(record: Any) -> Any:
    return type(record).objects.as_system("test").get(pk=record.pk)


def renamed(cast: Cast, by: Any, account: Any, text: str = "by mistake") -> int:
    """Somebody changes an account; the name of the write."""
    return int(ACCOUNTS.edit(cast.actor(by), account, values={"description": text}).act)


def bulk(cast: Cast, by: Any, accounts: list[Any]) -> Operation:
    return ACCOUNTS.edit.each(cast.actor(by), [a.pk for a in accounts], values={"description": "by mistake"})  # type: ignore[no-any-return]


def test_a_leader_takes_back_one_write_of_his_team(cast: Cast) -> None:
    account = cast.account("Alder")
    act = renamed(cast, cast.manager, account)
    browser = cast.client(cast.leader)
    assert browser.post(f"/undo/{act}").status_code == 303
    assert stored(account).description == ""
    assert browser.session["flash"]["text"] == "Taken back."
    last = Change.objects.as_system("test").filter(record_type="accounts.account").order_by("-pk").first()
    assert (last.verb, last.actor_id) == ("undo", cast.leader.pk)


def test_a_leader_takes_back_an_operation_of_his_team_from_its_page(cast: Cast) -> None:
    accounts = [cast.account(f"Hotel {n}") for n in range(4)]
    operation = bulk(cast, cast.manager, accounts)
    browser = cast.client(cast.leader)
    assert f"/operations/{operation.pk}" in browser.get("/operations").content.decode()
    page = browser.get(f"/operations/{operation.pk}").content.decode()
    assert "4 records come back" in page
    assert f'action="/undo/operation/{operation.pk}"' in page
    browser.post(f"/undo/operation/{operation.pk}")
    assert {stored(a).description for a in accounts} == {""}
    assert Operation.objects.as_system("test").get(pk=operation.pk).state == "undone"
    assert browser.post(f"/undo/operation/{operation.pk}").status_code == 422


def test_counting_what_would_come_back_is_offered_up_to_what_can_be_counted_soon(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = bulk(cast, cast.leader, [cast.account(f"Hotel {n}") for n in range(4)])
    browser, address = cast.client(cast.leader), f"/operations/{operation.pk}"
    monkeypatch.setattr(operations, "COUNTED_AT_ONCE", 2)
    page = browser.get(address).content.decode()
    assert "4 records come back" not in page
    assert "?preview=1" in page
    assert "4 records come back" in browser.get(f"{address}?preview=1").content.decode()
    monkeypatch.setattr(operations, "COUNTED_WHEN_ASKED", 3)
    page = browser.get(f"{address}?preview=1").content.decode()
    assert "4 records come back" not in page
    assert "?preview=1" not in page
    assert "Undo all of it" in page


@pytest.mark.parametrize("who", ["junior", "stranger"])
def test_colleagues_and_strangers_take_nothing_back_and_learn_nothing(cast: Cast, who: str) -> None:
    account = cast.account("Alder")
    act, operation = renamed(cast, cast.manager, account), bulk(cast, cast.manager, [account])
    browser = cast.client(getattr(cast, who))
    for path, nothing in ((f"/undo/{act}", "/undo/1"), (f"/undo/operation/{operation.pk}", "/undo/operation/999999")):
        answer, unknown = browser.post(path), browser.post(nothing)
        assert answer.status_code == 404
        assert VARYING.sub(b"", answer.content) == VARYING.sub(b"", unknown.content)
    assert stored(account).description == "by mistake"


def test_a_leader_does_not_reach_into_another_team(cast: Cast) -> None:
    account = cast.account("Far", owner=cast.stranger)
    operation, act = bulk(cast, cast.stranger, [account]), renamed(cast, cast.stranger, account, "again")
    browser = cast.client(cast.leader)
    assert browser.post(f"/undo/{act}").status_code == 404
    for path in (
        f"/operations/{operation.pk}",
        f"/operations/{operation.pk}/refusals.csv",
        f"/operations/{operation.pk}/progress",
    ):
        assert browser.get(path).status_code == 404
    for path in (
        f"/undo/operation/{operation.pk}",
        f"/operations/{operation.pk}/stop",
        f"/operations/{operation.pk}/go-on",
    ):
        assert browser.post(path).status_code == 404
    assert stored(account).description == "again"


def test_a_leader_does_not_stop_the_work_of_his_team(cast: Cast) -> None:
    operation = queue_each(cast.actor(cast.manager), ACCOUNTS.edit, [cast.account("Alder").pk], {"values": {}})
    assert cast.client(cast.leader).post(f"/operations/{operation.pk}/stop").status_code == 404
    assert cast.client(cast.manager).post(f"/operations/{operation.pk}/stop").status_code == 303


def world(cast: Cast, *, hidden: bool) -> list[bytes]:
    """What the leader is answered, in an office where another team works too, or does not."""
    accounts = [cast.account(f"Hotel {n}") for n in range(2)]
    mine = bulk(cast, cast.manager, accounts)
    if hidden:
        far = [cast.account(f"Far {n}", owner=cast.stranger) for n in range(3)]
        theirs = bulk(cast, cast.stranger, far).pk
        act = renamed(cast, cast.stranger, far[0], "again")
    else:
        theirs, act = mine.pk + 1, 1
    leader: Client = cast.client(cast.leader)
    asked = [
        leader.get("/operations"), leader.get(f"/operations/{mine.pk}"), leader.get(f"/operations/{theirs}"),
        leader.post(f"/undo/{act}"), leader.post(f"/undo/operation/{theirs}"), leader.get("/api/v1/operations"),
        leader.get("/notices"), leader.get("/counts"),
    ]  # fmt: skip
    return [str(a.status_code).encode() + VARYING.sub(b"", a.content) for a in asked]


def test_two_worlds_answer_a_leader_with_the_same_bytes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    answers = []
    for hidden in (True, False):
        forget_actors()
        with transaction.atomic():
            answers.append(world(cast, hidden=hidden))
            transaction.set_rollback(True)
    for with_it, without in zip(*answers, strict=True):
        assert with_it == without


def test_what_left_the_leaders_sight_is_not_taken_back_and_not_named(cast: Cast) -> None:
    kept, gone = cast.account("Alder"), cast.account("Secret")
    operation = bulk(cast, cast.manager, [kept, gone])
    reassign(BUILDER, gone, to=cast.stranger)
    browser = cast.client(cast.leader)
    assert "Secret" not in browser.get(f"/operations/{operation.pk}").content.decode()
    browser.post(f"/undo/operation/{operation.pk}")
    assert (stored(kept).description, stored(gone).description) == ("", "by mistake")
    assert "Secret" not in browser.get("/operations").content.decode()
