"""Accounts that look alike: the warning names only what is in sight, and the pair waits for those who see both."""

from __future__ import annotations

import json

import pytest

from tend.domains.accounts.commands import create_account, edit_account
from tend.domains.accounts.lookalikes import CANDIDATES, PER_ACCOUNT, pairs_of
from tend.domains.accounts.models import Account, AlikePair
from tend.domains.accounts.ties import keep_apart
from tend.kernel.errors import Refused
from tend.kernel.notices import notices_of
from tend.kernel.undo import undo_act
from tend.kernel.unit import Unit
from tend.people.models import User
from tests.cast import Cast, make


def pairs(cast: Cast, user: User) -> list[tuple[str, str, list[str]]]:
    rows = pairs_of(cast.actor(user)).select_related("first", "second")
    return [(r.first.name, r.second.name, r.signs) for r in rows]


@pytest.mark.parametrize(
    ("known", "typed", "why"),
    [
        ({"name": "Hotel Marisol S.L."}, {"name": "hotel marisol"}, "same name"),
        ({"name": "A", "phones": ["+34 956 555 014"]}, {"phones": "1", "phones-0-value": "0034 956 55 50 14"}, "same phone"),
        ({"name": "A", "emails": ["Desk@marisol.example"]}, {"emails": "1", "emails-0-value": "desk@marisol.example"}, "same e-mail"),
        ({"name": "A", "website": "https://www.marisol.example"}, {"emails": "1", "emails-0-value": "lu@marisol.example"}, "same web domain"),
    ],
)  # fmt: skip
def test_each_sign_warns_of_what_is_in_sight_and_of_nothing_else(
    cast: Cast, known: dict[str, str], typed: dict[str, str], why: str
) -> None:
    account = cast.account(known.pop("name"), cast.manager, **known)
    said = {"name": "Quite another", **typed}
    asked = cast.client(cast.manager).post("/accounts/new", said)
    assert asked.status_code == 409, asked.content.decode()[:2000]
    assert why in asked.content.decode()
    assert f'href="/accounts/{account.pk}"' in asked.content.decode()
    unasked = cast.client(cast.stranger).post("/accounts/new", said)
    assert unasked.status_code == 303


def test_a_rename_is_asked_once_and_an_ordinary_edit_never(cast: Cast) -> None:
    cast.account("Hotel Marisol")
    other = cast.account("Alder Inn")
    browser = cast.client(cast.manager)
    url = f"/accounts/{other.pk}/edit"
    said = {"name": "Hotel Marisol", "initial-name": "Alder Inn", "legal_name": "X", "initial-legal_name": ""}
    assert browser.post(url, said).status_code == 409
    assert Account.objects.as_system("test").get(pk=other.pk).name == "Alder Inn"
    assert browser.post(url, {**said, "anyway": "1"}).status_code == 303
    said = {"name": "HOTEL MARISOL", "initial-name": "Hotel Marisol"}
    assert browser.post(url, said).status_code == 303  # told apart before
    assert browser.post(url, {"legal_name": "Y", "initial-legal_name": "X"}).status_code == 303


def test_a_pair_that_its_maker_does_not_see_whole_waits_for_those_who_do(cast: Cast) -> None:
    hidden = cast.account("Hotel Marisol", cast.leader, phones=["+34 956 555 014"])
    User.objects.as_system("test").filter(pk=cast.leader.pk).update(manager=cast.admin)
    browser = cast.client(cast.junior)
    body = json.dumps({"name": "hotel marisol s.l.", "phone": "+34956555014"})
    assert browser.post("/api/v1/accounts", body, content_type="application/json").status_code == 201
    assert pairs(cast, cast.junior) == []
    assert pairs(cast, cast.leader) == [("Hotel Marisol", "hotel marisol s.l.", ["name", "phone"])]
    assert "Hotel Marisol" not in browser.get("/accounts/duplicates").content.decode()
    assert browser.get("/api/v1/accounts/duplicates").json()["items"] == []
    assert [n.sentence for n in notices_of(cast.actor(cast.admin)) if n.kind == "look-alike"] == [
        "“Hotel Marisol” may be entered twice."
    ]
    assert not [n for n in notices_of(cast.actor(cast.junior)) if n.kind == "look-alike"]
    page = cast.client(cast.leader).get("/accounts/duplicates").content.decode()
    assert "hotel marisol s.l." in page
    assert "same name, same phone" in page
    assert "May be the same as" in cast.client(cast.leader).get(f"/accounts/{hidden.pk}").content.decode()


def test_what_was_told_apart_is_remembered_and_comes_back_with_undo(cast: Cast) -> None:
    one, other = cast.account("Hotel Marisol"), cast.account("Hotel Marisol")
    actor = cast.actor(cast.manager)
    assert len(pairs(cast, cast.manager)) == 1
    done = keep_apart(actor, other, other=one)
    assert pairs(cast, cast.manager) == pairs(cast, cast.leader) == []
    edit_account(actor, one, values={"name": "Hotel Marisol"})
    edit_account(actor, one, values={"name": "Hotel  Marisol S.L."})
    assert pairs(cast, cast.manager) == []
    undo_act(actor, done.act)
    assert len(pairs(cast, cast.manager)) == 1
    with pytest.raises(Refused):
        keep_apart(actor, one, other=one)
    browser = cast.client(cast.manager)
    answer = browser.post(f"/accounts/{one.pk}/do/keep-apart", {"other": other.pk, "next": "/accounts/duplicates"})
    assert answer.status_code == 303
    assert "No two accounts look alike" in browser.get("/accounts/duplicates").content.decode()
    assert "Not a duplicate" in browser.get(f"/accounts/{one.pk}/history").content.decode()


def test_going_on_in_the_form_tells_the_two_apart(cast: Cast) -> None:
    cast.account("Hotel Marisol")
    browser = cast.client(cast.manager)
    assert browser.post("/accounts/new", {"name": "Hotel Marisol", "anyway": "1"}).status_code == 303
    assert AlikePair.objects.count() == 1
    assert pairs(cast, cast.manager) == []


def test_of_many_at_once_a_name_alone_is_no_sign(cast: Cast) -> None:
    cast.account("Coffee Corner", phones=["+34 956 555 014"])
    with Unit(cast.actor(cast.manager), verb="import") as unit:
        for n in range(30):
            phones = [{"value": "+34 956 555 014"}] if n == 7 else []
            create_account(unit, values={"name": "Coffee Corner", "phones": phones})
    assert [(a, b, sorted(s)) for a, b, s in pairs(cast, cast.manager)] == [
        ("Coffee Corner", "Coffee Corner", ["name", "phone"])
    ]


def test_people_alike_are_shown_with_a_way_to_place_them(cast: Cast) -> None:
    hotel, inn = cast.account("Hotel Marisol"), cast.account("Alder Inn")
    known = make("contacts", first_name="Lucia", last_name="Vega", accounts=[inn], emails=["lu@vega.example"])
    make(
        "contacts",
        first_name="Ivan",
        last_name="Petrenko",
        accounts=[cast.account("Secret", cast.stranger)],
        phones=["+34 600 555 001"],
    )
    browser = cast.client(cast.manager)
    asked = browser.post("/contacts/new", {"first_name": "Lucia", "last_name": "Vega", "accounts": str(hotel.pk)})
    assert asked.status_code == 409
    assert f"/contacts/{known.pk}/do/join?account={hotel.pk}" in asked.content.decode()
    said = {"first_name": "Luz", "emails": "1", "emails-0-value": "LU@vega.example"}
    assert "same e-mail" in browser.post("/contacts/new", said).content.decode()
    hidden = {"first_name": "Ivan", "last_name": "Petrenko", "phones": "1", "phones-0-value": "+34600555001"}
    assert browser.post("/contacts/new", hidden).status_code == 303


def test_of_a_number_that_very_many_share_the_newest_are_looked_at(cast: Cast) -> None:
    known = _sharing_a_number(cast, CANDIDATES + 20, cast.manager)
    added = cast.account("Another", phones=["+34 956 555 014"])
    paired = set(AlikePair.objects.filter(second=added).values_list("first", flat=True))
    assert len(paired) == PER_ACCOUNT
    assert paired <= set(known[-CANDIDATES:])


def test_accounts_out_of_sight_take_nobodys_place_among_those_that_share_a_number(cast: Cast) -> None:
    account = cast.account("Hotel Marisol", cast.manager, phones=["+34 956 555 014"])
    _sharing_a_number(cast, CANDIDATES + 5, cast.stranger)
    said = {"name": "Quite another", "phones": "1", "phones-0-value": "+34 956 555 014"}
    asked = cast.client(cast.manager).post("/accounts/new", said)
    assert asked.status_code == 409
    assert f'href="/accounts/{account.pk}"' in asked.content.decode()


def _sharing_a_number(cast: Cast, count: int, owner: User) -> list[int]:
    with Unit(cast.actor(owner), verb="import") as unit:
        phones = [{"value": "+34 956 555 014"}]
        made = [create_account(unit, values={"name": f"Shared {n}", "phones": phones}) for n in range(count)]
    return [account.pk for account in made]
