"""Whom the cycle tells: the leader of an account, when somebody cannot be reached or is not called."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from tend.domains.accounts.models import Account
from tend.engines.cadence.desk import WHY
from tend.engines.cadence.events import account_became_unreachable
from tend.kernel.events import reacts_to
from tend.kernel.notices import notify
from tend.kernel.unit import Unit
from tend.people.models import Team, User, UserRole


@reacts_to(account_became_unreachable, order=90)
def tell_leaders(unit: Unit, events: list[account_became_unreachable]) -> None:
    """The owner's manager hears of it, else the leader of the account's team; nobody is told of what he did himself."""
    leaders = leaders_of([e.account for e in events])
    for event in events:
        account, leader = event.account, leaders[event.account.pk]
        if leader is not None and leader != unit.actor.user_id:
            text = gettext_noop("%(account)s cannot be reached: %(count)s attempts were in vain.")
            notify([leader], "unreachable", text, {"account": account.name, "count": event.attempts}, record=account)


def leaders_of(accounts: Iterable[Account]) -> dict[int, int | None]:
    """Who answers for each account: the owner's manager, else the leader of its team. Two statements."""
    accounts = list(accounts)
    owners = {a.owner_id for a in accounts if a.owner_id is not None}
    teams = {a.team_id for a in accounts if a.team_id is not None}
    people = User.objects.as_system(WHY).filter(is_active=True, trashed_at=None)
    managers = dict(User.objects.as_system(WHY).filter(pk__in=owners).values_list("pk", "manager_id"))
    leaders = dict(Team.objects.as_system(WHY).filter(pk__in=teams).values_list("pk", "leader_id"))
    known = set(people.filter(pk__in={*managers.values(), *leaders.values()} - {None}).values_list("pk", flat=True))
    found = {}
    for account in accounts:
        named = (managers.get(account.owner_id or 0), leaders.get(account.team_id or 0))
        found[account.pk] = next((pk for pk in named if pk in known), None)
    return found


def administrators() -> list[int]:
    """Who manages users, when nobody else answers for an account."""
    roles = UserRole.objects.as_system(WHY).filter(role__code="administrator", record__is_active=True)
    return sorted(set(roles.values_list("record_id", flat=True)))
