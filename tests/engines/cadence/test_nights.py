"""What happens at night: leaders hear of overdue calls, silent accounts are offered, what lacks is mended, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.engines.cadence import overdue, rescue
from tend.engines.cadence.doctor import check_cycle
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.notices import notices_of
from tests.cast import make
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def led(company: Company) -> Company:
    """The manager has a leader."""
    type(company.cast.manager).objects.as_system("test").filter(pk=company.cast.manager.pk).update(
        manager_id=company.cast.leader.pk
    )
    return company


def heard(company: Company, user: Any) -> list[str]:
    with time_machine.travel(company.now, tick=False):
        return [n.sentence for n in notices_of(company.cast.actor(user))]


def night(company: Company) -> dict[str, int]:
    return {"told": overdue.tell_overdue(company.now, company.today), **rescue.watch(company.now, company.today)}


def test_the_leader_is_told_of_an_overdue_call_once(led: Company) -> None:
    led.account()  # B, every 30 days, told after two cycles
    led.later(59)
    assert night(led)["told"] == 0
    led.later(1)  # Fri 1 Jan: 60 days without a contact
    assert night(led)["told"] == 1
    assert night(led)["told"] == 0
    assert heard(led, led.cast.leader) == [
        "Kestrel Packaging has waited for a call since 2\u00a0Dec\u00a02026: 30 days."
    ]
    assert heard(led, led.cast.manager) == []


def test_a_call_that_is_dated_anew_may_be_told_of_again(led: Company) -> None:
    account = led.account()
    led.later(60)
    night(led)
    led.do(accounts.restart_cycle, account)
    assert led.call(account).escalated_on is None
    led.later(61)
    assert night(led)["told"] == 1


def test_many_overdue_calls_are_one_sentence(led: Company) -> None:
    for n in range(5):
        led.account(f"No {n}")
    led.later(60)
    assert night(led)["told"] == 5
    assert heard(led, led.cast.leader) == ["5 calls of “B – regular” have waited for 2 cycles and more."]


def test_a_leader_is_told_when_somebody_cannot_be_reached(led: Company) -> None:
    account = led.account()
    for _ in range(4):
        led.log(account, "no answer")
    assert heard(led, led.cast.leader) == ["Kestrel Packaging cannot be reached: 4 attempts were in vain."]


@pytest.fixture
def silent(led: Company) -> Account:
    """Offered to the pool after three missed cycles of 30 days."""
    status = make("interaction-statuses", name="Watched", interval=30, rescue_after=3, escalate_after=0)
    return led.account(interaction_status=status)


def test_a_silent_account_is_offered_after_a_warning_and_keeps_its_owner(led: Company, silent: Account) -> None:
    led.now = dt.datetime.combine(silent.created_at.date(), dt.time(9), dt.UTC)
    led.later(59)
    assert night(led) == {"told": 0, "warned": 0, "offered": 0}
    led.later(1)
    assert night(led) == {"told": 0, "warned": 1, "offered": 0}
    assert heard(led, led.cast.manager) == [
        "Nobody has spoken to Kestrel Packaging for long (missed cycles: 2). After one more it is offered to the pool."
    ]
    led.later(30)
    assert night(led) == {"told": 0, "warned": 0, "offered": 1}
    assert night(led) == {"told": 0, "warned": 0, "offered": 0}
    assert heard(led, led.cast.leader) == [
        "Nobody has spoken to Kestrel Packaging for long (missed cycles: 3). It is offered to the pool: decide."
    ]
    fresh = led.fresh(silent)
    assert (fresh.owner, fresh.rescue_offered_on) == (led.cast.manager, led.today)
    assert [a.pk for a in rescue.offered(led.cast.actor(led.cast.leader))] == [silent.pk]


def offer(company: Company, account: Account) -> None:
    company.now = dt.datetime.combine(account.created_at.date(), dt.time(9), dt.UTC) + dt.timedelta(days=95)
    night(company)
    assert company.fresh(account).rescue_offered_on == company.today


def test_a_contact_ends_the_offer(led: Company, silent: Account) -> None:
    offer(led, silent)
    led.log(silent, "reached")
    assert led.fresh(silent).rescue_offered_on is None
    assert night(led)["offered"] == 0


def test_the_leader_accepts_the_owner_does_not(led: Company, silent: Account) -> None:
    offer(led, silent)
    manager, leader = led.cast.actor(led.cast.manager), led.cast.actor(led.cast.leader)
    with pytest.raises(Refused):
        rescue.accept_rescue(manager, silent, now=led.now)
    led.do(accounts.add_responsible, silent, user=led.cast.junior)
    with pytest.raises(NotAllowed):
        rescue.accept_rescue(led.cast.actor(led.cast.junior), silent, now=led.now)
    rescue.accept_rescue(leader, silent, now=led.now)
    fresh = led.fresh(silent)
    assert (fresh.owner, fresh.rescue_offered_on) == (None, None)
    assert led.call(silent).responsible is None
    assert led.holds()


def test_the_leader_may_give_it_to_somebody_or_leave_it(led: Company, silent: Account) -> None:
    offer(led, silent)
    leader = led.cast.actor(led.cast.leader)
    rescue.decline_rescue(leader, silent, now=led.now)
    assert led.fresh(silent).owner == led.cast.manager
    assert night(led) == {"told": 0, "warned": 0, "offered": 0}
    with pytest.raises(Refused):
        rescue.accept_rescue(leader, silent, now=led.now)
    led.later(90)
    night(led)
    rescue.accept_rescue(leader, silent, to=led.cast.junior, now=led.now)
    assert led.fresh(silent).owner == led.cast.junior
    assert led.call(silent).responsible == led.cast.junior


def test_without_a_leader_the_administrators_are_asked(company: Company) -> None:
    status = make("interaction-statuses", name="Watched", interval=30, rescue_after=1)
    account = company.account(interaction_status=status)
    offer(company, account)
    assert heard(company, company.cast.admin) == [
        "Nobody has spoken to Kestrel Packaging for long (missed cycles: 1). It is offered to the pool: decide."
    ]


def test_the_sweep_mends_and_running_it_twice_changes_nothing(company: Company) -> None:
    made = [company.account(f"No {n}") for n in range(3)]
    Activity.objects.as_system("test").filter(account=made[0]).update(trashed_at=company.now)
    check_cycle(True)
    first = {c.pk: c.version for c in Activity.objects.as_system("test").filter(origin="cycle")}
    check_cycle(True)
    assert {c.pk: c.version for c in Activity.objects.as_system("test").filter(origin="cycle")} == first
    assert company.holds()
