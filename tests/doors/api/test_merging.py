"""Merging and parting through the API: the address of what was merged leads on, and the answer says what stayed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import time_machine

from tend.domains.accounts.models import Account
from tend.domains.activities.commands import plan_activity
from tend.domains.activities.models import Activity
from tend.kernel.unit import Unit
from tests.cast import Cast, make


def test_an_account_merges_into_another_and_is_parted(cast: Cast, caller: Any) -> None:
    call = caller(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol", employees=7, phones=["+34 911 111 111"])
    done = call("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk})
    assert done.status_code == 200
    assert done.data["says"] == ["“Marisol” is part of “Hotel Marisol” now."]
    operation = call("GET", f"/operations/{done.data['operation']}").data
    assert (operation["kind"], operation["changed"]) == ("merge", 1)
    old = call("GET", f"/accounts/{goes.pk}")
    assert (old.status_code, old["Location"]) == (307, f"/api/v1/accounts/{stays.pk}")
    assert old.data == {"merged_into": {"id": stays.pk, "name": "Hotel Marisol"}}
    assert call("GET", f"/accounts/{stays.pk}").data["employees"] == 7
    assert call("PATCH", f"/accounts/{goes.pk}", {"employees": 1}).status_code == 404
    call("PATCH", f"/accounts/{stays.pk}", {"employees": 8})
    parted = call("POST", f"/accounts/{goes.pk}/unmerge", {})
    assert parted.status_code == 200
    assert [(k["id"], k["field"], k["why"]) for k in parted.data["kept"]] == [(stays.pk, "Employees", "changed")]
    assert call("GET", f"/accounts/{goes.pk}").data["phone"] == "+34 911 111 111"


def test_values_are_taken_by_name_and_unknown_ones_are_refused(cast: Cast, caller: Any) -> None:
    call = caller(cast.leader)
    stays, goes = cast.account("Hotel Marisol", employees=3), cast.account("Marisol", employees=7)
    refused = call("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk, "take": ["rooms"]})
    assert (refused.status_code, refused.data["errors"][0]["field"]) == (422, "take")
    assert call("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk, "take": ["employees"]}).status_code == 200
    assert call("GET", f"/accounts/{stays.pk}").data["employees"] == 7


def test_both_sides_are_in_sight_and_in_reach(cast: Cast, caller: Any) -> None:
    mine, other, hidden = (
        cast.account("Mine"),
        cast.account("Other", cast.leader),
        cast.account("Hidden", cast.stranger),
    )
    leader, manager = caller(cast.leader), caller(cast.manager)
    assert (
        leader("POST", f"/accounts/{mine.pk}/merge", {"into": hidden.pk}).status_code == 422
    )  # as one that is not there
    assert leader("POST", f"/accounts/{hidden.pk}/merge", {"into": mine.pk}).status_code == 404
    assert manager("POST", f"/accounts/{mine.pk}/merge", {"into": other.pk}).status_code == 403
    assert leader("POST", f"/accounts/{mine.pk}/unmerge", {}).status_code == 422
    leader("POST", f"/accounts/{mine.pk}/merge", {"into": other.pk})
    assert caller(cast.stranger)("GET", f"/accounts/{mine.pk}").status_code == 404


def test_a_repeated_request_merges_once(cast: Cast, caller: Any) -> None:
    call = caller(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    key = {"idempotency-key": "once"}
    first = call("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk}, **key)
    again = call("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk}, **key)
    assert (first.status_code, first.content) == (again.status_code, again.content)


def test_contacts_merge_too(cast: Cast, caller: Any) -> None:
    call, account = caller(cast.leader), cast.account("Hotel Marisol")
    stays = make("contacts", first_name="Lucia", accounts=[account.pk])
    goes = make("contacts", first_name="Lucía", emails=["l@one.example"], accounts=[account.pk])
    assert call("POST", f"/contacts/{goes.pk}/merge", {"into": stays.pk}).status_code == 200
    assert call("GET", f"/contacts/{stays.pk}").data["email"] == "l@one.example"
    assert call("POST", f"/contacts/{goes.pk}/unmerge", {}).status_code == 200
    assert call("GET", f"/contacts/{stays.pk}").data["email"] == ""


def test_operations_are_undone_by_their_number_and_by_the_list(cast: Cast, caller: Any) -> None:
    call, page = caller(cast.leader), cast.client(cast.leader)
    stays, goes = cast.account("Hotel Marisol", employees=3), cast.account("Marisol", website="https://m.example")
    merged = call("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk}).data["operation"]
    undone = call("POST", f"/operations/{merged}/undo", {})
    assert (undone.status_code, undone.data["skipped"]) == (200, [])
    assert call("GET", f"/accounts/{goes.pk}").status_code == 200
    merged = call("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk}).data["operation"]
    call("PATCH", f"/accounts/{stays.pk}", {"website": "https://stays.example"})
    assert f"/operations/{merged}" in page.get("/operations").content.decode()
    assert "Undo all of it" in page.get(f"/operations/{merged}").content.decode()
    assert page.post(f"/undo/operation/{merged}").status_code == 303
    held = call("GET", f"/accounts/{stays.pk}").data
    assert (held["website"], held["employees"]) == ("https://stays.example", 3)
    assert call("GET", f"/accounts/{goes.pk}").data["website"] == "https://m.example"


def test_two_accounts_of_a_thousand_talks_are_parted_a_week_later(cast: Cast, caller: Any) -> None:
    began = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
    with time_machine.travel(began, tick=True):
        stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol", employees=7, phones=["+34 911 111 111"])
        mine, theirs = talks(cast, stays, 1000), talks(cast, goes, 1000)
        assert caller(cast.leader)("POST", f"/accounts/{goes.pk}/merge", {"into": stays.pk}).status_code == 200
    assert set(of(stays)) == {*mine, *theirs}
    with time_machine.travel(began + dt.timedelta(days=7), tick=True):
        call = caller(cast.leader)
        call("PATCH", f"/accounts/{stays.pk}", {"employees": 9, "phones": [], "description": "Asked again"})
        for pk in (mine[0], theirs[0]):
            assert call("PATCH", f"/activities/{pk}", {"text": "They asked again"}).status_code == 200
        elsewhere = cast.account("Alder Inn")
        assert call("PATCH", f"/activities/{theirs[1]}", {"account": elsewhere.pk}).status_code == 200
        assert call("DELETE", f"/activities/{theirs[2]}").status_code == 204
        later = make("activities", account=stays.pk, kind="task", subject="Since", responsible=cast.manager)
        parted = call("POST", f"/accounts/{goes.pk}/unmerge", {}).data
        held = call("GET", f"/accounts/{stays.pk}").data
        texts = [call("GET", f"/activities/{pk}").data["text"] for pk in (mine[0], theirs[0])]
    assert parted["back"] == [{"type": "activities", "count": 999}]
    assert {(k["id"], k["field"], k["why"]) for k in parted["kept"]} == {
        (stays.pk, "Employees", "changed"), (stays.pk, "Phone", "deleted"), (theirs[1], "Account", "changed"),
    }  # fmt: skip
    assert parted["kept_beside"] == 0
    assert set(of(goes)) == {pk for pk in theirs if pk != theirs[1]}  # the deleted one too, in the trash as it was
    assert set(of(stays)) == {*mine, later.pk}
    assert texts == ["They asked again"] * 2
    assert (held["employees"], held["description"]) == (9, "Asked again")


def talks(cast: Cast, account: Account, count: int) -> list[int]:
    """Tasks of an account, made in one write."""
    with Unit(cast.actor(cast.manager), verb="import") as unit:
        made = [
            plan_activity(unit, values={"account": account, "kind": "task", "subject": f"Ask {n}"})
            for n in range(count)
        ]
    return [activity.pk for activity in made]


def of(account: Account) -> list[int]:
    return list(Activity.objects.as_system("test").filter(account=account).values_list("pk", flat=True))
