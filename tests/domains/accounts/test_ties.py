"""Relations, interests, remarks and tags of an account."""

from __future__ import annotations

import pytest

from tend.domains.accounts.models import AccountRemarkValue, Interest, Relation
from tend.domains.accounts.notes import add_tags, erase_remark, remove_tags, write_remark
from tend.domains.accounts.ties import drop_interest, relate, set_interest, unrelate
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.traits.tags import Tag
from tend.kernel.undo import undo_act
from tests.cast import Cast, make


def test_a_relation_is_made_once_and_brought_up_to_date(cast: Cast) -> None:
    actor = cast.actor(cast.manager)
    hotel, rival = cast.account("Hotel Marisol"), cast.account("Albergue Clara")
    kind = make("relation-kinds", name="competitor of", inverse_name="competitor of")
    relate(actor, hotel, to=rival, kind=kind)
    relate(actor, hotel, to=rival, kind=kind, reason="same street")
    assert [(r.to_id, r.reason) for r in Relation.objects.of([hotel])] == [(rival.pk, "same street")]
    unrelate(actor, hotel, to=rival, kind=kind)
    assert not Relation.objects.of([hotel]).exists()


def test_an_account_does_not_relate_to_itself(cast: Cast) -> None:
    hotel = cast.account("Hotel Marisol")
    kind = make("relation-kinds", name="owns", inverse_name="is owned by")
    with pytest.raises(Refused):
        relate(cast.actor(cast.manager), hotel, to=hotel, kind=kind)


def test_a_stranger_relates_nothing(cast: Cast) -> None:
    hotel, rival = cast.account("Hotel Marisol"), cast.account("Albergue Clara", cast.stranger)
    kind = make("relation-kinds", name="owns", inverse_name="is owned by")
    with pytest.raises(NotSeen):
        relate(cast.actor(cast.stranger), hotel, to=rival, kind=kind)


def test_an_interest_can_turn_into_a_disinterest_and_be_dropped(cast: Cast) -> None:
    actor = cast.actor(cast.manager)
    hotel, area = cast.account("Hotel Marisol"), make("areas", name="Leasing")
    set_interest(actor, hotel, area=area, strength=3)
    done = set_interest(actor, hotel, area=area, is_disinterest=True, strength=1)
    assert [(i.is_disinterest, i.strength) for i in Interest.objects.of([hotel])] == [(True, 1)]
    undo_act(actor, done.act)
    assert [(i.is_disinterest, i.strength) for i in Interest.objects.of([hotel])] == [(False, 3)]
    drop_interest(actor, hotel, area=area)
    assert not Interest.objects.of([hotel]).exists()
    with pytest.raises(Refused):
        set_interest(actor, hotel, area=area, strength=4)


def test_a_remark_that_is_a_pair_is_data_until_it_is_erased(cast: Cast) -> None:
    actor = cast.actor(cast.manager)
    hotel = cast.account("Hotel Marisol")
    write_remark(actor, hotel, text="fair=2025")
    latest = write_remark(actor, hotel, text="fair=2026").value
    assert [v.value for v in AccountRemarkValue.objects.of([hotel])] == ["2026"]
    erase_remark(actor, hotel, remark=latest.pk)
    assert [v.value for v in AccountRemarkValue.objects.of([hotel])] == ["2025"]
    with pytest.raises(Refused):
        erase_remark(actor, hotel, remark=latest.pk)


def test_tags_are_added_and_taken_away_in_bulk_and_undone(cast: Cast) -> None:
    from tend.domains.accounts.models import AccountTag
    from tend.kernel.undo import undo_operation

    actor = cast.actor(cast.leader)
    accounts = [cast.account(f"House {n}") for n in range(3)]
    vip, south = make("tags", name="vip"), make("tags", name="south")
    add_tags(actor, accounts[0], tags=[vip])
    operation = add_tags.each(actor, [a.pk for a in accounts], tags=[vip, south])
    assert AccountTag.objects.of(accounts).count() == 6
    undo_operation(actor, operation)
    assert [t.tag_id for t in AccountTag.objects.of(accounts)] == [vip.pk]
    remove_tags.each(actor, [a.pk for a in accounts], tags=[vip])
    assert not AccountTag.objects.of(accounts).exists()


def test_a_retired_tag_is_not_attached_any_more(cast: Cast) -> None:
    hotel, old = cast.account("Hotel Marisol"), make("tags", name="old", is_active=False)
    assert not Tag.objects.as_system("test").get(pk=old.pk).is_active
    with pytest.raises(Refused):
        add_tags(cast.actor(cast.manager), hotel, tags=[old])


def test_an_account_comes_back_from_the_trash(cast: Cast) -> None:
    from tend.domains.accounts.commands import restore, trash
    from tend.domains.accounts.models import Account

    actor = cast.actor(cast.leader)
    hotel = cast.account("Hotel Marisol")
    trash(actor, hotel)
    assert not Account.objects.seen_by(actor).filter(pk=hotel.pk).exists()
    restore(actor, hotel)
    assert Account.objects.seen_by(actor).filter(pk=hotel.pk).exists()
