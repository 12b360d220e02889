"""The contract of the API on accounts: list, create, read, change, verbs, bulk, errors, idempotency."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.models import Account
from tend.doors.api import resources
from tend.kernel.entity import entity_by_plural
from tend.kernel.jobs.bulk import queue_each
from tend.kernel.jobs.worker import Worker
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


def stored(pk: int) -> Account:
    return Account.objects.as_system("test").get(pk=pk)  # type: ignore[no-any-return]


def test_without_a_token_nothing_is_said(client: Any) -> None:
    response = client.get("/api/v1/accounts")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_an_account_is_created_read_changed_and_deleted(cast: Cast, caller: Any) -> None:
    call = caller(cast.admin)
    made = call(
        "POST",
        "/accounts",
        {
            "name": "Marisol",
            "phone": "+34 600 555 042",
            "address": {"city": "Cádiz", "country_code": "ES"},
            "lifecycle": "customer",
            "annual_revenue": {"amount": "12.50", "currency": "EUR"},
        },
    )
    assert made.status_code == 201, made.data
    pk = made.data["id"]
    assert made.data["address"]["city"] == "Cádiz"
    assert made.data["annual_revenue"] == {"amount": "12.50", "currency": "EUR"}
    assert made.data["owner"]["name"] == "Ada Byrne"
    read = call("GET", f"/accounts/{pk}")
    assert read.data == made.data
    changed = call("PATCH", f"/accounts/{pk}", {"name": "Hotel Marisol"}, **{"If-Match": read["ETag"]})
    assert changed.data["name"] == "Hotel Marisol"
    stale = call("PATCH", f"/accounts/{pk}", {"name": "Lost"}, **{"If-Match": read["ETag"]})
    assert stale.status_code == 412
    assert stored(pk).name == "Hotel Marisol"
    assert call("DELETE", f"/accounts/{pk}").status_code == 204
    assert call("GET", f"/accounts/{pk}").status_code == 404
    assert call("POST", f"/accounts/{pk}/restore", {}).status_code == 200
    assert call("GET", f"/accounts/{pk}").status_code == 200


def test_unknown_fields_are_refused_by_name(cast: Cast, caller: Any) -> None:
    response = caller(cast.admin)("POST", "/accounts", {"name": "X", "colour": "red", "created_by": 1})
    assert response.status_code == 422
    assert {e["field"] for e in response.data["errors"]} == {"colour", "created_by"}
    assert not Account.objects.as_system("test").exists()


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "12"])
def test_a_body_that_is_no_object_is_refused(cast: Cast, caller: Any, body: str) -> None:
    call = caller(cast.admin)
    response = call.client.post("/api/v1/accounts", body, content_type="application/json")
    assert response.status_code == 422


def test_a_hidden_record_and_none_answer_the_same_bytes(cast: Cast, caller: Any) -> None:
    hidden = cast.account("Hidden", owner=cast.stranger)
    call = caller(cast.junior)
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/archive", {}),
    ):
        one = call(method, f"/accounts/{hidden.pk}{path}", body)
        other = call(method, f"/accounts/{hidden.pk + 999}{path}", body)
        assert one.status_code == 404
        assert one.content == other.content
    assert stored(hidden.pk).name == "Hidden"


def test_what_one_sees_but_may_not_do_is_not_allowed(cast: Cast, caller: Any) -> None:
    mine = cast.account("Mine", owner=cast.junior)
    call = caller(cast.junior)
    assert call("DELETE", f"/accounts/{mine.pk}").status_code == 403
    assert call("POST", f"/accounts/{mine.pk}/reassign", {"to": cast.leader.email}).status_code == 403
    assert stored(mine.pk).owner_id == cast.junior.pk


def test_links_are_taken_by_object_id_and_name(cast: Cast, caller: Any) -> None:
    status = make("statuses", name="Open")
    call = caller(cast.admin)
    for given in ({"id": status.pk, "name": "Open"}, status.pk, "open"):
        made = call("POST", "/accounts", {"name": "A", "status": given})
        assert made.data["status"] == {"id": status.pk, "name": "Open"}
    assert call("POST", "/accounts", {"name": "A", "status": "Nope"}).status_code == 422


def test_a_patch_of_a_field_that_a_verb_owns_needs_its_right(cast: Cast, caller: Any) -> None:
    mine = cast.account("Mine", owner=cast.junior)
    response = caller(cast.junior)("PATCH", f"/accounts/{mine.pk}", {"owner": cast.leader.pk})
    assert response.status_code == 403
    leader = caller(cast.leader)("PATCH", f"/accounts/{mine.pk}", {"owner": cast.manager.email})
    assert leader.data["owner"]["id"] == cast.manager.pk


def test_pages_are_walked_by_cursor_without_gaps(cast: Cast, caller: Any) -> None:
    for number in range(23):
        cast.account(f"A{number:02d}", owner=cast.junior)
    cast.account("A05 hidden", owner=cast.stranger)
    call, names, cursor = caller(cast.junior), [], None
    while True:
        page = call("GET", "/accounts?limit=5&sort=name&count=true" + (f"&cursor={cursor}" if cursor else ""))
        assert page.status_code == 200, page.data
        names += [item["name"] for item in page.data["items"]]
        assert page.data["count"]["number"] == 23
        cursor = page.data["next"]
        if cursor is None:
            break
    assert names == [f"A{number:02d}" for number in range(23)]


def test_filters_in_both_forms(cast: Cast, caller: Any) -> None:
    status = make("statuses", name="Open")
    cast.account("Yes", owner=cast.admin, status=status)
    cast.account("No", owner=cast.admin)
    call = caller(cast.admin)
    tree = '{"all":[{"field":"status","op":"in","value":["Open"]}]}'
    for query in (f"filter={tree}", "q=status:Open"):
        assert [i["name"] for i in call("GET", f"/accounts?{query}").data["items"]] == ["Yes"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "sort=nope",
        "filter={",
        'filter={"field":"nope","op":"is","value":1}',
        "cursor=forged",
        "colour=1",
        "fields=nope",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(cast: Cast, caller: Any, query: str) -> None:
    response = caller(cast.admin)("GET", f"/accounts?{query}")
    assert response.status_code == 422, response.data
    assert response.data["errors"]


@pytest.mark.parametrize("pk", ["99999999999999999999", "9223372036854775808", "0"])
def test_an_id_that_no_database_holds_is_not_found(cast: Cast, caller: Any, pk: str) -> None:
    assert caller(cast.admin)("GET", f"/accounts/{pk}").status_code == 404


def test_a_key_is_used_once(cast: Cast, caller: Any) -> None:
    call = caller(cast.admin)
    first = call("POST", "/accounts", {"name": "Once"}, **{"Idempotency-Key": "k1"})
    again = call("POST", "/accounts", {"name": "Once"}, **{"Idempotency-Key": "k1"})
    other = call("POST", "/accounts", {"name": "Other"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.content == again.content
    assert Account.objects.as_system("test").count() == 1


def test_a_verb_answers_with_sentences_and_can_be_undone(cast: Cast, caller: Any) -> None:
    call = caller(cast.admin)
    account = cast.account("Mine", owner=cast.admin)
    done = call("POST", f"/accounts/{account.pk}/archive", {})
    assert done.data["record"]["archived"] is True
    undone = call("POST", f"/undo/{done.data['undo']}", {})
    assert undone.status_code == 200, undone.data
    assert stored(account.pk).archived is False


def test_much_at_once_is_queued_watched_stopped_and_undone(
    cast: Cast, caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "AT_ONCE", 2)
    ids = [cast.account(f"Hotel {n}").pk for n in range(3)]
    call = caller(cast.leader)
    body = {"verb": "edit", "ids": [*ids, 999_999], "options": {"values": {"description": "x"}}}
    answer = call("POST", "/accounts/bulk", body)
    assert (answer.status_code, answer.json()["state"], answer.json()["total"]) == (202, "waiting", 4)
    path = f"/operations/{answer.json()['id']}"
    Worker("w").drain()
    done = call("GET", path).json()
    assert (done["state"], done["changed"], done["failed"]) == ("done", 3, 1)
    assert [r["id"] for r in call("GET", f"{path}/refusals").json()["items"]] == [999_999]
    undone = call("POST", f"{path}/undo").json()
    assert (undone["restored"], undone["operation"]["state"]) == (3, "done")
    waiting = call("POST", "/accounts/bulk", body).json()
    assert call("POST", f"/operations/{waiting['id']}/stop").json()["state"] == "stopped"
    assert caller(cast.stranger)("POST", f"/operations/{waiting['id']}/stop").status_code == 404


def test_bulk_by_filter_is_an_operation_that_names_refusals(cast: Cast, caller: Any) -> None:
    for number in range(5):
        cast.account(f"A{number}", owner=cast.manager)
    hidden = cast.account("A hidden", owner=cast.stranger)
    call = caller(cast.leader)
    done = call(
        "POST", "/accounts/bulk", {"verb": "archive", "filter": {"field": "name", "op": "starts_with", "value": "A"}}
    )
    assert done.data["changed"] == 5, done.data
    assert not stored(hidden.pk).archived
    undone = call("POST", f"/operations/{done.data['id']}/undo", {})
    assert undone.data["restored"] == 5, undone.data
    assert call("POST", "/accounts/bulk", {"verb": "archive"}).status_code == 422
    assert caller(cast.junior)("POST", "/accounts/bulk", {"verb": "archive", "ids": [1]}).status_code == 403


def test_leads_are_accounts_that_are_or_were_leads(cast: Cast, caller: Any) -> None:
    call = caller(cast.admin)
    lead = call("POST", "/leads", {"name": "Lead"}).data
    assert lead["lifecycle"] == "lead"
    plain = call("POST", "/accounts", {"name": "Plain"}).data
    assert [i["name"] for i in call("GET", "/leads").data["items"]] == ["Lead"]
    assert call("GET", f"/leads/{plain['id']}").status_code == 404
    call("PATCH", f"/accounts/{lead['id']}", {"lifecycle": "customer"})
    assert call("GET", "/leads").data["items"] == []
    assert call("GET", f"/leads/{lead['id']}").status_code == 200


def test_the_description_is_valid_and_public(client: Any) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    schema = response.json()
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/accounts/{pk}/reassign" in schema["paths"]
    assert client.get("/api/v1/docs").status_code == 200


def test_a_list_takes_as_many_queries_for_many_as_for_few(
    cast: Cast, caller: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        cast.account(f"A{number:02d}", owner=cast.admin, phone=f"+34 600 555 {number:03d}", tags=[])
    call = caller(cast.admin)
    call("GET", "/accounts?limit=2")
    with django_assert_max_num_queries(20):
        assert len(call("GET", "/accounts?limit=40").data["items"]) == 40


def test_what_was_stopped_goes_on_and_only_for_whoever_asked_for_it(cast: Cast, caller: Any) -> None:
    entity = entity_by_plural("accounts")
    assert entity is not None
    assert entity.edit is not None
    ids = [cast.account(f"Hotel {n}").pk for n in range(3)]
    operation = queue_each(cast.actor(cast.manager), entity.edit, ids, {"values": {"description": "seen to"}})
    path, manager = f"/operations/{operation.pk}", caller(cast.manager)
    assert manager("POST", f"{path}/go-on", {}).status_code == 422  # it waits for its turn
    assert manager("POST", f"{path}/stop", {}).data["state"] == "stopped"
    assert caller(cast.leader)("POST", f"{path}/go-on", {}).status_code == 422
    assert caller(cast.stranger)("POST", f"{path}/go-on", {}).status_code == 404
    answer = manager("POST", f"{path}/go-on", {})
    assert (answer.status_code, answer.data["state"]) == (202, "waiting")
    while Worker().step():
        pass
    assert manager("GET", path).data["changed"] == 3
