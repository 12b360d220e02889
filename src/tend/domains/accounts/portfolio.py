"""Who has which account in his portfolio: the access rows that follow owner, responsibles and the list's sort keys."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, Subquery

from tend.domains.accounts.choices import ACCOUNTS, LEADS, Lifecycle
from tend.domains.accounts.models import Account, AccountAccess, Responsible
from tend.kernel import write
from tend.kernel.actor import Actor, widest
from tend.kernel.listing.access import Access, Branches
from tend.kernel.record import build
from tend.kernel.unit import Unit

SORT_KEYS = ("name", "status_id", "next_contact_on")
OWN = ("own", "territory")  # territories come with their own rules; until then they hold what is one's own
WATCHED = frozenset({"owner_id", *SORT_KEYS})


def keep_portfolio(unit: Unit, created: list[Account], changed: list[Account]) -> None:
    """The projection: new accounts get their owner's row, changed ones follow in two statements."""
    rows = [_row(a, a.owner_id, AccountAccess.Reason.OWNER) for a in created if a.owner_id]
    by_id = {a.pk: a for a in (*created, *changed)}
    if changed:
        ids = [a.pk for a in changed]
        kept = set(
            AccountAccess.objects.filter(account_id__in=ids, reason=AccountAccess.Reason.OWNER).values_list(
                "account_id", "user_id"
            )
        )
        gone = [pk for pk, user in kept if by_id[pk].owner_id != user]
        if gone:
            AccountAccess.objects.filter(account_id__in=gone, reason=AccountAccess.Reason.OWNER)._raw_delete("default")
        rows += [
            _row(a, a.owner_id, AccountAccess.Reason.OWNER)
            for a in changed
            if a.owner_id and (a.pk, a.owner_id) not in kept
        ]
        current = Account.objects.as_system("access rows copy the sort keys of their account").filter(
            pk=OuterRef("account_id")
        )
        AccountAccess.objects.filter(account_id__in=ids).update(
            **{k: Subquery(current.values(k)[:1]) for k in SORT_KEYS}
        )
    if rows:
        write.insert(AccountAccess, rows)


def keep_responsibles(unit: Unit, accounts: list[Account]) -> None:
    """Access rows follow the responsibles of these accounts, whatever changed them."""
    ids = [a.pk for a in accounts]
    by_id = {a.pk: a for a in accounts}
    wanted = set(Responsible.objects.of(ids).values_list("record_id", "user_id"))
    following = AccountAccess.objects.filter(account_id__in=ids, reason=AccountAccess.Reason.RESPONSIBLE)
    kept = {(pk, user): row for row, pk, user in following.values_list("pk", "account_id", "user_id")}
    gone = [row for pair, row in kept.items() if pair not in wanted]
    if gone:
        AccountAccess.objects.filter(pk__in=gone)._raw_delete("default")
    rows = [_row(by_id[pk], user, AccountAccess.Reason.RESPONSIBLE) for pk, user in sorted(wanted - kept.keys())]
    if rows:
        write.insert(AccountAccess, rows)


def portfolio_of(actor: Actor, action: str) -> tuple[Any, ...] | None:
    """Queries of ids that together hold every account in reach of an actor whose scope is own or team; None when wider.

    Lists use them to go straight to a small portfolio; the scope itself is still applied.
    """
    scope = widest(actor.scope(LEADS, action), actor.scope(ACCOUNTS, action))
    if actor.is_system or scope not in ("own", "team"):
        return None
    users = [actor.user_id or 0] if scope == "own" else list(actor.team_users)
    reached = AccountAccess.objects.filter(user_id__in=users).values_list("account_id", flat=True)
    if scope == "own" or not actor.team_ids:
        return (reached,)
    pool = Account.objects.as_system("ids of a team's pool, before the scope").filter(team_id__in=actor.team_ids)
    return reached, pool.order_by().values_list("pk", flat=True)


def reached(rows: Any, actor: Actor, action: str) -> Any | None:
    """Accounts joined with one access row of the actor for each; None when his scope is not his own portfolio.

    An owner who is a responsible as well has two rows: the one as responsible then does not count.
    """
    leads, accounts = actor.scope(LEADS, action), actor.scope(ACCOUNTS, action)
    one_each = Q(access__reason=AccountAccess.Reason.OWNER) | ~Q(owner_id=actor.user_id)
    mine = rows.filter(one_each, access__user_id=actor.user_id or 0)
    if leads in OWN and accounts in OWN:
        return mine
    if leads == "none" and accounts in OWN:
        return mine.exclude(lifecycle=Lifecycle.LEAD)
    if accounts == "none" and leads in OWN:
        return mine.filter(lifecycle=Lifecycle.LEAD)
    return None


def reach_in_parts(rows: Any, actor: Actor, action: str) -> list[Any] | None:
    """Accounts of the actor's people, then of their teams' pools, then those they look after beside; None when he sees all.

    Each begins with columns of an index, and no account stands in two.
    """
    leads, accounts = actor.scope(LEADS, action), actor.scope(ACCOUNTS, action)
    if leads != accounts or accounts not in (*OWN, "team"):
        return None
    users, teams = ([actor.user_id or 0], []) if accounts in OWN else (list(actor.team_users), list(actor.team_ids))
    access = AccountAccess.objects.filter(user_id__in=users, reason=AccountAccess.Reason.RESPONSIBLE)
    not_owned = Q(owner_id__isnull=True) | ~Q(owner_id__in=users)
    found = [rows.filter(owner_id__in=users)]
    if teams:
        found.append(rows.filter(not_owned, team_id__in=teams))
        not_owned &= Q(team_id__isnull=True) | ~Q(team_id__in=teams)
    return [*found, rows.filter(not_owned, pk__in=access.values("account_id"))]


def reach_in_branches(rows: Any, actor: Actor, action: str) -> Branches | None:
    """Accounts of each of the team's people, then those of each of its pools; None when he does not see his team."""
    leads, accounts = actor.scope(LEADS, action), actor.scope(ACCOUNTS, action)
    if leads != accounts or accounts != "team":
        return None

    def joined(person: int) -> Any:
        one_each = Q(access__reason=AccountAccess.Reason.OWNER) | ~Q(owner_id=person)
        return rows.filter(one_each, access__user_id=person)

    pools = (rows.filter(team_id=team) for team in sorted(actor.team_ids))
    return Branches(tuple(sorted(actor.team_users)), joined, tuple(pools))


COPIES = {"pk": "account_id", **{key: key for key in SORT_KEYS}}
ACCESS = Access(reached, "access", COPIES, reach_in_parts, reach_in_branches)


def _row(account: Account, user_id: Any, reason: str) -> AccountAccess:
    copied = {k: account.__dict__[k] for k in SORT_KEYS}
    row: AccountAccess = build(
        AccountAccess, None, {"user_id": user_id, "account_id": account.pk, "reason": str(reason), **copied}
    )
    return row
