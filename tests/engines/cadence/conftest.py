"""A small company with its interaction statuses and outcomes, and a clock that the test sets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from tend.domains.accounts.commands import create_account
from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.commands import log_call
from tend.domains.activities.models import Activity, Outcome
from tend.domains.activities.tries import wrong
from tend.engines.cadence.doctor import lacking, surplus
from tend.kernel.actor import Actor, system
from tend.people.models import User
from tests.cast import Cast, make

MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
ALL = ["prospect", "customer", "other"]


@dataclass
class Company:
    """What the stories of the cycle share. `now` is moved by the test."""

    cast: Cast
    actor: Actor
    statuses: dict[str, InteractionStatus]
    outcomes: dict[str, Outcome]
    now: dt.datetime = MONDAY
    names: list[str] = field(default_factory=list)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def account(self, name: str = "Kestrel Packaging", owner: User | None = None, **values: Any) -> Account:
        given = {"name": name, "owner": owner or self.cast.manager, **values}
        return create_account(system("test"), values=given, now=self.now).record  # type: ignore[no-any-return]

    def do(self, verb: Any, record: Any, **options: Any) -> Any:
        return verb(self.actor, record, now=self.now, **options)

    def log(self, account: Account, outcome: str, **options: Any) -> Any:
        return self.do(log_call, account, outcome=self.outcomes[outcome], **options)

    def later(self, days: int, hours: int = 0) -> None:
        self.now += dt.timedelta(days=days, hours=hours)

    def call(self, account: Account) -> Activity:
        """The one open call of the cycle; the test fails when there is none or more than one."""
        return self.calls(account).get()  # type: ignore[no-any-return]

    def calls(self, account: Account) -> Any:
        rows = Activity.objects.as_system("test").filter(account=account, origin="cycle")
        return rows.filter(state="planned", trashed_at=None)

    def done(self, account: Account) -> list[Activity]:
        return list(
            Activity.objects.as_system("test")
            .filter(account=account, state="done", trashed_at=None)
            .order_by("done_at", "pk")
        )

    def fresh(self, record: Any) -> Any:
        return type(record).objects.as_system("test").get(pk=record.pk)

    def holds(self) -> bool:
        """The invariant, over everything; and missed calls are known by their tries."""
        return not lacking().exists() and not surplus().exists() and not wrong().exists()


def status(name: str, interval: int, **values: Any) -> InteractionStatus:
    return make("interaction-statuses", name=name, mark=name[0], interval=interval, **values)  # type: ignore[no-any-return]


@pytest.fixture
def company(cast: Cast) -> Company:
    return build(cast)


def build(cast: Cast) -> Company:
    b = status("B – regular", 30, default_for=ALL)
    statuses = {
        "A": status("A – key", 14),
        "B": b,
        "C": status("C – occasional", 90),
        "D": status("D – dormant", 30, plans_calls=False),
        "W": status("W – working days", 10, interval_kind="working"),
        "L": status("L – new lead", 7, for_leads=True, for_accounts=False, default_for=["lead"], becomes=b),
    }
    outcomes = {
        code: make("outcomes", name=name, kind="call", effect=effect)
        for code, name, effect in (
            ("reached", "Reached", "contact"), ("declined", "Declined", "contact"), ("no answer", "No answer", "attempt"),
            ("busy", "Busy", "attempt"), ("wrong", "Wrong number", "bad_number"),
            ("never", "Asked not to be contacted", "do_not_contact"), ("note", "Just noted", "none"),
        )
    }  # fmt: skip
    return Company(cast, cast.actor(cast.admin), statuses, outcomes)
