"""Whom the cycle tells: the leader of an account, when somebody cannot be reached."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tend.engines.cadence.desk import WHY
from tend.engines.cadence.events import account_became_unreachable
from tend.kernel.events import reacts_to
from tend.kernel.notices import notify
from tend.kernel.unit import Unit
from tend.people.models import Team, User


@reacts_to(account_became_unreachable, order=90)
def tell_leaders(unit: Unit, events: list[account_became_unreachable]) -> None:
    """The owner's manager hears of it, else the leader of the account's team; nobody is told of what he did himself."""
    owners = {e.account.owner_id for e in events if e.account.owner_id is not None}
    teams = {e.account.team_id for e in events if e.account.team_id is not None}
    managers = dict(User.objects.as_system(WHY).filter(pk__in=owners).values_list("pk", "manager_id"))
    leaders = dict(Team.objects.as_system(WHY).filter(pk__in=teams).values_list("pk", "leader_id"))
    for event in events:
        account = event.account
        leader = managers.get(account.owner_id or 0) or leaders.get(account.team_id or 0)
        if leader is not None and leader != unit.actor.user_id:
            text = gettext_noop("%(account)s cannot be reached: %(count)s attempts were in vain.")
            notify([leader], "unreachable", text, {"account": account.name, "count": event.attempts}, record=account)
