"""The search of everything and the security log over REST."""

from __future__ import annotations

from typing import Any

import pytest

from tend.kernel import clock
from tend.people.security_log import SecurityEvent
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


def found(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200, answer.data
    return {g["type"]: [i["name"] for i in g["items"]] for g in answer.data["groups"]}


def test_a_program_searches_what_its_user_sees_with_reasons_and_page_by_page(cast: Cast, caller: Any) -> None:
    for name in ("Harbour Foods", "Harbour Light", "Bodega Lejos"):
        make("accounts", name=name, owner=cast.manager, addresses=[{"city": "Odessa"}] if "Light" in name else [])
    make("contacts", first_name="Ines", last_name="Harbourne", owner=cast.manager)
    ask, stranger = caller(cast.manager), caller(cast.stranger)

    both = ask("GET", "/search?q=harbour")
    assert found(both) == {"accounts": ["Harbour Foods", "Harbour Light"], "contacts": ["Ines Harbourne"]}
    assert both.data["groups"][0]["count"] == {"number": 2, "is_more": False}
    assert found(ask("GET", "/search?q=harbour+type:contacts")) == {"contacts": ["Ines Harbourne"]}
    assert found(ask("GET", "/search?q=harbour+city:Odessa")) == {"accounts": ["Harbour Light"]}
    [group] = ask("GET", "/search?q=odessa").data["groups"]
    assert "Odessa" in group["items"][0]["why"]

    first = ask("GET", "/search?q=harbour&type=accounts&limit=1")
    assert found(first) == {"accounts": ["Harbour Foods"]}
    rest = ask("GET", f"/search?q=harbour&type=accounts&limit=5&cursor={first.data['next']}")
    assert (found(rest), rest.data["next"]) == ({"accounts": ["Harbour Light"]}, None)

    slip = ask("GET", "/search?q=harbuor").data
    assert (slip["groups"], slip["meant"]) == ([], "harbour")
    assert stranger("GET", "/search?q=harbour").data == {"q": "harbour", "groups": [], "meant": None, "next": None}
    assert stranger("GET", "/search?q=harbuor").data["meant"] is None
    for wrong in ("q=x&type=users", "q=x&limit=101", "q=x&cursor=1", "q=x&type=accounts&cursor=9.x", "words=x"):
        assert ask("GET", f"/search?{wrong}").status_code == 422, wrong


def test_the_security_log_is_read_by_whoever_has_the_right(cast: Cast, caller: Any) -> None:
    SecurityEvent.objects.all().delete()
    ask = caller(cast.admin)  # makes a token, which stands in the log
    list(cast.client(cast.leader).get("/accounts/export?format=csv").streaming_content)
    cast.client(cast.leader)

    def kinds(asked: str = "") -> list[str]:
        answer = ask("GET", f"/security-log{asked}")
        assert answer.status_code == 200, answer.data
        return [e["kind"] for e in answer.data["items"]]

    whole = kinds()
    assert {"exported", "token-issued"} <= set(whole)
    event = next(e for e in ask("GET", "/security-log?kind=exported").data["items"])
    assert (event["by"], event["event"], event["address"]) == ({"id": cast.leader.pk, "name": cast.leader.name}, "List exported", "127.0.0.1")  # fmt: skip
    assert event["detail"]["type"] == "accounts"
    assert kinds("?group=data") == ["exported"]
    assert set(kinds(f"?person={cast.leader.pk}")) <= {"exported", "sign-in"}
    today = clock.now().date().isoformat()
    assert kinds(f"?since={today}&until={today}") == whole
    assert kinds("?until=2020-01-01") == []
    assert kinds(f"?since={today}T00:00:00Z&kind=token-issued")
    first = ask("GET", "/security-log?limit=1").data
    assert kinds(f"?limit=500&cursor={first['next']}") == whole[1:]
    for wrong in ("since=never", "group=x", "kind=x", "person=x", "limit=0", "cursor=x", "what=x"):
        assert ask("GET", f"/security-log?{wrong}").status_code == 422, wrong
    for other in (cast.leader, cast.stranger):
        assert caller(other)("GET", "/security-log?what=x").status_code == 404
