"""What Today and Calls ask: which calls, in which order and how many, always within the actor's sight. Rows are drawn in call_rows."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Kind, Origin, Outcome, State
from tend.domains.activities.queries import veiled
from tend.engines.cadence import day_lists
from tend.engines.cadence.call_rows import CallRow, draw
from tend.engines.cadence.selections import CALLS, ME, asked, day_in, days_of, question, selected_of, whose
from tend.engines.cadence.shares import Candidate
from tend.engines.cadence.sight import (
    LIMIT,
    MANY,
    as_count,
    in_order_of,
    may_read,
    statuses,
    today_of,
)
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotSeen
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.keyset import stretches
from tend.kernel.prepared import of_actor, reaches, record_of, records_of
from tend.kernel.record import concrete
from tend.people.models import User

MOST_OF_A_DAY = 2000  # calls of one person that are weighed against each other
MOST_OUTCOMES = 9  # as many as there are digits


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
    today, mine = today_of(actor, now), whose(actor, ME)
    told = of_actor(
        actor, "calls a day", lambda pk: User.objects.seen_by(actor).filter(pk=pk).values_list("calls_per_day"), int
    )
    capacity = (told.first(actor.user_id or 0) or (0,))[0]
    weighed = due_of(actor, today, capacity)
    ended = asked(
        actor, mine, "statuses of what is done",
        lambda rows: rows.values_list("interaction_status_id")[:MOST_OF_A_DAY], "done", *day_in(actor, now),
    )  # fmt: skip
    finished = [pk for (pk,) in ended]
    return day_lists.chosen_of(actor.user_id, weighed, capacity, len(finished), today), weighed, finished


def due_of(actor: Actor, today: dt.date, capacity: int) -> list[Candidate]:
    """One's own calls that are due, as they are weighed against each other."""
    mine = whose(actor, ME)
    oldest = asked(actor, mine, "due", day_lists.oldest, "today", today)
    return day_lists.candidates(oldest, lambda: selected_of(actor, mine, "today", today), capacity)


def _shares(actor: Actor, finished: Sequence[int | None], left: Sequence[int | None]) -> list[Share]:
    ids = {pk for pk in (*finished, *left) if pk is not None and may_read(actor, "interaction_status", Activity)}
    rows = sorted((s for pk, s in statuses(actor).items() if pk in ids), key=lambda s: (s.position, s.pk))
    return [Share(s, finished.count(s.pk), finished.count(s.pk) + left.count(s.pk)) for s in rows]


def _also(actor: Actor, today: dt.date) -> list[Activity]:
    def ask(who: int, today: dt.date) -> Any:
        rows = Activity.objects.seen_by(actor, each=True)
        rows = rows.filter(responsible_id=who, state=State.PLANNED, planned_on__lte=today).exclude(CALLS)
        return rows.order_by("planned_on", "planned_time", "pk")[:20]

    found = veiled(actor, of_actor(actor, "what else is planned", ask, int, dt.date)(actor.user_id or 0, today))
    names = records_of(actor, Account, {a.account_id for a in found if a.account_id})
    for activity in found:
        activity.account = names.get(activity.account_id or 0)
    return found


def _in_order(actor: Actor, ids: Sequence[int]) -> list[Activity]:
    found = records_of(actor, Activity, ids)
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

    def _walk(
        self, values: Sequence[Any] | None, count: int, *, backward: bool = False, ids: bool = False
    ) -> list[Any]:
        """The first page, which most people look at, by a question that is kept; every other as any list."""
        if values or backward or ids:
            return super()._walk(values, count, backward=backward, ids=ids)
        mine, found = whose(self.actor, self.who), list[Any]()
        for part in stretches(self.keys):
            narrow = partial(in_order_of, part, count)
            key = ("page", self.sort, len(part.blank), count)
            found += asked(
                self.actor, mine, key, narrow, self.selection, *days_of(self.actor, self.selection, self.now)
            )
            if len(found) >= count:
                break
        return found[:count]


def selected(actor: Actor, selection: str, who: str, now: dt.datetime) -> Any:
    """The calls of a quick selection. Missed are those that were tried in vain and are still open."""
    return selected_of(actor, whose(actor, who), selection, *days_of(actor, selection, now))


def counts(actor: Actor, who: str, now: dt.datetime) -> dict[str, Count]:
    """How many calls each quick selection has. Open ones are counted at once, in the order of their days."""
    today = today_of(actor, now)
    found, given = question(
        actor, whose(actor, who), "days",
        lambda rows: rows.filter(planned_on__isnull=False).order_by("planned_on", "pk").values_list("planned_on")[: MANY + 1], "scheduled",
    )  # fmt: skip
    days = found.column(*given)
    return {
        "scheduled": as_count(len(days)), "overdue": as_count(bisect_left(days, today)), "today": as_count(bisect_right(days, today)),
        "missed": number_of(actor, "missed", who, now), "done": number_of(actor, "done", who, now),
    }  # fmt: skip


def number_of(actor: Actor, selection: str, who: str, now: dt.datetime) -> Count:
    """How many calls a quick selection has, counted no further than `MANY`."""
    found, given = question(
        actor, whose(actor, who), "number", lambda rows: rows.order_by().values_list("pk")[: MANY + 1],
        selection, *days_of(actor, selection, now),
    )  # fmt: skip
    return as_count(found.count(*given))


def callers(actor: Actor) -> list[User]:
    """People whose calls one may look at by name: one's team, unless who makes a call is hidden from this reader."""
    if not may_read(actor, "responsible", Activity):
        return []

    def ask() -> Any:
        rows = User.objects.seen_by(actor).filter(pk__in=actor.team_users, is_active=True)
        return rows.only("id", "name").order_by("name", "pk")[:100]

    return of_actor(actor, "callers", ask)()


# --- one call ---------------------------------------------------------------------------------------------------------


def call_seen(actor: Actor, pk: int) -> Activity:
    """One call with an account. NotSeen when it is out of sight."""
    found: Activity | None = record_of(actor, Activity).first(pk)
    if found is None or found.account_id is None or not (found.kind == Kind.CALL or found.origin == Origin.CYCLE):
        raise NotSeen("activities.activity")
    return found


def account_seen(actor: Actor, pk: int) -> Account:
    """One account. NotSeen when it is out of sight."""
    found: Account | None = record_of(actor, Account).first(pk)
    if found is None:
        raise NotSeen("accounts.account")
    return found


def may_log(actor: Actor, account: Account) -> bool:
    return reaches(actor, Account, "edit").first(account.pk) is not None


def outcomes(actor: Actor) -> list[Outcome]:
    """The outcomes of calls that are offered, in the order of their digits."""

    def ask() -> Any:
        rows = Outcome.objects.seen_by(actor).filter(kind=Kind.CALL, is_active=True)
        return rows.order_by("position", "pk")[:MOST_OUTCOMES]

    return of_actor(actor, "outcomes of calls", ask)()


def offered_statuses(actor: Actor, account: Account) -> list[InteractionStatus]:
    """The interaction statuses that serve this account."""

    def ask() -> Any:
        return InteractionStatus.objects.seen_by(actor).filter(is_active=True).order_by("position", "pk")

    return [s for s in of_actor(actor, "statuses that are offered", ask)() if s.serves(account.lifecycle)]


def last_talk(actor: Actor, account: Account) -> Activity | None:
    """The last talk with something written about it."""
    if not may_read(actor, "text", Activity):
        return None

    def ask(pk: int) -> Any:
        rows = Activity.objects.seen_by(actor, each=True).filter(account_id=pk, state=State.DONE).exclude(text="")
        return rows.order_by("-done_at", "-pk")[:1]

    return next(iter(veiled(actor, of_actor(actor, "last talk", ask, int)(account.pk))), None)
