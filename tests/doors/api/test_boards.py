"""Boards over the API: columns in order with counts, and cursors with which the lists go on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


def test_columns_begin_and_the_list_goes_on(cast: Cast) -> None:
    words = {n: make("statuses", name=n, position=p) for n, p in (("Open", 1), ("Closed", 2))}
    for at in range(5):
        cast.account(f"House {at}", status=words["Open"], annual_revenue="10" if at < 3 else None)
    cast.account("Bare")
    cast.account("Theirs", cast.stranger, status=words["Closed"])
    client = cast.client(cast.manager)
    said: Any = client.get("/api/v1/accounts/board?by=status&limit=2&fields=name").json()
    assert (said["by"], said["sort"]) == ("status", "name")
    heads = [(c["label"], c["count"]["number"], [i["name"] for i in c["items"]]) for c in said["columns"]]
    assert heads == [("Open", 5, ["House 0", "House 1"]), ("Closed", 0, []), ("not filled in", 1, ["Bare"])]
    first = said["columns"][0]
    assert first["value"] == {"id": words["Open"].pk, "name": "Open"}
    more = {
        "filter": json.dumps(first["filter"]),
        "sort": said["sort"],
        "limit": 2,
        "cursor": first["next"],
        "fields": "name",
    }
    assert [i["name"] for i in client.get("/api/v1/accounts", more).json()["items"]] == ["House 2", "House 3"]
    totals = client.get("/api/v1/accounts/board?by=status&fields=name&totals=annual_revenue").json()["columns"]
    eur = {"amount": "30.00", "currency": "EUR"}, {"amount": "10.00", "currency": "EUR"}
    assert totals[0]["totals"] == {"annual_revenue": {"filled": 3, "sum": eur[0], "average": eur[1]}}
    assert totals[1]["totals"] == {"annual_revenue": {"filled": 0, "sum": None, "average": None}}
    children = {"filter": json.dumps({"field": "parent", "op": "empty"}), "fields": "name"}
    assert len(client.get("/api/v1/accounts", children).json()["items"]) == 6


def test_what_is_no_column_is_refused_by_name(cast: Cast) -> None:
    client = cast.client(cast.manager)
    for query in ("", "by=nothing", "by=name", "by=status&limit=101", "by=status&cursor=x", "by=status&totals=name"):
        refused = client.get(f"/api/v1/accounts/board?{query}")
        assert refused.status_code == 422, query
        assert refused.json()["errors"][0]["field"], query
    assert client.get("/api/v1/leads/board?by=lifecycle").status_code == 200
