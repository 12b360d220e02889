"""Leads and other accounts by interaction status: the lists beside Calls, and how many each holds within the actor's sight."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count as Counted

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account, InteractionStatus
from tend.engines.cadence import sentences
from tend.engines.cadence.call_rows import whom_to_ring
from tend.engines.cadence.sight import LIMIT, MANY, as_count, bounded, may_read, sees_beyond_own, today_of
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.access import parts_of
from tend.kernel.listing.portfolio import reachable
from tend.kernel.record import concrete
from tend.people.models import User

MANY_OWNERS = 50  # a team of so many soon has its thousand accounts of each status
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


def of_status(actor: Actor, leads: bool, status: str) -> Any:
    """Accounts of one side with a status by its id, without one ("none"), or all of them ("")."""
    few = reachable(entity_of(Account), actor, "view")
    rows = Account.objects.seen_by(actor, each=few is not None or sees_beyond_own(actor))
    rows = _of_side(rows if few is None else rows.filter(pk__in=few), leads)
    if not may_read(actor, "interaction_status"):
        return rows
    if status == "none":
        return rows.filter(interaction_status__isnull=True)
    return rows.filter(interaction_status_id=int(status)) if status.isdigit() else rows


def _of_side(rows: Any, leads: bool) -> Any:
    rows = rows.filter(archived=False)
    return rows.filter(lifecycle="lead") if leads else rows.exclude(lifecycle="lead")


def statuses_in_use(actor: Actor, leads: bool) -> list[tuple[InteractionStatus | None, Count]]:
    """Each status of one side with its count, then those without any. Retired ones only while they are on somebody."""
    if not may_read(actor, "interaction_status"):
        return []
    rows = (
        InteractionStatus.objects.seen_by(actor).filter(for_leads=True)
        if leads
        else InteractionStatus.objects.seen_by(actor).filter(for_accounts=True)
    )
    counted = _by_status(actor, leads)
    found = [(status, counted(status.pk)) for status in rows.order_by("position", "pk")]
    without = counted(None)
    kept: list[tuple[InteractionStatus | None, Count]] = [(s, n) for s, n in found if s.is_active or n.number]
    return [*kept, (None, without)] if without.number else kept


def _by_status(actor: Actor, leads: bool) -> Callable[[int | None], Count]:
    """A count for each status: a portfolio is gone through once; of everything, or of very many people's accounts, each is
    counted on its own, and stops.
    """
    if all(actor.scope(line, "view") == "all" for line in (LEADS, ACCOUNTS)) or len(actor.team_users) >= MANY_OWNERS:
        return lambda pk: bounded(of_status(actor, leads, "none" if pk is None else str(pk)))
    parts = parts_of(entity_of(Account), actor, "view", trashed=False)
    found: dict[int | None, int] = {}
    for rows in [Account.objects.seen_by(actor)] if parts is None else parts:
        counted = _of_side(rows, leads).order_by().values_list("interaction_status_id").annotate(n=Counted("pk"))
        for pk, number in counted:
            found[pk] = found.get(pk, 0) + number
    return lambda pk: as_count(found.get(pk, 0))


def draw_accounts(actor: Actor, accounts: Sequence[Account], now: dt.datetime) -> list[dict[str, Any]]:
    """Accounts with what the list by status shows."""
    today = today_of(actor, now)
    statuses = InteractionStatus.objects.seen_by(actor, trashed=True).in_bulk(
        {a.interaction_status_id for a in accounts if a.interaction_status_id and may_read(actor, "interaction_status")}
    )
    people, phones = whom_to_ring(actor, list(accounts)) if accounts else ({}, {})
    shows_next = may_read(actor, "next_contact_on")
    owners = dict(
        User.objects.seen_by(actor)
        .filter(pk__in={a.owner_id for a in accounts if may_read(actor, "owner")} - {None})
        .values_list("pk", "name")
    )
    rows = []
    for account in accounts:
        status = statuses.get(account.interaction_status_id)
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
            "gone": gone, "label": label, "state": state, "owner": owners.get(account.owner_id, ""),
        })  # fmt: skip
    return rows


def size(actor: Actor, leads: bool) -> Count:
    """How many accounts one side has, part by part of the actor's reach until there are `MANY`."""
    parts = parts_of(entity_of(Account), actor, "view", trashed=False)
    number = 0
    for rows in [of_status(actor, leads, "")] if parts is None else [_of_side(rows, leads) for rows in parts]:
        number += rows.order_by()[: MANY + 1 - number].count()
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
