"""Overdue calls after a leave: evenly over the coming working days, the longest overdue first, as the preview said."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from tend.domains.accounts.models import Account
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.engines.cadence import spreading
from tend.kernel.errors import Refused
from tend.kernel.notices import notices_of
from tend.kernel.undo import undo_operation
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
D = dt.date


def test_overdue_calls_are_spread_as_the_preview_said_and_undone_as_one(company: Company) -> None:
    made = [company.account(f"No {n}") for n in range(7)]
    promised = company.account("Promised")
    company.do(activities.reschedule, company.call(promised), to=D(2026, 12, 2), promised=True)
    company.later(39)  # Fri 11 Dec
    actor, manager = company.cast.actor(company.cast.manager), company.cast.manager
    foreseen = spreading.preview(actor, manager.pk, 3, company.now)
    assert foreseen == {D(2026, 12, 11): 3, D(2026, 12, 14): 2, D(2026, 12, 15): 2}
    assert company.call(made[0]).planned_on == D(2026, 12, 2)
    done = spreading.spread_overdue(actor, manager.pk, 3, company.now)
    assert Counter(company.call(a).planned_on for a in made) == foreseen
    assert company.call(promised).planned_on == D(2026, 12, 2)
    assert {company.fresh(a).next_contact_on for a in made} == set(foreseen)
    undo_operation(actor, done, now=company.now)
    assert {company.call(a).planned_on for a in made} == {D(2026, 12, 2)}
    assert company.holds()


def test_nobody_spreads_the_calls_of_a_stranger_and_no_more_than_sixty_days(company: Company) -> None:
    company.account()
    company.later(39)
    stranger = company.cast.actor(company.cast.stranger)
    with pytest.raises(Refused):
        spreading.spread_overdue(stranger, company.cast.manager.pk, 3, company.now)
    for days in (0, 61):
        with pytest.raises(Refused):
            spreading.preview(company.actor, company.cast.manager.pk, days, company.now)
    assert Activity.objects.as_system("test").get(origin="cycle").planned_on == D(2026, 12, 2)


def test_the_page_shows_the_days_before_it_spreads(company: Company) -> None:
    account = company.account()
    Activity.objects.as_system("test").filter(account=account).update(planned_on=D(2026, 1, 5))
    client = company.cast.client(company.cast.manager)
    page = client.get("/today/spread?days=2")
    assert "Spread 1 call" in page.content.decode()
    assert company.call(account).planned_on == D(2026, 1, 5)
    assert client.get("/today/spread?days=99").status_code == 422
    assert client.post("/today/spread", {"days": "2"}).status_code == 303
    assert company.call(account).planned_on > D(2026, 1, 5)
    assert "Nothing is overdue" in client.get("/today/spread").content.decode()


def test_a_leader_spreads_what_somebody_of_the_team_is_late_with_and_that_person_hears_of_it(company: Company) -> None:
    cast = company.cast
    made = [company.account(f"No {n}", phone=f"+34 600 555 {n:03d}") for n in range(30)]
    Activity.objects.as_system("test").filter(account__in=made).update(planned_on=D(2026, 1, 5))
    Account.objects.as_system("test").filter(pk__in=[a.pk for a in made]).update(next_contact_on=D(2026, 1, 5))
    leader = cast.client(cast.leader)
    board = leader.get("/coverage").content.decode()
    assert f"/today/spread?who={cast.manager.pk}" in board
    page = leader.get(f"/today/spread?who={cast.manager.pk}&days=1").content.decode()
    assert "Spread 30 calls" in page
    assert "more than 24 a day" in page
    answer = leader.post("/today/spread", {"who": cast.manager.pk, "days": "2"})
    assert (answer.status_code, answer["Location"]) == (303, "/coverage")
    assert min(company.call(a).planned_on for a in made) > D(2026, 1, 5)
    assert [n.sentence for n in notices_of(cast.actor(cast.manager))] == [
        "30 of your overdue calls were spread over the coming 2 working days."
    ]
    Activity.objects.as_system("test").filter(account__in=made).update(planned_on=D(2026, 1, 5))
    for colleague in (cast.junior, cast.stranger):  # neither may change these accounts
        refused = cast.client(colleague).post("/today/spread", {"who": cast.manager.pk, "days": "2"})
        assert refused.status_code in (404, 422)
    assert {company.call(a).planned_on for a in made} == {D(2026, 1, 5)}
    assert f"/today/spread?who={cast.manager.pk}" not in cast.client(cast.junior).get("/coverage").content.decode()
