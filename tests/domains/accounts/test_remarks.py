"""Remarks of an account whose key names a book's field: they are that field, on every way in and in every filter."""

from __future__ import annotations

import json

import pytest

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountRemark, AccountRemarkValue
from tend.domains.accounts.notes import write_remark
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing
from tend.kernel.query import parse_text
from tend.kernel.undo import undo_act
from tend.people.access import forget_actors
from tend.people.models import Role
from tests.cast import Cast, make


def stored(pk: int) -> Account:
    return Account.objects.as_system("test").get(pk=pk)


def found(cast: Cast, text: str) -> list[str]:
    rows = Listing(ACCOUNT, cast.actor(cast.manager), filter=parse_text(ACCOUNT, text)).page().records
    return [a.name for a in rows]


def test_a_key_that_names_a_book_sets_its_field_and_is_undone(cast: Cast) -> None:
    mature = make("relationship-stages", name="Mature")
    actor, hotel = cast.actor(cast.manager), cast.account("Hotel Marisol")
    done = write_remark(actor, hotel, text="stage=mature")
    assert stored(hotel.pk).relationship_stage_id == mature.pk
    assert "Mature" in done.sentence
    assert not AccountRemark.objects.of([hotel]).exists()
    assert found(cast, "stage=mature") == found(cast, "remarks.stage:Mature") == ["Hotel Marisol"]
    undo_act(actor, done.act)
    assert stored(hotel.pk).relationship_stage_id is None
    assert found(cast, "stage=mature") == []


def test_the_rest_of_the_remark_stays_a_remark(cast: Cast) -> None:
    mature = make("relationship-stages", name="Mature")
    hotel = cast.account("Hotel Marisol")
    write_remark(cast.actor(cast.manager), hotel, text="Met Lucia.\nstage=Mature\nfair=2026")
    assert stored(hotel.pk).relationship_stage_id == mature.pk
    assert [r.text for r in AccountRemark.objects.of([hotel])] == ["Met Lucia.\nfair=2026"]
    assert [(v.key, v.value) for v in AccountRemarkValue.objects.of([hotel])] == [("fair", "2026")]
    assert found(cast, "fair=2026") == ["Hotel Marisol"]


def test_a_value_that_the_book_does_not_have_is_refused_with_those_it_has(cast: Cast) -> None:
    make("relationship-stages", name="Mature")
    make("relationship-stages", name="Old", is_active=False)
    hotel = cast.account("Hotel Marisol")
    for said in ("ripe", "Old"):
        with pytest.raises(Refused, match="Mature") as no:
            write_remark(cast.actor(cast.manager), hotel, text=f"Met Lucia.\nstage={said}")
        assert no.value.field == "relationship_stage"
    assert not AccountRemark.objects.of([hotel]).exists()


def test_an_interaction_status_named_so_plans_the_call(cast: Cast) -> None:
    make("interaction-statuses", name="A", interval=14)
    hotel = cast.account("Hotel Marisol")
    assert stored(hotel.pk).next_contact_on is None
    write_remark(cast.actor(cast.manager), hotel, text="interaction_status=a")
    assert stored(hotel.pk).next_contact_on is not None


def test_many_accounts_at_once_and_a_second_time_change_nothing(cast: Cast) -> None:
    mature = make("relationship-stages", name="Mature")
    actor = cast.actor(cast.manager)
    accounts = [cast.account(f"House {n}") for n in range(3)]
    assert write_remark.each(actor, [a.pk for a in accounts], text="stage=mature").changed == 3
    assert write_remark.each(actor, [a.pk for a in accounts], text="stage=mature").changed == 0
    assert {stored(a.pk).relationship_stage_id for a in accounts} == {mature.pk}


def test_the_api_sets_and_clears_it_by_its_key(cast: Cast) -> None:
    mature = make("relationship-stages", name="Mature")
    hotel, browser = cast.account("Hotel Marisol"), cast.client(cast.manager)
    for body, wanted in (({"remarks": {"stage": "mature"}}, mature.pk), ({"remarks": {"stage": None}}, None)):
        answer = browser.patch(f"/api/v1/accounts/{hotel.pk}", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert stored(hotel.pk).relationship_stage_id == wanted
    assert not AccountRemark.objects.of([hotel]).exists()


def test_for_whom_the_field_is_hidden_the_key_is_an_ordinary_one(cast: Cast) -> None:
    make("relationship-stages", name="Mature")
    hotel = cast.account("Hotel Marisol", cast.junior)
    hidden = {line: {"relationship_stage": "hidden"} for line in ("leads", "accounts")}
    Role.objects.as_system("test").filter(code="junior").update(field_rights=hidden)
    forget_actors()
    write_remark(cast.actor(cast.junior), hotel, text="stage=mature")
    assert stored(hotel.pk).relationship_stage_id is None
    assert [(v.key, v.value) for v in AccountRemarkValue.objects.of([hotel])] == [("stage", "mature")]


def test_who_may_only_read_the_field_cannot_set_it_by_a_remark(cast: Cast) -> None:
    make("relationship-stages", name="Mature")
    hotel = cast.account("Hotel Marisol", cast.junior)
    read = {line: {"relationship_stage": "read"} for line in ("leads", "accounts")}
    Role.objects.as_system("test").filter(code="junior").update(field_rights=read)
    forget_actors()
    with pytest.raises(Refused):
        write_remark(cast.actor(cast.junior), hotel, text="stage=mature")
    assert stored(hotel.pk).relationship_stage_id is None
