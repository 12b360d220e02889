"""The list of a person's day, drawn once at its start: later events add or remove their own entry, nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from tend.domains.accounts.models import InteractionStatus
from tend.domains.activities.models import Activity, Kind, Origin, State
from tend.engines.cadence.models import DayList
from tend.engines.cadence.shares import Candidate, choose
from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.jobs import Run, every, job
from tend.kernel.prepared import Prepared
from tend.kernel.taking import drop
from tend.people.access import actor_for_id
from tend.people.models import User

WHY = "the list of one's own day"
MOST = 2000  # calls of one person that are weighed against each other
KEEP = dt.timedelta(days=7)
COLUMNS = ("pk", "planned_on", "planned_time", "cycle_days", "is_promised", "origin", "interaction_status_id")


def oldest(due: Any) -> Any:
    """The question for the oldest of somebody's due calls, with what they are weighed by."""
    return due.order_by("planned_on", "pk").values_list(*COLUMNS)[:MOST]


def candidates(found: Sequence[tuple[Any, ...]], more_of: Callable[[], Any], capacity: int) -> list[Candidate]:
    """The due calls of somebody, of which the `oldest` were found. When they are very many, the oldest of each status too: no
    share lacks any.
    """
    rows = list(found)
    if len(rows) == MOST:
        due = more_of()
        seen = {row[0] for row in rows}
        for pk in InteractionStatus.objects.as_system(WHY).filter(plans_calls=True).values_list("pk", flat=True):
            more = due.filter(interaction_status_id=pk).order_by("planned_on", "pk")
            rows += [r for r in more.values_list(*COLUMNS)[: max(capacity, 1)] if r[0] not in seen]
        fixed = due.exclude(origin=Origin.CYCLE, is_promised=False).order_by("planned_on", "pk")
        known = {row[0] for row in rows}
        rows += [r for r in fixed.values_list(*COLUMNS)[:MOST] if r[0] not in known]
    return [
        Candidate(pk, day, time, interval or 30, promised, promised or origin != Origin.CYCLE, status)
        for pk, day, time, interval, promised, origin, status in rows
    ]


def chosen_of(
    user_id: int | None, found: Sequence[Candidate], capacity: int, finished: int, today: dt.date
) -> list[Candidate]:
    """Today's calls that are still open, in order: those of the drawn list, and what was added since.

    Without a drawn list the day is chosen from the present state.
    """
    kept = _DRAWN.first(user_id or 0, today)
    if kept is None:
        return choose(found, max(capacity - finished, 0), weights(), today)
    mine = _still_of(kept, found)
    return choose(mine, len(mine), weights(), today)


def number_of(kept: DayList | None, found: Sequence[Candidate], capacity: int, finished: int) -> int:
    """How many `chosen_of` chooses: shares say which calls these are, not how many."""
    if kept is not None:
        return len(_still_of(kept, found))
    fixed = sum(c.is_fixed for c in found)
    return fixed + min(max(capacity - finished - fixed, 0), len(found) - fixed)


def _still_of(kept: DayList, found: Sequence[Candidate]) -> list[Candidate]:
    drawn, left_out = set(kept.chosen), set(kept.waiting)
    return [c for c in found if c.pk in drawn or c.is_fixed or c.pk not in left_out]


def weights() -> dict[int | None, int]:
    """The share of each status."""
    return dict(_WEIGHTS())


_DRAWN = Prepared(
    lambda user, day: DayList.objects.as_system(WHY).filter(user_id=user, day=day).order_by("pk")[:1], int, dt.date
)
_WEIGHTS = Prepared(lambda: InteractionStatus.objects.as_system(WHY).order_by().values_list("pk", "weight"))


def draw(user: User, actor: Actor, today: dt.date) -> DayList:
    """Draw and keep the list of a person's day; the one that is there when it was drawn already."""
    kept: DayList | None = DayList.objects.as_system(WHY).filter(user=user, day=today).first()
    if kept is not None:
        return kept
    mine = Activity.objects.seen_by(actor).filter(responsible_id=user.pk, state=State.PLANNED, account__isnull=False)
    due = (mine.filter(kind=Kind.CALL) | mine.filter(origin=Origin.CYCLE)).filter(planned_on__lte=today)
    found = candidates(list(oldest(due)), lambda: due, user.calls_per_day)
    chosen = [c.pk for c in choose(found, user.calls_per_day, weights(), today)]
    inside = set(chosen)
    drawn = DayList(user=user, day=today, chosen=chosen, waiting=[c.pk for c in found if c.pk not in inside])
    write.insert(DayList, [drawn])
    return drawn


def draw_all(now: dt.datetime) -> int:
    """Draw the day of everybody for whom a new one has begun; how many. Running it twice draws nothing twice."""
    drawn = 0
    people = User.objects.as_system(WHY).filter(is_active=True, trashed_at=None).order_by("pk")
    for user in people.iterator(500):
        actor = actor_for_id(user.pk)
        if actor is None:
            continue
        today = clock.day_in(now, actor.zone)
        if DayList.objects.as_system(WHY).filter(user=user, day=today).exists():
            continue
        with transaction.atomic():
            User.objects.as_system(WHY).select_for_update(of=("self",), no_key=True).get(pk=user.pk)
            if not DayList.objects.as_system(WHY).filter(user=user, day=today).exists():
                draw(user, actor, today)
                drawn += 1
    drop(DayList.objects.as_system(WHY).filter(day__lt=now.date() - KEEP))
    return drawn


@every(seconds=600)
@job("draw-days")
def draw_days(run: Run) -> dict[str, int]:
    """Every ten minutes: somewhere a day begins."""
    return {"drawn": draw_all(clock.now())}
