"""What the account page says about the next talk, whatever has become of the cycle, and what it offers to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.models import Account
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.people import calendar_commands as calendars
from tend.people import commands as people
from tests.cast import Cast, make
from tests.engines.cadence.conftest import MONDAY, Company, build

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def company(cast: Cast) -> Iterator[Company]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        made = build(cast)
        made.clock = clock  # type: ignore[attr-defined]
        yield made


def at(company: Company, now: dt.datetime) -> None:
    company.now = now
    company.clock.move_to(now)  # type: ignore[attr-defined]


def said(company: Company, account: Account) -> str:
    page = company.cast.client(company.cast.admin).get(f"/accounts/{account.pk}").content.decode()
    found = re.search(r'class="next-talk".*?</section>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])).replace("\u00a0", " ")


def press(company: Company, account: Account, verb: str) -> Any:
    return company.cast.client(company.cast.admin).post(f"/accounts/{account.pk}/do/{verb}")


def test_a_pause_says_why_and_offers_to_resume(company: Company) -> None:
    account = company.account()
    company.do(accounts.pause, account, until=D(2026, 12, 20), reason="renovation")
    words = said(company, account)
    assert "The cycle rests until Sun 20 Dec" in words
    assert "Renovation until Sun 20 Dec." in words
    assert "Resume the cycle" in words
    assert press(company, account, "resume").status_code == 303
    assert company.call(account).planned_on == D(2026, 12, 2)
    assert "Resume the cycle" not in said(company, account)


def test_a_wrong_number_offers_to_resume_on_the_page_and_when_its_task_is_closed(company: Company) -> None:
    account = company.account()
    company.log(account, "wrong")
    words = said(company, account)
    assert "The cycle rests Wrong number." in words
    assert "Resume the cycle" in words
    task = Activity.objects.as_system("test").get(account=account, kind="task")
    done = company.do(activities.complete, task)
    assert done.sentence == "The cycle of this account is paused. Resume it when somebody can be called again."
    press(company, account, "resume")
    assert company.calls(account).count() == 1


def test_never_call_again_is_obeyed_and_can_be_lifted(company: Company) -> None:
    account = company.account()
    company.log(account, "never")
    words = said(company, account)
    assert "Asked not to be contacted" in words
    assert "Nothing is planned until somebody lifts it." in words
    assert "May be contacted again" in words
    assert press(company, account, "set-do-not-contact").status_code == 303
    assert company.calls(account).count() == 1


def test_not_now_is_a_contact_and_says_when_the_next_call_is(company: Company) -> None:
    account = company.account()
    done = company.log(account, "declined", text="not now")
    assert done.sentence.replace("\u00a0", " ") == "Call planned for Wed 2 Dec (B – regular, every 30 days)."
    assert "B – regular, 30 days after 2 Nov" in said(company, account)


def test_an_archived_account_says_so_and_restoring_offers_to_restart(company: Company) -> None:
    account = company.account()
    company.do(accounts.archive, account)
    assert "Nothing is planned until it is restored." in said(company, account)
    done = company.do(accounts.restore, account)
    assert "Restart the cycle if it is to count from today." in done.sentence


def test_a_disqualified_lead_says_why_even_while_a_visit_is_promised(company: Company) -> None:
    lead, reason = company.account(lifecycle="lead"), make("disqualify-reasons", name="No budget")
    company.do(accounts.disqualify, lead, reason=reason)
    make("activities", kind="meeting", account=lead, planned_on="2026-12-03", subject="Visit")
    page = company.cast.client(company.cast.manager).get(f"/accounts/{lead.pk}").content.decode()
    head = page[page.index("<h1") - 2000 : page.index("<h1")]
    assert "Disqualified: No budget" in head
    company.do(accounts.restore, lead)
    page = company.cast.client(company.cast.manager).get(f"/accounts/{lead.pk}").content.decode()
    assert "Disqualified: No budget" not in page[page.index("<h1") - 2000 : page.index("<h1")]


def test_a_call_of_a_manager_on_leave_says_in_whose_place_it_is_made(company: Company) -> None:
    account, pooled = company.account(), company.account("Pooled", owner=company.cast.leader)
    leave = {"first": D(2026, 12, 1), "last": D(2027, 2, 28)}
    add = calendars.add_absence
    add(
        company.actor,
        values={"user": company.cast.manager, "substitute": company.cast.junior, **leave},
        now=company.now,
    )
    add(company.actor, values={"user": company.cast.leader, **leave}, now=company.now)
    assert "in place of Tomas Ribeiro, away until Sun 28 Feb 2027" in said(company, account)
    assert "Olga Marchenko is away until Sun 28 Feb 2027 and nobody stands in, so it is the team’s" in said(
        company, pooled
    )
    at(company, dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC))
    today = company.cast.client(company.cast.junior).get("/calls?who=me").content.decode().replace("\u00a0", " ")
    company.do(accounts.add_responsible, account, user=company.cast.junior)  # now she sees it
    today = company.cast.client(company.cast.junior).get("/today").content.decode().replace("\u00a0", " ")
    assert "in place of Tomas Ribeiro, away until Sun 28 Feb 2027" in today


def test_an_account_without_anybody_says_whose_call_it_is(company: Company) -> None:
    account = company.account()
    company.do(accounts.release, account)
    assert company.call(account).responsible is None
    assert "nobody looks after it yet, so it is the team’s" in said(company, account)


def test_a_call_of_somebody_who_left_says_so(company: Company) -> None:
    account = company.account()
    company.do(people.deactivate, company.cast.manager)
    words = said(company, account)
    assert "first call within 30 days of 2 Nov; in place of Tomas Ribeiro, who has left" in words
    pool = company.cast.client(company.cast.admin).get("/calls?show=scheduled&who=pool").content.decode()
    assert account.name in pool


def test_a_holiday_and_a_weekend_that_moved_the_call_are_named(company: Company) -> None:
    account = company.account()
    calendars.set_day(company.actor, values={"day": D(2026, 12, 2), "name": "Founders’ day"}, now=company.now)
    assert "B – regular, first call within 30 days of 2 Nov; moved from Wed 2 Dec; Wed 2 Dec is a holiday" in said(
        company, account
    )
