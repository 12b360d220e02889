"""What the cycle offers in a sentence: to resume with a new number, a calmer rhythm after a refusal."""

from __future__ import annotations

import pytest

from tend.domains.accounts import commands as accounts
from tend.domains.contacts import commands as contacts
from tests.cast import make
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
RESUME = "The cycle is paused, and there is a number now: resume it, and the next call is planned."


def test_a_new_number_of_a_paused_account_or_of_its_person_offers_to_resume(company: Company) -> None:
    account = company.account()
    ana = make("contacts", first_name="Ana", accounts=[account])
    company.log(account, "wrong")
    done = company.do(accounts.edit_account, account, values={"phone": "+34 600 555 042"})
    assert RESUME in done.says
    done = company.do(contacts.edit_contact, ana, values={"phone": "+34 600 555 043"})
    assert RESUME in done.says
    assert RESUME not in company.do(contacts.edit_contact, ana, values={"title": "Head"}).says
    assert RESUME not in company.do(accounts.edit_account, account, values={"website": "kestrel.example"}).says
    company.do(accounts.resume, company.fresh(account))
    assert RESUME not in company.do(accounts.edit_account, account, values={"phone": "+34 600 555 044"}).says


def test_a_person_of_an_account_out_of_sight_tells_nothing_of_its_cycle(company: Company) -> None:
    account = company.account()
    mine = company.account("Hers", owner=company.cast.junior)
    ana = make("contacts", first_name="Ana", accounts=[account, mine])
    company.log(account, "wrong")
    junior = company.cast.actor(company.cast.junior)
    done = contacts.edit_contact(junior, ana, values={"phone": "+34 600 555 043"}, now=company.now)
    assert RESUME not in done.says
    company.log(mine, "wrong")
    done = contacts.edit_contact(junior, ana, values={"phone": "+34 600 555 044"}, now=company.now)
    assert RESUME in done.says


def test_a_refusal_names_the_next_calmer_status_unless_one_was_chosen(company: Company) -> None:
    outcome = company.outcomes["declined"]
    type(outcome).objects.as_system("test").filter(pk=outcome.pk).update(code="declined")
    company.outcomes["declined"] = company.fresh(outcome)
    account, slow = company.account(), company.account("Slow", interaction_status=company.statuses["C"])
    done = company.log(account, "declined")
    assert done.says[-1] == "Declined: C – occasional, every 90 days would be calmer, or a pause."
    assert not [s for s in company.log(slow, "declined").says if s.startswith("Declined")]
    company.later(1)
    changed = company.log(account, "declined", interaction_status=company.statuses["C"])
    assert not [s for s in changed.says if s.startswith("Declined")]
