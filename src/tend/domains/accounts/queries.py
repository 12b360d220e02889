"""Which accounts: by scope, by portfolio, as a tree. Every question starts from the scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from tend.domains.accounts.choices import ACCOUNTS, LEADS, Lifecycle
from tend.domains.accounts.models import Account, AccountAccess, Relation
from tend.kernel.actor import Actor
from tend.kernel.prepared import Prepared, of_actor

MOST_BELOW = 500  # subsidiaries whose talks one timeline shows


def visible_to(rows: Any, actor: Actor, action: str, *, each: bool = False) -> Any:
    """Accounts on which the actor may do `action`: leads and accounts are two lines of his roles.

    With `each` access rows are looked up account by account, not gathered as a set first.
    """
    if actor.is_system:
        return rows
    leads, accounts = actor.scope(LEADS, action), actor.scope(ACCOUNTS, action)
    if leads == accounts:
        condition = in_scope(actor, accounts, each=each)
        return rows if condition is None else rows.filter(condition)
    by_line = Q(pk__in=[])
    for lifecycle, scope in ((Q(lifecycle=Lifecycle.LEAD), leads), (~Q(lifecycle=Lifecycle.LEAD), accounts)):
        condition = in_scope(actor, scope, each=each)
        by_line |= lifecycle if condition is None else lifecycle & condition
    return rows.filter(by_line)


def each_visible_to(rows: Any, actor: Actor, action: str) -> Any:
    """The same accounts, asked one by one."""
    return visible_to(rows, actor, action, each=True)


def in_scope(actor: Actor, scope: str, *, each: bool = False) -> Q | None:
    """The condition of one scope on accounts; None stands for no condition at all."""

    def reached(rows: Any) -> Q:
        return Q(Exists(rows.filter(account=OuterRef("pk")))) if each else Q(pk__in=rows.values("account_id"))

    if scope == "all":
        return None
    if scope == "team":
        through = AccountAccess.objects.filter(user_id__in=actor.team_users, reason=AccountAccess.Reason.RESPONSIBLE)
        return Q(owner_id__in=actor.team_users) | Q(team_id__in=actor.team_ids) | reached(through)
    if scope in ("own", "territory"):  # territories come with their own rules; until then they hold what is one's own
        return reached(AccountAccess.objects.filter(user_id=actor.user_id or 0))
    return Q(pk__in=[])


def account_in_sight(actor: Actor, action: str, path: str, *, each: bool) -> Q:
    """The condition that the account to which `path` leads is visible: as a set of ids, or with `each` row by row.

    Said twice (it is this one, and none before it), `each` stays that: of an equality alone PostgreSQL makes a set of all
    accounts in sight first, since below an OR it does not know that a limit ends the walk (0.7 s at a million).
    """
    visible = Account.objects.seen_by(actor, "view" if action in ("view", "create") else "edit", each=each)
    one = visible.filter(pk=OuterRef(path), pk__gte=OuterRef(path))
    return Q(Exists(one)) if each else Q(**{f"{path}__in": visible.values("pk")})


def following_account(rows: Any, actor: Actor, action: str, path: str, line: str) -> Any:
    """Rows that hang on an account by `path` follow its scope, and need the right on their own line as well."""
    if actor.is_system:
        return rows
    if actor.scope(line, action) == "none":
        return rows.none()
    visible = Account.objects.seen_by(actor, "view" if action in ("view", "create") else "edit")
    if all(actor.scope(of, "view") == "all" for of in (LEADS, ACCOUNTS)):
        return rows.filter(Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__trashed_at__isnull": True}))
    return rows.filter(
        Q(**{f"{path}__in": visible.values("pk")}) | Q(**{f"{path}__isnull": True, "owner_id": actor.user_id})
    )


def explain(actor: Actor, account: Account) -> list[str]:
    """The reasons for which the actor sees an account; empty exactly when it answers 404 to him."""
    from django.utils.translation import gettext as _

    if not Account.objects.seen_by(actor).filter(pk=account.pk).exists():
        return []
    scope = actor.scope(account.line, "view")
    reasons = []
    access = AccountAccess.objects.filter(account_id=account.pk)
    if account.owner_id == actor.user_id:
        reasons.append(_("owner"))
    if access.filter(user_id=actor.user_id or 0, reason=AccountAccess.Reason.RESPONSIBLE).exists():
        reasons.append(_("responsible"))
    if scope == "team":
        if account.team_id in actor.team_ids:
            reasons.append(_("team pool"))
        if account.owner_id != actor.user_id and account.owner_id in actor.team_users:
            reasons.append(_("owner is in the team"))
        if access.filter(
            user_id__in=[u for u in actor.team_users if u != actor.user_id], reason="responsible"
        ).exists():
            reasons.append(_("a responsible is in the team"))
    if scope == "all":
        reasons.append(_("sees all"))
    return reasons


def children_of(actor: Actor, account: Account, limit: int = 50) -> list[Account]:
    """The accounts that hang under this one."""

    def ask(pk: int) -> Any:
        rows = Account.objects.seen_by(actor, each=True).filter(parent_id=pk).only("id", "name")
        return rows.order_by("name", "pk")[:limit]

    return of_actor(actor, ("children of an account", limit), ask, int)(account.pk)


def below(actor: Actor, account: Account, limit: int = MOST_BELOW) -> list[int]:
    """The ids of all that hangs under an account, level by level within sight: one out of sight cuts off what is below it."""
    found: list[int] = []
    level = [account.pk]
    while level and len(found) < limit:
        rows = Account.objects.seen_by(actor, each=True).filter(parent_id__among=level).order_by("pk")
        level = list(rows.values_list("pk", flat=True)[: limit - len(found)])
        found += level
    return found


_RELATIONS = Prepared(lambda ids: Relation.objects.of(ids).select_related("kind").order_by("pk"), list)


def relations_of(actor: Actor, account: Account) -> list[tuple[str, Account, Relation]]:
    """Relations from either side: the words from this side, the other account, and the relation. Hidden ones are absent."""
    there = _RELATIONS([account.pk])
    here_ids = [
        pk for (pk,) in of_actor(actor, "accounts related to one", lambda pk: _related_to(actor, pk), int)(account.pk)
    ]
    if not there and not here_ids:
        return []
    here = [r for r in _RELATIONS(here_ids) if r.to_id == account.pk] if here_ids else []
    others = {a.pk: a for a in named(actor, {r.to_id for r in there} | set(here_ids))}
    found = [(r.kind.name, others[r.to_id], r) for r in there if r.to_id in others]
    return found + [(r.kind.inverse_name or r.kind.name, others[r.record_id], r) for r in here if r.record_id in others]


def _related_to(actor: Actor, pk: int) -> Any:
    return Account.objects.seen_by(actor, each=True).filter(relations__to_id=pk).order_by().values_list("pk")


def are_any_seen(actor: Actor) -> bool:
    """Whether any account or lead is in sight at all."""
    return bool(Account.objects.seen_by(actor).exists())


def named(actor: Actor, ids: Iterable[int]) -> list[Account]:
    """Those of some accounts that the actor sees, with their names alone, in key order."""
    wanted = sorted(set(ids))

    def ask(pks: list[int]) -> Any:
        return Account.objects.seen_by(actor, each=True).filter(pk__among=pks).only("id", "name").order_by("pk")

    return of_actor(actor, "names of accounts", ask, list)(wanted) if wanted else []
