"""Activities over REST: how talks end, what follows what, and what the answers offer next."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast: Cast) -> Any:
    make("interaction-statuses", name="B", interval=30, default_for=["prospect"])
    make("interaction-statuses", name="C", interval=90)
    for name, effect, code in (("Contactado", "contact", "reached"), ("Ocupado", "attempt", "busy"), ("No le interesa", "contact", "declined"), ("Número malo", "bad_number", "")):  # fmt: skip
        outcome = make("outcomes", name=name, kind="call", effect=effect)
        type(outcome).objects.as_system("test").filter(pk=outcome.pk).update(code=code)
    return cast.account("Kestrel Packaging")


def test_every_verb_that_says_how_a_talk_ended_is_offered(cast: Cast, caller: Any, account: Any) -> None:
    paths = caller(cast.manager)("GET", "/openapi.json").data["paths"]
    for path in ("accounts/{pk}/log-call", "activities/{pk}/log-outcome", "activities/{pk}/complete"):
        schema = paths[f"/api/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert {"outcome", "text", "interaction_status"} <= schema["properties"].keys()


def test_an_outcome_is_named_by_its_code_in_any_language(cast: Cast, caller: Any, account: Any) -> None:
    call = caller(cast.manager)
    logged = call("POST", f"/accounts/{account.pk}/log-call", {"outcome": "reached", "text": "Yes"})
    assert logged.status_code == 200, logged.data
    assert logged.data["made"]["type"] == "activities"
    talk = call("GET", f"/activities/{logged.data['made']['id']}").data
    assert (talk["outcome"]["name"], talk["state"], talk["text"]) == ("Contactado", "done", "Yes")
    assert "Call planned for" in " ".join(logged.data["says"])


def test_a_call_planned_by_hand_is_tried_given_up_or_held(cast: Cast, caller: Any, account: Any) -> None:
    call = caller(cast.manager)

    def planned() -> int:
        made = call("POST", "/activities", {"kind": "call", "account": account.pk, "planned_on": "2100-01-04"})
        return int(made.data["id"])

    pk = planned()
    tried = call("POST", f"/activities/{pk}/log-outcome", {"outcome": "busy"})
    assert tried.status_code == 200, tried.data
    assert (tried.data["record"]["state"], tried.data["record"]["planned_on"] < "2100") == ("planned", True)
    held = call("POST", f"/activities/{pk}/log-outcome", {"outcome": "reached", "text": "At last"})
    assert (held.data["record"]["state"], held.data["record"]["outcome"]["name"]) == ("done", "Contactado")
    assert call("POST", f"/activities/{pk}/log-outcome", {"outcome": "reached"}).status_code == 422
    given_up = call("POST", f"/activities/{planned()}/log-outcome", {"outcome": "Número malo"})
    assert (given_up.data["record"]["state"], given_up.data["record"]["cancelled_because"]) == (
        "cancelled",
        "Número malo",
    )
    assert [o["verb"] for o in given_up.data["offers"]] == ["resume"]


def test_whoever_declined_may_be_called_less_often(cast: Cast, caller: Any, account: Any) -> None:
    call = caller(cast.manager)
    declined = call("POST", f"/accounts/{account.pk}/log-call", {"outcome": "declined"}).data
    first, second = declined["offers"]
    assert (first["verb"], first["options"]["to"]["name"], second["verb"]) == ("set-status", "C", "pause")
    done = call("POST", f"/{first['type']}/{first['id']}/{first['verb']}", first["options"])
    assert done.status_code == 200, done.data
    assert done.data["record"]["interaction_status"]["name"] == "C"


def test_a_number_entered_while_the_cycle_rests_offers_to_resume_it(cast: Cast, caller: Any, account: Any) -> None:
    call = caller(cast.manager)
    call("POST", f"/accounts/{account.pk}/log-call", {"outcome": "Número malo"})
    changed = call("PATCH", f"/accounts/{account.pk}", {"phone": "+34 600 555 001"}).data
    assert "resume" in " ".join(changed["says"])
    (offer,) = changed["offers"]
    resumed = call("POST", f"/accounts/{offer['id']}/{offer['verb']}", offer["options"])
    assert resumed.status_code == 200
    assert resumed.data["offers"] == []
    assert changed["undo"]


def test_who_may_not_resume_is_not_offered_to(cast: Cast, caller: Any, account: Any) -> None:
    call = caller(cast.manager)
    call("POST", f"/accounts/{account.pk}/log-call", {"outcome": "Número malo"})
    loose = caller(cast.junior)("POST", "/activities", {"kind": "task", "subject": "Mine"})
    assert (
        caller(cast.junior)("PATCH", f"/activities/{loose.data['id']}", {"subject": "Still mine"}).data["offers"] == []
    )
    assert caller(cast.junior)("GET", f"/accounts/{account.pk}").status_code == 404


def test_what_follows_what_is_a_field_written_by_id(cast: Cast, caller: Any, account: Any) -> None:
    call = caller(cast.manager)
    first = call(
        "POST",
        "/activities",
        {"kind": "email", "subject": "Offer", "account": account.pk, "done_at": "2026-01-02T09:00:00Z"},
    ).data
    second = call(
        "POST", "/activities", {"kind": "task", "subject": "Ask", "parent": {"id": first["id"], "name": "Offer"}}
    ).data
    assert second["parent"] == {"id": first["id"], "name": "Offer"}
    assert second["account"]["id"] == account.pk
    assert call("PATCH", f"/activities/{second['id']}", {"parent": None}).data["parent"] is None
    circle = call("PATCH", f"/activities/{first['id']}", {"parent": first["id"]})
    assert (circle.status_code, circle.data["errors"][0]["field"]) == (422, "parent")
    again = call("PATCH", f"/activities/{second['id']}", {"parent": first["id"]})
    back = call("POST", f"/undo/{again.data['undo']}")
    assert back.status_code == 200
    assert call("GET", f"/activities/{second['id']}").data["parent"] is None
