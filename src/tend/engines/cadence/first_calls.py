"""First calls of many accounts at once: spread evenly over the working days of the interval, for each who calls."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from tend.base.workdays import spread
from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence import planning
from tend.engines.cadence.desk import WHY, Desk
from tend.engines.cadence.planning import Place
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.history import Change
from tend.kernel.unit import Unit
from tend.people.calendars import workers_for

ASKED = "spread first calls"  # unit.memory: an importer sets it before its first account
KEPT = "first calls"  # by an operation, between its chunks
Ledger = dict[tuple[int | None, int], Counter[dt.date]]


def spreads(unit: Unit) -> bool:
    """Does this unit make so many accounts, or change so many, that their calls must not fall on one day?"""
    return bool(unit.memory.get(ASKED)) or (unit.operation is not None and unit.operation.total > 1)


def spread_first_calls(unit: Unit, accounts: Iterable[Account]) -> None:
    """Plan the first calls of many accounts (an importer's, or of a bulk change of status).

    Per caller and status no day gets two more than another, over all chunks of an operation. An account with a contact
    inside the interval keeps its own date. Promises and calls moved by hand stay where they are.
    """
    accounts = list(accounts)
    spread_on(Desk(unit, accounts), accounts)


def spread_on(desk: Desk, accounts: Iterable[Account]) -> None:
    """The same, on a desk that is laid already."""
    waiting: dict[tuple[int | None, int], list[tuple[Account, InteractionStatus]]] = defaultdict(list)
    for account in accounts:
        status = desk.rhythm(account)
        if status is None:
            continue
        today, who = desk.today(account), desk.who(account)
        last = account.last_contact_at
        if last is not None:
            met = desk.worker(account).today(last)
            own = planning.next_due(met, status, who, desk.workers)
            if own.day > today:
                desk.turn(account, status, met)
                continue
        waiting[who, status.pk].append((account, status))
    ledger = _ledger(desk.unit) if waiting else {}
    for key, group in waiting.items():
        who, status = key[0], group[0][1]
        worker = desk.workers.get(who) or desk.workers[None]
        today = worker.today(desk.unit.now)
        days = planning.days_of_interval(today, status, worker.calendar)
        taken = ledger.setdefault(key, Counter())
        places: dict[dt.date, Place] = {}  # many share a day
        for (account, _status), day in zip(group, spread(len(group), days, taken), strict=True):
            account.cycle_anchor, account.cycle_attempts = today, 0
            taken[day] += 1
            place = places.get(day)
            if place is None:
                where = planning.roll(day, who, desk.workers)
                place = places[day] = Place(where.user_id, day, where.day, where.is_working)
            desk.place(account, status, place)
    _keep(desk.unit, ledger)


def _ledger(unit: Unit) -> Ledger:
    """How many first calls this operation has put on which day so far; read anew when it is taken up again."""
    operation: Any = unit.operation
    if operation is None:
        kept: Ledger = unit.memory.setdefault(KEPT, {})
        return kept
    known: Ledger | None = operation.kept.get(KEPT)
    if known is not None:
        return {key: Counter(days) for key, days in known.items()}
    ledger: Ledger = {}
    if operation.done_through:
        unit.flush(only={Activity})
        made = (
            Change.objects.as_system(WHY)
            .filter(operation=operation, record_type="activities.activity")
            .values("record_id")
        )
        rows = Activity.objects.as_system(WHY).filter(
            pk__in=made, origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None
        )
        for row in (
            rows.order_by().values("responsible_id", "interaction_status_id", "planned_on").annotate(n=Count("pk"))
        ):
            ledger.setdefault((row["responsible_id"], row["interaction_status_id"]), Counter())[row["planned_on"]] += (
                row["n"]
            )
    return ledger


def _keep(unit: Unit, ledger: Ledger) -> None:
    operation: Any = unit.operation
    if operation is not None and ledger:
        operation.keep(KEPT, lambda: ledger)


def days_of_first_calls(actor: Actor, lifecycle: str, status: InteractionStatus | None = None) -> int:
    """Over how many working days the first calls of many new accounts would be spread; 0 when their status plans none.

    `status` is what they are to get, else the default of their lifecycle. By the calendar of the organisation.
    """
    found = status
    if found is None:
        rows = (
            InteractionStatus.objects.as_system(WHY).filter(is_active=True, trashed_at=None).order_by("position", "pk")
        )
        found = next((s for s in rows if lifecycle in s.default_for and s.serves(lifecycle)), None)
    if found is None or not found.plans_calls or not found.interval:
        return 0
    calendar = workers_for(None, [None])[None].calendar
    return len(planning.days_of_interval(clock.day_in(clock.now(), actor.zone), found, calendar))
