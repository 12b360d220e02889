"""A company that comes in as one file in five statuses: even calls, a weighted day, a board that adds up, a previewed interval.

Each claim is a test over 2,000 accounts; the soak tells the same story over 100,000 (TEND_SOAK_ROWS: another number) and
says what it took.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.db import connection

from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity
from tend.engines.cadence import coverage, forecasting, planning, redating
from tend.engines.cadence.doctor import lacking, surplus
from tend.engines.cadence.queries import day_of
from tend.kernel import clock
from tend.kernel.imports.files import change_plan, plan_of, read, upload
from tend.kernel.imports.run import begin, go_on
from tend.kernel.jobs.worker import Worker
from tend.people.calendars import workers_for
from tend.people.models import User
from tests.cast import Cast, make, person
from tests.engines.cadence.conftest import MONDAY

pytestmark = pytest.mark.django_db
SMALL, FULL = 2_000, int(os.environ.get("TEND_SOAK_ROWS", "100000"))
# name, interval, how it counts, weight, of a hundred accounts
BOOK = (
    ("A – key", 14, "calendar", 40, 15), ("B – regular", 30, "calendar", 40, 30), ("C – occasional", 90, "calendar", 20, 25),
    ("W – working days", 10, "working", 20, 20), ("D – dormant", 30, "calendar", 0, 10),
)  # fmt: skip
LATER = dt.timedelta(days=35)  # a Monday on which nobody has called yet


@dataclass
class Statements:
    """Counts statements, without keeping them."""

    count: int = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


@dataclass
class Office:
    """The company after its import, and what each step of the story took."""

    cast: Cast
    statuses: dict[str, InteractionStatus]
    sellers: list[User]
    accounts: int
    took: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def clocked(self, what: str) -> Iterator[Statements]:
        counted, wall, cpu = Statements(), time.perf_counter(), time.process_time()
        with connection.execute_wrapper(counted):
            yield counted
        spent = f"{time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} s of processor time"
        self.took[what] = f"{spent}, {counted.count:,} statements"

    def calls(self) -> Any:
        return Activity.objects.as_system("test").filter(origin="cycle", state="planned", trashed_at=None)


def imported(cast: Cast, accounts: int) -> Office:
    """The file as an office has it: one line an account, with its owner and its status by name."""
    statuses = {
        name[0]: make(
            "interaction-statuses", name=name, mark=name[0], interval=interval, interval_kind=kind, weight=weight,
            plans_calls=bool(weight), default_for=["customer", "prospect", "other"] if name[0] == "B" else [],
        )
        for name, interval, kind, weight, _share in BOOK
    }  # fmt: skip
    sellers = [
        person(f"Seller{n} Bright", "sales-manager" if n else "junior", cast.team)
        for n in range(max(10, accounts // 2_000))
    ]
    office = Office(cast, statuses, sellers, accounts)
    shares = [name for name, *_rhythm, share in BOOK for _ in range(share)]
    lines = ["Company;Phone;Owner;Interaction status"]
    for n in range(accounts):
        phone = "" if n % 25 == 7 else f"+34 91{1_000_000 + n * 7 % 8_999_999:07d}"
        owner = sellers[n % len(sellers)].name if n % 49 else ""
        lines.append(f"Quinta {n} Lda;{phone};{owner};{shares[n // len(sellers) * 37 % 100]}")
    actor = cast.actor(cast.admin)
    with office.clocked("import"):
        run = upload(actor, "accounts", "offices.csv", iter(["\n".join(lines).encode()]))
        read(actor, run)
        change_plan(actor, run, plan_of(run))
        begin(actor, run)
        summary = go_on(actor, run)
    assert summary["created"] == accounts, summary
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database does by itself soon after
    return office


@pytest.fixture
def office(cast: Cast) -> Iterator[Office]:
    with time_machine.travel(MONDAY, tick=True):
        yield imported(cast, SMALL)


# --- calls are spread evenly by person and working day ----------------------------------------------------------------
def check_evenness(office: Office) -> None:
    """Per person and status no working day of the interval has two more than another; so a person's days are level."""
    found: dict[tuple[int, int], Counter[dt.date]] = defaultdict(Counter)
    for who, status, day in office.calls().values_list("responsible_id", "interaction_status_id", "planned_on"):
        found[who, status][day] += 1
    workers = workers_for(None, {who for who, _status in found})
    total: dict[int, Counter[dt.date]] = defaultdict(Counter)
    begun = Account.objects.as_system("test").earliest("created_at").created_at
    for (who, pk), days in found.items():
        status = next(s for s in office.statuses.values() if s.pk == pk)
        window = planning.days_of_interval(workers[who].today(begun), status, workers[who].calendar)
        assert set(days) <= set(window)
        per_day = [days[day] for day in window]
        assert max(per_day) - min(per_day) <= 1, (who, status.name, per_day)
        total[who].update(days)
    kept = sum(sum(days.values()) for days in total.values())
    planning_ones = sum(share for _n, _i, _k, weight, share in BOOK if weight)
    assert kept == office.calls().count() == office.accounts * planning_ones // 100
    worst = 0.0
    shortest = planning.days_of_interval(begun.date(), office.statuses["A"], workers[None].calendar)[:9]
    for days in total.values():
        level = [days[day] for day in shortest]
        assert max(level) - min(level) <= len(BOOK) - 1  # one for each status that plans
        worst = max(worst, max(level) / (sum(level) / len(level)))
    office.took["evenness"] = f"{len(total)} callers, fullest of nine common working days / mean: {worst:.3f} at most"
    assert worst < 1.25


def test_calls_of_an_import_are_spread_evenly_by_person_and_working_day(office: Office) -> None:
    check_evenness(office)
    assert not lacking().exists()
    assert not surplus().exists()


# --- the day's queue follows the weights ------------------------------------------------------------------------------
def check_queue(office: Office, now: dt.datetime) -> None:
    """Capacity 24 by the weights 40, 40, 20 and 20, as all four have enough that is due; most overdue first."""
    for seller in office.sellers[:: max(len(office.sellers) // 10, 1)]:
        with office.clocked("Today of a seller") as asked:
            day = day_of(office.cast.actor(seller), now, shown=100)
        marks = Counter(row.status.mark for row in day.queue if row.status)
        assert marks == {"A": 8, "B": 8, "C": 4, "W": 4}, marks
        late = [(now.date() - row.call.planned_on).days / row.call.cycle_days for row in day.queue]
        assert late == sorted(late, reverse=True)
        assert day.waiting > 24
        assert asked.count <= 25


def test_the_days_queue_of_an_imported_company_follows_the_weights(office: Office) -> None:
    with time_machine.travel(MONDAY + LATER, tick=False):
        check_queue(office, clock.now())


# --- the coverage board -----------------------------------------------------------------------------------------------
def check_board(office: Office, now: dt.datetime, *, every: int = 1) -> None:
    """Every `every`-th cell is held against its list, for an administrator, the team's leader and a junior."""
    cast = office.cast
    everything = Account.objects.as_system("test").filter(archived=False, trashed_at=None)
    team = everything.filter(owner__in=[*office.sellers, cast.leader])
    for who, user, in_sight in (
        ("administrator", cast.admin, everything), ("leader", cast.leader, team),
        ("junior", office.sellers[0], everything.filter(owner=office.sellers[0])),
    ):  # fmt: skip
        actor = cast.actor(user)
        with office.clocked(f"board of the {who}") as asked:
            board = coverage.board(actor, "status", now)
        assert asked.count <= 6
        total = board.total.all.total
        assert total == in_sight.count() > 0
        assert sum(row.all.total for row in board.rows) == total
        columns = sum(board.total.cells[c.key].total for c in board.columns)
        assert columns + board.total.out.total == total
        numbers = [
            (row.key, column, part, cell.parts[part])
            for row in (board.total, *board.rows)
            for column, cell in [*row.cells.items(), (coverage.OUT, row.out), (coverage.ALL, row.all)]
            for part in coverage.PARTS
        ]
        for key, column, part, n in itertools.islice(numbers, 0, None, every):
            rows = coverage.listed(actor, now, by="status", who=key, column=column, part=part)
            assert rows.count() == n, (who, key, column, part)


def test_the_board_of_an_imported_company_adds_up_and_equals_its_lists(office: Office) -> None:
    with time_machine.travel(MONDAY + LATER, tick=False):
        check_board(office, clock.now(), every=7)


# --- one interval is changed ------------------------------------------------------------------------------------------
def check_interval(office: Office, now: dt.datetime) -> None:
    """What is foreseen is what then stands, to the week and person, in a bounded number of statements."""
    actor, status = office.cast.actor(office.cast.admin), office.statuses["B"]
    status.refresh_from_db()
    before = dict(office.calls().values_list("account_id", "planned_on"))
    with office.clocked("forecast of an interval") as asked:
        foreseen = forecasting.foresee(actor, status, forecasting.Pace(21), now)
    assert asked.count <= 12
    assert dict(office.calls().values_list("account_id", "planned_on")) == before
    with office.clocked("interval changed") as asked:
        _done, moved = redating.save_status(actor, status, {"interval": 21}, move_open=True)
        assert moved is not None
        Worker("w").drain()
    moved.refresh_from_db()
    assert (moved.state, moved.total) == ("done", foreseen.accounts)
    chunks = -(-foreseen.accounts // 1000)
    assert asked.count <= 60 + 60 * chunks, asked.count
    after = dict(office.calls().values_list("account_id", "planned_on"))
    changed = [day for pk, day in after.items() if day != before[pk]]
    assert after.keys() == before.keys()
    assert (foreseen.moves, foreseen.first, foreseen.last) == (len(changed), min(changed), max(changed))
    status.refresh_from_db()
    stands = forecasting.foresee(actor, status, forecasting.Pace(21), now, move_open=False)
    assert stands.loads == foreseen.loads
    others = set(office.calls().exclude(interaction_status=status).values_list("account_id", flat=True))
    assert all(after[pk] == before[pk] for pk in others)


def test_an_interval_changed_in_an_imported_company_does_what_its_forecast_said(office: Office) -> None:
    with time_machine.travel(MONDAY + LATER, tick=False):
        check_interval(office, clock.now())


# --- the whole story at its full size ---------------------------------------------------------------------------------
@pytest.mark.soak
def test_a_hundred_thousand_accounts_in_five_statuses(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=True):
        office = imported(cast, FULL)
        with office.clocked("looking at every call"):
            check_evenness(office)
            assert not lacking().exists()
            assert not surplus().exists()
    with time_machine.travel(MONDAY + LATER, tick=False):
        check_queue(office, clock.now())
        check_board(office, clock.now(), every=97)
        check_interval(office, clock.now())
    print(f"\n{connection.vendor}, {office.accounts:,} accounts, {len(office.sellers)} sellers")
    for what, words in office.took.items():
        print(f"  {what}: {words}")
