"""The cycle over many accounts: constant statements, even spreading, two people at once, any sequence of events."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.commands import create_account
from tend.domains.accounts.models import Account
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.engines.cadence.doctor import check_cycle
from tend.engines.cadence.first_calls import ASKED, spread_first_calls
from tend.engines.cadence.nightly import end_pauses
from tend.kernel.actor import system
from tend.kernel.doctor import checks
from tend.kernel.errors import Misuse, Refused
from tend.kernel.operations import Operation, start, undo_operation
from tend.kernel.unit import Unit
from tests.cast import Cast
from tests.engines.cadence.conftest import Company, build

D = dt.date


def create_many(
    company: Company, count: int, operation: Operation | None = None, owners: Any = None, **values: Any
) -> list[int]:
    with Unit(system("test import"), verb="import", now=company.now, operation=operation) as unit:
        unit.memory[ASKED] = True
        made = []
        for n in range(count):
            owner = (owners or [company.cast.manager])[n % len(owners or [0])]
            made.append(create_account(unit, values={"name": f"Account {n}", "owner": owner, **values}).pk)
    return made


def per_day(company: Company) -> dict[int, Counter[dt.date]]:
    found: dict[int, Counter[dt.date]] = {}
    rows = Activity.objects.as_system("test").filter(origin="cycle", state="planned", trashed_at=None)
    for user, day in rows.values_list("responsible_id", "planned_on"):
        found.setdefault(user, Counter())[day] += 1
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["set_status", "archive", "reassign", "log_call"])
def test_a_chunk_takes_as_many_statements_for_a_thousand_accounts_as_for_ten(company: Company, verb: str) -> None:
    options: dict[str, Any] = {
        "set_status": {"to": company.statuses["A"]}, "archive": {}, "reassign": {"to": company.cast.leader},
        "log_call": {"outcome": company.outcomes["reached"]},
    }[verb]  # fmt: skip
    run = activities.log_call if verb == "log_call" else getattr(accounts, verb)
    counts = []
    for size in (10, 1000):
        ids = create_many(company, size)
        with CaptureQueriesContext(connection) as asked:
            run.each(company.actor, ids, now=company.now + dt.timedelta(hours=1), **options)
        counts.append(len(asked))
    # Ids are reserved in growing blocks, and updates are grouped by value: a handful more, never one for each account.
    assert counts[1] <= counts[0] + 25, counts
    assert company.holds()


@pytest.mark.django_db
def test_first_calls_of_an_import_are_spread_evenly_over_all_its_chunks(company: Company) -> None:
    operation = start(system("test"), "import", "accounts.account", total=330, now=company.now)
    for size in (100, 30, 200):
        create_many(company, size, operation, owners=[company.cast.manager, company.cast.leader])
        operation.done_through += size
        operation.__dict__.pop("_first_calls", None)  # a worker that takes the operation up again
    for days in per_day(company).values():
        assert sum(days.values()) == 165
        assert max(days.values()) - min(days.values()) <= 1
        assert len(days) == 22  # the working days of 30 calendar days
        assert all(day.weekday() < 5 for day in days)
    assert company.holds()


@pytest.mark.django_db
def test_an_account_with_a_contact_inside_the_interval_keeps_its_own_date(company: Company) -> None:
    met = company.now - dt.timedelta(days=10)
    with Unit(system("test import"), verb="import", now=company.now) as unit:
        unit.memory[ASKED] = True
        account = create_account(
            unit, values={"name": "Met", "owner": company.cast.manager, "interaction_status": None}
        )
        account.last_contact_at = met
        account.interaction_status = company.statuses["B"]
        spread_first_calls(unit, [account])
    assert company.call(account).planned_on == D(2026, 11, 23)  # 30 days after 23 Oct is a Sunday
    assert company.fresh(account).cycle_anchor == D(2026, 10, 23)


@pytest.mark.django_db
def test_a_bulk_change_of_status_is_spread_and_undone_as_one(company: Company) -> None:
    ids = create_many(company, 60)
    before = {c.account_id: c.planned_on for c in Activity.objects.as_system("test").filter(origin="cycle")}
    operation = accounts.set_status.each(company.actor, ids, to=company.statuses["A"], now=company.now)
    days = per_day(company)[company.cast.manager.pk]
    assert max(days.values()) - min(days.values()) <= 1
    assert max(days) <= D(2026, 11, 16)
    undo_operation(company.actor, operation, now=company.now)
    after = {
        c.account_id: c.planned_on for c in Activity.objects.as_system("test").filter(origin="cycle", state="planned")
    }
    assert after == before
    assert company.holds()


@pytest.mark.django_db
def test_doctor_finds_what_is_missing_and_mends_it_once(company: Company) -> None:
    ids = create_many(company, 12)
    assert check_cycle(False) == []
    assert "call-cycle" in checks()
    Activity.objects.as_system("test").filter(account_id__in=ids[:3]).update(trashed_at=company.now)
    Account.objects.as_system("test").filter(pk=ids[5]).update(archived=True)
    found = check_cycle(False)
    assert [(f.count, f.mended) for f in found] == [(3, False), (1, False)]
    assert not company.holds()
    check_cycle(True)
    check_cycle(True)
    assert company.holds()
    assert Activity.objects.as_system("test").filter(account_id__in=ids[:3], trashed_at=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_people_changing_one_status_at_once_leave_one_call(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    company = build(cast)
    account = company.account(interaction_status=None)
    actors = [cast.actor(cast.admin), cast.actor(cast.leader)]
    wait, faults = threading.Barrier(2), []

    def change(actor: Any, to: Any) -> None:
        try:
            wait.wait()
            accounts.set_status(actor, account.pk, to=to, now=company.now)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    for _round in range(5):
        threads = [
            threading.Thread(target=change, args=(actor, company.statuses[name]))
            for actor, name in zip(actors, "AC", strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not faults
        assert company.calls(account).count() == 1
        accounts.set_status(actors[0], account.pk, to=company.statuses["D"], now=company.now)
        assert company.calls(account).count() == 0


STEPS = (
    "status A", "status B", "status C", "status D", "status W", "status None", "restart", "reached", "no answer", "wrong", "never",
    "note", "may contact", "pause", "resume", "night", "cancel", "move", "promise", "archive", "restore", "trash", "lead", "customer",
    "owner", "leave", "return", "meeting", "undo",
)  # fmt: skip


def step(company: Company, account: Account, what: str) -> Any:
    """One thing that somebody does; what the rules refuse is refused."""
    do, statuses, cast = company.do, company.statuses, company.cast
    if what.startswith("status"):
        return do(accounts.set_status, account, to=statuses.get(what.split()[1]))
    if what in company.outcomes:
        return company.log(account, what)
    if what in ("cancel", "move", "promise"):
        call = company.calls(account).first()
        if call is None:
            return None
        if what == "cancel":
            return do(activities.cancel, call, reason="not now")
        return do(activities.reschedule, call, to=company.today + dt.timedelta(days=9), promised=what == "promise")
    if what == "meeting":
        values = {"kind": "meeting", "account": account, "planned_on": company.today}
        planned = activities.plan_activity(company.actor, values=values, now=company.now).record
        return do(activities.complete, planned, outcome=company.outcomes["reached"])
    if what == "night":
        return end_pauses(company.now)
    simple = {
        "restart": (accounts.restart_cycle, {}), "may contact": (accounts.set_do_not_contact, {"to": False}),
        "pause": (accounts.pause, {"until": company.today + dt.timedelta(days=3)}), "resume": (accounts.resume, {}),
        "archive": (accounts.archive, {}), "restore": (accounts.restore, {}), "trash": (accounts.trash, {}),
        "lead": (accounts.set_lifecycle, {"to": "lead"}), "customer": (accounts.set_lifecycle, {"to": "customer"}),
        "owner": (accounts.reassign, {"to": random.choice([cast.leader, cast.junior])}),
    }  # fmt: skip
    if what in simple:
        verb, options = simple[what]
        return do(verb, account, **options)
    from tend.people import commands as people

    return do(people.deactivate if what == "leave" else people.reactivate, cast.manager)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), max_size=14), seed=st.integers(0, 3))
def test_any_sequence_of_events_keeps_the_invariant(company: Company, steps: list[tuple[str, int]], seed: int) -> None:
    from tend.kernel.errors import NotSeen
    from tend.kernel.operations import undo_act

    random.seed(seed)
    company.now = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    account = company.account(name="Any")
    last: int | None = None
    for what, days in steps:
        company.later(days)
        try:
            if what == "undo":
                if last is not None:
                    undo_act(company.actor, last, now=company.now)
                    last = None
            else:
                done = step(company, account, what)
                last = getattr(done, "act", None) or last
        except (Refused, NotSeen):
            pass
        except Misuse as mistake:
            raise AssertionError(f"{what}: {mistake}") from mistake
        assert company.calls(account).count() <= 1
        assert company.holds(), what
        fresh = company.fresh(account)
        planned = [
            a.planned_on
            for a in Activity.objects.as_system("test").filter(account=account, state="planned", trashed_at=None)
            if a.kind != "task"
        ]
        assert fresh.next_contact_on == min(planned, default=None), what


@pytest.mark.django_db(transaction=True)
def test_moving_a_call_and_changing_the_status_never_wait_for_each_other(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    company = build(cast)
    account = company.account()
    call, faults = company.call(account), []

    def repeat(change: Any) -> None:
        try:
            for n in range(12):
                change(n)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    def set_status(n: int) -> None:
        accounts.set_status(company.actor, account.pk, to=company.statuses["AC"[n % 2]], now=company.now)

    def move(n: int) -> None:
        activities.reschedule(company.actor, call.pk, to=company.today + dt.timedelta(days=n), now=company.now)

    threads = [threading.Thread(target=repeat, args=(change,)) for change in (set_status, move)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert company.calls(account).count() == 1
