"""A list in groups and with totals: on the page, kept in a view, and over REST."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.doors.web.records import board as board_page
from tend.kernel.listing import groups, totals
from tend.people.commands import edit_role
from tend.people.models import Role
from tests.cast import BUILDER, Cast, make


def stock(cast: Cast) -> None:
    for name in ("Open", "Won"):
        make("statuses", name=name)
    for n in range(30):
        cast.account(f"Open {n:02}", status="Open", annual_revenue=str(100 + n))
    cast.account("Won one", status="Won", annual_revenue="7.50")
    cast.account("Without", annual_revenue=None)
    cast.account("Of others", cast.stranger, status="Won", annual_revenue="9999")


def test_groups_open_page_by_page_and_are_part_of_a_view(cast: Cast) -> None:
    stock(cast)
    browser = cast.client(cast.leader)
    answer = browser.get("/accounts?group=status&totals=1&columns=status,annual_revenue")
    groups = answer.context["groups"]
    assert [(str(g["label"]), str(g["counted"]), g["is_open"]) for g in groups] == [
        ("Open", "30 accounts", True), ("Won", "1 account", False), ("not filled in", "1 account", False)
    ]  # fmt: skip
    page = answer.content.decode()
    assert "€3,435\non average €114.50" in page  # 100 … 129 of the first group
    assert "€3,442.50\non average €111.05" in page  # the foot
    assert "9,999" not in page
    assert "Open 24" in page
    assert "Open 25" not in page
    assert "Won one" not in page
    more = browser.get(groups[0]["more_url"]).content.decode()
    assert "Open 25" in more
    assert "Open 29" in more
    assert "More of this group" not in more
    opened = browser.get(groups[1]["url"]).content.decode()
    assert "Won one" in opened
    assert 'aria-expanded="true"' in opened
    assert "Won one" not in browser.get(f"{groups[1]['url']}&shut=1").content.decode()
    assert "Won one" in browser.get(groups[1]["page_url"]).content.decode()  # without scripts
    browser.post("/accounts/view?group=status&totals=1&columns=status,annual_revenue", {"name": "By status"})
    again = browser.get("/accounts/views").content.decode()
    assert "By status" in again
    tab = browser.get("/accounts").context["tabs"][-1]
    assert [str(g["label"]) for g in browser.get(tab["url"]).context["groups"]] == ["Open", "Won", "not filled in"]
    assert browser.get(f"{groups[1]['url'].replace('open=', 'open=x')}").status_code == 404
    # A record opened from a group has its neighbours inside the group.
    assert "status%253AWon" in opened


def test_characteristics_group_and_add_up_like_fields(cast: Cast) -> None:
    for key, kind, choices in (("beds", "number", []), ("view", "choice", ["Sea", "Hill"]), ("since", "date", [])):
        make("characteristics", name=key.title(), key=key, type=kind, choices=choices, record_type="accounts.account")
    for name, view, beds in (("One", "Hill", 2), ("Two", "Sea", 3.5), ("Three", "Hill", 40), ("Four", None, None)):
        held = {"view": view, "beds": beds, "since": f"202{len(name)}-05-01"}
        cast.account(name, characteristics={k: v for k, v in held.items() if v is not None})
    cast.account("Of others", cast.stranger, characteristics={"view": "Sea", "beds": 9_999})
    browser = cast.client(cast.leader)
    body = browser.get("/api/v1/accounts?group_by=characteristics.view&totals=characteristics.beds&limit=1").json()
    said = [(g["value"], g["count"]["number"], g["totals"]["characteristics.beds"]["sum"]) for g in body["groups"]]
    assert said == [("Sea", 1, "3.5"), ("Hill", 2, "42"), (None, 1, None)]
    assert body["totals"]["characteristics.beds"]["sum"] == "45.5"
    address = "/accounts?group=characteristics.view&totals=1&columns=characteristics.beds"
    answer = browser.get(address)
    groups = answer.context["groups"]
    assert [(str(g["label"]), str(g["cells"][0]).partition("\n")[0]) for g in groups] == [
        ("Sea", "3.5"), ("Hill", "42"), ("not filled in", "")
    ]  # fmt: skip
    opened = browser.get(groups[1]["url"]).content.decode()
    assert ">One<" in opened
    assert ">Two<" not in opened
    assert "group=characteristics.since.year&" in answer.content.decode().replace("&amp;", "&")
    since = browser.get("/accounts?group=characteristics.since.year").context["groups"]
    assert [str(g["label"]) for g in since] == ["2023", "2024", "2025"]
    browser.post(f"/accounts/view?{address.partition('?')[2]}", {"name": "By the view"})
    tab = browser.get("/accounts").context["tabs"][-1]
    assert [str(g["label"]) for g in browser.get(tab["url"]).context["groups"]] == ["Sea", "Hill", "not filled in"]


def test_totals_of_many_records_come_after_the_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(cast)
    browser, script = cast.client(cast.leader), {"HX-Request": "true"}
    shown = "columns=status,annual_revenue"

    def held(page: str) -> dict[str, str]:
        """The places for totals of a page or of what comes after it, with what stands in them."""
        places = re.findall(r"data-sum=\"([^\"]+)\"[^>]*>([^<]*)<", page)
        return dict(places or re.findall(r"data-sum='([^']+)'\]\">([^<]*)<", page))

    def board() -> Any:
        return browser.get(f"/accounts?shape=board&by=status&totals=1&{shown}")

    heads = {str(c["group"].label): [(s["said"], s["mean"]) for s in c["sums"]] for c in board().context["board"]}
    assert heads["Open"] == [("€3,435", "on average €114.50")]
    assert heads["Won"] == [("€7.50", "on average €7.50")]
    assert "Add up" in browser.get(f"/accounts?shape=board&by=status&{shown}").content.decode()
    monkeypatch.setattr(totals, "COUNTED", 20)
    monkeypatch.setattr(groups, "COUNTED", 20)
    monkeypatch.setattr(board_page, "COUNTED", 20)
    browser = cast.client(cast.leader)
    for address, whole in (
        (f"/accounts?totals=1&{shown}", 1),
        (f"/accounts?group=status&totals=1&{shown}", 4),
        ("", 3),
    ):
        answer = browser.get(address) if address else board()
        places = held(answer.content.decode())
        assert "3,435" not in answer.content.decode()
        assert places.pop("state") == "Adding up…"
        assert (len(places), set(places.values())) == (whole, {"…"}), address
        later = held(browser.get(answer.context["totals_later"], headers=script).content.decode())
        assert later.pop("state") == ""
        assert later.keys() == places.keys() or address == ""  # a column without cards has a place and no sum
        assert any(words.startswith(("€3,435", "€3,442.50")) for words in later.values()), address
        assert browser.get(answer.context["totals_later"]).url == answer.context["totals_now"]
    assert "€3,442.50" in browser.get(f"/accounts?totals=now&{shown}").content.decode()
    months = browser.get(
        f"/accounts?group=created_at.month&totals=1&{shown}"
    )  # no index tells them: all of it comes after
    assert not months.context["groups"]
    assert "Adding up…" in months.content.decode()
    later = browser.get(months.context["groups_later"])
    assert [str(g["counted"]) for g in later.context["groups"]] == ["32 accounts"]
    assert "€3,442.50" in later.content.decode()
    assert "wait=1" not in later.content.decode()
    opened = browser.get(f"/accounts/group?group=status&totals=1&open=none&{shown}", headers=script).content.decode()
    assert "3,435" not in opened
    assert "/accounts/totals?" in opened


def test_a_grouped_list_asks_as_many_questions_for_many_groups_as_for_few(cast: Cast) -> None:
    browser = cast.client(cast.leader)
    address = "/accounts?group=status&totals=1&columns=status,annual_revenue"

    def asked() -> int:
        browser.get(address)
        cast.account("One more", annual_revenue="5")
        with CaptureQueriesContext(connection) as found:
            browser.get(address)
        return len(found)

    for n in range(2):
        make("statuses", name=f"Status {n}")
        cast.account(f"House {n}", status=f"Status {n}")
    few = asked()
    for n in range(2, 12):
        make("statuses", name=f"Status {n}")
        cast.account(f"House {n}", status=f"Status {n}")
    assert asked() <= few


def test_groups_and_totals_over_rest(cast: Cast) -> None:
    stock(cast)
    browser = cast.client(cast.leader)
    body = browser.get("/api/v1/accounts?group_by=status&totals=annual_revenue&limit=1").json()
    assert [(g["value"] and g["value"]["name"], g["count"]["number"]) for g in body["groups"]] == [
        ("Open", 30),
        ("Won", 1),
        (None, 1),
    ]
    assert body["groups"][1]["totals"]["annual_revenue"]["sum"] == {"amount": "7.50", "currency": "EUR"}
    assert body["totals"] == {
        "annual_revenue": {
            "filled": 31, "sum": {"amount": "3442.50", "currency": "EUR"}, "average": {"amount": "111.05", "currency": "EUR"},
        }
    }  # fmt: skip
    within = json.dumps(body["groups"][1]["filter"])
    assert [i["name"] for i in browser.get(f"/api/v1/accounts?filter={within}").json()["items"]] == ["Won one"]
    months = browser.get("/api/v1/accounts?group_by=created_at.month").json()["groups"]
    assert [g["count"]["number"] for g in months] == [32]
    years = browser.get("/api/v1/accounts?group_by=created_at.year").json()["groups"]
    assert [len(g["value"]) for g in years] == [4]
    for wrong in ("group_by=colour", "group_by=name", "totals=name", "totals=colour"):
        assert browser.get(f"/api/v1/accounts?{wrong}").status_code == 422, wrong


def test_a_hidden_field_groups_nothing_and_adds_nothing_up(cast: Cast) -> None:
    stock(cast)
    rights = {line: {"annual_revenue": "hidden", "status": "hidden"} for line in ("accounts", "leads")}
    edit_role(BUILDER, Role.objects.as_system("test").get(code="sales-manager"), values={"field_rights": rights})
    browser = cast.client(cast.manager)

    def refused(path: str) -> Any:
        answer = browser.get(path)
        assert answer.status_code == 422, path
        return answer.content.decode()

    assert refused("/api/v1/accounts?group_by=status") == refused("/api/v1/accounts?group_by=status")
    said, unknown = refused("/api/v1/accounts?totals=annual_revenue"), refused("/api/v1/accounts?totals=annual_revenux")
    assert said.replace("annual_revenue", "x") == unknown.replace("annual_revenux", "x")
    refused("/accounts?group=status")
    page = browser.get("/accounts?totals=1&columns=status,annual_revenue,category").content.decode()
    assert "group=status" not in page
    assert "on average" not in page
