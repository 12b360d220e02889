"""Contacts that may be one person: looked for in rounds beside the work, shown to those who see both and what they share.

Writing a contact costs nothing for it: a round a minute reads in the history which contacts are new or changed and
compares those with the others that share a phone, an e-mail address or a company. Contacts that were there before the
first round are looked at once, in the order of their numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop as N_

from tend.base.names import normalise
from tend.domains.accounts.models import Account
from tend.domains.contacts.models import AlikeMark, AlikePeople, Contact, ContactApart, ContactPointOf, Membership
from tend.domains.contacts.queries import portfolio_of
from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.feed import START, last_settled, settled
from tend.kernel.history import Change
from tend.kernel.jobs.declared import every, job
from tend.kernel.jobs.run import Run
from tend.kernel.notices import notify
from tend.kernel.prepared import of_actor
from tend.kernel.taking import drop, take
from tend.people.access import actor_for
from tend.people.models import Team, TeamMember, User

WHY = "contacts that look alike are looked for among all, and shown to those who see both"
CODE = "contacts.contact"
LIMIT = 1000  # entries of the history, or contacts, at a time
SHARED_BY = 20  # what more people share is a company's desk, and no sign of one person
READ = 20_000  # rows read of what shares anything with those under way
PER_CONTACT = 5  # pairs that one contact may make
FEW = 10  # colleagues whose contacts are gathered before their pairs are asked for
SINGLE = 20  # of more fresh pairs at once nobody is told: they stand in the list
SIGNS = ("name", "phone", "email")
Pair = tuple[int, int]


# --- for readers ------------------------------------------------------------------------------------------------------
def pairs_of(actor: Actor) -> Any:
    """The pairs of which the actor sees both and at least one thing that they share, newest first, without those told apart."""
    rows = _pairs(actor)
    reach = portfolio_of(actor, "view") if len(actor.team_users) <= FEW else None
    if reach is not None:
        # Of few people in reach their pairs are found by an index; else one meets some at once, walking from the newest.
        rows = rows.filter(first_id__among=sorted({pk for ids in reach for pk in ids}))
    return rows.order_by("-pk")


def pairs_with(actor: Actor, contact: Contact, limit: int) -> list[AlikePeople]:
    """The newest of these pairs in which one contact stands."""

    def ask(pk: int) -> Any:
        return _pairs(actor).filter(Q(first_id=pk) | Q(second_id=pk)).order_by("-pk")[:limit]

    return of_actor(actor, ("pairs with a contact", limit), ask, int)(contact.pk)


def signs_in_sight(actor: Actor) -> tuple[str, ...]:
    """What of two people the actor may know to be the same."""
    fields = {"name": "name", "phone": "phones", "email": "emails"}
    return tuple(s for s in SIGNS if entity_of(Contact).right(actor, fields[s]) != "hidden")


def _pairs(actor: Actor) -> Any:
    each = Contact.objects.seen_by(actor, each=True).order_by()
    told = ContactApart.objects.as_system(WHY).filter(
        Q(record_id=OuterRef("first_id"), other_id=OuterRef("second_id"))
        | Q(record_id=OuterRef("second_id"), other_id=OuterRef("first_id"))
    )
    seen = signs_in_sight(actor)
    known = Q(pk__in=[])
    for sign in {"phone", "email"} & set(seen):
        known |= Q(**{f"by_{sign}": True})
    if "name" in seen:  # a name is a sign at a company that both share, and that the reader sees
        there = Membership.objects.as_system(WHY).filter(record_id=OuterRef(OuterRef("second_id")))
        accounts = Account.objects.seen_by(actor, each=True).filter(pk=OuterRef("account_id"))
        here = Membership.objects.as_system(WHY).filter(
            Exists(accounts), Exists(there.filter(account_id=OuterRef("account_id"))), record_id=OuterRef("first_id")
        )
        known |= Q(Exists(here), by_name=True)
    sides = (Exists(each.filter(pk=OuterRef(side))) for side in ("first_id", "second_id"))
    return AlikePeople.objects.filter(known, *sides).exclude(Exists(told))


# --- rounds -----------------------------------------------------------------------------------------------------------
@every(seconds=60)
@job("find_alike_people", tries=1)
def find_alike_people(run: Run) -> dict[str, int]:
    """Look at contacts that are new or changed. A round that fails is made up for by the next one."""
    count = 0
    while (found := look_further()) is not None:
        count += found
        run.check()
    return {"pairs": count}


def look_further(limit: int = LIMIT) -> int | None:
    """Look at the next contacts; how many pairs are new, None when there is nothing more to look at."""
    mark = AlikeMark.objects.first()
    if mark is None:
        newest = Contact.objects.as_system(WHY).order_by("-pk").values_list("pk", flat=True).first()
        write.insert(AlikeMark, [AlikeMark(pk=1, after=last_settled(START), swept=0, until=newest or 0)])
        mark = AlikeMark.objects.get()
    mine = AlikeMark.objects.filter(pk=mark.pk, after=mark.after, swept=mark.swept)
    if mark.swept < mark.until:
        rows = Contact.objects.as_system(WHY).filter(pk__gt=mark.swept, pk__lte=mark.until).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:limit])
        swept = ids[-1] if len(ids) == limit else mark.until
        with transaction.atomic():
            return len(look_at(ids)) if take(mine, swept=swept) else None
    changes, after = settled(mark.after, limit, only=(CODE,))
    if after == mark.after:
        return None
    with transaction.atomic():
        if not take(mine, after=after):
            return None  # another worker was faster
        fresh = look_at({c.record_id for c in changes})
        _tell(fresh, changes)
    return len(fresh)


def look_at(ids: Iterable[int]) -> list[Pair]:
    """Bring the pairs of these contacts up to date; which are new."""
    wanted = sorted(set(ids))
    people = _People()
    under_way = people.learn(Contact.objects.as_system(WHY).filter(pk__among=wanted, trashed_at=None))
    found = _pairs_among(people, under_way) if under_way else {}
    rows = AlikePeople.objects.filter(Q(first_id__among=wanted) | Q(second_id__among=wanted)) if wanted else ()
    known = {(r.first_id, r.second_id): r for r in rows}
    fresh = {pair: _row(pair, signs) for pair, signs in found.items() if pair not in known}
    gone = [r.pk for pair, r in known.items() if pair not in found]
    other = [_row(pair, found[pair], r) for pair, r in known.items() if pair in found and set(r.signs) != found[pair]]
    if gone:
        drop(AlikePeople.objects.filter(pk__among=gone))
    if other:
        write.update(AlikePeople, [f"by_{s}" for s in SIGNS], other)
    if fresh:
        write.insert(AlikePeople, list(fresh.values()))
    return sorted(fresh)


def _row(pair: Pair, signs: set[str], row: AlikePeople | None = None) -> AlikePeople:
    held = row or AlikePeople(first_id=pair[0], second_id=pair[1], found_at=clock.now())
    for sign in SIGNS:
        setattr(held, f"by_{sign}", sign in signs)
    return held


@dataclass
class _People:
    """What is compared of people: the words of their names, and the companies at which they stand or stood."""

    words: dict[int, tuple[str, ...]] = field(default_factory=dict)
    places: dict[int, set[int]] = field(default_factory=dict)

    def learn(self, rows: Any) -> list[int]:
        """Take people in with their companies; who they are."""
        names = {pk: name for pk, name in rows.order_by().values_list("pk", "name")[:READ] if pk not in self.words}
        self.words |= {pk: tuple(sorted(normalise(name).split())) for pk, name in names.items()}
        self.places |= {pk: set() for pk in names}
        if names:
            for pk, account in Membership.objects.of(names).values_list("record_id", "account_id"):
                self.places[pk].add(account)
        return list(names)

    def signs(self, one: int, other: int, shared: set[str]) -> set[str]:
        """What makes the two look alike, empty when that is too little.

        Families and colleagues share a phone: alone it counts with a word of the name in common. A name counts at one company.
        """
        here, there = self.words[one], self.words[other]
        found = set(shared)
        if "email" not in shared and not set(here) & set(there):
            found.discard("phone")
        if here == there and (found or self.places[one] & self.places[other]):
            found.add("name")
        return found


def _pairs_among(people: _People, under_way: Sequence[int]) -> dict[Pair, set[str]]:
    """Pairs in which one of those under way stands, with what they share; of one person those with most signs."""
    points = ContactPointOf.objects.as_system(WHY).filter(kind__in=("phone", "email")).order_by()
    said = {v for v in points.filter(record_id__among=under_way).values_list("normalised", flat=True) if v}
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    if said:
        living = points.filter(normalised__among=sorted(said), record__trashed_at=None)
        for pk, kind, value in living.values_list("record_id", "kind", "normalised")[:READ]:
            holders[kind, value].add(pk)
    shared: dict[Pair, set[str]] = defaultdict(set)
    mine = set(under_way)
    for (kind, _value), sharing in holders.items():
        for pair in _crossed(mine, sharing) if len(sharing) <= SHARED_BY else ():
            shared[pair].add(kind)
    strangers = {pk for pair in shared for pk in pair} - mine
    if strangers:
        people.learn(Contact.objects.as_system(WHY).filter(pk__among=sorted(strangers), trashed_at=None))
    for pair in _namesakes(people, mine):
        shared.setdefault(pair, set())
    signs = {pair: people.signs(*pair, kinds) for pair, kinds in shared.items() if set(pair) <= people.words.keys()}
    return _best({pair: kinds for pair, kinds in signs.items() if kinds})


def _crossed(mine: set[int], sharing: set[int]) -> Iterable[Pair]:
    return ((min(a, b), max(a, b)) for a in mine & sharing for b in sharing if a != b)


def _namesakes(people: _People, mine: set[int]) -> Iterable[Pair]:
    """Those of equal names at one company, of which one is under way."""
    accounts = {account for pk in mine for account in people.places[pk]}
    if not accounts:
        return
    rows = Contact.objects.as_system(WHY).filter(memberships__account_id__among=sorted(accounts), trashed_at=None)
    people.learn(rows.distinct())
    named: dict[tuple[int, tuple[str, ...]], set[int]] = defaultdict(set)
    for pk, words in people.words.items():
        for account in people.places[pk] & accounts:
            named[account, words].add(pk)
    for sharing in named.values():
        if len(sharing) > 1:
            yield from _crossed(mine, sharing)


def _best(found: Mapping[Pair, set[str]]) -> dict[Pair, set[str]]:
    """At most PER_CONTACT pairs of one person, those with most signs."""
    count: dict[int, int] = defaultdict(int)
    kept: dict[Pair, set[str]] = {}
    for pair in sorted(found, key=lambda p: (-len(found[p]), p)):
        if max(count[pk] for pk in pair) < PER_CONTACT:
            kept[pair] = found[pair]
            for pk in pair:
                count[pk] += 1
    return kept


# --- who is told ------------------------------------------------------------------------------------------------------
def _tell(fresh: Sequence[Pair], changes: Sequence[Change]) -> None:
    """Leaders who see both are told of a pair that its writer does not see whole; of large work the list tells."""
    writers = {c.record_id: c.actor_id for c in changes if c.operation_id is None and c.actor_id is not None}
    pairs = [pair for pair in fresh if writers.keys() & set(pair)]
    if not pairs or len(fresh) > SINGLE:
        return
    contacts = Contact.objects.as_system(WHY).in_bulk({pk for pair in pairs for pk in pair})
    leaders = _leaders({c.owner_id for c in contacts.values() if c.owner_id is not None})
    people = User.objects.as_system(WHY).filter(is_active=True, trashed_at=None)
    actors = {u.pk: actor_for(u) for u in people.filter(pk__in={*leaders, *writers.values()})}
    for pair in pairs:
        row = AlikePeople.objects.filter(first_id=pair[0], second_id=pair[1])
        sees = {pk for pk, actor in actors.items() if _pairs(actor).filter(pk__in=row.values("pk")).exists()}
        wrote = {user for pk, user in writers.items() if pk in pair}
        if not wrote <= sees:
            text = N_(
                "“%(name)s” may be entered twice."
            )  # the other one is named in the list, within its reader's sight
            older = contacts[pair[0]]
            notify(sorted((sees & leaders) - wrote), "look-alike", text, {"name": older.name}, record=older)


def _leaders(owners: set[int]) -> set[int]:
    """The managers of some people, and the leaders of their teams."""
    managers = User.objects.as_system(WHY).filter(pk__in=owners).values_list("manager_id", flat=True)
    teams = TeamMember.objects.as_system(WHY).filter(record_id__in=owners).values("team_id")
    leading = Team.objects.as_system(WHY).filter(pk__in=teams, trashed_at=None).values_list("leader_id", flat=True)
    return {pk for pk in (*managers, *leading) if pk is not None}
