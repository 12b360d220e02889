"""The desk of one chunk: all that the cycle must know about some accounts, read once, and the one call kept for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account, InteractionStatus, Responsible
from tend.domains.activities.models import Activity, Kind, Origin, State
from tend.domains.activities.queries import open_cycle_calls
from tend.engines.cadence import planning, sentences
from tend.engines.cadence.planning import Place
from tend.kernel.prepared import Prepared
from tend.kernel.unit import Unit
from tend.people.calendars import Worker, workers_for

WHY = "the cycle keeps its calls whoever sees the account"
STATUSES = "interaction statuses"
MADE = "cycle calls made"
TALKS = (Kind.CALL, Kind.MEETING)  # kinds planned by hand that count as the next contact


_STATUSES = Prepared(lambda: InteractionStatus.objects.as_system(WHY).order_by("position", "pk"))


def statuses(unit: Unit) -> dict[int, InteractionStatus]:
    """The book of interaction statuses, read once in a unit."""
    found: dict[int, InteractionStatus] | None = unit.memory.get(STATUSES)
    if found is None:
        rows = unit.ask(_STATUSES)
        found = unit.memory[STATUSES] = {s.pk: s for s in rows}
    return found


def default_status(unit: Unit, lifecycle: str) -> InteractionStatus | None:
    """The status that every new account of a lifecycle gets when it names none."""
    return next(
        (
            s
            for s in statuses(unit).values()
            if s.is_active and s.trashed_at is None and lifecycle in s.default_for and s.serves(lifecycle)
        ),
        None,
    )


class Desk:
    """Reads what planning needs for many accounts in a constant number of statements, then works in memory.

    Nobody else knows the accounts made in this unit: all that hangs on them is held, and nothing is asked or written for them.
    """

    def __init__(self, unit: Unit, accounts: Iterable[Account], *, more: Iterable[int] = ()) -> None:
        self.unit = unit
        self.accounts = {a.pk: a for a in accounts}
        self.statuses = statuses(unit)
        self.calls: dict[int, Activity] = {}
        self.by_hand: dict[int, dt.date] = {}
        callers: dict[int, int] = {}
        ids = [pk for pk, account in self.accounts.items() if not unit.is_made_here(account)]
        if ids:
            self.calls = {
                c.account_id: c for c in unit.load(open_cycle_calls(ids)) if c.account_id is not None and c.is_open
            }
            callers = {r.record_id: r.user_id for r in unit.load(Responsible.objects.of(ids).filter(is_caller=True))}
            self.by_hand = self._planned_by_hand(ids)
        if len(ids) < len(self.accounts):
            self._take_from_unit(self.accounts.keys() - set(ids), callers)
        self._named = {pk: callers.get(pk, account.owner_id) for pk, account in self.accounts.items()}
        responsible = {c.responsible_id for c in self.calls.values()}
        self.workers = workers_for(unit, {*self._named.values(), *responsible, *more})

    def _take_from_unit(self, made: set[int], callers: dict[int, int]) -> None:
        """The same of accounts made in this unit, from what it holds."""
        own = self.unit.memory.get(MADE, {})
        self.calls |= {pk: own[pk] for pk in made if pk in own and own[pk].is_open}
        callers |= {
            r.record_id: r.user_id for r in self.unit.holding(Responsible) if r.is_caller and r.record_id in made
        }
        for row in self.unit.holding(Activity):
            pk, day = row.account_id, row.planned_on
            if row.state != State.PLANNED or pk not in made or day is None:
                continue
            if row.origin != Origin.CYCLE and row.kind in TALKS and row.trashed_at is None:
                self.by_hand[pk] = min(day, self.by_hand.get(pk, day))

    def _planned_by_hand(self, ids: list[int]) -> dict[int, dt.date]:
        self.unit.flush(only={Activity})
        rows = Activity.objects.as_system(WHY).filter(
            account_id__in=ids, state=State.PLANNED, trashed_at=None, kind__in=TALKS
        )
        found = rows.exclude(origin=Origin.CYCLE).order_by().values("account_id").annotate(first=Min("planned_on"))
        return {row["account_id"]: row["first"] for row in found}

    # --- what holds for an account ----------------------------------------------------------------------------------
    def status(self, account: Account) -> InteractionStatus | None:
        return self.statuses.get(account.interaction_status_id) if account.interaction_status_id else None

    def rhythm(self, account: Account) -> InteractionStatus | None:
        """The status that must keep a call open for this account; None when nothing is to be planned (the invariant)."""
        status = self.status(account)
        if status is None or not status.plans_calls:
            return None
        rests = account.archived or account.trashed_at is not None or account.merged_into_id is not None
        return None if rests or account.do_not_contact or account.cycle_paused else status

    def named(self, account: Account) -> int | None:
        """The flagged caller, else the owner, whether still there or not."""
        return self._named[account.pk]

    def who(self, account: Account) -> int | None:
        """Who makes the calls: the flagged caller, else the owner; None (the team's pool) when that person is gone."""
        named = self._named[account.pk]
        worker = self.workers.get(named) if named is not None else None
        return named if worker is not None and worker.is_active else None

    def worker(self, account: Account) -> Worker:
        return self.workers.get(self.who(account)) or self.workers[None]

    def today(self, account: Account) -> dt.date:
        """Today where the calls of this account are made."""
        return self.worker(account).today(self.unit.now)

    # --- what the cycle does ----------------------------------------------------------------------------------------
    def turn(self, account: Account, status: InteractionStatus, anchor: dt.date) -> Activity:
        """A cycle begins on `anchor`: the open call is re-dated, or the next one planned."""
        account.cycle_anchor, account.cycle_attempts = anchor, 0
        return self.place(account, status, planning.next_due(anchor, status, self.who(account), self.workers))

    def place(self, account: Account, status: InteractionStatus, where: Place) -> Activity:
        """Put the one open call of an account on a day; a new record only when there is none."""
        call = self.calls.get(account.pk)
        if call is None:
            made: Activity = self.unit.create(
                Activity, kind=status.activity_kind, origin=Origin.CYCLE, state=State.PLANNED, account_id=account.pk,
                planned_on=where.day, due_raw=where.raw, responsible_id=where.user_id, interaction_status=status,
                cycle_from=account.cycle_anchor, cycle_days=status.interval,
            )  # fmt: skip
            self.calls[account.pk] = self.unit.memory.setdefault(MADE, {})[account.pk] = made
            if not where.is_working:
                self._warn(account)
            self.settle(account)
            return made
        call.planned_on, call.due_raw, call.responsible_id = where.day, where.raw, where.user_id
        call.is_pinned = call.is_promised = False
        call.escalated_on = None
        call.moved_because, call.planned_time = "", None
        self.count_from(call, account, status)
        if not where.is_working:
            self._warn(account)
        self.settle(account)
        return call

    def count_from(self, call: Activity, account: Account, status: InteractionStatus) -> None:
        """Say on the call which cycle it belongs to, so that its reason can be told from stored fields."""
        call.interaction_status, call.cycle_from, call.cycle_days = status, account.cycle_anchor, status.interval
        call.kind = status.activity_kind

    def cancel(self, account: Account, why: str) -> Activity | None:
        """Close the open call with a reason; it stays in the history."""
        call = self.calls.pop(account.pk, None)
        if call is not None:
            call.state, call.cancelled_because = State.CANCELLED, why[:200]
        self.settle(account)
        return call

    def settle(self, account: Account) -> None:
        """The next contact is the earliest open talk, of the cycle or planned by hand."""
        call, day = self.calls.get(account.pk), self.by_hand.get(account.pk)
        planned = call.planned_on if call is not None else None
        account.next_contact_on = min(planned, day) if planned is not None and day is not None else planned or day

    def last_cancelled(self, accounts: Iterable[Account]) -> dict[int, Activity]:
        """The last cancelled call of the cycle of each account: where a restored one takes up again."""
        rows = Activity.objects.as_system(WHY).filter(
            account_id__in=[a.pk for a in accounts], origin=Origin.CYCLE, state=State.CANCELLED, trashed_at=None
        )
        newest = rows.order_by().values("account_id").annotate(newest=Max("pk")).values("newest")
        return {
            c.account_id: c
            for c in self.unit.load(Activity.objects.as_system(WHY).filter(pk__in=newest))
            if c.account_id is not None
        }

    # --- what is said -----------------------------------------------------------------------------------------------
    @property
    def speaks(self) -> bool:
        """Sentences are for one record; an operation has a summary instead."""
        return not self.unit.quiet

    def say(self, sentence: str) -> None:
        if self.speaks:
            self.unit.say(sentence)

    def say_planned(self, call: Activity, status: InteractionStatus) -> None:
        if self.speaks:
            self.unit.say(sentences.planned(call, status, self.unit.today))

    def _warn(self, account: Account) -> None:
        worker: Any = self.worker(account)
        name = _("the team") if worker.user_id is None else _("the person who calls")
        self.say(
            _("The calendar of %(name)s has no working day within a year: the day counted was kept.") % {"name": name}
        )
