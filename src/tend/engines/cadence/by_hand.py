"""Calls planned by hand that were tried in vain: they wait for the next try as those of the cycle do."""

from __future__ import annotations

import datetime as dt

from tend.domains.activities.events import talk_logged
from tend.domains.activities.models import Activity, Effect, Origin, State
from tend.engines.cadence import planning, sentences
from tend.engines.cadence.desk import WHY, default_status, statuses
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit
from tend.people.calendars import workers_for


@reacts_to(talk_logged, order=40)
def try_again(unit: Unit, events: list[talk_logged]) -> None:
    """The call goes on by the retry days of the account's status; one query for the batch."""
    vain = {
        e.activity.parent_id: e
        for e in events
        if e.outcome is not None and e.outcome.effect == Effect.ATTEMPT and e.activity.parent_id is not None
    }
    if not vain:
        return
    rows = Activity.objects.as_system(WHY).filter(pk__in=list(vain), state=State.PLANNED, trashed_at=None)
    calls = unit.load(rows.exclude(origin=Origin.CYCLE).order_by("pk"))
    workers = workers_for(unit, {c.responsible_id for c in calls})
    for call in calls:
        event = vain[call.pk]
        account, outcome = event.account, event.outcome
        status = statuses(unit).get(account.interaction_status_id or 0) or default_status(unit, account.lifecycle)
        if outcome is None:
            continue
        today = (workers.get(call.responsible_id) or workers[None]).today(unit.now)
        if status is None:
            call.planned_on = planning.roll(today + dt.timedelta(days=1), call.responsible_id, workers).day
        else:
            call.planned_on = planning.retry(today, status, call.responsible_id, workers).day
        call.planned_time = None
        if not unit.quiet:
            unit.say(sentences.next_try(call, outcome.name, unit.today))
