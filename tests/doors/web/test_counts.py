"""Counts of the navigation: right for the person, asked after the page, kept for seconds, anew after a write."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.commands import reassign
from tend.doors.web import counts
from tend.kernel import clock
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db


def numbers(browser: Any) -> dict[str, str]:
    said = browser.get("/counts").content.decode()
    return dict(re.findall(r"data-count='(\w+)'\]\">([^<]*)<", said))


def call(cast: Cast, account: Any, who: Any, days: int = 0) -> None:
    import datetime as dt

    day = clock.day_in(clock.now(), "UTC") + dt.timedelta(days=days)
    make("activities", kind="call", account=account, responsible=who, planned_on=day.isoformat())


def test_each_sees_his_own_work_and_what_is_in_his_sight(cast: Cast) -> None:
    mine, theirs = cast.account("Alder"), cast.account("Birch", owner=cast.stranger)
    call(cast, mine, cast.manager)
    call(cast, mine, cast.manager, days=-3)
    call(cast, mine, cast.manager, days=3)
    call(cast, theirs, cast.stranger)
    assert numbers(cast.client(cast.manager)) == {
        "today": "2",
        "calls": "2",
        "notices": "",
        "accounts": "1",
        "leads": "",
    }
    assert numbers(cast.client(cast.junior))["accounts"] == ""


def test_today_counts_as_its_page_does(cast: Cast) -> None:
    account = cast.account("Alder")
    for _ in range(3):
        call(cast, account, cast.manager)
    browser = cast.client(cast.manager)
    assert numbers(browser)["today"] == str(browser.get("/today").context["day"].left) == "3"


def test_a_page_shows_what_is_kept_and_asks_no_question_for_it(cast: Cast) -> None:
    cast.account("Alder")
    browser = cast.client(cast.manager)
    browser.get("/me")
    with CaptureQueriesContext(connection) as before:
        page = browser.get("/me").content.decode()
    assert 'hx-trigger="load, toast from' in page
    browser.get("/counts")
    with CaptureQueriesContext(connection) as after:
        page = browser.get("/me").content.decode()
    assert len(after) == len(before)
    assert 'data-count="accounts">1</span>' in page
    assert 'hx-trigger="toast from' in page


def test_after_a_write_the_page_asks_anew(cast: Cast) -> None:
    account = cast.account("Alder")
    browser = cast.client(cast.manager)
    browser.get("/counts")
    browser.post(f"/accounts/{account.pk}/edit", {"name": "Alder and sons"})
    assert 'hx-trigger="load, toast from' in browser.get("/me").content.decode()


def test_old_numbers_are_not_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.account("Alder")
    browser = cast.client(cast.manager)
    browser.get("/counts")
    at, found = cast.actor(cast.manager).kept[counts.KEPT]
    cast.actor(cast.manager).kept[counts.KEPT] = (at - counts.SHOWN - 1, found)
    assert 'data-count="accounts"></span>' in browser.get("/me").content.decode()


def test_notices_are_counted_beside_the_bell(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.leader)
    reassign(cast.actor(cast.leader), account, to=cast.manager)
    assert numbers(cast.client(cast.manager))["notices"] == "1"
    reassign(BUILDER, account, to=cast.stranger)
    assert numbers(cast.client(cast.manager))["notices"] == ""


def test_the_numbers_take_six_questions_whatever_there_is(cast: Cast) -> None:
    browser = cast.client(cast.manager)
    for n in range(3):
        account = cast.account(f"Alder {n}", owner=cast.leader)
        reassign(cast.actor(cast.leader), account, to=cast.manager)
        call(cast, account, cast.manager, days=-n)
        browser.get("/counts")
        cast.actor(cast.manager).kept.pop(counts.KEPT + ", sizes", None)
        with CaptureQueriesContext(connection) as asked:
            found = numbers(browser)
        assert found == {
            "today": str(n + 1),
            "calls": str(n + 1),
            "notices": str(n + 1),
            "accounts": str(n + 1),
            "leads": "",
        }
        assert len(asked) <= 6, [q["sql"][:120] for q in asked]
