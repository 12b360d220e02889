"""The feed of changes over REST: in one order, in the caller's sight, in a constant number of queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.doors.api import changes as feed_of_changes
from tests.cast import Cast, make


def test_the_feed_tells_who_did_what_to_what_the_caller_sees(cast: Cast, caller: Any, monkeypatch: Any) -> None:
    call, stranger = caller(cast.manager), caller(cast.stranger)
    begin = call("GET", "/changes?since=now").data
    assert (begin["items"], begin["more"]) == ([], False)
    made = call("POST", "/accounts", {"name": "Hotel Marisol", "phones": ["+34 911 111 111"]}).data["id"]
    call("PATCH", f"/accounts/{made}", {"employees": 7, "annual_revenue": "12.50", "tags": []})
    call("PATCH", f"/accounts/{made}", {"parent": cast.account("Hidden parent", cast.stranger).pk})
    parent = cast.account("Marisol Group")
    call("PATCH", f"/accounts/{made}", {"parent": parent.pk})
    leader = caller(cast.leader)
    leader("DELETE", f"/accounts/{made}")
    leader("POST", f"/accounts/{made}/restore", {})
    cast.account("Not theirs", cast.stranger)

    first = call("GET", f"/changes?type=accounts&since={begin['next']}&limit=2").data
    assert first["more"]
    rest = call("GET", f"/changes?type=accounts&since={first['next']}").data
    assert not rest["more"]
    told = [i for i in first["items"] + rest["items"] if i["record"] == {"type": "accounts", "id": made}]
    assert [i["kind"] for i in told] == ["created", "changed", "changed", "trashed", "restored"]
    assert [i["by"]["name"] for i in told] == ["Tomas Ribeiro"] * 3 + ["Olga Marchenko"] * 2
    assert told[0]["fields"]["name"] == {"before": None, "after": "Hotel Marisol"}
    assert ("contact_points", "+34911111111") in [(p["of"], (p["after"] or {}).get("normalised") or p["after"]["value"].replace(" ", "")) for p in told[0]["parts"]]  # fmt: skip
    assert told[1]["fields"]["employees"] == {"before": None, "after": 7}
    assert told[1]["fields"]["annual_revenue"]["after"]["amount"] == "12.50"
    assert told[2]["fields"]["parent"] == {"before": None, "after": {"id": parent.pk, "name": "Marisol Group"}}
    assert "Not theirs" not in str(rest)
    again = call("GET", f"/changes?since={rest['next']}&type=accounts").data
    assert again == {"items": [], "next": rest["next"], "more": False}

    seen_by_stranger = stranger("GET", f"/changes?since={begin['next']}").data
    assert str(made) not in [
        str(i["record"]["id"]) for i in seen_by_stranger["items"] if i["record"]["type"] == "accounts"
    ]
    assert "Marisol" not in str(seen_by_stranger)

    monkeypatch.setattr(feed_of_changes, "LOOKED_AT", 2)  # work for each call is bounded: it goes on with the cursor
    walked, since = [], begin["next"]
    while True:
        page = call("GET", f"/changes?type=accounts&since={since}").data
        walked += page["items"]
        if not page["more"]:
            break
        since = page["next"]
    assert walked == first["items"] + rest["items"]


def test_a_hidden_field_is_absent_and_what_went_out_of_sight_tells_nothing(cast: Cast, caller: Any) -> None:
    from tests.cast import person

    clerk = person("Mara Lind", "marketing")
    call = caller(clerk)
    account = make("accounts", name="Harbour Foods", owner=cast.manager)
    begin = call("GET", "/changes?since=now").data["next"]
    caller(cast.manager)("PATCH", f"/accounts/{account.pk}", {"phone": "+34 922 222 222"})
    assert call("GET", f"/changes?since={begin}&type=accounts").data["items"] == []
    for asked, code in (
        ("since=x", "cursor"),
        ("type=nothing", "unknown"),
        ("limit=0", "range"),
        ("page=2", "unknown"),
    ):
        refused = call("GET", f"/changes?{asked}")
        assert (refused.status_code, refused.data["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize("who", ["admin", "manager"])
def test_the_number_of_queries_does_not_grow(cast: Cast, caller: Any, who: str) -> None:
    call = caller(getattr(cast, who))
    rows = [cast.account(f"Account {n}", phones=["+34 911 111 111"]).pk for n in range(12)]

    def asked(limit: int) -> int:
        call("GET", "/changes?limit=500")  # names of books are kept
        with CaptureQueriesContext(connection) as queries:
            assert len(call("GET", f"/changes?type=accounts&limit={limit}").data["items"]) == limit
        return len(queries)

    assert asked(2) == asked(12)
    assert rows
