"""When a status of the book changes: open calls are dated anew by its new interval, planned, or cancelled.

What is foreseen and what is done is one function over the stored anchors, so that the preview is what happens.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.models import Account, InteractionStatus, Responsible
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence import planning
from tend.engines.cadence.desk import WHY, Desk
from tend.engines.cadence.first_calls import spread_on
from tend.engines.cadence.planning import Place, Rhythm
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.book_events import value_saved
from tend.kernel.entity import entity_of
from tend.kernel.events import reacts_to
from tend.kernel.jobs.stages import Stage, carry_out, deed, everywhere, queue_stages
from tend.kernel.operations import Operation, advance, name_operation, start
from tend.kernel.unit import Unit
from tend.kernel.values import edit_record
from tend.kernel.verbs import Done
from tend.people.calendars import Worker, workers_for

RIGHT = "settings"
AT_ONCE = 1000  # accounts that change while somebody waits
RHYTHM = ("interval", "interval_kind")
ACCOUNT = "accounts.account"
COLUMNS = ("account_id", "account__owner_id", "responsible_id", "account__cycle_anchor", "account__cycle_attempts", "planned_on",
           "is_pinned", "is_promised")  # fmt: skip
SPREADING, SHIFT = 2_654_435_761, 7  # by which neighbouring ids come to lie evenly, and the same whenever it is asked
name_operation("redate-calls", gettext_lazy("Move open calls to a new interval"))
name_operation("follow-status", gettext_lazy("Plan or cancel the calls of a status"))


Places = dict[tuple[dt.date, Hashable], Place]


@dataclass(frozen=True)
class Planned:
    """What dating anew reads of an account with an open call."""

    account_id: int
    who: int | None
    anchor: dt.date
    planned_on: dt.date
    stays: bool  # moved by hand, promised, or being tried again
    seat: int | None = None  # of several: where they are among those that are spread


@dataclass
class Redating:
    """Where the open calls of a status go under a rhythm. The same for a preview and for the deed, in any order."""

    rhythm: Rhythm
    workers: dict[int | None, Worker]
    now: dt.datetime
    _due: Places = field(default_factory=dict)
    _rolled: Places = field(default_factory=dict)
    _days: dict[Hashable, list[dt.date]] = field(default_factory=dict)
    _patterns: dict[int | None, tuple[Worker, Hashable, dt.date]] = field(default_factory=dict)

    def place(self, call: Planned) -> Place | None:
        """The day counted from the anchor; one that would be past is spread over the days of the coming interval."""
        if call.stays:
            return None
        found = self.due(call.anchor, call.who)
        if found.day >= self.today_of(call.who):
            return found
        days = self.days(call.who)
        seat = call.account_id * SPREADING >> SHIFT if call.seat is None else call.seat
        day = days[seat % len(days)]
        return self._alike(self._rolled, day, call.who, lambda: planning.roll(day, call.who, self.workers))

    def due(self, anchor: dt.date, who: int | None) -> Place:
        """The day counted from an anchor."""
        return self._alike(self._due, anchor, who, lambda: planning.next_due(anchor, self.rhythm, who, self.workers))

    def days(self, who: int | None) -> list[dt.date]:
        """The days of the coming interval, over which late calls are spread."""
        worker, pattern, today = self._known(who)
        if pattern not in self._days:
            self._days[pattern] = planning.days_of_interval(today, self.rhythm, worker.calendar)
        return self._days[pattern]

    def today_of(self, who: int | None) -> dt.date:
        """Today where this person works."""
        return self._known(who)[2]

    def _alike(self, known: Places, day: dt.date, who: int | None, ask: Callable[[], Place]) -> Place:
        """What is asked of a day, worked out once for all who work alike: only the person differs."""
        worker, pattern, _today = self._known(who)
        found = known.get((day, pattern))
        if found is None:
            found = known[day, pattern] = ask()
        if found.user_id == worker.user_id or worker.away or not worker.is_active:
            return found
        return Place(worker.user_id, found.raw, found.day, found.is_working)

    def _known(self, who: int | None) -> tuple[Worker, Hashable, dt.date]:
        if who not in self._patterns:
            worker = self.workers.get(who) or self.workers[None]
            self._patterns[who] = (worker, planning.pattern_of(worker), worker.today(self.now))
        return self._patterns[who]


def planned_calls(status: InteractionStatus) -> Iterator[Planned]:
    """The open calls of the accounts with a status, in key order; two statements."""
    callers = Responsible.objects.as_system(WHY).filter(is_caller=True, record__interaction_status=status)
    rows = Activity.objects.as_system(WHY).filter(
        origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None, account__interaction_status=status
    )
    flagged = dict(callers.values_list("record_id", "user_id"))
    for pk, owner, _responsible, anchor, tried, day, pinned, promised in (
        rows.order_by("account_id").values_list(*COLUMNS).iterator(5000)
    ):
        stays = anchor is None or pinned or promised or bool(tried)
        yield Planned(pk, flagged.get(pk, owner), anchor or day, day, stays)


def people_of(calls: Sequence[Planned]) -> dict[int | None, Worker]:
    """Who makes these calls, with their calendars. Somebody who may not sign in counts as the team."""
    return _active_or_team(workers_for(None, {c.who for c in calls}))


def _active_or_team(found: Mapping[int | None, Worker]) -> dict[int | None, Worker]:
    return {pk: w if w.is_active else found[None] for pk, w in found.items()}


def _held(account: Account, call: Activity, who: int | None) -> Planned:
    """What `planned_calls` reads of an account, from records that are held."""
    assert call.planned_on is not None
    anchor = account.cycle_anchor
    stays = anchor is None or call.is_pinned or call.is_promised or bool(account.cycle_attempts)
    return Planned(account.pk, who, anchor or call.planned_on, call.planned_on, stays)


# --- saving a status --------------------------------------------------------------------------------------------------
def save_status(
    actor: Actor,
    status: InteractionStatus,
    values: dict[str, Any],
    *,
    move_open: bool = False,
    expect: int | None = None,
    now: dt.datetime | None = None,
) -> tuple[Done, Operation | None]:
    """Save a status of the book. Its new interval counts from each account's next talk on, or for open calls as well.

    Calls moved by hand, promised or being tried again stay. Few move with the save, many in the background: the
    operation says which by its state. Raises what editing a book raises.
    """
    now = now or clock.now()
    with transaction.atomic():
        before = tuple(getattr(status, name) for name in RHYTHM)
        done = edit_record(actor, entity_of(InteractionStatus), status, values, expect=expect)
        saved = done.record
        turned = before != tuple(getattr(saved, name) for name in RHYTHM)
        moved = redate(actor, saved, now) if move_open and turned and saved.plans_calls else None
    return done, moved


def redate(actor: Actor, status: InteractionStatus, now: dt.datetime) -> Operation | None:
    """Date the open calls of a status anew by its interval, as one operation. None when there is none to move."""
    ids = [c.account_id for c in planned_calls(status) if not c.stays]
    if not ids:
        return None
    params = {"status": {"id": status.pk, "name": status.name}, "interval": status.interval}
    operation = start(actor, "redate-calls", ACCOUNT, total=len(ids), params=params, now=now)
    stages = [Stage("redate-calls", ids, given={"status": status, "asked": now})]
    return (carry_out if len(ids) <= AT_ONCE else queue_stages)(actor, operation, stages)


@deed("redate-calls")
def redate_chunk(
    actor: Actor,
    operation: Operation,
    ids: Sequence[int],
    now: dt.datetime,
    *,
    status: InteractionStatus,
    asked: dt.datetime,
) -> None:
    """One chunk. An account that left the status or whose call was worked on meanwhile stays as it is."""
    with Unit(everywhere(actor, RIGHT), verb="redate-calls", now=now, operation=operation) as unit:
        desk = _desk(unit, ids)
        work = Redating(status, _active_or_team(desk.workers), asked)
        for account in desk.accounts.values():
            held = desk.calls.get(account.pk)
            if held is None or held.planned_on is None or account.interaction_status_id != status.pk:
                continue
            where = work.place(_held(account, held, desk.named(account)))
            if where is None:
                continue
            held.planned_on, held.due_raw, held.responsible_id = where.day, where.raw, where.user_id
            held.escalated_on = None
            desk.count_from(held, account, status)
            desk.settle(account)
        unit.finish()
        _count(operation, unit, ids)


# --- planning switched on or off --------------------------------------------------------------------------------------
@reacts_to(value_saved, order=70)
def follow_planning(unit: Unit, events: list[value_saved]) -> None:
    """A status that begins to plan calls plans them for all its accounts, one that ends cancels them."""
    for status in [e.value for e in events if isinstance(e.value, InteractionStatus) and not e.is_new]:
        if unit.before(status, "plans_calls") == status.plans_calls:
            continue
        unit.flush(only={InteractionStatus})
        rows = Account.objects.as_system(WHY).filter(interaction_status=status, trashed_at=None).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        if len(ids) <= AT_ONCE:
            plan_or_cancel(unit, ids, status)
        elif ids:
            params = {"status": {"id": status.pk, "name": status.name}}
            operation = start(unit.actor, "follow-status", ACCOUNT, total=len(ids), params=params, now=unit.now)
            queue_stages(unit.actor, operation, [Stage("follow-status", ids, given={"status": status})])
            unit.say(_("Its calls are planned or cancelled in the background."))


@deed("follow-status")
def follow_chunk(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, status: InteractionStatus
) -> None:
    """One chunk of accounts of a status that began or ended planning."""
    with Unit(everywhere(actor, RIGHT), verb="follow-status", now=now, operation=operation) as unit:
        plan_or_cancel(unit, ids, status)
        unit.finish()
        _count(operation, unit, ids)


def plan_or_cancel(unit: Unit, ids: Sequence[int], status: InteractionStatus) -> None:
    """First calls, spread over the interval, for accounts that lack one; a reason for those that are cancelled."""
    unit.memory.pop("interaction statuses", None)
    desk = _desk(unit, ids)
    lacking = []
    for account in desk.accounts.values():
        if account.interaction_status_id != status.pk:
            continue
        if desk.rhythm(account) is None:
            desk.cancel(account, _("“%(status)s” plans no calls any more") % {"status": status.name})
        elif account.pk not in desk.calls:
            lacking.append(account)
    spread_on(desk, lacking)


def _desk(unit: Unit, ids: Sequence[int]) -> Desk:
    rows = Account.objects.as_system(WHY).filter(pk__in=list(ids)).order_by("pk")
    return Desk(unit, unit.load(rows.select_for_update(of=("self",), no_key=True)))


def _count(operation: Operation, unit: Unit, ids: Sequence[int]) -> None:
    advance(operation, len(ids), changed=len(unit.changed_ids(Activity)))
    unit.says.clear()
