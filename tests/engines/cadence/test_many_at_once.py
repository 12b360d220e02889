"""The cycle over many accounts: constant statements, even spreading, two people at once, any sequence of events."""

from __future__ import annotations

import datetime as dt
import os
import random
import threading
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.commands import create_account
from tend.domains.accounts.models import Account, DisqualifyReason
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.engines.cadence import overdue, redating, rescue
from tend.engines.cadence.doctor import check_cycle
from tend.engines.cadence.first_calls import ASKED, spread_first_calls
from tend.engines.cadence.nightly import end_pauses
from tend.kernel.actor import system
from tend.kernel.doctor import checks
from tend.kernel.errors import Misuse, NotAllowed, NotSeen, Refused
from tend.kernel.operations import Operation, start
from tend.kernel.undo import undo_operation
from tend.kernel.unit import Unit
from tend.people import calendar_commands as calendars
from tend.people import commands as people
from tend.people.calendar_models import Absence, CalendarDay
from tests.cast import Cast, make
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
        operation.kept.clear()  # a worker that takes the operation up again
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
def test_two_people_changing_one_status_at_once_leave_one_call(together: Company) -> None:
    company = together
    account = company.account(interaction_status=None)
    actors = [company.cast.actor(company.cast.admin), company.cast.actor(company.cast.leader)]
    for _round in range(5):
        faults = at_once(*(
            partial(accounts.set_status, actor, account.pk, to=company.statuses[name], now=company.now)
            for actor, name in zip(actors, "AC", strict=True)
        ))  # fmt: skip
        assert not faults
        assert company.calls(account).count() == 1
        chosen = company.fresh(account).interaction_status
        assert company.call(account).interaction_status == chosen
        accounts.set_status(actors[0], account.pk, to=company.statuses["D"], now=company.now)
        assert company.calls(account).count() == 0


@pytest.mark.django_db(transaction=True)
def test_logging_and_archiving_at_once_leave_the_invariant(together: Company) -> None:
    company = together
    for n in range(4):
        account = company.account(f"No {n}")
        at_once(
            partial(
                activities.log_call, company.actor, account.pk, outcome=company.outcomes["reached"], now=company.now
            ),
            partial(accounts.archive, company.actor, account.pk, now=company.now),
            partial(accounts.set_status, company.actor, account.pk, to=company.statuses["A"], now=company.now),
        )
        assert not company.calls(account).exists()
        assert company.holds()


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_night_make_no_double_and_leave_no_gap(together: Company) -> None:
    company = together
    ids = create_many(company, 30)
    paused = ids[:10]
    accounts.pause.each(company.actor, paused, until=company.today + dt.timedelta(days=5), now=company.now)
    Activity.objects.as_system("test").filter(account_id__in=ids[10:15]).update(trashed_at=company.now)
    jumps = (
        dt.timedelta(days=6),
        dt.timedelta(days=5),
        dt.timedelta(days=400),
        dt.timedelta(days=6),
    )  # clocks disagree

    def sweep(jump: dt.timedelta) -> None:
        end_pauses(company.now + jump)
        check_cycle(True)
        overdue.tell_overdue(company.now + jump, company.today + jump)

    faults = at_once(*(partial(sweep, jump) for jump in jumps))
    assert not faults
    for pk in ids:
        assert company.calls(Account(pk=pk)).count() == 1
    assert company.holds()
    told = Activity.objects.as_system("test").filter(escalated_on__isnull=False).count()
    sweep(jumps[2])
    assert company.holds()
    assert Activity.objects.as_system("test").filter(escalated_on__isnull=False).count() >= told


CUT = {
    "set-status": lambda c, account: c.do(accounts.set_status, account, to=c.statuses["A"]),
    "log-call": lambda c, account: c.log(account, "reached", text="well", interaction_status=c.statuses["C"]),
    "try-in-vain": lambda c, account: c.log(account, "no answer"),
    "wrong-number": lambda c, account: c.log(account, "wrong"),
    "reassign": lambda c, account: c.do(accounts.reassign, account, to=c.cast.junior),
    "archive": lambda c, account: c.do(accounts.archive, account),
    "reschedule": lambda c, account: c.do(activities.reschedule, c.call(account), to=D(2026, 11, 20)),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", CUT)
def test_a_power_cut_between_any_two_statements_leaves_the_old_state_or_the_new(company: Company, deed: str) -> None:
    account = company.account()
    company.later(1)
    old, cut = everything(), 0
    while True:
        cut += 1
        with connection.execute_wrapper(_Cut(cut)) as _:
            try:
                CUT[deed](company, account)
                break
            except _Dark:
                pass
        assert everything() == old, cut
    assert cut > 5
    assert everything() != old
    assert company.holds()


def everything() -> dict[str, list[Any]]:
    """Every row that a verb of accounts or activities may write, history, access and search among them."""
    labels = ("accounts", "activities", "cadence", "kernel")
    models = [m for m in apps.get_models() if m._meta.app_label in labels and m._meta.managed]
    return {m._meta.label: sorted(map(repr, m._base_manager.values_list())) for m in models}


class _Dark(BaseException):
    pass


class _Cut:
    """Lets so many statements through, then the lights go out."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            raise _Dark
        return execute(sql, params, many, context)


@pytest.fixture
def together(cast: Cast) -> Company:
    """A company that several threads share. SQLite in memory is one connection: its own test walks in files."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("a database in memory belongs to one connection; test_on_a_file.py walks there")
    return build(cast)


def at_once(*deeds: Any) -> list[BaseException]:
    """Run each in a thread of its own, all beginning together; what went wrong beyond a rule's no."""
    wait, faults = threading.Barrier(len(deeds)), []

    def run(deed: Any) -> None:
        try:
            wait.wait()
            deed()
        except (Refused, NotSeen, NotAllowed):
            pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


STEPS = (
    "status A", "status B", "status C", "status D", "status W", "status None", "restart", "reached", "no answer", "wrong", "never",
    "note", "may contact", "pause", "resume", "night", "cancel", "move", "promise", "archive", "disqualify", "restore", "trash", "lead", "customer",
    "owner", "leave", "return", "meeting", "undo", "reopen", "delete talk", "correct talk", "past talk", "past letter", "delete call",
    "holiday", "working day", "absence", "long absence", "end absence", "pool", "claim", "caller", "no caller", "longer interval",
    "plans none", "plans", "several",
)  # fmt: skip


def step(company: Company, account: Account, what: str) -> Any:
    """One thing that somebody does; what the rules refuse is refused."""
    do, statuses, cast = company.do, company.statuses, company.cast
    if what.startswith("status"):
        return do(accounts.set_status, account, to=statuses.get(what.split()[1]))
    if what in company.outcomes:
        return company.log(account, what)
    if what == "night":
        check_cycle(True)
        overdue.tell_overdue(company.now, company.today)
        rescue.watch(company.now, company.today)
        return end_pauses(company.now)
    for act in (_with_the_call, _with_a_talk, _with_calendars, _with_the_book):
        done = act(company, account, what)
        if done is not None:
            return done
    simple = {
        "restart": (accounts.restart_cycle, {}), "may contact": (accounts.set_do_not_contact, {"to": False}),
        "pause": (accounts.pause, {"until": company.today + dt.timedelta(days=3)}), "resume": (accounts.resume, {}),
        "archive": (accounts.archive, {}), "restore": (accounts.restore, {}), "trash": (accounts.trash, {}),
        "lead": (accounts.set_lifecycle, {"to": "lead"}), "customer": (accounts.set_lifecycle, {"to": "customer"}),
        "owner": (accounts.reassign, {"to": random.choice([cast.leader, cast.junior])}), "pool": (accounts.release, {}),
        "claim": (accounts.claim, {}), "caller": (accounts.add_responsible, {"user": cast.junior, "is_caller": True}),
        "no caller": (accounts.remove_responsible, {"user": cast.junior}),
    }  # fmt: skip
    if what in simple:
        verb, options = simple[what]
        return do(verb, account, **options)
    if what == "disqualify":
        reasons = DisqualifyReason.objects.as_system("test")
        return do(accounts.disqualify, account, reason=reasons.first() or make("disqualify-reasons", name="No need"))
    if what in ("leave", "return"):
        return do(people.deactivate if what == "leave" else people.reactivate, cast.manager)
    return None


def _with_the_call(company: Company, account: Account, what: str) -> Any:
    call = company.calls(account).first()
    if call is None:
        return None
    if what == "cancel":
        return company.do(activities.cancel, call, reason="not now")
    if what == "delete call":
        return company.do(activities.trash, call, reason="not now")
    if what in ("move", "promise"):
        day = company.today + dt.timedelta(days=9)
        return company.do(activities.reschedule, call, to=day, promised=what == "promise")
    return None


def _with_a_talk(company: Company, account: Account, what: str) -> Any:
    reached = company.outcomes["reached"]
    if what == "meeting":
        values = {"kind": "meeting", "account": account, "planned_on": company.today}
        planned = activities.plan_activity(company.actor, values=values, now=company.now).record
        return company.do(activities.complete, planned, outcome=reached)
    if what in ("past talk", "past letter"):
        then = company.now - dt.timedelta(days=random.randint(0, 20))
        values = {
            "kind": "call" if what == "past talk" else "letter",
            "account": account,
            "outcome": reached,
            "done_at": then,
        }
        return activities.plan_activity(company.actor, values=values, now=company.now)
    talks = company.done(account)
    if not talks:
        return None
    talk = random.choice(talks)
    if what == "reopen":
        return company.do(activities.reopen, talk)
    if what == "delete talk":
        return company.do(activities.trash, talk)
    if what == "correct talk":
        return company.do(activities.edit_activity, talk, values={"done_at": talk.done_at - dt.timedelta(days=3)})
    return None


def _with_calendars(company: Company, account: Account, what: str) -> Any:
    day = company.fresh(account).next_contact_on or company.today
    if what in ("holiday", "working day"):
        values = {"day": day - dt.timedelta(days=what == "working day"), "is_working": what == "working day"}
        if CalendarDay.objects.as_system("test").filter(day=values["day"], trashed_at=None).exists():
            return None
        return calendars.set_day(company.actor, values=values, now=company.now)
    if what in ("absence", "long absence"):
        values = {"user": company.cast.manager, "first": day, "last": day + dt.timedelta(days=2 if what == "absence" else 40),
                  "substitute": random.choice([company.cast.leader, None])}  # fmt: skip
        return calendars.add_absence(company.actor, values=values, now=company.now)
    if what == "end absence":
        held = Absence.objects.as_system("test").filter(trashed_at=None).last()
        return company.do(calendars.remove_absence, held) if held is not None else None
    return None


def _with_the_book(company: Company, account: Account, what: str) -> Any:
    values = {
        "longer interval": {"interval": 45},
        "plans none": {"plans_calls": False},
        "plans": {"plans_calls": True},
    }.get(what)
    if values is not None:
        status = company.fresh(company.statuses["B"])
        return redating.save_status(company.actor, status, values, move_open=True, now=company.now)[0]
    if what == "several":
        return accounts.set_status.each(company.actor, [account.pk], to=company.statuses["A"], now=company.now)
    return None


@pytest.mark.django_db
@settings(
    max_examples=int(os.environ.get("TEND_EXAMPLES", "40")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), max_size=14), seed=st.integers(0, 3))
def test_any_sequence_of_events_keeps_the_invariant(company: Company, steps: list[tuple[str, int]], seed: int) -> None:
    from tend.kernel.undo import undo_act

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
        talks = [
            t for t in company.done(account) if t.trashed_at is None and t.outcome and t.outcome.effect == "contact"
        ]
        heard = [t.done_at for t in talks if t.kind in ("call", "meeting") or t.origin == "cycle"]
        assert fresh.last_contact_at == max(heard, default=None), what
        planned = [
            a.planned_on
            for a in Activity.objects.as_system("test").filter(account=account, state="planned", trashed_at=None)
            if a.origin == "cycle" or a.kind in ("call", "meeting")  # a letter by hand is no next talk
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
