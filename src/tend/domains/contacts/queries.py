"""Which contacts: those of accounts one sees, and one's own without an account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account
from tend.domains.accounts.portfolio import portfolio_of as accounts_of
from tend.domains.accounts.queries import account_in_sight
from tend.domains.contacts.models import Contact, Membership
from tend.kernel.actor import Actor
from tend.kernel.organisation import organisation
from tend.kernel.prepared import Prepared, of_actor
from tend.kernel.query.fold import spellings
from tend.kernel.traits.contact_points import normalise_point

LINE = "contacts"


def visible_to(rows: Any, actor: Actor, action: str, *, each: bool = False) -> Any:
    """A contact is seen when one of its accounts is; without any account it follows its own owner."""
    if actor.is_system:
        return rows
    scope = actor.scope(LINE, action)
    if scope == "none":
        return rows.none()
    if scope == "all" and all(actor.scope(line, "view") == "all" for line in (LEADS, ACCOUNTS)):
        return rows
    of_account = Membership.objects.as_system("joined to the scope of accounts").filter(
        account_in_sight(actor, action, "account", each=each)
    )
    loose = ~Exists(Membership.objects.as_system("contacts without any account").filter(record_id=OuterRef("pk")))
    mine = Q(owner_id=actor.user_id) if scope == "own" else Q(owner_id__in=actor.team_users)
    if scope == "all":
        mine = Q()
    through = Q(Exists(of_account.filter(record=OuterRef("pk")))) if each else Q(pk__in=of_account.values("record_id"))
    return rows.filter(through | (mine & Q(loose)))


def each_visible_to(rows: Any, actor: Actor, action: str) -> Any:
    """The same contacts, asked one by one."""
    return visible_to(rows, actor, action, each=True)


def seen_by_both(rows: Any, actor: Actor, other: Actor) -> Any:
    """Of contacts that `other` sees, those of which `actor` may know it: by an account that both see, or of no account."""
    links = Membership.objects.as_system("joined to the scope of accounts").filter(record_id=OuterRef("pk"))
    shared = links.filter(account_in_sight(actor, "view", "account", each=True))
    shared = shared.filter(account_in_sight(other, "view", "account", each=True))
    return rows.filter(Exists(shared) | ~Exists(links))


def portfolio_of(actor: Actor, action: str) -> tuple[Any, ...] | None:
    """Queries of ids that hold every contact in reach of an actor whose scope is own or team; None when wider."""
    accounts = accounts_of(actor, "view" if action in ("view", "create") else "edit")
    if accounts is None or actor.scope(LINE, action) not in ("own", "team"):
        return None
    found = Membership.objects.as_system("ids of contacts in reach, before the scope")
    mine = Contact.objects.as_system("ids of contacts in reach, before the scope").filter(
        owner_id__in=[actor.user_id or 0, *actor.team_users]
    )
    return (
        *(found.filter(account__in=ids).order_by().values_list("record_id", flat=True) for ids in accounts),
        mine.order_by().values_list("pk", flat=True),
    )


_MEMBERSHIPS = Prepared(
    lambda people, account: Membership.objects.of(people)
    .filter(account_id=account)
    .order_by("-is_primary", "pk"),
    list, int,
)  # fmt: skip


def memberships_at(actor: Actor, account: Account) -> tuple[list[Membership], list[Membership]]:
    """Who works at an account and who did, with `record` the contact; main contacts first. Two queries."""

    def ask(pk: int) -> Any:
        return Contact.objects.seen_by(actor, each=True).filter(memberships__account_id=pk).order_by()

    seen = {c.pk: c for c in of_actor(actor, "people of an account", ask, int)(account.pk)}
    if not seen:
        return [], []
    rows = _MEMBERSHIPS(list(seen), account.pk)
    for row in rows:
        row.record = seen[row.record_id]
    return [r for r in rows if r.until is None], [r for r in rows if r.until is not None]


def people_alike(
    actor: Actor, name: str, points: Iterable[tuple[str, str]], *, but: int | None = None, limit: int = 5
) -> list[tuple[Any, set[str]]]:
    """People in sight of that name, or with one of these phones and e-mail addresses, with what they share.

    Those that were told apart from `but` are left out.
    """
    from tend.domains.contacts.models import Contact, ContactApart, ContactPointOf

    found: dict[int, set[str]] = {}
    seen = Contact.objects.seen_by(actor).exclude(pk=but)
    if name:
        for pk in seen.filter(name__in=spellings(name)).order_by("pk").values_list("pk", flat=True)[:limit]:
            found.setdefault(pk, set()).add("name")
    country = organisation().country_code
    wanted = {(kind, normalise_point(kind, value, country)) for kind, value in points if value}
    if wanted:
        rows = ContactPointOf.objects.as_system("narrowed to the people in sight")
        rows = rows.filter(normalised__in={v for _k, v in wanted}, record_id__in=seen.values("pk")).order_by("pk")
        for pk, kind, value in rows.values_list("record_id", "kind", "normalised")[: limit * 4]:
            if (kind, value) in wanted:
                found.setdefault(pk, set()).add(kind)
    if but is not None and found:
        told = ContactApart.objects.as_system("narrowed to the people in sight")
        for pair in told.filter(Q(record_id=but) | Q(other_id=but)).values_list("record_id", "other_id"):
            found.pop(pair[0] if pair[1] == but else pair[1], None)
    people = Contact.objects.seen_by(actor).in_bulk(sorted(found, key=lambda pk: (-len(found[pk]), pk))[:limit])
    return [(people[pk], found[pk]) for pk in sorted(people, key=lambda pk: (-len(found[pk]), pk))]


def accounts_they_are(ids: list[int]) -> Any:
    """The accounts that are the same persons as these contacts: a change of either writes both, the account is locked first."""
    why = "an account is locked before the contact that is the same person"
    same = Membership.objects.as_system(why).filter(record_id__among=ids, is_same=True)
    return Account.objects.as_system(why).filter(pk__in=same.values("account_id"))
