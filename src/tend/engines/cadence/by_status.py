"""Leads and other accounts by interaction status: the lists beside Calls, and how many each holds within the actor's sight."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

from django.db.models import Count as Counted

from tend.domains.accounts.models import Account, InteractionStatus
from tend.engines.cadence import sentences
from tend.engines.cadence.call_rows import names_of, whom_to_ring
from tend.engines.cadence.sight import (
    LIMIT,
    MANY,
    as_count,
    in_order_of,
    may_read,
    reaches_many,
    sees_beyond_own,
    statuses,
    today_of,
)  # fmt: skip
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.access import parts_of
from tend.kernel.listing.keyset import stretches
from tend.kernel.listing.portfolio import reachable
from tend.kernel.prepared import Prepared, of_actor
from tend.kernel.record import concrete

MANY_FOR = 30.0  # seconds for which a tab says that there are many without counting again


class ByStatus(Listing):
    """Leads or other accounts with one interaction status (or none), whoever is due first on top."""

    def __init__(self, actor: Actor, leads: bool, status: str, *, now: dt.datetime, cursor: str | None = None) -> None:
        named = [n for n in ("next_contact_on", "name") if may_read(actor, n)]
        super().__init__(
            entity_of(Account), actor, sort=",".join(named) or "id", columns=(), cursor=cursor, limit=LIMIT, now=now
        )
        self.leads, self.status = leads, status

    @cached_property
    def scope(self) -> Any:
        return of_status(self.actor, self.leads, self.status).order_by()

    def _columns(self) -> list[str]:
        return list(concrete(Account))

    def _walk(
        self, values: Sequence[Any] | None, count: int, *, backward: bool = False, ids: bool = False
    ) -> list[Any]:
        """The first page by a question that is kept; every other as any list."""
        if values or backward or ids:
            return super()._walk(values, count, backward=backward, ids=ids)
        found: list[Any] = []
        for part in stretches(self.keys):
            question, given = _question(
                self.actor, self.leads, *_said(self.actor, self.status),
                ("page", self.sort, len(part.blank), count), partial(in_order_of, part, count),
            )  # fmt: skip
            found += question(*given)
            if len(found) >= count:
                break
        return found[:count]


def of_status(actor: Actor, leads: bool, status: str) -> Any:
    """Accounts of one side with a status by its id, without one ("none"), or all of them ("")."""
    few = reachable(entity_of(Account), actor, "view")
    return _of_status(actor, leads, *_said(actor, status), few)


def _said(actor: Actor, status: str) -> tuple[str, int]:
    """Which accounts are meant: those of `one` status with its id, those with `none`, or `all`."""
    if not may_read(actor, "interaction_status") or not (status == "none" or status.isdecimal()):
        return "all", 0
    return ("none", 0) if status == "none" else ("one", int(status))


def _of_status(actor: Actor, leads: bool, which: str, status: int, few: Sequence[int] | None) -> Any:
    rows = Account.objects.seen_by(actor, each=few is not None or sees_beyond_own(actor))
    rows = _of_side(rows if few is None else rows.filter(pk__among=few), leads)
    if which == "none":
        return rows.filter(interaction_status__isnull=True)
    return rows.filter(interaction_status_id=status) if which == "one" else rows


def _question(
    actor: Actor, leads: bool, which: str, status: int, key: Any, narrow: Callable[[Any], Any]
) -> tuple[Prepared, tuple[Any, ...]]:
    """What `narrow` makes of the accounts of a status, as a question that is kept under `key`, and what it is given."""
    few = reachable(entity_of(Account), actor, "view")
    given = (*((status,) if which == "one" else ()), *((few,) if few is not None else ()))

    def ask(*given: Any) -> Any:
        one = given[0] if which == "one" else 0
        return narrow(_of_status(actor, leads, which, one, None if few is None else given[-1]))

    kinds = (*((int,) if which == "one" else ()), *((list,) if few is not None else ()))
    return of_actor(actor, ("accounts by status", key, leads, which, few is not None), ask, *kinds), given


def _number(actor: Actor, leads: bool, which: str, status: int = 0) -> Count:
    question, given = _question(
        actor, leads, which, status, "number", lambda rows: rows.order_by().values_list("pk")[: MANY + 1]
    )
    return as_count(question.count(*given))


def _of_side(rows: Any, leads: bool) -> Any:
    rows = rows.filter(archived=False)
    return rows.filter(lifecycle="lead") if leads else rows.exclude(lifecycle="lead")


def statuses_in_use(actor: Actor, leads: bool) -> list[tuple[InteractionStatus | None, Count]]:
    """Each status of one side with its count, then those without any. Retired ones only while they are on somebody."""
    if not may_read(actor, "interaction_status"):
        return []
    rows = [s for s in statuses(actor).values() if s.trashed_at is None and (s.for_leads if leads else s.for_accounts)]
    counted = _by_status(actor, leads)
    found = [(status, counted(status.pk)) for status in sorted(rows, key=lambda s: (s.position, s.pk))]
    without = counted(None)
    kept: list[tuple[InteractionStatus | None, Count]] = [(s, n) for s, n in found if s.is_active or n.number]
    return [*kept, (None, without)] if without.number else kept


def _by_status(actor: Actor, leads: bool) -> Callable[[int | None], Count]:
    """A count for each status: a portfolio is gone through once; of everything, or of very many people's accounts, each is
    counted on its own, and stops.
    """
    if reaches_many(actor):
        return lambda pk: _number(actor, leads, "none") if pk is None else _number(actor, leads, "one", pk)
    found: dict[int | None, int] = {}
    for at in range(_how_many(actor) or 1):
        key = ("accounts of a side by status", leads, at)
        for pk, number in of_actor(actor, key, lambda at=at: _counted(_of_side(_parts(actor)[at], leads)))():
            found[pk] = found.get(pk, 0) + number
    return lambda pk: as_count(found.get(pk, 0))


def _counted(rows: Any) -> Any:
    return rows.order_by().values_list("interaction_status_id").annotate(n=Counted("pk"))


def _parts(actor: Actor) -> Sequence[Any]:
    """The accounts in sight as queries that share none."""
    parts = parts_of(entity_of(Account), actor, "view", trashed=False)
    return [Account.objects.seen_by(actor)] if parts is None else parts


def _how_many(actor: Actor) -> int:
    """How many of them there are; 0 where nothing is gained by asking in parts."""
    if actor.is_system:
        return 0
    if "parts of accounts" not in actor.kept:
        parts = parts_of(entity_of(Account), actor, "view", trashed=False)
        actor.kept["parts of accounts"] = 0 if parts is None else len(parts)
    return int(actor.kept["parts of accounts"])


def draw_accounts(actor: Actor, accounts: Sequence[Account], now: dt.datetime) -> list[dict[str, Any]]:
    """Accounts with what the list by status shows."""
    today = today_of(actor, now)
    known = statuses(actor) if may_read(actor, "interaction_status") else {}
    people, phones = whom_to_ring(actor, list(accounts)) if accounts else ({}, {})
    shows_next = may_read(actor, "next_contact_on")
    owners = names_of(actor, {a.owner_id for a in accounts}, left=False) if may_read(actor, "owner") else {}
    rows = []
    for account in accounts:
        status = known.get(account.interaction_status_id or 0)
        gone = label = None
        if status is not None and status.plans_calls and account.cycle_anchor is not None:
            days = max((today - account.cycle_anchor).days, 0)
            gone, label = days / status.interval, sentences.gone(days, status.interval)
        if not shows_next:
            account.next_contact_on, gone, label = None, None, None
        on = account.next_contact_on
        state = "" if on is None else "late" if on < today else "due" if on == today else "kept"
        rows.append({
            "account": account, "status": status, "person": people.get(account.pk, ""), "phone": phones.get(account.pk, ""),
            "gone": gone, "label": label, "state": state, "owner": owners.get(account.owner_id or 0, ""),
        })  # fmt: skip
    return rows


def size(actor: Actor, leads: bool) -> Count:
    """How many accounts one side has, part by part of the actor's reach until there are `MANY`."""
    parts, number = _how_many(actor), 0
    if not parts:
        return _number(actor, leads, "all")
    for at in range(parts):
        key = ("accounts of a side", leads, at)
        asked = of_actor(
            actor, key, lambda at=at: _of_side(_parts(actor)[at], leads).order_by().values_list("pk")[: MANY + 1]
        )
        number += asked.count()
        if number > MANY:
            break
    return as_count(number)


def sizes(actor: Actor) -> dict[str, Count]:
    """How many leads and other accounts the tabs over Calls stand for; that they are many is known for half a minute."""
    known: dict[str, float] = {} if actor.is_system else actor.kept.setdefault("many accounts", {})
    found = {}
    for name, leads in (("leads", True), ("accounts", False)):
        if known.get(name, 0.0) > time.monotonic():
            found[name] = Count(MANY, True)
            continue
        found[name] = size(actor, leads)
        if found[name].is_more:
            known[name] = time.monotonic() + MANY_FOR
    return found
