"""Calls and timelines as files: exactly what the page lists, in every format, for whoever may take it along."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from tend.domains.activities.commands import log_call, reschedule
from tend.domains.activities.models import Activity
from tend.engines.cadence import queries
from tend.engines.cadence.selections import SELECTIONS
from tests.cast import Cast, make
from tests.engines.cadence.conftest import MONDAY, Company, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast: Cast) -> Iterator[Company]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        made = build(cast)
        found = [
            made.account(f"Hotel {n}", owner)
            for n, owner in enumerate((cast.leader, cast.manager, cast.manager, None, cast.leader, cast.junior))
        ]
        for account, days in zip(found, (2, 9, 15, 20, 16, 16), strict=True):
            made.do(reschedule, made.call(account), to=made.today + dt.timedelta(days=days))
        make(
            "activities",
            kind="task",
            account=found[0].pk,
            responsible=cast.leader,
            planned_on="2026-11-05",
            subject="No call",
        )
        make("activities", kind="call", responsible=cast.leader, planned_on="2026-11-05", subject="With nobody")
        made.later(15)
        clock.move_to(made.now)
        made.log(found[1], "no answer")
        log_call(cast.actor(cast.leader), found[4], outcome=made.outcomes["reached"], now=made.now)
        yield made


def links(browser: Client, path: str) -> dict[str, str]:
    text = browser.get(path).content.decode()
    found = [unescape(u) for u in re.findall(r'href="(/activities/export\?[^"]+)"', text)]
    return {re.findall(r"format=(\w+)", u)[0]: u for u in found}


def file(browser: Client, url: str) -> str:
    answer: Any = browser.get(url)
    assert answer.status_code == 200, answer.content[:400]
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def ids(text: str) -> set[int]:
    return {int(row["id"]) for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("whose", ["me", "manager", "pool", "everyone"])
def test_a_file_of_calls_holds_what_the_panel_lists(company: Company, selection: str, whose: str) -> None:
    cast = company.cast
    who = str(cast.manager.pk) if whose == "manager" else whose
    listed = set(queries.selected(cast.actor(cast.leader), selection, who, company.now).values_list("pk", flat=True))
    browser = cast.client(cast.leader)
    found = links(browser, f"/calls?show={selection}&who={who}")
    assert set(found) == {"csv", "xlsx", "jsonl", "ics"}
    assert ids(file(browser, found["csv"])) == listed
    assert {json.loads(line)["id"] for line in file(browser, found["jsonl"]).splitlines()} == listed
    if (selection, whose) in {
        ("scheduled", "everyone"),
        ("today", "me"),
        ("missed", "manager"),
        ("done", "me"),
        ("overdue", "pool"),
    }:
        assert listed or (selection, whose) == ("overdue", "pool")
    assert file(browser, found["ics"]).count("BEGIN:VEVENT") == len(listed)


def test_a_file_of_a_timeline_holds_what_was_said_and_is_planned_with_the_account(company: Company) -> None:
    cast = company.cast
    account = Activity.objects.as_system("test").filter(state="done").latest("pk").account
    browser = cast.client(cast.leader)
    found = links(browser, f"/accounts/{account.pk}")
    wanted = Activity.objects.as_system("test").filter(account=account, state__in=("planned", "done"), trashed_at=None)
    assert ids(file(browser, found["csv"])) == set(wanted.values_list("pk", flat=True))
    assert "BEGIN:VCALENDAR" in file(browser, found["ics"])
    task = links(browser, f"/accounts/{account.pk}?show=task")
    assert ids(file(browser, task["csv"])) == set(wanted.filter(kind="task").values_list("pk", flat=True))


def test_whoever_may_export_nothing_is_offered_nothing(company: Company) -> None:
    browser = company.cast.client(company.cast.junior)
    assert links(browser, "/calls") == {}
    assert browser.get("/activities/export?format=csv").status_code == 403
