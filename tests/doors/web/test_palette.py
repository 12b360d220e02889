"""Search from anywhere: groups in their order, the last row, and nothing that is out of sight."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.merging import merge
from tests.cast import Cast, make

HX = {"HTTP_HX_REQUEST": "true"}


def test_records_people_deeds_and_the_filter_stand_in_order(cast: Cast) -> None:
    account = cast.account("Marina Hotel")
    make("contacts", first_name="Marina", last_name="Hollis", accounts=[account])
    found = cast.client(cast.manager).get("/palette?q=marina", HTTP_ACCEPT="application/json", **HX).json()["groups"]
    assert [g["label"] for g in found] == ["Accounts", "Contacts", "Filter"]
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


def test_hits_are_counted_explained_and_paged(cast: Cast) -> None:
    for n in range(9):
        cast.account(f"Café Marina {n}", addresses=[{"city": "Odessa"}], phones=[f"+34 971 123 45{n}"])
    browser = cast.client(cast.manager)
    whole = browser.get("/search?q=marina").content.decode()
    assert '<span class="panel-count">9</span>' in whole
    assert "/search?q=marina&amp;type=accounts" in whole
    assert "City: <mark>Odessa</mark>" in browser.get("/search?q=odessa&type=accounts").content.decode()
    assert "<mark>Cafe</mark>" not in whole
    assert "<mark>Café</mark>" in browser.get("/search?q=cafe").content.decode()
    assert "+34 <mark>971 12 34 53</mark>" in browser.get("/search?q=971123453").content.decode()
    assert browser.get("/search?q=marina&type=nothing").status_code == 404
    assert browser.get("/search?q=marina&type=accounts&cursor=99.x").status_code == 422
    lead = cast.account("Marina Prospect", lifecycle="lead")
    assert f"/accounts/{lead.pk}" in browser.get("/search?q=marina&type=accounts").content.decode()
    only = browser.get("/search?q=type:lead+marina").content.decode()
    assert (f"/accounts/{lead.pk}" in only, "Marina</mark> 1" in only) == (True, False)
    few, many = (_queries(browser, f"/search?q=marina {words}") for words in ("1", ""))
    assert few >= many
    assert "9 found" in browser.get("/search?q=type:account+marina").content.decode()
    assert "Nothing found" in browser.get("/search?q=type:contact+marina").content.decode()


def test_a_slip_is_mended_only_from_what_is_in_sight(cast: Cast) -> None:
    cast.account("Zeppelin Works", cast.stranger)
    cast.account("Marina Hotel")
    browser = cast.client(cast.manager)
    assert "/search?q=marina" in browser.get("/search?q=marona").content.decode()
    assert "eppelin" not in browser.get("/search?q=zepelin").content.decode().replace("zepelin", "")
    assert b"Did you mean" in browser.get("/palette?q=marona", **HX).content


def test_what_the_browser_remembers_is_shown_only_in_sight(cast: Cast) -> None:
    mine, hidden = cast.account("Marina Hotel"), cast.account("Secret House", cast.stranger)
    visited = f"accounts/{mine.pk},accounts/{hidden.pk},accounts/999,nonsense,leads/x,accounts/{mine.pk}"
    shown = cast.client(cast.manager).get(f"/palette?q=&recent={visited}", **HX).content.decode()
    assert shown.count("Marina Hotel") == 1
    assert "Secret" not in shown


def test_things_to_do_are_chosen_by_their_letters(cast: Cast) -> None:
    account = cast.account("Marina Hotel")
    browser = cast.client(cast.manager)

    def labels(typed: str, here: str = "") -> list[str]:
        found = browser.get(f"/palette?q={typed}&from={here}", headers={"accept": "application/json"}).json()["groups"]
        return [i["label"] for g in found if g.get("name") in ("here", "do") for i in g["items"]]

    assert labels("nwacc")[0] == "New account"
    assert labels("dark") == ["Look: dark"]
    assert "Language: Español" in labels("espa")
    assert labels("assign") == []
    assert labels("pau", f"/accounts/{account.pk}")[0] == "Pause the cycle"
    assert "Resume the cycle" not in labels("resu", f"/accounts/{account.pk}")
    assert "People" not in labels("people")  # a page of the settings that a manager may not open


def test_a_verb_says_what_it_asks_and_offers_what_fits(cast: Cast) -> None:
    account, hidden = cast.account("Marina Hotel"), cast.account("Secret House", cast.stranger)
    browser = cast.client(cast.manager)
    asked = browser.get(f"/palette/ask?on=/accounts/{account.pk}&verb=reassign").json()
    assert (asked["action"], [a["name"] for a in asked["asks"]], asked["form"]) == (
        f"/accounts/{account.pk}/do/reassign",
        ["to"],
        "",
    )
    shown = browser.get(f"/palette/ask?on=/accounts/{account.pk}&verb=reassign&option=to&q=maya", **HX).content.decode()
    assert f'data-value="{cast.junior.pk}"' in shown
    assert "Maya</mark> Sorensen" in shown
    done = browser.post(asked["action"], {"to": cast.junior.pk, "next": "/today"}, **HX)
    assert done.headers["HX-Redirect"] == "/today"
    assert browser.get(f"/palette/ask?on=/accounts/{hidden.pk}&verb=reassign").status_code == 404
    assert browser.get(f"/palette/ask?on=/accounts/{account.pk}&verb=none").status_code == 404
    assert browser.get("/palette/ask?on=/today&verb=reassign").status_code == 404
    chosen = browser.get("/palette/ask?on=/accounts&verb=reassign").json()
    assert (chosen["action"], chosen["form"]) == ("/accounts/bulk/reassign", "")
    summary = (
        cast.client(cast.admin)
        .post("/accounts/bulk/reassign", {"chosen": account.pk, "to": cast.leader.pk})
        .content.decode()
    )
    assert re.search(rf'<option value="{cast.leader.pk}"[^>]* selected', summary)
    assert cast.client(cast.junior).get("/palette/ask?on=/accounts&verb=reassign").status_code == 404
    merging = browser.get(f"/palette/ask?on=/accounts/{account.pk}&verb=merge").json()
    assert merging["is_page"]
    assert merging["form"] == f"/accounts/{account.pk}/do/merge"


def test_ones_own_look_is_set_from_anywhere_and_undone(cast: Cast) -> None:
    browser = cast.client(cast.manager)
    answer = browser.post("/palette/prefer", {"theme": "dark", "next": "/accounts"})
    assert (answer.status_code, answer.headers["Location"], browser.cookies["theme"].value) == (
        303,
        "/accounts",
        "dark",
    )
    cast.manager.refresh_from_db()
    assert cast.manager.theme == "dark"
    browser.post("/palette/prefer", {"keys": "off", "language": "uk"})
    cast.manager.refresh_from_db()
    assert (cast.manager.preferences["keys_off"], cast.manager.language) == (True, "uk")
    assert browser.post("/palette/prefer", {"theme": "purple"}).status_code == 422
    assert browser.post("/palette/prefer", {}).status_code == 422


def _queries(browser: Client, path: str) -> int:
    """How many questions a page asks of the database, when it is asked for the second time."""
    browser.get(path)
    with CaptureQueriesContext(connection) as caught:
        browser.get(path)
    return len(caught)
