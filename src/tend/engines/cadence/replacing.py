"""When a status is deleted and another takes its place: open calls get the dates of the other one, from the same anchors.

What is foreseen and what is done is `redating` for both, so that the preview is what happens.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity
from tend.engines.cadence.desk import WHY, Desk
from tend.engines.cadence.first_calls import days_of_first_calls
from tend.engines.cadence.forecasting import Forecast, Pace, foresee
from tend.engines.cadence.redating import Planned, Redating, people_of, planned_calls
from tend.kernel.actor import Actor
from tend.kernel.unit import Unit

MAPPING = "delete-mapped"  # the operation that gives whatever uses a value another one


@dataclass(frozen=True)
class Replacement:
    """What giving the accounts of a status another one does to their calls.

    `moved`: both plan calls, with twelve weeks of load. `cancelled`: the other one plans none. `planned`: only the other
    one plans calls, over `days` working days.
    """

    accounts: int
    moved: Forecast | None = None
    cancelled: int = 0
    planned: int = 0
    days: int = 0


def foresee_replacing(actor: Actor, status: InteractionStatus, to: InteractionStatus, now: dt.datetime) -> Replacement:
    """The preview. Nothing is written; a constant number of statements."""
    users = Account.objects.as_system(WHY).filter(interaction_status=status, trashed_at=None)
    accounts = users.count()
    if status.plans_calls and to.plans_calls:
        return Replacement(accounts, foresee(actor, status, Pace(to.interval, to.interval_kind, to.retry_days), now))
    if status.plans_calls:
        return Replacement(accounts, cancelled=sum(1 for _call in planned_calls(status)))
    if not to.plans_calls:
        return Replacement(accounts)
    waiting = users.filter(archived=False, merged_into=None, do_not_contact=False, cycle_paused=False)
    return Replacement(accounts, planned=waiting.count(), days=days_of_first_calls(actor, "", to))


def is_replacing(unit: Unit) -> bool:
    """Does this unit map a deleted value to another one?"""
    return unit.operation is not None and unit.operation.kind == MAPPING


def take_dates_of(desk: Desk, accounts: Iterable[Account]) -> None:
    """The open calls of these accounts, dated by their new statuses. What a hand, a promise or a try has placed stays."""
    held = [(a, s, desk.calls[a.pk]) for a in accounts if (s := desk.rhythm(a)) is not None and a.pk in desk.calls]
    if not held:
        return
    told = {a.pk: _planned(desk, a, call) for a, _status, call in held}
    workers = people_of(list(told.values()))
    works: dict[int, Redating] = {}
    for account, status, call in held:
        work = works.setdefault(status.pk, Redating(status, workers, desk.unit.now))
        where = work.place(told[account.pk])
        if where is not None:
            call.planned_on, call.due_raw, call.responsible_id = where.day, where.raw, where.user_id
            call.escalated_on = None
        desk.count_from(call, account, status)
        desk.settle(account)


def _planned(desk: Desk, account: Account, call: Activity) -> Planned:
    assert call.planned_on is not None
    anchor = account.cycle_anchor
    stays = anchor is None or call.is_pinned or call.is_promised or bool(account.cycle_attempts)
    return Planned(account.pk, desk.named(account), anchor or call.planned_on, call.planned_on, stays)
