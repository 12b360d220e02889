"""Which accounts are certainly the same: equal normalised name and one further equal sign. A name alone never is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tend.base.emails import own_domain_of
from tend.base.names import normalise
from tend.base.urls import website_domain
from tend.domains.accounts.models import Account, AccountAddress, AccountPoint
from tend.kernel.actor import Actor

Sign = tuple[str, str]


@dataclass(slots=True)
class Candidate:
    """An account with the signs by which it is known: phone, email, domain, place."""

    id: int
    signs: set[Sign] = field(default_factory=set)


def signs_of(
    *,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    website: str = "",
    postal_code: str = "",
    street: str = "",
) -> set[Sign]:
    """The signs that values give; phones in E.164, e-mails normalised."""
    found: set[Sign] = {("phone", p) for p in phones if p}
    for email in emails:
        found.add(("email", email))
        if domain := own_domain_of(email):
            found.add(("domain", domain))
    if website and (domain := website_domain(website)):
        found.add(("domain", domain))
    if postal_code and street:
        found.add(("place", f"{postal_code.replace(' ', '').upper()} {normalise(street)}"))
    return found


def candidates(actor: Actor, names: Sequence[str]) -> dict[str, list[Candidate]]:
    """Accounts within the actor's sight by normalised name, with their signs, in three queries."""
    wanted = sorted({n for n in names if n})
    rows = list(
        Account.objects.seen_by(actor).filter(match_name__among=wanted).values_list("pk", "match_name", "website")
    )
    by_id = {pk: Candidate(pk, signs_of(website=website)) for pk, _name, website in rows}
    for pk, kind, normalised in AccountPoint.objects.of(by_id).values_list("record_id", "kind", "normalised"):
        if kind == "phone":
            by_id[pk].signs.add(("phone", normalised))
        elif kind == "email":
            by_id[pk].signs |= signs_of(emails=[normalised])
    for pk, code, street in AccountAddress.objects.of(by_id).values_list("record_id", "postal_code", "street"):
        by_id[pk].signs |= signs_of(postal_code=code, street=street)
    found: dict[str, list[Candidate]] = defaultdict(list)
    for pk, name, _website in rows:
        found[name].append(by_id[pk])
    return found


def certain(found: Sequence[Candidate], signs: set[Sign]) -> list[int]:
    """Ids of the candidates that share at least one sign."""
    return [c.id for c in found if c.signs & signs]
