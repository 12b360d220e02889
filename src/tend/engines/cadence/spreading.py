"""After a leave: what is overdue spread over the coming working days, seen before it is done and undone as one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence.desk import WHY, Desk
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.jobs.stages import Stage, deed, run_or_queue
from tend.kernel.notices import notify
from tend.kernel.operations import Operation, advance, name_operation, start
from tend.kernel.unit import Unit
from tend.people.calendars import workers_for

LONGEST = 60  # days
name_operation("spread-overdue", gettext_lazy("Spread what is overdue"))


def overdue_of(actor: Actor, user_id: int, today: dt.date) -> list[int]:
    """Calls of the cycle that this person is late with and the actor may change, the longest overdue by its interval first.

    Calls moved by hand and promises stay where somebody put them.
    """
    rows = Activity.objects.seen_by(actor, "edit").filter(
        responsible_id=user_id, origin=Origin.CYCLE, state=State.PLANNED, is_pinned=False, is_promised=False,
        planned_on__lt=today,
    )  # fmt: skip
    found = list(rows.values_list("pk", "planned_on", "cycle_days"))
    return [pk for pk, day, interval in sorted(found, key=lambda r: (-(today - r[1]).days / (r[2] or 30), r[1], r[0]))]


def days_ahead(user_id: int, count: int, now: dt.datetime) -> list[dt.date]:
    """So many working days of a person, from today on. Refused for none and for more than sixty."""
    if not 1 <= count <= LONGEST:
        raise Refused(_("Choose between 1 and %(most)d days.") % {"most": LONGEST}, field="days", code="range")
    worker = workers_for(None, {user_id})[user_id]
    first = worker.calendar.roll(worker.today(now))
    found: list[dt.date] = []
    while first.is_working and len(found) < count:
        found.append(first.day)
        first = worker.calendar.roll(first.day + dt.timedelta(days=1))
    return found or [worker.today(now)]


def capacity_of(user_id: int) -> int:
    """How many calls a day this person makes; 0 when nobody has said."""
    return workers_for(None, {user_id})[user_id].calls_per_day


def preview(actor: Actor, user_id: int, count: int, now: dt.datetime) -> Counter[dt.date]:
    """How many calls each day would get; nothing is written."""
    worker = workers_for(None, {user_id})[user_id]
    calls, days = overdue_of(actor, user_id, worker.today(now)), days_ahead(user_id, count, now)
    return Counter(_day(n, len(calls), days) for n in range(len(calls)))


def spread_overdue(actor: Actor, user_id: int, count: int, now: dt.datetime) -> Operation:
    """Spread somebody's overdue calls evenly over working days from today on. Refused when nothing is overdue.

    Somebody else than the actor hears of it.
    """
    worker = workers_for(None, {user_id})[user_id]
    calls, days = overdue_of(actor, user_id, worker.today(now)), days_ahead(user_id, count, now)
    if not calls:
        raise Refused(_("Nothing is overdue that could be spread."))
    params = {"days": len(days), "user": user_id}
    operation = start(actor, "spread-overdue", "activities.activity", total=len(calls), params=params, now=now)
    if user_id != actor.user_id:
        text = gettext_noop("%(count)s of your overdue calls were spread over the coming %(days)s working days.")
        notify([user_id], "overdue", text, {"count": len(calls), "days": len(days)})
    stages = [Stage("spread-overdue", calls, given={"days": days, "total": len(calls)})]
    return run_or_queue(actor, operation, stages, now)


@deed("spread-overdue")
def spread_chunk(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, days: list[dt.date], total: int
) -> None:
    """One chunk; a call that was worked on meanwhile stays."""
    places = {pk: _day(operation.done_through + n, total, days) for n, pk in enumerate(ids)}
    with Unit(actor, verb="spread-overdue", now=now, operation=operation) as unit:
        allowed: Any = Activity.objects.seen_by(actor, "edit").filter(pk__in=list(ids), state=State.PLANNED)
        accounts = dict(allowed.values_list("pk", "account_id"))
        rows = Account.objects.as_system(WHY).filter(pk__in=accounts.values()).order_by("pk")
        desk = Desk(unit, unit.load(rows.select_for_update(of=("self",), no_key=True)))
        for pk, account_id in accounts.items():
            call, account = desk.calls.get(account_id), desk.accounts.get(account_id)
            if call is None or account is None or call.pk != pk or call.is_pinned or call.is_promised:
                continue
            call.planned_on = places[pk]
            desk.settle(account)
        unit.finish()
        advance(operation, len(ids), changed=len(unit.changed_ids(Activity)))
        unit.says.clear()


def _day(n: int, total: int, days: Sequence[dt.date]) -> dt.date:
    return days[n * len(days) // max(total, 1)]
