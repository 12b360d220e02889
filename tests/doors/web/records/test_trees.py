"""The tree of accounts in the browser: levels opened on demand, hanging elsewhere, circles refused in words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


def names(client: Client, address: str, **headers: str) -> list[str]:
    body = client.get(address, **headers).content.decode()
    return re.findall(r'<th scope="row" class="cell-name" title="([^"]*)"', body)


@pytest.fixture
def group(cast: Cast) -> dict[str, Any]:
    top = cast.account("Marisol Group")
    south = cast.account("Marisol South", parent=top)
    hidden = cast.account("Hidden Head", cast.stranger)
    return {"top": top, "south": south, "cadiz": cast.account("Marisol Cadiz", parent=south), "hidden": hidden,
            "orphan": cast.account("Orphan", parent=hidden)}  # fmt: skip


def test_levels_open_on_demand(cast: Cast, group: dict[str, Any]) -> None:
    client = cast.client(cast.manager)
    assert names(client, "/accounts?shape=tree") == ["Marisol Group", "Orphan"]
    body = client.get("/accounts?shape=tree").content.decode()
    assert "Hidden" not in body
    assert "4 accounts" in body
    assert body.count("aria-expanded") >= 1
    below = f"/accounts/{group['top'].pk}/below?shape=tree&depth=1"
    assert names(client, below, **SCRIPT) == names(client, below) == ["Marisol South"]
    assert 'aria-level="2"' in client.get(below, **SCRIPT).content.decode()
    assert client.get(f"/accounts/{group['hidden'].pk}/below?shape=tree").status_code == 404
    assert client.get("/contacts?shape=tree").status_code == 422
    assert names(client, "/accounts?shape=tree&q=Cadiz") == ["Marisol Cadiz"]


def test_hanging_runs_the_verb_and_refuses_a_circle(cast: Cast, group: dict[str, Any]) -> None:
    client, top = cast.client(cast.manager), group["top"].pk

    def hang(pk: int, to: Any) -> Any:
        return client.post(f"/accounts/{pk}/hang", {"to": to}, **SCRIPT)

    def said(response: Any) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(response.headers["HX-Trigger"])["toast"]
        return told

    for to in (top, group["south"].pk, group["cadiz"].pk):
        refused = hang(top, to)
        assert refused.status_code == 422
        assert said(refused)["text"] in (
            "An account cannot be part of itself.",
            "This would make a circle of accounts.",
        )
    moved = hang(group["cadiz"].pk, top)
    assert (moved.status_code, said(moved)["text"]) == (204, "“Marisol Cadiz” hangs under “Marisol Group”.")
    assert names(client, f"/accounts/{top}/below?shape=tree") == ["Marisol Cadiz", "Marisol South"]
    client.post(said(moved)["undo_url"], **SCRIPT)
    assert names(client, f"/accounts/{top}/below?shape=tree") == ["Marisol South"]
    assert said(hang(group["south"].pk, ""))["text"] == "“Marisol South” stands at the top."
    assert hang(group["south"].pk, group["hidden"].pk).status_code == 404
    assert cast.client(cast.stranger).post(f"/accounts/{top}/hang", {"to": ""}, **SCRIPT).status_code == 404


def test_boards_and_trees_cost_the_same_for_any_number_of_records(cast: Cast, group: dict[str, Any]) -> None:
    client = cast.client(cast.manager)
    addresses = (
        "/accounts?shape=tree",
        f"/accounts/{group['top'].pk}/below?shape=tree",
        "/accounts?shape=board&by=lifecycle",
    )

    def questions() -> list[int]:
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    before = questions()
    for at in range(12):
        house = cast.account(f"House {at}", lifecycle="customer")
        cast.account(f"Flat {at}", parent=house)
        cast.account(f"Wing {at}", parent=group["top"])
    assert questions() == before
