"""Which contacts: those of accounts one sees, and one's own without an account."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account
from tend.domains.contacts.models import Membership
from tend.kernel.actor import Actor

LINE = "contacts"


def visible_to(rows: Any, actor: Actor, action: str) -> Any:
    """A contact is seen when one of its accounts is; without any account it follows its own owner."""
    if actor.is_system:
        return rows
    scope = actor.scope(LINE, action)
    if scope == "none":
        return rows.none()
    if scope == "all" and all(actor.scope(line, "view") == "all" for line in (LEADS, ACCOUNTS)):
        return rows
    accounts = Account.objects.seen_by(actor, "view" if action in ("view", "create") else "edit")
    of_account = Membership.objects.as_system("joined to the scope of accounts").filter(
        account__in=accounts.values("pk")
    )
    loose = ~Exists(Membership.objects.as_system("contacts without any account").filter(record_id=OuterRef("pk")))
    mine = Q(owner_id=actor.user_id) if scope == "own" else Q(owner_id__in=actor.team_users)
    if scope == "all":
        mine = Q()
    return rows.filter(Q(pk__in=of_account.values("record_id")) | (mine & Q(loose)))


def memberships_at(actor: Actor, account: Account) -> tuple[list[Membership], list[Membership]]:
    """Who works at an account and who did, with `record` the contact; main contacts first. Two queries."""
    from tend.domains.contacts.models import Contact

    seen = {c.pk: c for c in Contact.objects.seen_by(actor).filter(memberships__account=account).distinct()}
    rows = list(Membership.objects.of(seen).filter(account_id=account.pk).order_by("-is_primary", "pk"))
    for row in rows:
        row.record = seen[row.record_id]
    return [r for r in rows if r.until is None], [r for r in rows if r.until is not None]
