"""Who brought an account: named once, seen from both sides, in history, undo, filter and API."""

from __future__ import annotations

import json

import pytest

from tend.domains.accounts.commands import trash
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.contacts.models import Referral
from tend.domains.contacts.referrals import brought_by, set_referrer
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing import Listing
from tend.kernel.query import parse_text
from tend.kernel.reading import Reader
from tend.kernel.undo import undo_act
from tests.cast import Cast, make


def found(cast: Cast, text: str) -> list[str]:
    return [a.name for a in Listing(ACCOUNT, cast.actor(cast.manager), filter=parse_text(ACCOUNT, text)).page().records]


def test_one_of_three_brought_it_and_another_takes_the_place(cast: Cast) -> None:
    actor = cast.actor(cast.manager)
    hotel, inn = cast.account("Hotel Marisol"), cast.account("Alder Inn")
    lucia = make("contacts", first_name="Lucia", last_name="Vega", accounts=[inn])
    done = set_referrer(actor, hotel, contact=lucia)
    set_referrer(actor, hotel, account=inn)
    row = Referral.objects.of([hotel]).get()
    assert (row.by_user_id, row.by_account_id, row.by_contact_id) == (None, inn.pk, None)
    assert [a.name for a in brought_by(actor, inn)] == ["Hotel Marisol"]
    assert brought_by(actor, lucia) == []
    second = set_referrer(actor, hotel)
    assert not Referral.objects.of([hotel]).exists()
    undo_act(actor, second.act)
    assert Referral.objects.of([hotel]).get().by_account_id == inn.pk
    assert done.act


def test_only_one_is_named_and_never_itself(cast: Cast) -> None:
    actor, hotel, inn = cast.actor(cast.manager), cast.account("Hotel Marisol"), cast.account("Alder Inn")
    with pytest.raises(Refused):
        set_referrer(actor, hotel, account=inn, user=cast.leader)
    with pytest.raises(Refused):
        set_referrer(actor, hotel, account=hotel)
    with pytest.raises(NotSeen):
        set_referrer(cast.actor(cast.stranger), hotel, user=cast.stranger)
    assert not Referral.objects.of([hotel]).exists()


def test_filters_find_it_by_each_of_them(cast: Cast) -> None:
    actor = cast.actor(cast.manager)
    hotel, inn, shop = cast.account("Hotel Marisol"), cast.account("Alder Inn"), cast.account("Shop")
    lucia = make("contacts", first_name="Lucia", last_name="Vega", accounts=[inn])
    set_referrer(actor, hotel, contact=lucia)
    set_referrer(actor, shop, account=inn)
    assert found(cast, f"referred_by_contact:#{lucia.pk}") == ["Hotel Marisol"]
    assert found(cast, 'referred_by_account:"Alder Inn"') == ["Shop"]
    assert found(cast, "has:referred_by_contact") == ["Hotel Marisol"]
    assert found(cast, "referred_by_account.name~alder") == ["Shop"]
    assert found(cast, "no:referred_by_account no:referred_by_contact") == ["Alder Inn"]


def test_a_referrer_out_of_sight_is_absent(cast: Cast) -> None:
    hotel, secret = cast.account("Hotel Marisol"), cast.account("Secret", cast.stranger)
    set_referrer(cast.actor(cast.admin), hotel, account=secret)
    actor = cast.actor(cast.manager)
    assert Reader(ACCOUNT, actor, ["referred_by_account"]).one(hotel)["referred_by_account"] is None
    assert found(cast, "has:referred_by_account") == []
    page = cast.client(cast.manager).get(f"/accounts/{hotel.pk}").content.decode()
    assert "Secret" not in page
    assert "referred by" not in page
    assert brought_by(cast.actor(cast.stranger), secret) == []
    assert "Secret" not in cast.client(cast.manager).get(f"/accounts/{hotel.pk}/history").content.decode()


def test_pages_show_both_sides_and_the_form_names_it(cast: Cast) -> None:
    hotel, inn = cast.account("Hotel Marisol"), cast.account("Alder Inn")
    lucia = make("contacts", first_name="Lucia", last_name="Vega", accounts=[inn])
    browser = cast.client(cast.manager)
    url = f"/accounts/{hotel.pk}/do/set-referrer"
    form = browser.get(url).content.decode()
    assert "A person" in form
    assert "A colleague" in form
    assert browser.post(url, {"contact": str(lucia.pk)}).status_code == 303
    assert "Lucia Vega" in browser.get(f"/accounts/{hotel.pk}").content.decode()
    assert "Hotel Marisol" in browser.get(f"/contacts/{lucia.pk}").content.decode()
    assert "Lucia Vega" in browser.get(f"/accounts/{hotel.pk}/history").content.decode()
    assert browser.post(url, {"account": str(inn.pk), "user": str(cast.leader.pk)}).status_code == 422
    browser.post(url, {"account": str(inn.pk)})
    assert "Hotel Marisol" in browser.get(f"/accounts/{inn.pk}").content.decode()
    trash(cast.actor(cast.leader), hotel)
    assert "Hotel Marisol" not in browser.get(f"/accounts/{inn.pk}").content.decode()


def test_the_api_reads_and_writes_it(cast: Cast) -> None:
    hotel, inn, browser = cast.account("Hotel Marisol"), cast.account("Alder Inn"), cast.client(cast.manager)
    url = f"/api/v1/accounts/{hotel.pk}"
    answer = browser.patch(url, json.dumps({"referred_by_account": "Alder Inn"}), content_type="application/json")
    assert answer.json()["referred_by_account"] == {"id": inn.pk, "name": "Alder Inn"}
    answer = browser.post(
        f"{url}/set-referrer", json.dumps({"user": cast.leader.email}), content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    told = browser.get(url).json()
    assert told["referred_by_account"] is None
    assert told["referred_by_user"]["name"] == "Olga Marchenko"
    answer = browser.patch(url, json.dumps({"referred_by_user": None}), content_type="application/json")
    assert answer.json()["referred_by_user"] is None
    secret = cast.account("Secret", cast.stranger)
    for named in (secret.pk, "Secret", "Nobody"):
        refused = browser.patch(url, json.dumps({"referred_by_account": named}), content_type="application/json")
        assert refused.status_code == 422
