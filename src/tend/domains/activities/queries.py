"""Which activities: those of accounts one sees, and one's own without an account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account
from tend.domains.accounts.queries import account_in_sight
from tend.domains.activities.models import Activity, Origin, State
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.prepared import Prepared, of_actor

LINE = "activities"


def visible_to(rows: Any, actor: Actor, action: str, *, each: bool = False) -> Any:
    """An activity follows its account; one without an account follows whoever is responsible."""
    if actor.is_system:
        return rows
    scope = actor.scope(LINE, action)
    if scope == "none":
        return rows.none()
    mine = Q() if scope == "all" else Q(responsible_id__in=actor.team_users if scope == "team" else [actor.user_id])
    loose = Q(account__isnull=True) & mine
    if all(actor.scope(line, "view") == "all" for line in (LEADS, ACCOUNTS)):
        return rows.filter(Q(account__isnull=False) | loose) if scope != "all" else rows
    return rows.filter(account_in_sight(actor, action, "account", each=each) | loose)


def each_visible_to(rows: Any, actor: Actor, action: str) -> Any:
    """The same activities, asked one by one."""
    return visible_to(rows, actor, action, each=True)


def open_cycle_calls(account_ids: Any) -> Any:
    """The open calls of the cycle of these accounts, in key order: at most one each."""
    rows = Activity.objects.as_system("the cycle keeps its calls whoever sees the account")
    return rows.filter(
        account_id__in=list(account_ids), origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None
    ).order_by("pk")


def planned_of(actor: Actor, account: Account) -> list[Activity]:
    """What is planned with an account, the nearest first."""

    def ask(pk: int) -> Any:
        rows = Activity.objects.seen_by(actor, each=True).filter(account_id=pk, state=State.PLANNED)
        return rows.select_related("responsible", "interaction_status").order_by("planned_on", "pk")[:20]

    return veiled(actor, of_actor(actor, "planned with an account", ask, int)(account.pk))


def past_of(actor: Actor, account: Account, *, limit: int = 30) -> list[Activity]:
    """What took place with an account, the latest first."""

    def ask(pk: int) -> Any:
        rows = Activity.objects.seen_by(actor, each=True).filter(account_id=pk, state=State.DONE)
        return rows.select_related("responsible", "outcome").order_by("-done_at", "-pk")[:limit]

    return veiled(actor, of_actor(actor, ("past with an account", limit), ask, int)(account.pk))


SPOKEN = (
    "subject",
    "text",
    "responsible",
    "outcome",
    "duration",
    "interaction_status",
    "place",
    "moved_because",
    "cancelled_because",
)  # what pages by hand show of one


def veiled(actor: Actor, activities: Iterable[Activity]) -> list[Activity]:
    """Activities to be shown, not kept: what a role hides from this reader is blank in them."""
    found = list(activities)
    entity = entity_of(Activity)
    for name in [n for n in SPOKEN if entity.right(actor, n) == "hidden"]:
        for activity in found:
            setattr(activity, name, "" if isinstance(getattr(activity, name), str) else None)
    return found


def promises_among(actor: Actor, account_ids: Any) -> set[int]:
    """Those of these accounts, which the actor has been shown, that have been promised a call."""
    if actor.scope(LINE, "view") == "none":
        return set()
    return {pk for (pk,) in _PROMISED(list(account_ids))}


def _promised(account_ids: list[int]) -> Any:
    rows = Activity.objects.as_system("promises to accounts that the reader has before him")
    rows = rows.filter(account_id__among=account_ids, state=State.PLANNED, is_promised=True, trashed_at=None)
    return rows.order_by().values_list("account_id")


_PROMISED = Prepared(_promised, list)
