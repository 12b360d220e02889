"""Rescue of silent accounts: after the missed cycles of their status they are offered to the pool, and a leader decides.

The owner is warned one cycle before. Offering changes nothing by itself; a contact ends it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tend.domains.accounts.commands import reassign, release
from tend.domains.accounts.events import account_reassigned
from tend.domains.accounts.models import Account, InteractionStatus
from tend.engines.cadence.desk import WHY
from tend.engines.cadence.overdue import days_of
from tend.engines.cadence.telling import administrators, leaders_of
from tend.kernel.actor import Actor, system
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.notices import notify
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.models import User

CHUNK = 1000
EACH = 3
SILENT = system("silent accounts are offered to the pool")


def watch(now: dt.datetime, today: dt.date) -> dict[str, int]:
    """Warn owners and offer accounts, as the clock says; running it twice changes nothing."""
    counted = {"warned": 0, "offered": 0}
    for status in InteractionStatus.objects.as_system(WHY).filter(
        plans_calls=True, rescue_after__gt=0, trashed_at=None
    ):
        for what, cycles in (("offered", status.rescue_after), ("warned", status.rescue_after - 1)):
            if cycles > 0:
                counted[what] += _mark_all(status, what, cycles, now, today)
    return counted


def silent(status: InteractionStatus, cycles: int, today: dt.date) -> Any:
    """Owned accounts of a status that nobody has spoken to for so many cycles, and that the cycle is to reach."""
    since = today - dt.timedelta(days=days_of(status, cycles))
    begin = dt.datetime.combine(since + dt.timedelta(days=1), dt.time.min, dt.UTC)
    never = Q(last_contact_at=None, created_at__lt=begin)
    return Account.objects.as_system(WHY).filter(
        Q(last_contact_at__lt=begin) | never, Q(rescue_from=None) | Q(rescue_from__lte=since),
        interaction_status=status, owner__isnull=False, archived=False, trashed_at=None, merged_into=None,
        do_not_contact=False, cycle_paused=False, rescue_offered_on=None,
    )  # fmt: skip


def _mark_all(status: InteractionStatus, what: str, cycles: int, now: dt.datetime, today: dt.date) -> int:
    column, marked = f"rescue_{what}_on", 0
    while True:
        with Unit(SILENT, verb="watch-silence", now=now) as unit:
            rows = silent(status, cycles, today).filter(**{column: None}).order_by("pk")[:CHUNK]
            ids = list(rows.values_list("pk", flat=True))
            held = silent(status, cycles, today).filter(**{column: None}, pk__in=ids).order_by("pk")
            accounts = unit.load(held.select_for_update(of=("self",), no_key=True))
            for account in accounts:
                setattr(account, column, today)
            _tell(accounts, status, what, cycles)
        marked += len(accounts)
        if len(ids) < CHUNK:
            return marked


def _tell(accounts: list[Account], status: InteractionStatus, what: str, cycles: int) -> None:
    leaders = leaders_of(accounts) if what == "offered" else {}
    by_person: dict[tuple[int, ...], list[Account]] = defaultdict(list)
    for account in accounts:
        if what == "warned":
            by_person[(account.owner_id or 0,)].append(account)
            continue
        leader = leaders[account.pk]
        by_person[(leader,) if leader is not None else tuple(administrators())].append(account)
    for people, theirs in by_person.items():
        if len(theirs) > EACH:
            text = (
                gettext_noop("%(count)s of your accounts are silent. In one more cycle they are offered to the pool.")
                if what == "warned"
                else gettext_noop("%(count)s silent accounts of “%(status)s” are offered to the pool. Decide on each.")
            )
            notify(people, "rescue", text, {"count": len(theirs), "status": status.name})
            continue
        for account in theirs:
            text = (
                gettext_noop(
                    "Nobody has spoken to %(account)s for long (missed cycles: %(cycles)s). After one more it is offered to the pool."
                )
                if what == "warned"
                else gettext_noop(
                    "Nobody has spoken to %(account)s for long (missed cycles: %(cycles)s). It is offered to the pool: decide."
                )
            )
            notify(people, "rescue", text, {"account": account.name, "cycles": cycles}, record=account)


# --- what the leader decides ------------------------------------------------------------------------------------------
@verb("accounts.account", needs="assign", label=gettext_lazy("Accept the rescue"))
def accept_rescue(unit: Unit, account: Account, *, to: User | None = None) -> None:
    """Take a silent account from its owner: into the pool of its team, or to another person.

    Refused when it is not offered, and for its owner himself. Sets off: account_reassigned.
    """
    _check(unit, account)
    if to is not None:
        reassign(unit, account, to=to)
        unit.say(_("%(name)s looks after it from now on.") % {"name": to.name})
    else:
        release(unit, account)
        unit.say(_("It is in the pool of its team."))
    _end(account)


@verb("accounts.account", needs="assign", label=gettext_lazy("Leave it with its owner"))
def decline_rescue(unit: Unit, account: Account) -> None:
    """Leave a silent account with its owner; silence counts anew from today. Refused when it is not offered."""
    _check(unit, account)
    _end(account)
    account.rescue_from = unit.today
    unit.say(_("It stays with its owner. Silence counts anew from today."))


def _check(unit: Unit, account: Account) -> None:
    if account.rescue_offered_on is None:
        raise Refused(_("This account is not offered to the pool."))
    if account.owner_id is not None and account.owner_id == unit.actor.user_id:
        raise Refused(_("Its owner does not decide this himself."))


def _end(account: Account) -> None:
    account.rescue_warned_on = account.rescue_offered_on = None


@reacts_to(account_reassigned, order=70)
def begin_anew(unit: Unit, events: list[account_reassigned]) -> None:
    """A new owner has the time that every owner has."""
    for event in events:
        _end(event.account)
        event.account.rescue_from = unit.today


def offered(actor: Actor) -> Any:
    """Silent accounts in sight that wait for a decision, the longest first."""
    rows = Account.objects.seen_by(actor).filter(rescue_offered_on__isnull=False, archived=False)
    return rows.order_by("rescue_offered_on", "name", "pk")


def may_decide(actor: Actor) -> set[int]:
    """Ids of the offered accounts on which this person may decide."""
    rows = Account.objects.seen_by(actor, "assign").filter(rescue_offered_on__isnull=False)
    return set(rows.exclude(owner_id=actor.user_id).values_list("pk", flat=True)[:1000])


_ACCOUNT = entity_by_code("accounts.account")
_ACCOUNT.adopt(accept_rescue)
_ACCOUNT.adopt(decline_rescue)
