"""The call cycle's rows: its pages, a call logged with the next one planned, and work on 100,000 planned calls."""

from __future__ import annotations

import datetime as dt
import itertools
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlencode

from tests.bench.stack import Ask, Asking, signed_in

WHY = "the benchmark chooses what it asks for"
LEADER = "olga@meridian.example"  # her team is nearly everybody
OPEN = "state = 'planned' AND trashed_at IS NULL"
BOOK = "/settings/interaction-statuses"


class Cycle:
    """What is asked for, found once: the day's calls of a seller, calls to log, the status with most accounts."""

    def __init__(self, chosen: Any) -> None:
        from tend.domains.accounts.models import InteractionStatus
        from tend.domains.activities.models import Activity, Outcome
        from tend.engines.cadence.queries import line_of_day
        from tend.kernel import clock
        from tend.people.access import actor_for
        from tests.bench.fill import people_by_email

        self.administrator, self.seller = chosen.administrator, chosen.seller
        self.leader = dict(people_by_email())[LEADER]
        self.today = clock.now().date()
        self.day, _done = line_of_day(actor_for(self.seller), clock.now())
        book = InteractionStatus.objects.as_system(WHY).filter(trashed_at=None).order_by("position")
        self.status = book.get(name="B – regular")
        self.outcome = Outcome.objects.as_system(WHY).get(code="reached")
        rows = Activity.objects.as_system(WHY).filter(origin="cycle", state="planned", trashed_at=None)
        self.open = list(rows.order_by("-planned_on", "pk").values_list("pk", flat=True)[:20_000])


def pages(row: Callable[..., None], chosen: Any) -> None:
    """Every page of the cycle, as a seller, the leader of all teams and an administrator."""
    cycle = Cycle(chosen)
    seller, leader, admin = (signed_in(u) for u in (cycle.seller, cycle.leader, cycle.administrator))
    row("calls-mine", seller, _page("/calls", show="overdue"), lambda: _raw_calls(cycle, cycle.seller.pk))
    for who, visitor in (("admin", admin), ("leader", leader)):
        for show in ("today", "overdue", "missed"):
            raw = (lambda: _raw_calls(cycle, None)) if show != "missed" else _raw_missed
            asking = _page("/calls", show=show, who="everyone")
            row(f"calls-{show}-{who}", visitor, asking, raw, eight=show == "overdue")
        for side in ("leads", "accounts"):
            row(f"calls-{side}-{who}", visitor, _page(f"/calls/{side}"), lambda s=side: _raw_side(s, None), eight=False)
        one = _page("/calls/accounts", status=cycle.status.pk)
        row(f"calls-status-{who}", visitor, one, lambda: _raw_side("accounts", cycle.status.pk))
    ids = cycle.day
    row(
        "cockpit",
        seller,
        lambda n: Ask("GET", f"/calls/{ids[n % len(ids)]}?next=/today/start"),
        lambda: _raw_card(ids[0]),
    )
    row("why", seller, lambda n: Ask("GET", f"/calls/{ids[n % len(ids)]}/open"), lambda: _raw_card(ids[0]))
    row("counts", seller, _page("/counts"))
    for who, visitor in (("seller", seller), ("leader", leader), ("admin", admin)):
        row(f"coverage-{who}", visitor, _page("/coverage"), _raw_board if who == "admin" else None, eight=False)
    for part in ("overdue", "no_number"):
        given = {"by": "status", "who": "all", "column": cycle.status.pk if part == "overdue" else "out", "part": part}
        asking = _page("/coverage/accounts", **given)
        row(f"coverage-list-{part}", admin, asking, lambda: _raw_behind(cycle), eight=False)
    row("month", seller, _page("/calendar", show="month"), lambda: _raw_month(cycle, cycle.seller.pk))
    row("month-team", leader, _page("/calendar", show="month", who="team"), lambda: _raw_month(cycle, None))
    row("forecast", admin, _forecast(cycle), lambda: _raw_forecast(cycle), eight=False)


def writes(row: Callable[..., None], chosen: Any) -> None:
    """One call logged: it is done, the account's cycle turns and its next call is planned."""
    cycle = Cycle(chosen)
    waiting, turn = iter(cycle.open), threading.Lock()

    def log(_n: int) -> Ask:
        with turn:
            pk = next(waiting)
        body = urlencode({"outcome": cycle.outcome.pk, "text": "Wants to hear about the new range.", "next": "/today"})
        return Ask("POST", f"/calls/{pk}/log", body.encode(), expect=303, kind="application/x-www-form-urlencoded")

    row("log-call", signed_in(cycle.administrator), log, _raw_log(cycle))


def _page(path: str, **words: Any) -> Asking:
    ask = Ask("GET", f"{path}?{urlencode(words)}" if words else path)
    return lambda _n: ask


def _forecast(cycle: Cycle) -> Asking:
    """The form of the status with another interval, as a browser sends it: answered by the forecast, nothing is saved."""
    from tend.doors.web.settings import books
    from tend.doors.web.settings.book_forms import form_for
    from tend.people.access import actor_for

    form = form_for(books.found("interaction-statuses"), actor_for(cycle.administrator), None, cycle.status)
    given: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value is not None and value is not False:
            given[field.html_name] = [str(v) for v in value] if isinstance(value, (list, tuple)) else str(value)
    body = urlencode({**given, "interval": cycle.status.interval - 9}, doseq=True).encode()
    return lambda _n: Ask("POST", f"{BOOK}/{cycle.status.pk}", body, kind="application/x-www-form-urlencoded")


# --- raw SQL ----------------------------------------------------------------------------------------------------------
def _sql(statement: str, values: Any = ()) -> list[Any]:
    from tests.bench.pages import sql

    return sql(statement, values)


def _raw_calls(cycle: Cycle, user: int | None) -> list[Any]:
    """Late calls with their accounts, a page of them, and how many there are up to a thousand."""
    mine, values = ("responsible_id = %s AND ", [user]) if user else ("", [])
    where = f"{mine}{OPEN} AND planned_on < %s"
    _sql(
        f"SELECT count(*) FROM (SELECT 1 FROM activities_activity WHERE {where} LIMIT 1001) x",
        [*values, cycle.today.isoformat()],
    )
    return _sql(
        f"SELECT x.*, a.* FROM (SELECT * FROM activities_activity WHERE {where} ORDER BY planned_on, id LIMIT 26) x "
        "JOIN accounts_account a ON a.id = x.account_id",
        [*values, cycle.today.isoformat()],
    )


def _raw_missed() -> list[Any]:
    return _sql(
        f"SELECT c.* FROM activities_activity c WHERE c.{OPEN.replace(' AND ', ' AND c.')} AND EXISTS (SELECT 1 FROM activities_activity t "
        "WHERE t.parent_id = c.id AND t.state = 'done' AND t.trashed_at IS NULL) ORDER BY c.planned_on, c.id LIMIT 26"
    )


def _raw_side(side: str, status: int | None) -> list[Any]:
    line = "lifecycle = 'lead'" if side == "leads" else "lifecycle <> 'lead'"
    mine, values = (" AND interaction_status_id = %s", [status]) if status else ("", [])
    return _sql(
        f"SELECT * FROM accounts_account WHERE {line}{mine} AND trashed_at IS NULL AND NOT archived AND next_contact_on IS NOT NULL "
        "ORDER BY next_contact_on, name, id LIMIT 26",
        values,
    )


def _raw_card(pk: int) -> None:
    """The call, its account, its people and numbers, its last four talks."""
    (account,) = _sql("SELECT account_id FROM activities_activity WHERE id = %s", [pk])[0]
    _sql("SELECT * FROM activities_activity WHERE id = %s", [pk])
    _sql("SELECT * FROM accounts_account WHERE id = %s", [account])
    _sql("SELECT c.*, p.* FROM contacts_membership m JOIN contacts_contact c ON c.id = m.record_id LEFT JOIN contacts_contactpointof p ON p.record_id = c.id WHERE m.account_id = %s", [account])  # fmt: skip
    _sql("SELECT * FROM activities_activity WHERE account_id = %s AND state = 'done' ORDER BY done_at DESC, id DESC LIMIT 4", [account])  # fmt: skip


def _raw_board() -> list[Any]:
    """Owner by status with its parts, but for numbers to dial, which the board looks up as well."""
    return _sql(
        "SELECT owner_id, interaction_status_id, do_not_contact, cycle_paused, unreachable, next_contact_on < CURRENT_DATE, last_contact_at IS NULL, count(*) "
        "FROM accounts_account WHERE NOT archived AND merged_into_id IS NULL AND trashed_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )


def _raw_behind(cycle: Cycle) -> list[Any]:
    where = "interaction_status_id = %s AND next_contact_on < %s AND trashed_at IS NULL AND NOT archived"
    values = [cycle.status.pk, cycle.today.isoformat()]
    _sql(f"SELECT count(*) FROM accounts_account WHERE {where}", values)
    return _sql(f"SELECT * FROM accounts_account WHERE {where} ORDER BY next_contact_on, name, id LIMIT 50", values)


def _raw_month(cycle: Cycle, user: int | None) -> list[Any]:
    first = cycle.today.replace(day=1)
    mine, values = ("responsible_id = %s AND ", [user]) if user else ("", [])
    return _sql(
        f"SELECT planned_on, count(*), min(id) FROM activities_activity WHERE {mine}{OPEN} AND planned_on >= %s AND planned_on < %s GROUP BY 1",
        [*values, first.isoformat(), (first + dt.timedelta(days=35)).isoformat()],
    )


def _raw_forecast(cycle: Cycle) -> list[Any]:
    return _sql(
        "SELECT t.account_id, a.owner_id, a.cycle_anchor, t.planned_on, t.is_pinned, t.is_promised FROM activities_activity t JOIN accounts_account a "
        f"ON a.id = t.account_id WHERE t.origin = 'cycle' AND t.{OPEN.replace(' AND ', ' AND t.')} AND a.interaction_status_id = %s",
        [cycle.status.pk],
    )


def _raw_log(cycle: Cycle) -> Callable[[], None]:
    """The call done, the account written, the next call inserted, the history told, committed, by the driver."""
    from django.db import connection

    connection.ensure_connection()
    mark = "?" if connection.vendor == "sqlite" else "%s"
    names = [r[0] for r in (
        _sql("SELECT name FROM pragma_table_info('activities_activity')") if connection.vendor == "sqlite"
        else _sql("SELECT column_name FROM information_schema.columns WHERE table_name = 'activities_activity'")
    ) if r[0] != "id"]  # fmt: skip
    columns = ", ".join(f'"{n}"' for n in names)
    waiting = itertools.cycle(reversed(cycle.open))

    def run() -> None:
        plain, pk = connection.connection, next(waiting)
        plain.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        found = plain.execute(f"SELECT account_id FROM activities_activity WHERE id = {mark}", (pk,)).fetchone()
        plain.execute(
            f"UPDATE activities_activity SET state = 'done', done_at = CURRENT_TIMESTAMP WHERE id = {mark}", (pk,)
        )
        plain.execute(
            f"UPDATE accounts_account SET next_contact_on = CURRENT_DATE, version = version + 1 WHERE id = {mark}",
            found,
        )
        new = ", ".join({"state": "'planned'", "done_at": "NULL"}.get(n, f'"{n}"') for n in names)
        plain.execute(
            f"INSERT INTO activities_activity ({columns}) SELECT {new} FROM activities_activity WHERE id = {mark}",
            (pk,),
        )
        for kind, record in (("accounts.account", found[0]), ("activities.activity", pk), ("activities.activity", pk)):
            values = (1, "raw", kind, record, "update", "{}")
            plain.execute(
                f"INSERT INTO kernel_change (act, at, verb, record_type, record_id, kind, body) VALUES ({mark}, CURRENT_TIMESTAMP, {', '.join([mark] * 5)})",
                values,
            )
        plain.execute("ROLLBACK")  # the kept database is left as it was

    return run


# --- 100,000 calls ----------------------------------------------------------------------------------------------------
Clocked = Callable[..., AbstractContextManager[None]]


def planning(clocked: Clocked, most: int) -> list[dict[str, Any]]:
    """A status for accounts that have none: as many first calls, spread; then taken from them again."""
    from tend.domains.accounts.models import Account
    from tend.kernel.actor import system

    found: list[dict[str, Any]] = []
    verb, status = _set_status()
    rows = Account.objects.as_system(WHY).exclude(lifecycle="lead").exclude(next_contact_on=None).order_by("-pk")
    ids = list(rows.values_list("pk", flat=True)[:most])
    with clocked("cancel-calls", found, lambda: len(ids)):
        verb.each(system(WHY), ids, to=None)
    with clocked("plan-calls", found, lambda: len(ids)):
        operation = verb.each(system(WHY), ids, to=status)
    print(f"  plan-calls: {operation.changed:,} changed, {operation.failed:,} refused", file=sys.stderr)
    return found


def redating(clocked: Clocked, most: int) -> list[dict[str, Any]]:
    """Another interval for a status with that many accounts: saved, and every open call dated anew by the worker."""
    from tend.domains.accounts.models import Account
    from tend.engines.cadence.redating import save_status
    from tend.kernel.actor import system
    from tend.kernel.jobs.worker import Worker
    from tend.people.access import actor_for
    from tests.bench.fill import people_by_email

    found: list[dict[str, Any]] = []
    verb, status = _set_status()
    rows = Account.objects.as_system(WHY).exclude(lifecycle="lead").exclude(next_contact_on=None).order_by("pk")
    others = rows.exclude(interaction_status=status).values_list("pk", flat=True)
    lacking = most - rows.filter(interaction_status=status).count()
    if lacking > 0:
        verb.each(system(WHY), list(others[:lacking]), to=status)
    actor, done = actor_for(dict(people_by_email())["ada@meridian.example"]), {"moved": 0}
    with clocked("redate-calls", found, lambda: done["moved"]):
        _saved, moved = save_status(actor, status, {"interval": status.interval + 30}, move_open=True)
        Worker("bench").drain()
        if moved is not None:
            moved.refresh_from_db()
            done["moved"] = moved.changed
    print(f"  redate-calls: {done['moved']:,} of {moved.total if moved else 0:,} moved", file=sys.stderr)
    return found


def _set_status() -> Any:
    from tend.domains.accounts.entity import ACCOUNT
    from tend.domains.accounts.models import InteractionStatus

    book = InteractionStatus.objects.as_system(WHY).filter(for_accounts=True, trashed_at=None)
    return ACCOUNT.verb_by_name["set-status"], book.get(name="C – occasional")
