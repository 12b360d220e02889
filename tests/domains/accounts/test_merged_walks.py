"""The list of a leader merges a walk for each of his people; it holds what his scope holds, in the order that it promises."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.commands import add_responsible
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.kernel.actor import Actor
from tend.kernel.listing import Listing, branches, portfolio
from tend.kernel.listing.keys import sort_keys
from tend.kernel.prepared import MARK
from tend.people.models import Team
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)
FILTERS: tuple[Any, ...] = (
    None,
    {"field": "status", "op": "is", "value": "Warm"},
    {"all": [{"field": "lifecycle", "op": "is_not", "value": "lead"}, {"field": "next_contact_on", "op": "lt", "value": "2026-03-05"}]},
    {"any": [{"field": "status", "op": "is", "value": "Warm"}, {"field": "owner", "op": "is", "value": "me"}]},
    {"field": "name", "op": "contains", "value": "e 1"},
    {"not": {"field": "next_contact_on", "op": "filled"}},
    {"field": "address.city", "op": "is", "value": "Porto"},
    {"field": "annual_revenue", "op": "is", "value": MARK},
)  # fmt: skip
SORTS = (
    "name",
    "-name",
    "next_contact_on,name",
    "next_contact_on",
    "-next_contact_on",
    "-next_contact_on,-name",
    "id",
    "-id",
)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: Any) -> None:
    """Few records are fetched by their ids instead; here nobody has few."""
    monkeypatch.setattr(portfolio, "FEW", 0)


def office(cast: Cast, seed: int) -> None:
    """Owned, looked after, in a pool, several of it at once, nothing of it, in the trash; names and days that repeat."""
    chance = Random(seed)
    for name in ("Warm", "Cold"):
        make("statuses", name=name)
    teams = [None, cast.team, Team.objects.as_system("test").get(name="Hills")]
    people = [None, cast.leader, cast.manager, cast.junior, cast.stranger]
    for n in range(40):
        owner = chance.choice(people)
        account = make(
            "accounts", name=f"House {chance.randrange(12):02d}{chance.choice('aé名')}", owner=owner.pk if owner else None,
            status=chance.choice(("Warm", "Cold", None)), lifecycle=chance.choice(("lead", "prospect")),
            address={"city": chance.choice(("Porto", "Faro"))},
        )  # fmt: skip
        for user in chance.sample(people[1:], chance.choice((0, 0, 1, 3))):
            add_responsible(BUILDER, account, user=user)
        team = chance.choice(teams)
        due = chance.choice((None, DAY + dt.timedelta(days=chance.randrange(5))))
        revenue = chance.choice((None, MARK))
        Account.objects.as_system("test").filter(pk=account.pk).update(
            team=team, next_contact_on=due, annual_revenue=revenue
        )
        account.access.update(next_contact_on=due)
        if n % 9 == 0:
            ACCOUNT.verb_by_name["trash"](BUILDER, account)


def walked(actor: Actor, tree: Any, sort: str, limit: int) -> tuple[list[int], list[int]]:
    """The list from page to page, and back from its end."""
    found: list[int] = []
    back: list[int] = []
    page = None
    while page is None or page.next_cursor:
        page = Listing(ACCOUNT, actor, filter=tree, sort=sort, limit=limit, cursor=page and page.next_cursor, columns=["name"]).page()  # fmt: skip
        found += [r.pk for r in page.records]
    back = [r.pk for r in page.records]
    while page.previous_cursor:
        page = Listing(ACCOUNT, actor, filter=tree, sort=sort, limit=limit, cursor=page.previous_cursor, columns=["name"]).page()  # fmt: skip
        back = [r.pk for r in page.records] + back
    return found, back


def expected(actor: Actor, tree: Any, sort: str) -> list[int]:
    """The scope's own records, put in order by looking at each."""
    held = list(Account.objects.seen_by(actor).filter(pk__in=Listing(ACCOUNT, actor, filter=tree).ids()))
    for key in reversed(sort_keys(ACCOUNT, actor, sort)):
        name = key.attribute
        held.sort(
            key=lambda a: getattr(a, name) or (dt.date.min if name == "next_contact_on" else ""), reverse=key.down
        )
        held.sort(key=lambda a: getattr(a, name) is None)
    return [a.pk for a in held]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_merged_list_is_the_scope_in_its_order(cast: Cast, seed: int) -> None:
    office(cast, seed)
    for user in (cast.leader, cast.stranger):
        actor = cast.actor(user)
        for tree in FILTERS:
            for sort in SORTS:
                wanted = expected(actor, tree, sort)
                found, back = walked(actor, tree, sort, 4)
                assert found == wanted, (tree, sort)
                assert back == wanted, (tree, sort)


def test_neighbours_and_ids_stand_in_the_same_order(cast: Cast) -> None:
    office(cast, 4)
    actor = cast.actor(cast.leader)
    wanted = expected(actor, None, "next_contact_on,name")
    listing = Listing(ACCOUNT, actor, sort="next_contact_on,name")
    assert listing.ids(7) == wanted[:7]
    assert [pk for chunk in listing.chunks_of_ids(6) for pk in chunk] == wanted
    for before, here, after in zip(wanted, wanted[1:], wanted[2:], strict=False):
        near = listing.neighbours(here)
        assert (near.previous, near.next) == (before, after)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL walks the order by itself")
def test_one_question_for_each_person_and_pool_however_long_the_list(cast: Cast) -> None:
    office(cast, 5)
    actor = cast.actor(cast.leader)
    found = branches.branches_of(ACCOUNT, actor, "view", sort_keys(ACCOUNT, actor, "name"))
    assert found is not None
    assert (len(found.people), len(found.beside)) == (len(actor.team_users), len(actor.team_ids))

    def asked(limit: int) -> int:
        with CaptureQueriesContext(connection) as told:
            Listing(ACCOUNT, actor, sort="name", limit=limit, columns=["name"]).page()
        return len(told)

    asked(2)  # how large a portfolio is is asked once and kept
    assert asked(2) == asked(20) <= len(found.people) + len(found.beside) + 3
    others = (cast.junior, cast.admin)
    assert all(
        branches.branches_of(ACCOUNT, cast.actor(u), "view", sort_keys(ACCOUNT, cast.actor(u), "name")) is None
        for u in others
    )
    assert branches.branches_of(ACCOUNT, actor, "view", sort_keys(ACCOUNT, actor, "-annual_revenue")) is None
