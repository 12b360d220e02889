"""The coverage of past days: counted each night for every owner, kept for a year, added up for whoever asks.

What is kept names no account: how many of an owner's stood in which part that night. A reader gets the sum over the owners
whose accounts are all in his sight, so nothing is told of what is hidden from him.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, Count, ExpressionWrapper, Q, Sum, When
from django.db.models import Value as Fixed

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.engines.cadence import coverage
from tend.engines.cadence.models import MUTE, PARTS, CoverageOfDay
from tend.kernel import clock, write
from tend.kernel.actor import Actor, system
from tend.kernel.errors import NotSeen
from tend.kernel.jobs import Run, every, job
from tend.kernel.organisation import organisation
from tend.kernel.taking import drop

WHY = "coverage is counted for every owner, and shown to whoever sees all of his accounts"
KEEP = dt.timedelta(days=400)
SHOWN = 12 * 7  # days
NOBODY = 0  # the owner of what is in a pool


@dataclass(frozen=True)
class Day:
    """How many accounts stood in each part of the board on the night to this day."""

    day: dt.date
    parts: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    @property
    def kept_share(self) -> float:
        return self.parts["kept"] / self.total if self.total else 0.0


def keep_coverage(now: dt.datetime) -> int:
    """Count today for every owner, once; how many rows that made. Days older than thirteen months go."""
    zone = organisation().zone
    today = clock.day_in(now, zone)
    if CoverageOfDay.objects.as_system(WHY).filter(day=today).exists():
        return 0
    made = [_row(today, key, parts) for key, parts in _counted(system(WHY, zone=zone), now).items()]
    with transaction.atomic():
        if made and not CoverageOfDay.objects.as_system(WHY).filter(day=today).exists():
            write.insert(CoverageOfDay, made)
        drop(CoverageOfDay.objects.as_system(WHY).filter(day__lt=today - KEEP))
    return len(made)


def _counted(everything: Actor, now: dt.datetime) -> dict[tuple[int, int, bool], Counter[str]]:
    """Accounts by owner (or team, in the pool), by whether they are leads, by part; in one statement."""
    lead = ExpressionWrapper(Q(lifecycle="lead"), output_field=BooleanField())
    mute = Case(When(coverage.lacks_number(), then=Fixed(True)), default=Fixed(False), output_field=BooleanField())
    rows = coverage.parted(everything, now, numbers=False).annotate(is_lead=lead, is_mute=mute).order_by()
    found: dict[tuple[int, int, bool], Counter[str]] = {}
    for line in rows.values("owner_id", "team_id", "is_lead", "part", "is_mute").annotate(n=Count("pk")):
        owner = line["owner_id"] or NOBODY
        key = (owner, 0 if owner else line["team_id"] or 0, line["is_lead"])
        name = f"mute_{line['part']}" if line["is_mute"] and line["part"] in MUTE else line["part"]
        found.setdefault(key, Counter())[name] += line["n"]
    return found


def _row(day: dt.date, key: tuple[int, int, bool], parts: Counter[str]) -> CoverageOfDay:
    owner, team, is_lead = key
    return CoverageOfDay(day=day, owner=owner, team=team, is_lead=is_lead, **parts)


def trend(actor: Actor, today: dt.date, *, days: int = SHOWN) -> list[Day]:
    """The kept days in the reader's sight, the oldest first. NotSeen for whom there is no board."""
    if not coverage.may_see(actor):
        raise NotSeen("coverage")
    seen = _in_sight(actor)
    rows = CoverageOfDay.objects.as_system(WHY).filter(seen, day__gt=today - dt.timedelta(days=days), day__lte=today)
    numbers = coverage.sees_numbers(actor)
    names = (*PARTS, *(f"mute_{part}" for part in MUTE))
    found = []
    for line in rows.order_by("day").values("day").annotate(**{f"n_{name}": Sum(name) for name in names}):
        parts: Counter[str] = Counter({part: line[f"n_{part}"] for part in PARTS})
        for part in MUTE:
            parts["no_number" if numbers else part] += line[f"n_mute_{part}"]
        found.append(Day(line["day"], +parts))
    return found


def _in_sight(actor: Actor) -> Any:
    """Owners whose accounts this person sees whole, for leads and for other accounts each."""
    seen = Q(pk__in=[])
    for line, is_lead in ((LEADS, True), (ACCOUNTS, False)):
        scope = actor.scope(line, "view")
        if scope == "all":
            seen |= Q(is_lead=is_lead)
        elif scope == "team":
            seen |= Q(is_lead=is_lead) & (Q(owner__in=actor.team_users) | Q(owner=NOBODY, team__in=_teams(actor)))
        elif scope != "none":
            seen |= Q(is_lead=is_lead, owner=actor.user_id or -1)
    return seen


def _teams(actor: Actor) -> Sequence[int]:
    return [pk for pk in actor.team_ids if pk]


@every(daily_at="03:40")
@job("keep-coverage")
def keep_tonight(run: Run) -> dict[str, int]:
    """The job of the night."""
    return {"kept": keep_coverage(clock.now())}
