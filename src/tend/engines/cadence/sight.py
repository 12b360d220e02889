"""What the lists of calls share: which day it is for a reader, which fields he may read, how far things are counted for him."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.listing import Count
from tend.kernel.listing.keyset import Stretch, ordered

LIMIT = 25
MANY_OWNERS = 50  # a team of so many soon has its thousand accounts of each status
MANY = 1000  # beyond that a tab of Calls says "1,000+"


def today_of(actor: Actor, now: dt.datetime) -> dt.date:
    return clock.day_in(now, actor.zone)


def may_read(actor: Actor, name: str, of: type[Account | Activity] = Account) -> bool:
    """May the actor read this field? These lists are drawn by hand, so they ask for themselves."""
    return entity_of(of).right(actor, name) != "hidden"


def sees_beyond_own(actor: Actor) -> bool:
    """Does this person see more than a portfolio of his own?"""
    return any(actor.scope(line, "view") in ("team", "all") for line in (LEADS, ACCOUNTS))


def reaches_many(actor: Actor) -> bool:
    """Does this person see everything, or the accounts of so many that going through all costs no more?"""
    return all(actor.scope(line, "view") == "all" for line in (LEADS, ACCOUNTS)) or len(actor.team_users) >= MANY_OWNERS


def in_order_of(part: Stretch, count: int, rows: Any) -> Any:
    """The first `count` rows of one part of a list, in its order."""
    return ordered(part.narrow(rows.order_by()), part.keys)[:count]


def as_count(number: int) -> Count:
    return Count(min(number, MANY), number > MANY)


def statuses(actor: Actor) -> dict[int, InteractionStatus]:
    """The whole book of interaction statuses by id, kept with the actor as all books are."""
    if actor.is_system:
        return {s.pk: s for s in InteractionStatus.objects.seen_by(actor, trashed=True)}
    key = (InteractionStatus, "whole")
    if key not in actor.kept:
        actor.kept[key] = {s.pk: s for s in InteractionStatus.objects.seen_by(actor, trashed=True)}
    return actor.kept[key]  # type: ignore[no-any-return]
