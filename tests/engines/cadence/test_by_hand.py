"""A call planned by hand that is logged from its card: it is the one that ends, and the cycle follows."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.activities.models import Activity
from tend.kernel import clock
from tests.cast import make
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db


def planned(company: Company) -> tuple[Any, Activity]:
    company.now = clock.now()
    account = company.account()
    values = {"account": account, "planned_on": company.today, "responsible": company.cast.manager}
    return account, make("activities", kind="call", subject="Price list", **values)


def logged(company: Company, call: Activity, outcome: str, **more: str) -> Any:
    client = company.cast.client(company.cast.manager)
    said = {"outcome": company.outcomes[outcome].pk, "text": "Well", "next": "/today/start", **more}
    assert client.post(f"/calls/{call.pk}/log", said).status_code == 303
    return client


def test_a_held_one_is_done_and_does_not_come_again(company: Company) -> None:
    account, call = planned(company)
    before = company.call(account)
    client = logged(company, call, "reached")
    held = company.fresh(call)
    assert (held.state, held.text, held.outcome) == ("done", "Well", company.outcomes["reached"])
    assert client.get("/today/start")["Location"] == "/today"
    assert company.fresh(before).state == "cancelled"  # superseded
    assert company.call(account).planned_on > company.today
    assert company.fresh(account).last_contact_at == held.done_at
    assert company.holds()


def test_one_tried_in_vain_waits_for_the_next_try(company: Company) -> None:
    _account, call = planned(company)
    client = logged(company, call, "no answer")
    again = company.fresh(call)
    assert again.state == "planned"
    assert again.planned_on > company.today
    assert Activity.objects.as_system("test").get(parent=call).outcome == company.outcomes["no answer"]
    assert client.get("/today/start")["Location"] == "/today"
    assert company.holds()


@pytest.mark.parametrize("outcome", ["wrong", "never"])
def test_one_that_cannot_be_made_is_given_up_with_the_outcome(company: Company, outcome: str) -> None:
    _account, call = planned(company)
    logged(company, call, outcome, confirmed="1")
    gone = company.fresh(call)
    assert (gone.state, gone.cancelled_because) == ("cancelled", company.outcomes[outcome].name)
    assert company.holds()
