"""The calendar's questions: what lies between two days for one person or a team, and what it may say to its reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Kind, State
from tend.domains.activities.queries import veiled
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.organisation import organisation
from tend.kernel.prepared import of_actor
from tend.people.calendars import workers_for

MINUTES = {Kind.MEETING: 60}  # how long what has a time takes when nobody said so
USUAL_MINUTES = 30
MANY_A_DAY = 100  # beyond that a day of a week or month says "100+"


@dataclass(frozen=True)
class Entry:
    """One activity as a calendar shows it to one reader: what is hidden from him is absent.

    `starts` and `ends` are instants; without them it lasts the whole `day`, which is that of whoever does it.
    """

    activity: Activity
    day: dt.date
    starts: dt.datetime | None
    ends: dt.datetime | None
    responsible_id: int | None
    account: str
    kind: str

    @property
    def words(self) -> str:
        """What it is, in one line: its subject or kind, and the account."""
        return ": ".join(filter(None, [self.activity.subject or str(Kind(self.kind).label), self.account]))


def between(
    actor: Actor, first: dt.date, last: dt.date, people: Iterable[int] | None, *, pool: bool = False, done: bool = True
) -> Any:
    """Activities in the actor's sight that are planned for, or took place on, the days from `first` to `last`.

    `people` are those responsible, None stands for everybody. Days of what is done are days of the actor's zone.
    """
    rows = Activity.objects.seen_by(actor, each=True).exclude(state=State.CANCELLED)
    when = Q(pk__in=[])
    if _reads(actor, "planned_on"):
        when |= Q(state=State.PLANNED, planned_on__range=(first, last))
    if done and _reads(actor, "done_at"):
        zone = ZoneInfo(actor.zone)
        begins = dt.datetime.combine(first, dt.time(), zone)
        ends = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
        when |= Q(state=State.DONE, done_at__gte=begins, done_at__lt=ends)
    return _of(actor, rows.filter(when), people, pool=pool)


def called_off(actor: Actor, first: dt.date, last: dt.date, people: Iterable[int] | None, *, since: dt.datetime) -> Any:
    """Activities that were planned for these days and cancelled after `since`: who subscribed must hear of it."""
    rows = Activity.objects.seen_by(actor, each=True).filter(
        state=State.CANCELLED, planned_on__range=(first, last), updated_at__gte=since
    )
    return _of(actor, rows if _reads(actor, "planned_on") else rows.none(), people)


def entries(actor: Actor, rows: Iterable[Activity]) -> list[Entry]:
    """Activities that were read through the scope, as their reader may see them. Two questions, however many there are."""
    found = list(rows)
    whose = {a.pk: a.responsible_id for a in found}
    zones = _zones({pk for pk in whose.values() if pk is not None})
    accounts: dict[int, str] = {}
    if _reads(actor, "account") and entity_of(Account).right(actor, "name") != "hidden":
        ids = {a.account_id for a in found if a.account_id is not None}
        seen = Account.objects.seen_by(actor, each=True).filter(pk__in=ids) if ids else None
        accounts = dict(seen.values_list("pk", "name")) if seen is not None else {}
    shows = {n: _reads(actor, n) for n in ("planned_time", "kind", "responsible", "duration")}
    made = []
    for activity in veiled(actor, found):
        kind = activity.kind if shows["kind"] else Kind.TASK
        times = _times(actor, activity, zones.get(whose[activity.pk]), kind, by_hour=shows["planned_time"])
        if times is not None:
            day, starts, ends = times
            name = accounts.get(activity.account_id or 0, "")
            made.append(
                Entry(activity, day, starts, ends, whose[activity.pk] if shows["responsible"] else None, name, kind)
            )
    return made


def _times(
    actor: Actor, activity: Activity, zone: ZoneInfo | None, kind: str, *, by_hour: bool
) -> tuple[dt.date, dt.datetime | None, dt.datetime | None] | None:
    """The day, and the instants between which it lies; None for what has no place in a calendar."""
    minutes = activity.duration or MINUTES.get(Kind(kind), USUAL_MINUTES)
    if activity.state == State.DONE:
        if activity.done_at is None or not _reads(actor, "done_at"):
            return None
        ends = activity.done_at + dt.timedelta(minutes=minutes)
        return activity.done_at.astimezone(ZoneInfo(actor.zone)).date(), activity.done_at, ends
    if activity.planned_on is None:
        return None
    if activity.planned_time is not None and by_hour:
        try:
            starts = dt.datetime.combine(activity.planned_on, activity.planned_time, zone or ZoneInfo(actor.zone))
            starts = starts.astimezone(dt.UTC)  # an hour that a clock skips becomes the one after it
            here = starts.astimezone(ZoneInfo(actor.zone))
            return here.date(), starts, starts + dt.timedelta(minutes=minutes)
        except OverflowError:  # the last day of all years, in some zone
            pass
    return activity.planned_on, None, None


def _of(actor: Actor, rows: Any, people: Iterable[int] | None, *, pool: bool = False) -> Any:
    if people is None:
        return rows
    if not _reads(actor, "responsible"):
        return rows.filter(responsible_id=actor.user_id)
    mine = Q(responsible_id__among=list(people))
    return rows.filter(mine | Q(responsible_id=None) if pool else mine)


def _zones(ids: set[int]) -> dict[int | None, ZoneInfo]:
    company = organisation().zone
    known = {pk: ZoneInfo(worker.zone) for pk, worker in workers_for(None, ids).items()} if ids else {}
    return {**known, None: ZoneInfo(company)}


def _reads(actor: Actor, name: str) -> bool:
    return entity_of(Activity).right(actor, name) != "hidden"


@dataclass
class Day:
    """What a calendar shows on one day: the first entries, and how many there are of planned and of done.

    Counting of either stops at MANY_A_DAY, or at what is shown of a day when that is more.
    """

    entries: list[Entry] = field(default_factory=list)
    planned: int = 0
    done: int = 0
    is_planned_more: bool = False
    is_done_more: bool = False

    @property
    def more(self) -> int:
        """How many are not among the entries."""
        return max(self.planned + self.done - len(self.entries), 0)

    @property
    def is_many(self) -> bool:
        """Whether there are more than were counted."""
        return self.is_planned_more or self.is_done_more


def by_day(
    actor: Actor, first: dt.date, last: dt.date, people: Iterable[int], *, each_day: int, pool: bool = False
) -> dict[dt.date, Day]:
    """The days that hold something, with at most so many entries a day.

    Planned work stands on its own day, what is done on the day of the reader's zone. As many questions for many as for few,
    and none reads more of a day than it counts.
    """
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    most = max(each_day, MANY_A_DAY)
    picked: dict[int, dt.date] = {}
    found: dict[dt.date, Day] = {}
    whose = list(people)
    for day, keys in _planned_of(actor, days, whose, pool, most).items():
        shown = found.setdefault(day, Day())
        shown.planned, shown.is_planned_more = min(len(keys), most), len(keys) > most
        picked |= dict.fromkeys(keys[:each_day], day)
    for day, keys in _done_of(actor, days, whose, pool, most).items():
        shown = found.setdefault(day, Day())
        shown.done, shown.is_done_more = min(len(keys), most), len(keys) > most
        picked |= dict.fromkeys(keys[:each_day], day)
    read = Activity.objects.seen_by(actor, each=True).in_bulk(picked)
    for entry in entries(actor, [read[pk] for pk in picked if pk in read]):
        shown = found[picked[entry.activity.pk]]
        if len(shown.entries) < each_day:
            shown.entries.append(entry)
    return found


def _planned_of(
    actor: Actor, days: Sequence[dt.date], people: list[int], pool: bool, most: int
) -> dict[dt.date, list[int]]:
    """Keys by day, those with a time first. Not sorted by the database, which would read all of a day for that: of one
    that holds very many the first are those among what was read.
    """
    if not _reads(actor, "planned_on"):
        return {}

    def ask(day: dt.date) -> Any:
        rows = Activity.objects.seen_by(actor, each=True).filter(state=State.PLANNED, planned_on=day)
        return _of(actor, rows, people, pool=pool).order_by().values_list("pk", "planned_time")[: most + 1]

    by_time = _reads(actor, "planned_time")
    question = of_actor(actor, ("planned on a day", tuple(people), pool, most), ask, dt.date)
    found = question.of_each([(day,) for day in days])
    return {
        day: [
            pk for pk, _time in sorted(rows, key=lambda r: (r[1] is None, r[1] or dt.time(), r[0]) if by_time else r[0])
        ]
        for day, rows in zip(days, found, strict=True)
        if rows
    }


def _done_of(
    actor: Actor, days: Sequence[dt.date], people: list[int], pool: bool, most: int
) -> dict[dt.date, list[int]]:
    """The same for what is done, in order of time."""
    if not _reads(actor, "done_at"):
        return {}

    def ask(begins: dt.datetime, ends: dt.datetime) -> Any:
        rows = Activity.objects.seen_by(actor, each=True).filter(
            state=State.DONE, done_at__gte=begins, done_at__lt=ends
        )
        return _of(actor, rows, people, pool=pool).order_by().values_list("pk", "done_at")[: most + 1]

    zone = ZoneInfo(actor.zone)
    begins = [dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in days]
    ends = [dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC) for day in days]
    question = of_actor(actor, ("done within a day", tuple(people), pool, most), ask, dt.datetime, dt.datetime)
    found = question.of_each(list(zip(begins, ends, strict=True)))
    return {
        day: [pk for pk, _at in sorted(rows, key=lambda r: (r[1], r[0]))]
        for day, rows in zip(days, found, strict=True)
        if rows
    }


def late_before(actor: Actor, day: dt.date, people: Iterable[int], *, most: int = 1000) -> int:
    """How many are still planned for days before this one; counting stops at `most`."""
    rows = between(actor, dt.date.min, day - dt.timedelta(days=1), people, done=False)
    return len(rows.order_by().values_list("pk", flat=True)[:most])


def movable(actor: Actor, found: Iterable[Activity]) -> set[int]:
    """Those of these activities that the actor may move."""
    ids = [a.pk for a in found if a.state == State.PLANNED]
    return (
        set(Activity.objects.seen_by(actor, "edit", each=True).filter(pk__in=ids).values_list("pk", flat=True))
        if ids
        else set()
    )
