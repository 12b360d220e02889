"""An account entered together with its last talk: one open call, counted from that talk, and nothing written twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.commands import add_responsible, create_account, pause
from tend.domains.accounts.models import Account
from tend.domains.activities.commands import log_call, plan_activity
from tend.domains.activities.models import Activity
from tend.kernel.actor import system
from tend.kernel.unit import Unit
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


def enter(company: Company, unit: Unit, n: int, outcome: str = "reached", **more: Any) -> Account:
    given = {"name": f"Vega {n}", "owner": company.cast.manager, "interaction_status": company.statuses["A"], **more}
    account: Account = create_account(unit, values=given)
    log_call(unit, account, outcome=company.outcomes[outcome], at=company.now - dt.timedelta(days=4))
    return account


def calls_of(account: Account) -> list[Activity]:
    return list(Activity._base_manager.filter(account_id=account.pk, origin="cycle").order_by("pk"))


def test_one_call_is_planned_from_the_talk_and_none_is_cancelled(company: Company) -> None:
    with Unit(SYSTEM, verb="demo", now=company.now) as unit:
        account = enter(company, unit, 1)
    (call,) = calls_of(account)
    account.refresh_from_db()
    talked = (company.now - dt.timedelta(days=4)).date()
    assert (call.state, call.cycle_from, call.due_raw) == ("planned", talked, talked + dt.timedelta(days=14))
    assert account.next_contact_on == call.planned_on
    assert (account.last_contact_at, account.cycle_anchor) == (company.now - dt.timedelta(days=4), talked)


def test_an_attempt_in_the_same_unit_keeps_the_call_and_tries_again(company: Company) -> None:
    with Unit(SYSTEM, verb="demo", now=company.now) as unit:
        account = enter(company, unit, 1, "no answer")
    (call,) = calls_of(account)
    account.refresh_from_db()
    assert (call.state, account.cycle_attempts, account.last_contact_at) == ("planned", 1, None)


def test_what_the_unit_holds_counts_callers_and_plans_by_hand(company: Company) -> None:
    soon = company.now.date() + dt.timedelta(days=1)
    with Unit(SYSTEM, verb="demo", now=company.now) as unit:
        called, met, rests = (enter(company, unit, n) for n in range(3))
        add_responsible(unit, called, user=company.cast.junior, is_caller=True)
        plan_activity(unit, values={"kind": "meeting", "subject": "Visit", "account": met, "planned_on": soon})
        pause(unit, rests, reason="renovation")
    assert calls_of(called)[0].responsible_id == company.cast.junior.pk
    met.refresh_from_db()
    assert met.next_contact_on == soon
    assert calls_of(rests) == []


def test_questions_and_updates_do_not_grow_with_the_accounts(company: Company) -> None:
    asked = []
    for size in (30, 60):
        with (
            CaptureQueriesContext(
                connection,
            ) as queries,
            Unit(SYSTEM, verb="demo", now=company.now) as unit,
        ):
            for n in range(size):
                enter(company, unit, size * 10 + n)
        said = [q["sql"] for q in queries.captured_queries]
        asked.append(len([s for s in said if s.startswith("SELECT")]))
        assert not [s for s in said if s.startswith("UPDATE")]
    assert abs(asked[0] - asked[1]) <= 3  # ids are reserved in blocks that grow
