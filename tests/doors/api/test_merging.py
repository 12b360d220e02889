"""Merging and parting through the API: the address of what was merged leads on, and the answer says what stayed."""

from __future__ import annotations

from typing import Any

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
