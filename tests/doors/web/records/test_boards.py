"""Boards in the browser: columns with counts, moving a card by the field's own verb, refusals in words, folding."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from tend.kernel.entity import entity_by_plural
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def statuses() -> dict[str, Any]:
    return {n: make("statuses", name=n, position=p) for n, p in (("Open", 1), ("Follow-up", 2), ("Closed", 3))}


def columns(client: Client, address: str) -> dict[str, list[str]]:
    """Each column with its cards by name; a folded one has none."""
    body = client.get(address).content.decode()
    found = {}
    for part in re.findall(r'<section class="board-column".*?</section>', body, re.DOTALL):
        label = re.search(r'data-label="([^"]*)"', part)
        assert label is not None
        found[label[1]] = re.findall(r'data-open title="([^"]*)"', part)
    return found


def toast(response: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(response.headers["HX-Trigger"])["toast"]
    return said


def test_a_card_moves_by_the_verb_of_its_field_and_comes_back(cast: Cast, statuses: dict[str, Any]) -> None:
    account = cast.account("Hotel Marisol", status=statuses["Open"])
    client, address = cast.client(cast.manager), "/accounts?shape=board&by=status"
    assert columns(client, address) == {"Open": ["Hotel Marisol"], "Follow-up": [], "Closed": []}
    given = {"by": "status", "from": statuses["Open"].pk, "to": statuses["Closed"].pk}
    moved = client.post(f"/accounts/{account.pk}/move", given, **SCRIPT)
    assert moved.status_code == 200
    assert "Hotel Marisol" in moved.content.decode()
    assert columns(client, address)["Closed"] == ["Hotel Marisol"]
    client.post(toast(moved)["undo_url"], **SCRIPT)
    assert columns(client, address)["Open"] == ["Hotel Marisol"]


def test_a_refusal_says_why(cast: Cast, statuses: dict[str, Any]) -> None:
    account = cast.account("Hotel Marisol", status=statuses["Open"])
    only_leads = make("interaction-statuses", name="Fresh", for_leads=True, for_accounts=False)
    client = cast.client(cast.manager)
    given = {"by": "interaction_status", "from": "", "to": only_leads.pk}
    assert "Fresh" not in columns(client, "/accounts?shape=board&by=interaction_status")
    refused = client.post(f"/accounts/{account.pk}/move", given, **SCRIPT)
    assert (refused.status_code, toast(refused)["text"]) == (422, "“Fresh” is a status for leads only.")
    stale = client.post(
        f"/accounts/{account.pk}/move", {"by": "status", "from": "", "to": statuses["Closed"].pk}, **SCRIPT
    )
    assert (stale.status_code, toast(stale)["text"]) == (422, "Somebody moved “Hotel Marisol” meanwhile.")
    page = client.get(f"/accounts/{account.pk}/move?by=status")
    assert page.status_code == 200
    assert "Follow-up" in page.content.decode()


def test_what_one_may_not_change_stays_where_it_is(cast: Cast, statuses: dict[str, Any]) -> None:
    theirs = cast.account("Leader's", cast.leader, status=statuses["Open"])
    hidden = cast.account("Stranger's", cast.stranger, status=statuses["Open"])
    cast.account("Small", cast.junior)
    make("activities", kind="call", subject="Ring", account=theirs, planned_on="2026-12-01", responsible=cast.manager)
    client = cast.client(cast.manager)
    body = client.get("/accounts?shape=board&by=status").content.decode()
    assert "Leader" in body
    assert "Stranger" not in body
    assert 'draggable="true"' not in body
    assert "You can see it, but not change it" in body
    to = {"by": "status", "from": statuses["Open"].pk, "to": statuses["Closed"].pk}
    assert client.post(f"/accounts/{theirs.pk}/move", to, **SCRIPT).status_code == 422
    assert client.post(f"/accounts/{hidden.pk}/move", to, **SCRIPT).status_code == 404
    assert "is not yours to change" in cast.client(cast.junior).get("/accounts?shape=board&by=owner").content.decode()
    assert "changes by steps of its own" in client.get("/activities?shape=board&by=state").content.decode()
    assert client.get("/accounts?shape=board&by=nothing").status_code == 422
    assert client.get("/contacts?shape=board&by=owner").status_code in (200, 422)


def test_a_column_goes_on_and_folds(cast: Cast, statuses: dict[str, Any]) -> None:
    for at in range(23):
        cast.account(f"House {at:02}", status=statuses["Open"])
    client, address = cast.client(cast.manager), "/accounts?shape=board&by=status"
    assert len(columns(client, address)["Open"]) == 20
    more = re.search(r'href="(/accounts/board/column[^"]*)"', client.get(address).content.decode())
    assert more is not None
    rest = client.get(more[1].replace("&amp;", "&"), **SCRIPT).content.decode()
    assert re.findall(r'data-open title="([^"]*)"', rest) == ["House 20", "House 21", "House 22"]
    client.post("/accounts/board/fold?shape=board&by=status", {"key": statuses["Open"].pk})
    assert columns(client, address)["Open"] == []
    assert "House 01" in client.get("/accounts?shape=board&by=state").content.decode()
    client.post("/accounts/board/fold?shape=board&by=status", {"key": statuses["Open"].pk})
    assert len(columns(client, address)["Open"]) == 20


def test_a_saved_view_opens_as_the_board_it_was(cast: Cast, statuses: dict[str, Any]) -> None:
    cast.account("Hotel Marisol", status=statuses["Open"])
    client = cast.client(cast.manager)
    client.post("/accounts/view?shape=board&by=status&filter=status:Open", {"name": "Desk"})
    view: Any = entity_by_plural("views").model.objects.as_system("test").get(name="Desk")  # type: ignore[union-attr]
    assert view.shape == "board:status"
    assert columns(client, f"/accounts?view={view.pk}")["Open"] == ["Hotel Marisol"]
    listed = client.get(f"/accounts?view={view.pk}&filter=status:Open").content.decode()
    assert 'class="board"' not in listed
    for shape in ("board:name", "board:nothing", "round"):
        body = {"name": "Other", "record_type": "accounts", "shape": shape}
        refused = client.post("/api/v1/views", json.dumps(body), content_type="application/json")
        assert refused.status_code == 422, shape
