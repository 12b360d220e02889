"""Calls that wait for too long: when the missed cycles of their status are reached, the leader is told, once for each call."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_noop

from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence.desk import WHY
from tend.engines.cadence.telling import leaders_of
from tend.kernel.actor import system
from tend.kernel.notices import DAYS, notify
from tend.kernel.unit import Unit

CHUNK = 1000
EACH = 3  # calls of which a leader hears one by one in a night; more are one sentence
WEEK, WORKING_WEEK = 7, 5


def tell_overdue(now: dt.datetime, today: dt.date) -> int:
    """Tell leaders of calls that have reached `escalate_after` times their interval; how many calls. Twice changes nothing."""
    told = 0
    for status in InteractionStatus.objects.as_system(WHY).filter(
        plans_calls=True, escalate_after__gt=0, trashed_at=None
    ):
        while count := _tell_chunk(status, now, today):
            told += count
            if count < CHUNK:
                break
    return told


def days_of(status: InteractionStatus, cycles: int) -> int:
    """So many intervals of a status in calendar days."""
    days = status.interval * cycles
    return -(-days * WEEK // WORKING_WEEK) if status.interval_kind == "working" else days


def waiting(status: InteractionStatus, today: dt.date) -> Any:
    """Open calls of a status that are overdue by its measure and of which nobody has been told yet."""
    return Activity.objects.as_system(WHY).filter(
        origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None, interaction_status=status, escalated_on=None,
        planned_on__lt=today, cycle_from__lte=today - dt.timedelta(days=days_of(status, status.escalate_after)),
    )  # fmt: skip


def _tell_chunk(status: InteractionStatus, now: dt.datetime, today: dt.date) -> int:
    with Unit(system("overdue calls are told to leaders"), verb="tell-overdue", now=now) as unit:
        rows = waiting(status, today).order_by("pk")[:CHUNK]
        ids = list(rows.values_list("pk", "account_id"))
        accounts = {
            a.pk: a
            for a in unit.load(
                Account.objects.as_system(WHY)
                .filter(pk__in=[account for _pk, account in ids])
                .order_by("pk")
                .select_for_update(of=("self",), no_key=True)
            )
        }  # accounts before their calls, as everywhere: two units never wait for each other
        calls = unit.load(waiting(status, today).filter(pk__in=[pk for pk, _account in ids]).order_by("pk"))
        leaders = leaders_of(accounts.values())
        by_leader: dict[int, list[tuple[Account, Activity]]] = defaultdict(list)
        for call in calls:
            call.escalated_on = today
            account = accounts[call.account_id]
            leader = leaders[account.pk]
            if leader is not None:
                by_leader[leader].append((account, call))
        for leader, waiting_calls in by_leader.items():
            _tell(leader, waiting_calls, status, today)
    return len(calls)


def _tell(leader: int, calls: list[tuple[Account, Activity]], status: InteractionStatus, today: dt.date) -> None:
    if len(calls) > EACH:
        text = gettext_noop("%(count)s calls of “%(status)s” have waited for %(cycles)s cycles and more.")
        notify([leader], "overdue", text, {"count": len(calls), "status": status.name, "cycles": status.escalate_after})
        return
    for account, call in calls:
        assert call.planned_on is not None
        text = gettext_noop("%(account)s has waited for a call since %(day)s: %(days)s days.")
        values = {
            "account": account.name, "days": (today - call.planned_on).days, DAYS: {"day": call.planned_on.isoformat()},
        }  # fmt: skip
        notify([leader], "overdue", text, values, record=account)
