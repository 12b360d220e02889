"""Notices: who is told what, counted and paged within sight, read and forgotten."""

from __future__ import annotations

import datetime as dt

import pytest

from tend.domains.accounts.commands import add_responsible, reassign
from tend.kernel import clock
from tend.kernel.entity import entity_by_plural
from tend.kernel.notices import Notice, count_unread, forget_old, mark_read, notices_of, notify
from tend.kernel.values import create_record
from tests.cast import BUILDER, Cast

pytestmark = pytest.mark.django_db
TEXT = "%(account)s cannot be reached: %(count)s attempts were in vain."


def tell(cast: Cast, account: object, count: int = 3) -> None:
    notify([cast.manager.pk], "unreachable", TEXT, {"account": str(account), "count": count}, record=account)


def sentences(cast: Cast, user: object) -> list[str]:
    return [n.sentence for n in notices_of(cast.actor(user))]  # type: ignore[arg-type]


def test_hidden_notices_take_nobodys_place(cast: Cast) -> None:
    """A hundred and fifty about accounts out of sight do not push the older one that may be seen off the page."""
    tell(cast, cast.account("Alder"))
    hidden = cast.account("Far", owner=cast.stranger)
    for count in range(150):
        tell(cast, hidden, count)
    manager = cast.actor(cast.manager)
    assert [n.sentence for n in notices_of(manager)] == ["Alder cannot be reached: 3 attempts were in vain."]
    assert count_unread(manager) == 1
    assert [n.sentence for n in notices_of(manager, unread=True, limit=5)] == sentences(cast, cast.manager)


def test_a_notice_is_gone_with_the_sight_of_its_record_and_back_with_it(cast: Cast) -> None:
    account = cast.account("Alder")
    tell(cast, account)
    reassign(BUILDER, account, to=cast.stranger)
    assert (sentences(cast, cast.manager), count_unread(cast.actor(cast.manager))) == ([], 0)
    assert mark_read(cast.actor(cast.manager)) == 0
    reassign(BUILDER, account, to=cast.manager)
    assert count_unread(cast.actor(cast.manager)) == 1


def test_pages_follow_each_other_without_gap(cast: Cast) -> None:
    accounts = [cast.account(f"Hotel {n}") for n in range(7)]
    for account in accounts:
        tell(cast, account)
    manager, seen, before = cast.actor(cast.manager), [], None
    while page := notices_of(manager, limit=3, before=before):
        seen += [n.record_id for n in page]
        before = page[-1].id
    assert seen == [a.pk for a in reversed(accounts)]


def test_counting_stops_at_a_hundred(cast: Cast) -> None:
    account = cast.account("Alder")
    for count in range(120):
        tell(cast, account, count)
    assert count_unread(cast.actor(cast.manager)) == 100


def test_nobody_reads_anothers_notices(cast: Cast) -> None:
    tell(cast, cast.account("Alder"))
    (one,) = notices_of(cast.actor(cast.manager))
    assert mark_read(cast.actor(cast.leader), [one.id]) == 0
    assert not notices_of(cast.actor(cast.manager))[0].is_read
    assert mark_read(cast.actor(cast.manager), [one.id]) == 1
    assert notices_of(cast.actor(cast.manager))[0].is_read


def test_whoever_is_given_an_account_hears_of_it_from_whom(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.leader)
    reassign(cast.actor(cast.leader), account, to=cast.manager)
    assert sentences(cast, cast.manager) == ["Olga Marchenko gave you Alder."]
    add_responsible(cast.actor(cast.leader), account, user=cast.junior)
    assert sentences(cast, cast.junior) == ["Olga Marchenko gave you Alder."]
    assert sentences(cast, cast.leader) == []


def test_a_new_account_for_somebody_else_is_told_and_ones_own_is_not(cast: Cast) -> None:
    accounts = entity_by_plural("accounts")
    assert accounts is not None
    create_record(cast.actor(cast.leader), accounts, {"name": "Alder", "owner": cast.manager.pk})
    create_record(cast.actor(cast.leader), accounts, {"name": "Birch"})
    assert sentences(cast, cast.manager) == ["Olga Marchenko gave you Alder."]
    assert sentences(cast, cast.leader) == []


def test_many_at_once_are_told_in_one_sentence(cast: Cast) -> None:
    accounts = [cast.account(f"Hotel {n}", owner=cast.leader) for n in range(7)]
    reassign.each(cast.actor(cast.leader), [a.pk for a in accounts], chunk=3, to=cast.manager)
    assert sentences(cast, cast.manager) == ["Olga Marchenko gave you accounts: 7."]


def test_a_rehearsal_tells_nobody(cast: Cast) -> None:
    from tend.kernel.unit import Unit

    account = cast.account("Alder", owner=cast.leader)
    with Unit(cast.actor(cast.leader), verb="reassign", dry=True) as unit:
        reassign(unit, unit.open_one(entity_by_plural("accounts"), account, "assign"), to=cast.manager)  # type: ignore[arg-type]
    assert Notice.objects.as_system("test").count() == 0


def test_notices_are_kept_for_a_quarter(cast: Cast) -> None:
    tell(cast, cast.account("Alder"))
    assert forget_old(clock.now() + dt.timedelta(days=89)) == 0
    assert forget_old(clock.now() + dt.timedelta(days=91)) == 1
