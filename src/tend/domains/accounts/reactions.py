"""What accounts themselves see to when something happened to them: access rows, the team pool, no circles."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tend.domains.accounts.events import account_created, account_reassigned, responsibles_changed
from tend.domains.accounts.models import Account
from tend.domains.accounts.portfolio import keep_responsibles
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.prepared import Prepared
from tend.kernel.undo import writing_undone
from tend.kernel.unit import Unit
from tend.people.models import TeamMember

_TEAMS_OF = Prepared(
    lambda owners: TeamMember.objects.of(owners).order_by("is_main", "pk").values_list("record_id", "team_id"), list
)


@reacts_to(account_created, account_reassigned, order=10)
def keep_team_pool(unit: Unit, events: list[Any]) -> None:
    """The pool of an account is its owner's main team; when the owner leaves it stays there."""
    accounts = [e.account for e in events if e.account.owner_id]
    owners = {a.owner_id for a in accounts}
    teams: dict[int, int] = unit.memory.setdefault("main teams", {})
    if owners - teams.keys():
        teams.update(_TEAMS_OF(owners))
    for account in accounts:
        if account.owner_id in teams and (
            account.team_id is None or unit.before(account, "owner_id") != account.owner_id
        ):
            account.team_id = teams[account.owner_id]


@reacts_to(responsibles_changed, order=90)
def follow_responsibles(unit: Unit, events: list[responsibles_changed]) -> None:
    """Access rows follow at once, so that the next request sees what it may."""
    unit.flush()
    keep_responsibles(unit, [e.account for e in events])


@reacts_to(writing_undone, order=90)
def follow_undo(unit: Unit, events: list[writing_undone]) -> None:
    """Undoing may have brought responsibles back or taken them away."""
    accounts = [r for e in events if e.code == "accounts.account" for r in e.records]
    if accounts:
        unit.flush()
        keep_responsibles(unit, accounts)


def refuse_circles(unit: Unit, created: list[Account], changed: list[Account]) -> None:
    """Walk up from accounts whose parent changed, level by level, after locking the chain. A circle is refused."""
    started = {a.pk: a for a in changed if a.parent_id}
    above = {pk: a.parent_id for pk, a in started.items()}
    parents: dict[int, int | None] = {}
    level = {p for p in above.values() if p is not None}
    while level:
        rows = Account.objects.as_system("a circle through a hidden account is refused too").filter(pk__in=level)
        found = dict(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", "parent_id"))
        parents.update(found)
        level = {p for p in found.values() if p is not None and p not in parents}
    for pk in started:
        step, seen = above[pk], {pk}
        while step is not None:
            if step in seen:
                raise Refused(_("This would make a circle of accounts."), field="parent", code="circle")
            seen.add(step)
            step = parents.get(step)
