"""Accounts that may be one: the warning when one is entered or renamed, and the pairs for those who see both.

Nobody is told of an account that he does not see. The pair is kept, and whoever sees both finds it in the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_noop as N_

from tend.base.emails import own_domain_of
from tend.base.names import company_key
from tend.base.urls import website_domain
from tend.domains.accounts.duplicates import signs_of
from tend.domains.accounts.events import account_created, account_renamed
from tend.domains.accounts.models import Account, AccountPoint, AlikePair, Apart
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.events import reacts_to
from tend.kernel.notices import notify
from tend.kernel.prepared import Prepared, of_actor
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.unit import Unit
from tend.people.access import actor_for
from tend.people.models import Team, User

WHY = "look-alikes are looked for among all accounts, and told to those who see both"
CANDIDATES = 50  # that share one value with the account under way: forty branches of one name are no forty duplicates
NAMESAKES = 200  # the same for several accounts at once
PER_ACCOUNT = 5  # pairs that one account may make
SINGLE = 20  # from so many accounts at once on a name alone is no sign
Sign = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alike:
    """An account that may be the one under way, with the signs they share: name, phone, email, domain."""

    account: Account
    signs: tuple[str, ...]


def signs_said(
    name: str, phones: Iterable[str], emails: Iterable[str], website: str, country: str | None
) -> set[Sign]:  # fmt: skip
    """The signs by which an account is looked for; what was typed is normalised as it is stored."""
    found: set[Sign] = {("name", key)} if (key := company_key(name)[:200]) else set()
    found |= {("phone", normalise_point("phone", p, country)) for p in phones if p}
    for email in (normalise_point("email", e) for e in emails if e):
        found.add(("email", email))
        if domain := own_domain_of(email):
            found.add(("domain", domain))
    if website and (domain := website_domain(website)):
        found.add(("domain", domain))
    return found


def look_alikes(actor: Actor, signs: set[Sign], *, but: int | None = None, limit: int = PER_ACCOUNT) -> list[Alike]:
    """Accounts in sight that share a sign and that nobody has told apart from `but`; those with most signs first."""
    ask = actor.kept.get("look-alikes")
    if ask is None:
        ask = actor.kept["look-alikes"] = _Questions(lambda: Account.objects.seen_by(actor, each=True))
    shared = _sharing(signs, ask)
    shared.pop(but, None)
    apart = _told_apart(but, list(shared)) if but is not None else set()
    best = sorted((pk for pk in shared if pk not in apart), key=lambda pk: (-len(shared[pk]), pk))[:limit]
    rows = Account.objects.seen_by(actor).in_bulk(best)
    return [Alike(rows[pk], _ordered(shared[pk])) for pk in best if pk in rows]


class _Questions:
    """What is asked of the accounts among which look-alikes are looked for: the newest that share a value.

    A number that thousands share says little: no more than CANDIDATES are read of what shares one value, each value asked for
    itself, so that the index gives them in order; with `together` NAMESAKES of what shares any of many. What is out of the
    asker's sight takes nobody's place. That a website is not blank stands in its index; SQLite takes the index only when the
    question says so.
    """

    def __init__(self, rows: Callable[[], Any], *, together: bool = False) -> None:
        lookup, kind = ("__among", list[str]) if together else ("", str)
        most = NAMESAKES if together else CANDIDATES
        self._together = together
        self._named = Prepared(
            lambda name: (
                rows().filter(**{f"match_name{lookup}": name}).order_by("-pk").values_list("pk", "match_name")[:most]
            ),
            kind,
        )
        self._holding = Prepared(
            lambda point: (
                rows()
                .filter(**{f"points__normalised{lookup}": point})
                .order_by("-points__pk")
                .values_list("pk", "points__kind", "points__normalised")[:most]
            ),
            kind,
        )
        self._at = Prepared(
            lambda sites: (
                rows()
                .filter(website__among=sites)
                .exclude(website="")
                .order_by((F("pk") + 0).desc())  # not the key itself: PostgreSQL would walk a million for the few
                .values_list("pk", "website")[:most]
            ),
            list[str],
        )

    def shared(self, signs: set[Sign]) -> Iterator[tuple[Any, Sign]]:
        """Ids of accounts beside a sign that each shares."""
        by_kind: dict[str, set[str]] = defaultdict(set)
        for kind, value in signs:
            by_kind[kind].add(value)
        for pk, name in self._asked(self._named, by_kind["name"]):
            yield pk, ("name", name)
        for pk, kind, value in self._asked(self._holding, by_kind["phone"] | by_kind["email"]):
            if (kind, value) in signs:
                yield pk, (kind, value)
        if domains := by_kind["domain"]:
            schemes = [f"{scheme}{www}" for scheme in ("https://", "http://") for www in ("", "www.")]
            for pk, website in self._at([f"{scheme}{domain}" for domain in sorted(domains) for scheme in schemes]):
                yield pk, ("domain", website_domain(website))

    def _asked(self, question: Prepared, values: set[str]) -> list[Any]:
        if self._together:
            return question(sorted(values)) if values else []
        return [row for value in sorted(values) for row in question(value)]


def _living() -> Any:
    return Account.objects.as_system(WHY).filter(trashed_at=None, merged_into=None)


_OF_ONE, _OF_SEVERAL = _Questions(_living), _Questions(_living, together=True)


_KNOWN = Prepared(
    lambda firsts, seconds: AlikePair.objects.filter(first_id__among=firsts, second_id__among=seconds).values_list(
        "first_id", "second_id"
    ),
    list, list,
)  # fmt: skip


def _sharing(signs: set[Sign], ask: _Questions) -> dict[Any, set[Sign]]:
    """Ids of accounts with the signs that each shares."""
    found: dict[Any, set[Sign]] = defaultdict(set)
    for pk, sign in ask.shared(signs):
        found[pk].add(sign)
    return found


def _told_apart(pk: int, others: Sequence[int]) -> set[int]:
    rows = Apart.objects.as_system(WHY).filter(
        Q(record_id=pk, other_id__in=others) | Q(other_id=pk, record_id__in=others)
    )
    return {a if b == pk else b for a, b in rows.values_list("record_id", "other_id")}


def _ordered(signs: set[Sign]) -> tuple[str, ...]:
    return tuple(kind for kind in ("name", "phone", "email", "domain") if any(k == kind for k, _v in signs))


def signs_in_sight(actor: Actor) -> tuple[str, ...]:
    """What of two accounts the actor may know to be the same."""
    fields = {"name": "name", "phone": "phones", "email": "emails", "domain": "website"}
    return tuple(sign for sign, name in fields.items() if entity_of(Account).right(actor, name) != "hidden")


def pairs_of(actor: Actor) -> Any:
    """The pairs of which the actor sees both, newest first, without those that were told apart."""
    seen = Account.objects.seen_by(actor)
    return _pairs().filter(first__in=seen.values("pk"), second__in=seen.values("pk"))


def pairs_with(actor: Actor, account: Account, limit: int) -> list[AlikePair]:
    """The newest of these pairs in which one account stands."""

    def ask(pk: int) -> Any:
        # Few pairs name one account: the scope is asked for each side, not gathered from all that is in reach.
        each = Account.objects.seen_by(actor, each=True).order_by()
        sides = (Exists(each.filter(pk=OuterRef(side))) for side in ("first_id", "second_id"))
        return _pairs().filter(Q(first_id=pk) | Q(second_id=pk), *sides)[:limit]

    return of_actor(actor, ("pairs with an account", limit), ask, int)(account.pk)


def _pairs() -> Any:
    told = Apart.objects.as_system(WHY).filter(
        Q(record_id=OuterRef("first_id"), other_id=OuterRef("second_id"))
        | Q(record_id=OuterRef("second_id"), other_id=OuterRef("first_id"))
    )
    return AlikePair.objects.exclude(Exists(told)).order_by("-found_at", "-pk")


@reacts_to(account_created, account_renamed, order=95)
def note_look_alikes(unit: Unit, events: list[Any]) -> None:
    """Pairs are kept for those who see both; whoever leads and sees both is told of one that its maker does not see."""
    accounts = {e.account.pk: e.account for e in events if e.account.trashed_at is None}
    single = len(accounts) <= SINGLE and unit.operation is None
    said = _signs_of(unit, list(accounts.values()), sites=single)
    if single:
        unit.flush()
        ask = _OF_ONE if len(said) == 1 else _OF_SEVERAL
        shared = _sharing({sign for signs in said.values() for sign in signs}, ask)
    else:
        shared = _namesakes(said, _living())
    holders: dict[Sign, list[int]] = defaultdict(list)
    for pk in sorted(shared):
        for sign in shared[pk]:
            if len(holders[sign]) < NAMESAKES:
                holders[sign].append(pk)
    pairs: dict[tuple[int, int], set[Sign]] = defaultdict(set)
    for pk, signs in said.items():
        common: dict[int, set[Sign]] = defaultdict(set)
        for sign in signs:
            for other in holders.get(sign, ()):
                if other != pk:
                    common[other].add(sign)
        enough = [o for o, s in common.items() if single or (len(s) > 1 and any(k == "name" for k, _v in s))]
        for other in sorted(enough, key=lambda o: (-len(common[o]), o))[:PER_ACCOUNT]:
            pairs[min(pk, other), max(pk, other)] |= common[other]
    fresh = _keep(unit, pairs)
    if single and fresh:
        _tell(unit, fresh)


def _namesakes(said: dict[int, set[Sign]], rows: Any) -> dict[int, set[Sign]]:
    """What many accounts under way share among themselves and with those of the same name, of which alone points are read."""
    shared: dict[int, set[Sign]] = dict(said)
    names = {value for signs in said.values() for kind, value in signs if kind == "name"}
    named = rows.filter(match_name__among=names).order_by().values_list("pk", "match_name")
    older = {pk: {("name", name)} for pk, name in named[: NAMESAKES * SINGLE] if pk not in said}
    if older:
        points = AccountPoint.objects.as_system(WHY).filter(record_id__among=older, kind__in=("phone", "email"))
        for pk, kind, value in points.order_by().values_list("record_id", "kind", "normalised"):
            older[pk].add((kind, value))
    return shared | older


def _signs_of(unit: Unit, accounts: list[Account], *, sites: bool) -> dict[int, set[Sign]]:
    """The signs of accounts under way; with `sites` also the domains that websites and e-mails tell of."""
    trait = entity_of(Account).traits["contact_points"]
    unit.preload(entity_of(Account), accounts, ["contact_points"])
    found: dict[int, set[Sign]] = {}
    for account in accounts:
        rows = trait.rows(unit, account)
        signs = found[account.pk] = {(r.kind, r.normalised) for r in rows if r.kind in ("phone", "email")}
        if sites:
            signs |= signs_of(emails=[v for kind, v in signs if kind == "email"], website=account.website)
        if account.match_name:
            signs.add(("name", account.match_name))
    return found


def _keep(unit: Unit, pairs: dict[tuple[int, int], set[Sign]]) -> list[tuple[int, int]]:
    """Write the pairs that are not known yet; which those are."""
    if not pairs:
        return []
    firsts, seconds = {a for a, _b in pairs}, {b for _a, b in pairs}
    known = set(_KNOWN(sorted(firsts), sorted(seconds)))
    fresh = [pair for pair in pairs if pair not in known]
    for a, b in fresh:  # written after the accounts they name
        unit.create(AlikePair, first_id=a, second_id=b, signs=list(_ordered(pairs[a, b])), found_at=unit.now)
    return fresh


def _tell(unit: Unit, pairs: list[tuple[int, int]]) -> None:
    """The leaders of either account who see both, of pairs that the one who wrote does not see."""
    ids = {pk for pair in pairs for pk in pair}
    seen = set(Account.objects.seen_by(unit.actor).filter(pk__in=ids).values_list("pk", flat=True))
    unseen = [pair for pair in pairs if not set(pair) <= seen]
    if not unseen:
        return
    accounts = Account.objects.as_system(WHY).in_bulk(ids)
    people = User.objects.as_system(WHY).filter(is_active=True)
    owners = dict(people.filter(pk__in={a.owner_id for a in accounts.values()}).values_list("pk", "manager_id"))
    leaders = dict(
        Team.objects.as_system(WHY).filter(pk__in={a.team_id for a in accounts.values()}).values_list("pk", "leader_id")
    )
    named = {*owners.values(), *leaders.values()} - {None, unit.actor.user_id}
    actors = [actor_for(user) for user in people.filter(pk__in=named)]
    for pair in unseen:
        told = [a.user_id for a in actors if Account.objects.seen_by(a).filter(pk__in=pair).count() == 2]
        older = accounts[min(pair)]
        text = N_("“%(name)s” may be entered twice.")  # the other one is named in the list, within its reader's sight
        notify([pk for pk in told if pk is not None], "look-alike", text, {"name": older.name}, record=older)
