"""The page of notices and its REST twin: what waits, where each leads, and marking as read."""

from __future__ import annotations

import pytest
from django.test import Client

from tend.domains.accounts.commands import reassign
from tend.kernel.notices import count_unread, notices_of, notify
from tests.cast import BUILDER, Cast

pytestmark = pytest.mark.django_db


def given(cast: Cast, name: str) -> int:
    account = cast.account(name, owner=cast.leader)
    reassign(cast.actor(cast.leader), account, to=cast.manager)
    return int(account.pk)


def test_each_notice_leads_to_its_record_and_is_read_by_that(cast: Cast) -> None:
    pk = given(cast, "Alder")
    browser = cast.client(cast.manager)
    page = browser.get("/notices").content.decode()
    (one,) = notices_of(cast.actor(cast.manager))
    assert "Olga Marchenko gave you Alder." in page
    assert "1 unread" in page
    assert browser.get(f"/notices/{one.id}")["Location"] == f"/accounts/{pk}"
    assert count_unread(cast.actor(cast.manager)) == 0
    assert "Nothing waits to be read" in browser.get("/notices?show=unread").content.decode()
    assert cast.client(cast.leader).get(f"/notices/{one.id}").status_code == 404


def test_a_notice_about_something_out_of_sight_is_no_page(cast: Cast) -> None:
    pk = given(cast, "Alder")
    (one,) = notices_of(cast.actor(cast.manager))
    reassign(BUILDER, pk, to=cast.stranger)
    browser = cast.client(cast.manager)
    assert browser.get(f"/notices/{one.id}").status_code == 404
    assert "Alder" not in browser.get("/notices").content.decode()


def test_all_are_marked_up_to_what_the_page_showed(cast: Cast) -> None:
    given(cast, "Alder")
    browser = cast.client(cast.manager)
    latest = browser.get("/notices").context["latest"]
    given(cast, "Birch")
    browser.post("/notices/read", {"latest": latest})
    assert [n.is_read for n in notices_of(cast.actor(cast.manager))] == [False, True]
    browser.post("/notices/read", {"notice": notices_of(cast.actor(cast.manager))[0].id})
    assert count_unread(cast.actor(cast.manager)) == 0


def test_older_notices_are_a_page_further(cast: Cast) -> None:
    for count in range(55):
        notify([cast.manager.pk], "note", "Number %(count)s.", {"count": count})
    browser = cast.client(cast.manager)
    first = browser.get("/notices")
    assert len(first.context["rows"]) == 50
    second = browser.get(first.context["older_url"])
    assert [r["notice"].sentence for r in second.context["rows"]] == [f"Number {n}." for n in (4, 3, 2, 1, 0)]
    assert second.context["older_url"] == ""


def test_notices_over_rest(cast: Cast) -> None:
    pk = given(cast, "Alder")
    given(cast, "Birch")
    browser: Client = cast.client(cast.manager)
    body = browser.get("/api/v1/notices?limit=1").json()
    assert (body["items"][0]["sentence"], body["unread"]) == ("Olga Marchenko gave you Birch.", 2)
    second = browser.get(f"/api/v1/notices?limit=1&cursor={body['next']}").json()
    assert (second["items"][0]["about"], second["next"]) == ({"type": "accounts.account", "id": pk}, None)
    ids = [second["items"][0]["id"]]
    assert browser.post("/api/v1/notices/read", {"ids": ids}, content_type="application/json").json() == {"read": 1}
    assert len(browser.get("/api/v1/notices?unread=true").json()["items"]) == 1
    assert browser.post("/api/v1/notices/read", {"id": 1}, content_type="application/json").status_code == 422
    assert browser.get("/api/v1/notices?limit=0").status_code == 422
    assert browser.post("/api/v1/notices/read", {}, content_type="application/json").json() == {"read": 1}
