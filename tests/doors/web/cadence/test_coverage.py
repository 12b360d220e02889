"""The coverage board: each account once, columns that add up to all of them, and numbers that are the counts of lists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.models import Account
from tend.engines.cadence import coverage, rescue
from tend.engines.cadence.trend import keep_coverage
from tests.cast import Cast, make, person
from tests.engines.cadence.conftest import MONDAY, Company, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast: Cast) -> Iterator[Company]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        made = build(cast)
        premium, basic = make("categories", name="Premium"), make("categories", name="Basic")
        phone = {"phone": "+380 44 123 45 67"}
        s = made.statuses
        kept = make("accounts", name="Kept", owner=cast.manager, category=premium, **phone)
        make("accounts", name="Never", owner=cast.leader, category=basic, **phone)
        late = make("accounts", name="Late", owner=cast.manager, interaction_status=s["A"], **phone)
        planned = make("accounts", name="Planned", owner=cast.manager, interaction_status=s["A"], **phone)
        for name, values in (
            ("No status", {"interaction_status": None}), ("Dormant", {"interaction_status": s["D"]}),
            ("Paused", {}), ("Never again", {"do_not_contact": True}), ("Unreachable", {}),
        ):  # fmt: skip
            made.names.append(name)
            account = make("accounts", name=name, owner=cast.manager, **{**phone, **values})
            if name == "Paused":
                made.do(accounts.pause, account)
            if name == "Unreachable":
                for _ in range(4):
                    made.log(account, "no answer")
        make("accounts", name="No number", owner=cast.manager)
        person = make("accounts", name="Number of a person", owner=None, team=cast.team)
        make("contacts", first_name="Ines", last_name="Prado", accounts=[person], **phone)
        gone = make("accounts", name="Put aside", owner=cast.manager, **phone)
        made.do(accounts.archive, gone)
        made.log(planned, "reached", at=made.now - dt.timedelta(days=13))
        made.later(16)
        clock.move_to(made.now)
        made.log(kept, "reached")
        planned_call = made.call(planned)
        Account.objects.as_system("test").filter(pk=planned.pk).update(
            next_contact_on=made.today + dt.timedelta(days=3)
        )
        assert planned_call.pk
        assert late.pk
        yield made


def part_of(company: Company, name: str) -> str:
    rows = coverage.parted(company.actor, company.now)
    return str(rows.get(name=name).part)


def test_each_account_belongs_to_one_part(company: Company) -> None:
    assert {name: part_of(company, name) for name in (
        "Kept", "Never", "Late", "Planned", "No status", "Dormant", "Paused", "Never again", "Unreachable", "No number",
        "Number of a person",
    )} == {
        "Kept": "kept", "Never": "never", "Late": "overdue", "Planned": "planned", "No status": "no_status",
        "Dormant": "no_calls", "Paused": "paused", "Never again": "do_not_contact", "Unreachable": "unreachable",
        "No number": "no_number", "Number of a person": "never",
    }  # fmt: skip
    assert not coverage.parted(company.actor, company.now).filter(name="Put aside").exists()


@pytest.mark.parametrize("by", coverage.BY)
def test_columns_add_up_to_all_accounts_and_every_number_is_the_count_of_its_list(company: Company, by: str) -> None:
    everything = Account.objects.as_system("test").filter(archived=False, trashed_at=None).count()
    board = coverage.board(company.actor, by, company.now)
    assert board.total.all.total == everything == 11
    for row in (*board.rows, board.total):
        assert sum(c.total for c in row.cells.values()) + row.out.total == row.all.total
    for part in coverage.PARTS:
        assert sum(row.all.parts[part] for row in board.rows) == board.total.all.parts[part]
    client = company.cast.client(company.cast.admin)
    page = client.get(f"/coverage?by={by}").content.decode()
    found = re.findall(r'href="(/coverage/accounts\?[^"]+)">([\d,]+)', page)
    assert len(found) > 20
    for url, n in found:
        answer = client.get(unescape(url))
        assert answer.status_code == 200
        assert answer.context["total"] == int(n.replace(",", "")), url
        assert len(answer.context["rows"]) == min(answer.context["total"], 50)


def test_the_board_says_its_weakest_spot_in_words(company: Company) -> None:
    page = company.cast.client(company.cast.admin).get("/coverage").content.decode().replace("\u00a0", " ")
    assert "of 11 accounts had a talk inside their interval" in page
    assert "A – key is the weakest at 0%." in page
    assert "Tomas Ribeiro holds 1 of the 1 overdue." in page
    assert "6 accounts are not reached by the cycle." in page
    plain = company.cast.client(company.cast.admin).get("/coverage?plain").content.decode()
    assert "no usable number" in plain


def test_the_board_counts_within_sight(company: Company) -> None:
    manager = company.cast.actor(company.cast.stranger)
    assert coverage.board(manager, "status", company.now).total.all.total == 0
    page = company.cast.client(company.cast.stranger).get("/coverage").content.decode()
    assert "There are no accounts to look after yet" in page
    assert company.cast.client(company.cast.stranger).get(
        f"/coverage/accounts?who={company.cast.manager.pk}"
    ).context["total"] == 0  # fmt: skip


def test_for_whom_a_field_of_the_board_is_hidden_there_is_no_board(company: Company) -> None:
    seen = {"view": "all"}
    hidden = {"accounts": {"last_contact_at": "hidden"}, "leads": {"last_contact_at": "hidden"}}
    role = make("roles", name="Blind", scopes={"accounts": seen, "leads": seen}, field_rights=hidden)
    type(role).objects.as_system("test").filter(pk=role.pk).update(code="blind")
    blind = person("Bea Lind", "blind")
    browser = company.cast.client(blind)
    assert 'href="/coverage"' not in browser.get("/accounts").content.decode()
    for path in ("/coverage", "/coverage/accounts"):
        assert browser.get(path).status_code == 404


def test_the_board_takes_as_many_statements_for_many_managers_as_for_few(company: Company) -> None:
    client, counts = company.cast.client(company.cast.admin), []
    for _round in range(2):
        client.get("/coverage")
        with CaptureQueriesContext(connection) as asked:
            client.get("/coverage")
        counts.append(len(asked))
        for n in range(5):
            user = make("users", email=f"u{_round}{n}@tend.example", name=f"User {_round}{n}")
            company.account(f"Of {_round}{n}", owner=user)
    assert counts[0] == counts[1]


def test_a_leader_decides_on_silent_accounts_from_their_page(company: Company) -> None:
    account = company.account("Silent one")
    Account.objects.as_system("test").filter(pk=account.pk).update(rescue_offered_on=company.today)
    leader, manager = company.cast.client(company.cast.leader), company.cast.client(company.cast.manager)
    assert "1 silent account" in leader.get("/coverage").content.decode()
    page = leader.get("/coverage/silent").content.decode()
    assert "Silent one" in page
    assert f'action="/coverage/silent/{account.pk}"' in page
    assert "waits for the leader" in manager.get("/coverage/silent").content.decode()
    assert manager.post(f"/coverage/silent/{account.pk}", {"to": "owner"}).status_code in (403, 422)
    answer: Any = leader.post(f"/coverage/silent/{account.pk}", {"to": str(company.cast.junior.pk)})
    assert answer.status_code == 303
    assert company.fresh(account).owner == company.cast.junior
    assert not rescue.offered(company.cast.actor(company.cast.leader)).exists()
    stranger = company.cast.client(company.cast.stranger)
    assert stranger.post(f"/coverage/silent/{account.pk}", {"to": "pool"}).status_code == 404


def test_the_board_shows_the_share_of_past_nights_once_there_are_two(company: Company) -> None:
    browser = company.cast.client(company.cast.admin)
    keep_coverage(company.now - dt.timedelta(days=8))
    assert "trend-line" not in browser.get("/coverage").content.decode()
    keep_coverage(company.now - dt.timedelta(days=1))
    text = browser.get("/coverage").content.decode()
    assert text.count("<polyline points=") == 1
    assert "the share inside the interval, by who owns the account" in text
    board = coverage.board(company.cast.actor(company.cast.admin), "status", company.now)
    answer = browser.get("/api/v1/coverage/trend?days=30").json()["items"]
    assert [n["accounts"] for n in answer] == [board.total.all.total] * 2
    assert sum(answer[0][part] for part in coverage.PARTS) == board.total.all.total
    assert browser.get("/api/v1/coverage/trend?days=0").status_code == 422


def test_the_board_is_the_same_over_rest(company: Company) -> None:
    browser = company.cast.client(company.cast.leader)
    told = browser.get("/api/v1/coverage").json()
    board = coverage.board(company.cast.actor(company.cast.leader), "status", company.now)
    assert told["total"] == {"accounts": board.total.all.total, **{p: board.total.all.parts[p] for p in coverage.PARTS}}
    assert [r["owner"]["id"] if r["owner"] else None for r in told["rows"]] == [
        r.user.pk if r.user else None for r in board.rows
    ]
    assert browser.get("/api/v1/coverage?by=colour").status_code == 422
