"""Search from anywhere: groups in their order, the last row, and nothing that is out of sight."""

from __future__ import annotations

from tend.domains.accounts.merging import merge
from tests.cast import Cast, make

HX = {"HTTP_HX_REQUEST": "true"}


def test_records_people_deeds_and_the_filter_stand_in_order(cast: Cast) -> None:
    account = cast.account("Marina Hotel")
    make("contacts", first_name="Marina", last_name="Hollis", accounts=[account])
    found = cast.client(cast.manager).get("/palette?q=marina", HTTP_ACCEPT="application/json", **HX).json()["groups"]
    assert [g["label"] for g in found] == ["Accounts", "People", "Do", "Filter"]
    assert found[0]["items"][0]["url"] == f"/accounts/{account.pk}"
    assert found[-1]["items"][-1]["label"] == "List accounts where name contains “marina”"


def test_a_hidden_record_is_not_found(cast: Cast) -> None:
    cast.account("Marina Hotel")
    browser = cast.client(cast.stranger)
    assert b"Hotel" not in browser.get("/palette?q=marina", **HX).content
    assert b"Hotel" not in browser.get("/search?q=marina").content


def test_without_words_the_palette_shows_what_one_worked_on(cast: Cast) -> None:
    cast.client(cast.manager).post("/accounts/new", {"name": "Fresh House"})
    assert b"Fresh House" in cast.client(cast.manager).get("/palette?q=", **HX).content
    assert b"Fresh House" not in cast.client(cast.leader).get("/palette?q=", **HX).content


def test_search_is_a_page_without_scripts(cast: Cast) -> None:
    cast.account("Marina Hotel")
    assert b"<mark>Marina</mark> Hotel" in cast.client(cast.manager).get("/palette?q=marina").content


def test_the_number_of_a_merged_account_finds_the_one_it_is_part_of(cast: Cast) -> None:
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    merge(cast.actor(cast.leader), goes, into=stays)
    found = cast.client(cast.manager).get(f"/palette?q={goes.number}", headers={"accept": "application/json"}).json()
    assert [i["url"] for i in found["groups"][0]["items"]] == [f"/accounts/{stays.pk}"]
    hidden = cast.client(cast.stranger).get(f"/palette?q={goes.number}", headers={"accept": "application/json"}).json()
    assert "Hotel Marisol" not in str(hidden)
