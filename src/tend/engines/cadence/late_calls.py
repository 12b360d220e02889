"""Calls that talks of long ago would date into the past: given days of the coming interval, evenly for each who calls.

What an operation has given so far is worked out anew from the database when it is taken up again, and is the same then.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tend.base.workdays import spread
from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence import planning
from tend.engines.cadence.desk import WHY, Desk
from tend.engines.cadence.planning import Place
from tend.kernel.history import Change

KEPT = "late calls"  # by an operation, between its chunks
Key = tuple[int | None, int]  # who calls, by which status


@dataclass
class Given:
    """The days that calls of one operation were given because the day counted has passed, by account; and how many a day."""

    days: dict[int, tuple[Key, dt.date]] = field(default_factory=dict)
    taken: dict[Key, Counter[dt.date]] = field(default_factory=lambda: defaultdict(Counter))
    now: dict[int, tuple[Key, dt.date] | None] = field(default_factory=dict)  # of the chunk under way

    def of(self, account: int) -> tuple[Key, dt.date] | None:
        return self.now[account] if account in self.now else self.days.get(account)

    def give(self, account: int, to: tuple[Key, dt.date] | None) -> None:
        """Another day for a call, or none any more. Counted at once, kept when the chunk is."""
        before = self.of(account)
        if before is not None:
            self.taken[before[0]][before[1]] -= 1
        if to is not None:
            self.taken[to[0]][to[1]] += 1
        self.now[account] = to

    def copy(self) -> Given:
        return Given(self.days, defaultdict(Counter, {key: Counter(days) for key, days in self.taken.items()}))

    def committed(self) -> Given:
        for account, to in self.now.items():
            if to is None:
                self.days.pop(account, None)
            else:
                self.days[account] = to
        self.now = {}
        return self


def spread_late(desk: Desk, accounts: Iterable[Account]) -> None:
    """Open calls dated into the past go to the working days of the coming interval; their anchors stay.

    One that stood on such a day keeps it. Promises and calls that a hand has put on their day stay.
    """
    given = _given(desk)
    waiting: dict[Key, list[tuple[Account, InteractionStatus]]] = defaultdict(list)
    for account in accounts:
        status, call = desk.rhythm(account), desk.calls.get(account.pk)
        if status is None or call is None or call.is_pinned or call.is_promised or call.planned_on is None:
            continue
        key = (desk.who(account), status.pk)
        if call.planned_on >= desk.today(account):
            given.give(account.pk, None)
        elif (day := _stood_on(desk, account, call, status)) is not None:
            _place(desk, account, status, day)
            given.give(account.pk, (key, day))
        else:
            waiting[key].append((account, status))
    for key, group in waiting.items():
        worker, status = desk.workers.get(key[0]) or desk.workers[None], group[0][1]
        days = planning.days_of_interval(worker.today(desk.unit.now), status, worker.calendar)
        for (account, _status), day in zip(group, spread(len(group), days, given.taken[key]), strict=True):
            _place(desk, account, status, day)
            given.give(account.pk, (key, day))
    operation: Any = desk.unit.operation
    if operation is not None:
        operation.keep(KEPT, given.committed)


def _place(desk: Desk, account: Account, status: InteractionStatus, day: dt.date) -> None:
    where = planning.roll(day, desk.who(account), desk.workers)
    desk.place(account, status, Place(where.user_id, day, where.day, where.is_working))


def _stood_on(desk: Desk, account: Account, call: Activity, status: InteractionStatus) -> dt.date | None:
    """The day that the call was given before this unit, when the day counted had passed."""
    if desk.unit.is_made_here(call):
        return None
    before, day = desk.unit.before(call, "cycle_from"), desk.unit.before(call, "due_raw")
    is_given = before is not None and day is not None and _is_given(desk, before, day, status, desk.who(account))
    return day if is_given and day >= desk.today(account) else None


def _is_given(desk: Desk, anchor: dt.date, day: dt.date, status: InteractionStatus, who: int | None) -> bool:
    counted = planning.next_due(anchor, status, who, desk.workers).raw
    return counted < day and counted < (desk.workers.get(who) or desk.workers[None]).today(desk.unit.now)


def _given(desk: Desk) -> Given:
    operation: Any = desk.unit.operation
    if operation is None:
        return Given()
    known: Given | None = operation.kept.get(KEPT)
    if known is not None:
        return known.copy()
    found = Given()
    if operation.done_through:
        changed = Change.objects.as_system(WHY).filter(operation=operation, record_type="activities.activity")
        rows = Activity.objects.as_system(WHY).filter(
            pk__in=changed.values("record_id"), origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None
        )
        columns = ("account_id", "responsible_id", "interaction_status_id", "cycle_from", "due_raw")
        for account, who, status_id, anchor, day in rows.order_by("pk").values_list(*columns):
            status = desk.statuses.get(status_id or 0)
            if (
                status is not None
                and anchor is not None
                and day is not None
                and _is_given(desk, anchor, day, status, who)
            ):
                found.give(account, ((who, status.pk), day))
        found.committed()
    return found
