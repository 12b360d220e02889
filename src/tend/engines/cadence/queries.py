"""What Today and Calls ask: which calls, in which order and how many, always within the actor's sight. Rows are drawn in call_rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count as Counted
from django.db.models import Q

from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Kind, Origin, Outcome, State
from tend.domains.activities.queries import veiled
from tend.engines.cadence import day_lists
from tend.engines.cadence.call_rows import CallRow, draw
from tend.engines.cadence.shares import Candidate
from tend.engines.cadence.sight import LIMIT, MANY, as_count, bounded, may_read, sees_beyond_own, today_of
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotSeen
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.portfolio import reachable
from tend.kernel.record import concrete
from tend.people.models import User

SELECTIONS = ("scheduled", "overdue", "today", "missed", "done")
ME, EVERYONE, POOL = "me", "everyone", "pool"
MOST_OF_A_DAY = 2000  # calls of one person that are weighed against each other
MOST_OUTCOMES = 9  # as many as there are digits
CALLS = Q(kind=Kind.CALL) | Q(origin=Origin.CYCLE)


@dataclass(frozen=True)
class Share:
    """How far one interaction status is through with the day's calls."""

    status: InteractionStatus
    done: int
    of: int


@dataclass(frozen=True)
class Day:
    """The calls of one person on one day: promises first, then by overdue ratio within the shares of the statuses."""

    promised: list[CallRow]
    queue: list[CallRow]
    shares: list[Share]
    left: int
    done: int
    hidden: int
    waiting: int  # due calls beyond the day's capacity
    also: list[Activity]

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def first(self) -> CallRow | None:
        return next(iter((*self.promised, *self.queue)), None)


# --- one person's day -------------------------------------------------------------------------------------------------


def day_of(actor: Actor, now: dt.datetime, *, shown: int = LIMIT) -> Day:
    """The day of whoever asks, divided by the weights of the statuses. Promises and calls planned by hand have their place."""
    today = today_of(actor, now)
    chosen, weighed, finished = _chosen(actor, now)
    rows = draw(actor, _in_order(actor, [c.pk for c in chosen[:shown]]), now)
    return Day(
        promised=[r for r in rows if r.call.is_promised],
        queue=[r for r in rows if not r.call.is_promised],
        shares=_shares(actor, finished, [c.status_id for c in chosen]),
        left=len(chosen),
        done=len(finished),
        hidden=len(chosen) - len(rows),
        waiting=len(weighed) - len(chosen),
        also=_also(actor, today),
    )


def line_of_day(actor: Actor, now: dt.datetime) -> tuple[list[int], int]:
    """Ids of the day's open calls in the order in which they are made, and how many are done."""
    chosen, _weighed, finished = _chosen(actor, now)
    return [c.pk for c in chosen], len(finished)


def _chosen(actor: Actor, now: dt.datetime) -> tuple[list[Candidate], list[Candidate], list[int | None]]:
    """The calls chosen for the day, all that are due, and the statuses of those that are done."""
    today = today_of(actor, now)
    capacity = User.objects.seen_by(actor).filter(pk=actor.user_id).values_list("calls_per_day", flat=True).first() or 0
    weighed = day_lists.candidates(_open_calls(actor, ME), today, capacity)
    finished = list(_done_calls(actor, ME, now).values_list("interaction_status_id", flat=True)[:MOST_OF_A_DAY])
    return day_lists.chosen_of(actor.user_id, weighed, capacity, len(finished), today), weighed, finished


def _shares(actor: Actor, finished: Sequence[int | None], left: Sequence[int | None]) -> list[Share]:
    ids = {pk for pk in (*finished, *left) if pk is not None and may_read(actor, "interaction_status", Activity)}
    rows = (
        InteractionStatus.objects.seen_by(actor, trashed=True).filter(pk__in=ids).order_by("position", "pk")
        if ids
        else []
    )
    return [Share(s, finished.count(s.pk), finished.count(s.pk) + left.count(s.pk)) for s in rows]


def _also(actor: Actor, today: dt.date) -> list[Activity]:
    rows = (
        Activity.objects.seen_by(actor, each=True)
        .filter(responsible_id=actor.user_id, state=State.PLANNED, planned_on__lte=today)
        .exclude(CALLS)
    )
    found = veiled(actor, rows.order_by("planned_on", "planned_time", "pk")[:20])
    names = Account.objects.seen_by(actor, each=True).in_bulk({a.account_id for a in found if a.account_id})
    for activity in found:
        activity.account = names.get(activity.account_id)
    return found


def _in_order(actor: Actor, ids: Iterable[int]) -> list[Activity]:
    ids = list(ids)
    found = Activity.objects.seen_by(actor, each=True).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def next_call(actor: Actor, now: dt.datetime) -> Activity | None:
    """The first call of the day, for whoever starts calling."""
    first = day_of(actor, now, shown=1).first
    return first.call if first else None


# --- the panel --------------------------------------------------------------------------------------------------------


class Calls(Listing):
    """One quick selection of calls as a keyset list, by the day (done ones newest first)."""

    def __init__(self, actor: Actor, selection: str, who: str, *, now: dt.datetime, cursor: str | None = None) -> None:
        order = "-done_at" if selection == "done" else "planned_on"
        order = order if may_read(actor, order.lstrip("-"), Activity) else "id"
        super().__init__(entity_of(Activity), actor, sort=order, columns=(), cursor=cursor, limit=LIMIT, now=now)
        self.selection, self.who = selection, who

    @cached_property
    def scope(self) -> Any:
        return selected(self.actor, self.selection, self.who, self.now).order_by()

    def _columns(self) -> list[str]:
        return list(concrete(Activity))


def selected(actor: Actor, selection: str, who: str, now: dt.datetime) -> Any:
    """The calls of a quick selection. Missed are those that were tried in vain and are still open."""
    if selection == "done":
        return _done_calls(actor, who, now)
    rows = _open_calls(actor, who)
    today = today_of(actor, now)
    if selection == "overdue":
        return rows.filter(planned_on__lt=today)
    if selection == "today":
        return rows.filter(planned_on__lte=today)
    if selection == "missed":
        return rows.filter(is_tried=True, planned_on__isnull=False)  # which is said for the index's sake
    return rows


def counts(actor: Actor, who: str, now: dt.datetime) -> dict[str, Count]:
    """How many calls each quick selection has. Open ones are counted at once, in the order of their days."""
    today = today_of(actor, now)
    open_calls = _open_calls(actor, who).order_by("planned_on", "pk").values("planned_on")[: MANY + 1]
    found = open_calls.aggregate(
        scheduled=Counted("planned_on"), overdue=Counted("planned_on", filter=Q(planned_on__lt=today)),
        today=Counted("planned_on", filter=Q(planned_on__lte=today)),
    )  # fmt: skip
    return {
        "scheduled": as_count(found["scheduled"]), "overdue": as_count(found["overdue"]), "today": as_count(found["today"]),
        "missed": bounded(selected(actor, "missed", who, now)),
        "done": bounded(_done_calls(actor, who, now)),
    }  # fmt: skip


def callers(actor: Actor) -> list[User]:
    """People whose calls one may look at by name: one's team, unless who makes a call is hidden from this reader."""
    if not may_read(actor, "responsible", Activity):
        return []
    return list(
        User.objects.seen_by(actor).filter(pk__in=actor.team_users, is_active=True).order_by("name", "pk")[:100]
    )


def _open_calls(actor: Actor, who: str) -> Any:
    return _of(_within_sight(actor, who).filter(CALLS, state=State.PLANNED, account__isnull=False), actor, who)


def _within_sight(actor: Actor, who: str) -> Any:
    """Activities in the actor's sight. Those of one person are few, those of everyone are walked by day until there are
    enough; only for somebody with a small portfolio its accounts are gathered first.
    """
    if who not in (EVERYONE, POOL):
        return Activity.objects.seen_by(actor, each=True)
    few = reachable(entity_of(Account), actor, "view")
    if few is not None:
        return Activity.objects.seen_by(actor, each=True).filter(account_id__in=few)
    return Activity.objects.seen_by(actor, each=sees_beyond_own(actor))


def _done_calls(actor: Actor, who: str, now: dt.datetime) -> Any:
    zone = ZoneInfo(actor.zone)
    begin = dt.datetime.combine(today_of(actor, now), dt.time.min, zone)
    done = _within_sight(actor, who).filter(CALLS, state=State.DONE, account__isnull=False, done_at__gte=begin)
    return _of(done.filter(done_at__lt=begin + dt.timedelta(days=1)), actor, who)


def _of(rows: Any, actor: Actor, who: str) -> Any:
    if who == EVERYONE or (who != ME and not may_read(actor, "responsible", Activity)):
        return rows
    if who == POOL:
        return rows.filter(responsible__isnull=True)
    return rows.filter(responsible_id=int(who) if who.isdigit() else actor.user_id)


# --- one call ---------------------------------------------------------------------------------------------------------


def call_seen(actor: Actor, pk: int) -> Activity:
    """One call with an account. NotSeen when it is out of sight."""
    found: Activity | None = (
        Activity.objects.seen_by(actor, each=True).filter(CALLS, pk=pk, account__isnull=False).first()
    )
    if found is None:
        raise NotSeen("activities.activity")
    return found


def account_seen(actor: Actor, pk: int) -> Account:
    """One account. NotSeen when it is out of sight."""
    found: Account | None = Account.objects.seen_by(actor, each=True).filter(pk=pk).first()
    if found is None:
        raise NotSeen("accounts.account")
    return found


def may_log(actor: Actor, account: Account) -> bool:
    return bool(Account.objects.seen_by(actor, "edit", each=True).filter(pk=account.pk).exists())


def outcomes(actor: Actor) -> list[Outcome]:
    """The outcomes of calls that are offered, in the order of their digits."""
    return list(
        Outcome.objects.seen_by(actor).filter(kind=Kind.CALL, is_active=True).order_by("position", "pk")[:MOST_OUTCOMES]
    )


def offered_statuses(actor: Actor, account: Account) -> list[InteractionStatus]:
    """The interaction statuses that serve this account."""
    rows = InteractionStatus.objects.seen_by(actor).filter(is_active=True).order_by("position", "pk")
    return [s for s in rows if s.serves(account.lifecycle)]


def last_talk(actor: Actor, account: Account) -> Activity | None:
    """The last talk with something written about it."""
    rows = Activity.objects.seen_by(actor, each=True).filter(account_id=account.pk, state=State.DONE).exclude(text="")
    if not may_read(actor, "text", Activity):
        return None
    return next(iter(veiled(actor, rows.order_by("-done_at", "-pk")[:1])), None)
