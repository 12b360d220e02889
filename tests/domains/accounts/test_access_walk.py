"""A junior's list walks his access rows; it must hold what his scope holds, in the same order and with the same sums."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tend.domains.accounts.commands import add_responsible
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.kernel.actor import Actor
from tend.kernel.listing import Listing
from tend.kernel.listing.access import parts_of, walk_of
from tend.kernel.query import compile_filter
from tend.people.models import User
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)
FILTERS: tuple[Any, ...] = (
    None,
    {"field": "status", "op": "is", "value": "Warm"},
    {"all": [{"all": [{"field": "lifecycle", "op": "is_not", "value": "lead"}]}, {"field": "status", "op": "is", "value": "Cold"}]},
    {"field": "status", "op": "is_not", "value": "Warm"},
    {"field": "status", "op": "empty"},
    {"field": "next_contact_on", "op": "lt", "value": "2026-03-05"},
    {"field": "next_contact_on", "op": "empty"},
    {"any": [{"field": "status", "op": "is", "value": "Warm"}, {"field": "next_contact_on", "op": "empty"}]},
    {"field": "owner", "op": "is", "value": "me"},
    {"field": "name", "op": "contains", "value": "House 1"},
    {"not": {"field": "next_contact_on", "op": "filled"}},
)  # fmt: skip
SORTS = (
    "name",
    "-name",
    "next_contact_on,name",
    "-next_contact_on",
    "status",
    "-annual_revenue,name",
    "owner,name",
    "id",
)


@pytest.fixture
def portfolio(cast: Cast) -> Cast:
    """Accounts that the junior owns, looks after, both or neither; some are leads, some lie in the trash."""
    for name in ("Warm", "Cold"):
        make("statuses", name=name)
    for n in range(48):
        owner = (cast.junior, cast.manager, cast.stranger)[n % 3]
        account = cast.account(
            f"House {n % 40:02d}", owner=owner, status=("Warm", "Cold", None)[n % 5 % 3], lifecycle="lead" if n % 7 == 0 else "prospect",
            annual_revenue=Decimal(n) if n % 2 else None,
        )  # fmt: skip
        if n % 4 < 2:
            add_responsible(BUILDER, account, user=cast.junior)
        if n % 5:
            Account.objects.as_system("test").filter(pk=account.pk).update(
                next_contact_on=DAY + dt.timedelta(days=n % 9)
            )
            account.access.update(next_contact_on=DAY + dt.timedelta(days=n % 9))
        if n % 11 == 0:
            ACCOUNT.verb_by_name["trash"](BUILDER, account)
    return cast


def seen(actor: Actor, tree: Any, *, trashed: bool = False) -> set[int]:
    """What the scope itself says."""
    rows = Account.objects.seen_by(actor, trashed=trashed).filter(compile_filter(ACCOUNT, actor, tree))
    return set((rows.filter(trashed_at__isnull=False) if trashed else rows).values_list("pk", flat=True))


def walked(actor: Actor, tree: Any, sort: str) -> list[int]:
    found: list[int] = []
    cursor = None
    while True:
        page = Listing(ACCOUNT, actor, filter=tree, sort=sort, limit=5, cursor=cursor, columns=["name"]).page()
        found += [r.pk for r in page.records]
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_every_filter_and_order_holds_each_record_of_the_scope_once(portfolio: Cast) -> None:
    junior = portfolio.actor(portfolio.junior)
    assert walk_of(ACCOUNT, junior, "view", trashed=False) is not None
    whole = Listing(ACCOUNT, junior, filter=None).ids()
    for tree in FILTERS:
        wanted = seen(junior, tree)
        for sort in SORTS:
            found = walked(junior, tree, sort)
            assert len(found) == len(set(found)), (tree, sort)
            assert set(found) == wanted, (tree, sort)
        assert Listing(ACCOUNT, junior, filter=tree).count().number == len(wanted), tree
        assert wanted <= set(whole)


def test_the_order_by_name_is_that_of_the_records(portfolio: Cast) -> None:
    junior = portfolio.actor(portfolio.junior)
    rows = Account.objects.seen_by(junior).order_by("name", "pk")
    assert walked(junior, None, "name") == list(rows.values_list("pk", flat=True))


@pytest.mark.parametrize("who", ["junior", "leader", "admin"])
@pytest.mark.parametrize("down", [False, True])
def test_accounts_by_owner_stand_by_his_name_and_then_by_theirs(portfolio: Cast, who: str, down: bool) -> None:
    actor = portfolio.actor(getattr(portfolio, who))
    held = sorted(Account.objects.seen_by(actor).select_related("owner"), key=lambda a: (a.name, a.pk))
    held.sort(key=lambda a: a.owner.name, reverse=down)
    assert walked(actor, None, "-owner" if down else "owner") == [a.pk for a in held]


def test_the_trash_is_walked_as_well(portfolio: Cast) -> None:
    junior = portfolio.actor(portfolio.junior)
    found = Listing(ACCOUNT, junior, trashed=True, limit=50)
    assert {r.pk for r in found.page().records} == seen(junior, None, trashed=True) != set()
    assert found.count().number == len(seen(junior, None, trashed=True))


@pytest.mark.parametrize("who", ["junior", "manager", "leader", "stranger", "admin"])
def test_sums_are_those_of_what_the_scope_holds(portfolio: Cast, who: str) -> None:
    actor = portfolio.actor(getattr(portfolio, who))
    for tree in FILTERS:
        accounts = Account.objects.seen_by(actor).filter(pk__in=seen(actor, tree))
        found = Listing(ACCOUNT, actor, filter=tree).totals(
            sums=["annual_revenue"], earliest=["next_contact_on"], spread="status"
        )
        held = list(accounts)
        amounts = [a.annual_revenue for a in held if a.annual_revenue is not None]
        assert found.count.number == len(held), tree
        assert found.sums["annual_revenue"] == (sum(amounts) if amounts else None), tree
        assert found.earliest["next_contact_on"] == min(
            (a.next_contact_on for a in held if a.next_contact_on), default=None
        )
        spread: dict[int, int] = {}
        for account in held:
            if account.status_id:
                spread[account.status_id] = spread.get(account.status_id, 0) + 1
        assert found.spread == spread, tree


def test_the_parts_of_a_reach_share_no_record(portfolio: Cast) -> None:
    for user in (portfolio.junior, portfolio.manager, portfolio.leader, portfolio.stranger):
        actor = portfolio.actor(user)
        parts = parts_of(ACCOUNT, actor, "view", trashed=False)
        if parts is None:
            continue
        found = [pk for rows in parts for pk in rows.values_list("pk", flat=True)]
        assert len(found) == len(set(found))
        assert set(found) == seen(actor, None)


def test_who_sees_more_than_his_own_walks_no_access_rows(portfolio: Cast) -> None:
    for user in (portfolio.leader, portfolio.admin):
        assert walk_of(ACCOUNT, portfolio.actor(user), "view", trashed=False) is None


def test_what_was_counted_holds_until_somebody_writes(cast: Cast) -> None:
    cast.account("House", owner=cast.junior)
    browser, other = cast.client(cast.junior), cast.client(cast.manager)
    assert "1 account" in browser.get("/accounts").content.decode()
    assert "1 account" in browser.get("/accounts").content.decode()
    cast.account("Second house", owner=cast.junior)
    assert "2 accounts" in browser.get("/accounts").content.decode()
    assert "2 accounts" not in other.get("/accounts?filter=owner:me").content.decode()
    assert User.objects.as_system("test").filter(pk=cast.junior.pk).exists()
