"""The quick selections of calls and whose calls they are, as questions that are kept with each actor; drawn and counted in queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Kind, Origin, State
from tend.engines.cadence.sight import may_read, sees_beyond_own, today_of
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.listing.portfolio import reachable
from tend.kernel.prepared import Prepared, of_actor

SELECTIONS = ("scheduled", "overdue", "today", "missed", "done")
ME, EVERYONE, POOL = "me", "everyone", "pool"
CALLS = Q(kind=Kind.CALL) | Q(origin=Origin.CYCLE)


@dataclass(frozen=True)
class Whose:
    """Whose calls are asked for: one person's, those of the pool, or everyone's. `few` are the accounts of a small portfolio."""

    who: str
    person: int = 0
    few: tuple[int, ...] | None = None

    @property
    def given(self) -> tuple[Any, ...]:
        """What a question about them is given, beside days."""
        return (*((self.person,) if self.who == ME else ()), *((self.few,) if self.few is not None else ()))

    def standing(self, given: Sequence[Any]) -> Whose:
        """The same with other values, which stand for any."""
        rest = list(given)
        person = rest.pop(0) if self.who == ME else 0
        return Whose(self.who, person, rest.pop(0) if self.few is not None else None)


def whose(actor: Actor, who: str) -> Whose:
    """The words of an address: `me`, `everyone`, `pool` or the id of a person. Everyone's are asked for where nobody may be named.

    Calls of one person are few, those of everyone are walked by day until there are enough; only for somebody with a small
    portfolio its accounts are gathered first.
    """
    if who != EVERYONE and (who == ME or may_read(actor, "responsible", Activity)) and who != POOL:
        return Whose(ME, int(who) if who.isdecimal() else actor.user_id or 0)
    few = reachable(entity_of(Account), actor, "view") if who in (EVERYONE, POOL) else None
    of = POOL if who == POOL and may_read(actor, "responsible", Activity) else EVERYONE
    return Whose(of, few=None if few is None else tuple(few))


def asked(actor: Actor, mine: Whose, key: Any, narrow: Callable[[Any], Any], selection: str, *days: Any) -> list[Any]:
    """The answer to `question`."""
    found, given = question(actor, mine, key, narrow, selection, *days)
    return found(*given)


def question(
    actor: Actor, mine: Whose, key: Any, narrow: Callable[[Any], Any], selection: str, *days: Any
) -> tuple[Prepared, tuple[Any, ...]]:
    """What `narrow` makes of a quick selection, as a question that is kept under `key`, and what it is given."""

    def ask(*given: Any) -> Any:
        at = len(mine.given)
        return narrow(selected_of(actor, mine.standing(given[:at]), selection, *given[at:]))

    kinds = (*(int if isinstance(v, int) else list for v in mine.given), *(type(day) for day in days))
    whole = ("calls", key, selection, mine.who, mine.few is not None)
    return of_actor(actor, whole, ask, *kinds), (*mine.given, *days)


def days_of(actor: Actor, selection: str, now: dt.datetime) -> tuple[Any, ...]:
    """The days and moments by which a quick selection is bounded."""
    if selection == "done":
        return day_in(actor, now)
    return (today_of(actor, now),) if selection in ("overdue", "today") else ()


def day_in(actor: Actor, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When the day of this reader began and ends."""
    begin = dt.datetime.combine(today_of(actor, now), dt.time.min, ZoneInfo(actor.zone))
    return begin, begin + dt.timedelta(days=1)


def selected_of(actor: Actor, mine: Whose, selection: str, *days: Any) -> Any:
    """The calls of a quick selection, bounded by its days. Missed are those that were tried in vain and are still open."""
    if selection == "done":
        begin, end = days
        rows = _within_sight(actor, mine).filter(CALLS, state=State.DONE, account__isnull=False, done_at__gte=begin)
        return _of(rows.filter(done_at__lt=end), mine)
    rows = _open_calls(actor, mine)
    if selection == "overdue":
        return rows.filter(planned_on__lt=days[0])
    if selection == "today":
        return rows.filter(planned_on__lte=days[0])
    if selection == "missed":
        return rows.filter(is_tried=True, planned_on__isnull=False)  # which is said for the index's sake
    return rows


def _open_calls(actor: Actor, mine: Whose) -> Any:
    return _of(_within_sight(actor, mine).filter(CALLS, state=State.PLANNED, account__isnull=False), mine)


def _within_sight(actor: Actor, mine: Whose) -> Any:
    if mine.who == ME:
        return Activity.objects.seen_by(actor, each=True)
    if mine.few is not None:
        return Activity.objects.seen_by(actor, each=True).filter(account_id__among=mine.few)
    return Activity.objects.seen_by(actor, each=sees_beyond_own(actor))


def _of(rows: Any, mine: Whose) -> Any:
    if mine.who == EVERYONE:
        return rows
    return rows.filter(responsible__isnull=True) if mine.who == POOL else rows.filter(responsible_id=mine.person)
