"""Phones, e-mail addresses, web addresses and postal addresses: several of each, in forms, in place, and through the API."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from tend.domains.accounts.models import Account, AccountAddress, AccountPoint
from tend.domains.contacts.models import Contact, ContactPointOf
from tend.kernel.reading import Reader
from tend.kernel.undo import undo_act
from tend.people.access import forget_actors
from tend.people.models import Role
from tests.cast import Cast, make

FIELD = re.compile(r"<(?:input|textarea)\b[^>]*>(?:([^<]*)</textarea>)?")


def form_of(page: str) -> dict[str, str]:
    """What a browser without scripts sends back of a form that nobody touched."""
    page = re.sub(r"<template.*?</template>", "", page, flags=re.S)
    found: dict[str, str] = {}
    for match in FIELD.finditer(page):
        tag = match[0]
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" not in said or said["name"] == "csrfmiddlewaretoken":
            continue
        if said.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        found[said["name"]] = html.unescape(
            match[1] or said.get("value", "on" if said.get("type") == "checkbox" else "")
        )
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, flags=re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    return found


def points(pk: int, kind: str = "phone") -> list[tuple[Any, ...]]:
    rows = AccountPoint.objects.of([pk]).filter(kind=kind).order_by("pk")
    return [(r.value, r.label, r.note, r.is_primary, r.opted_out) for r in rows]


def test_an_account_is_entered_with_several_of_each(cast: Cast) -> None:
    said = {
        "name": "Hotel Marisol", "phones": "1", "phones-0-value": "+34 956 555 014", "phones-0-label": "reception",
        "phones-1-value": "+34 600 555 001", "phones-1-label": "mobile", "phones-1-note": "after six", "phones-main": "1",
        "phones-2-value": "", "phones-2-label": "fax",
        "emails": "1", "emails-0-value": "desk@marisol.example", "emails-0-opted_out": "on", "emails-main": "0",
        "urls": "1", "urls-0-value": "shop.marisol.example", "urls-0-label": "shop",
        "addresses": "1", "addresses-0-street": "Calle Ancha 1\nPatio", "addresses-0-city": "Cádiz", "addresses-0-country_code": "Spain",
        "addresses-1-city": "Odessa", "addresses-1-kind": "billing", "addresses-1-note": "ring twice", "addresses-main": "1",
    }  # fmt: skip
    answer = cast.client(cast.manager).post("/accounts/new", said)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    account = Account.objects.as_system("test").get(name="Hotel Marisol")
    assert points(account.pk) == [
        ("+34 956 555 014", "reception", "", False, False),
        ("+34 600 555 001", "mobile", "after six", True, False),
    ]
    assert points(account.pk, "email") == [("desk@marisol.example", "", "", True, True)]
    assert points(account.pk, "url") == [("https://shop.marisol.example", "shop", "", True, False)]
    places = AccountAddress.objects.of([account.pk]).order_by("pk")
    assert [(a.kind, a.street, a.city, a.country_code, a.note, a.is_primary) for a in places] == [
        ("visiting", "Calle Ancha 1\nPatio", "Cádiz", "ES", "", False),
        ("billing", "", "Odessa", "", "ring twice", True),
    ]


def a_full_account(cast: Cast) -> Account:
    account: Account = cast.account(
        "Hotel Marisol",
        phones=[{"value": "+34 956 555 014", "label": "desk", "is_primary": True}, {"value": "+34 600 555 001", "note": "after six", "opted_out": True}],
        emails=["desk@marisol.example"],
        addresses=[
            {"street": "Calle Ancha 1", "city": "Cádiz", "country_code": "ES", "region_code": "CA"},
            {"city": "Freetown", "country": "Freedonia", "kind": "shipping"},
        ],
    )  # fmt: skip
    return account


def test_saving_an_untouched_form_changes_nothing(cast: Cast) -> None:
    account = a_full_account(cast)
    browser = cast.client(cast.manager)
    before = Account.objects.as_system("test").get(pk=account.pk).version
    rows = list(AccountPoint.objects.of([account]).values()), list(AccountAddress.objects.of([account]).values())
    data = form_of(browser.get(f"/accounts/{account.pk}/edit").content.decode())
    assert browser.post(f"/accounts/{account.pk}/edit", data).status_code == 303
    assert Account.objects.as_system("test").get(pk=account.pk).version == before
    assert rows == (
        list(AccountPoint.objects.of([account]).values()),
        list(AccountAddress.objects.of([account]).values()),
    )


def test_without_scripts_a_spare_line_adds_and_a_blanked_one_removes(cast: Cast) -> None:
    account = a_full_account(cast)
    browser = cast.client(cast.manager)
    data = form_of(browser.get(f"/accounts/{account.pk}/edit").content.decode())
    assert data["phones-2-value"] == data["phones-3-value"] == ""
    data |= {"phones-0-value": "", "phones-3-value": "+34 911 555 000", "phones-main": "1"}
    answer = browser.post(f"/accounts/{account.pk}/edit", data)
    assert answer.status_code == 303
    assert points(account.pk) == [
        ("+34 600 555 001", "", "after six", True, True),
        ("+34 911 555 000", "", "", False, False),
    ]
    act = int(re.search(r"/undo/(\d+)", browser.get(f"/accounts/{account.pk}").content.decode())[1])  # type: ignore[index]
    undo_act(cast.actor(cast.manager), act)
    assert sorted(p[0] for p in points(account.pk)) == ["+34 600 555 001", "+34 956 555 014"]
    assert [p[0] for p in points(account.pk) if p[3]] == ["+34 956 555 014"]


def test_what_the_form_does_not_show_stays_and_goes_with_its_country(cast: Cast) -> None:
    account = a_full_account(cast)
    browser = cast.client(cast.manager)
    url = f"/accounts/{account.pk}/edit"
    data = form_of(browser.get(url).content.decode())
    assert browser.post(url, data | {"addresses-0-street": "Calle Ancha 2"}).status_code == 303
    places = {a.city: a for a in AccountAddress.objects.of([account])}
    assert (places["Cádiz"].street, places["Cádiz"].region_code) == ("Calle Ancha 2", "CA")
    assert places["Freetown"].country == "Freedonia"
    data = form_of(browser.get(url).content.decode())
    at = next(n for n in range(3) if data.get(f"addresses-{n}-city") == "Cádiz")
    assert browser.post(url, data | {f"addresses-{at}-country_code": "Portugal"}).status_code == 303
    moved = AccountAddress.objects.of([account]).get(city="Cádiz")
    assert (moved.country_code, moved.region_code) == ("PT", "")


def test_a_refused_line_keeps_all_that_was_typed(cast: Cast) -> None:
    said = {"name": "Hotel", "emails": "1", "emails-0-value": "lucia@", "emails-0-note": "mornings", "phones": "1", "phones-5-value": "+34 956 555 014",
            "addresses": "1", "addresses-0-city": "Cádiz", "addresses-0-country_code": "Nowhereland"}  # fmt: skip
    answer = cast.client(cast.manager).post("/accounts/new", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is not an e-mail address" in page or "No country is called" in page
    for kept in ("lucia@", "mornings", "+34 956 555 014", "Nowhereland"):
        assert kept in page
    assert not Account.objects.as_system("test").exists()


def test_a_field_opens_in_its_place_and_shows_what_was_saved(cast: Cast) -> None:
    account = a_full_account(cast)
    browser = cast.client(cast.manager)
    url = f"/accounts/{account.pk}/edit/phones"
    assert f'data-edit-url="{url}"' in browser.get(f"/accounts/{account.pk}").content.decode()
    data = form_of(browser.get(url, headers={"HX-Request": "true"}).content.decode())
    data |= {"phones-2-value": "+34 911 555 000", "phones-2-label": "fax"}
    answer = browser.post(url, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.content
    assert "+34 911 555 000" in answer.content.decode()
    assert "fax" in answer.content.decode()
    assert len(points(account.pk)) == 3
    assert browser.post(url, data | {"phones-0-value": "x"}, headers={"HX-Request": "true"}).status_code in (409, 422)


def test_two_people_who_add_a_phone_each_are_asked(cast: Cast) -> None:
    account = a_full_account(cast)
    browser, other = cast.client(cast.manager), cast.client(cast.leader)
    url = f"/accounts/{account.pk}/edit"
    mine = form_of(browser.get(url).content.decode()) | {"phones-2-value": "+34 911 555 000"}
    theirs = form_of(other.get(url).content.decode()) | {"phones-2-value": "+34 922 555 000"}
    assert other.post(url, theirs).status_code == 303
    asked = browser.post(url, mine)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "+34 911 555 000" in page
    assert "+34 922 555 000" in page
    kept = form_of(page)
    assert browser.post(f"{url}?conflict=1", {**kept, "phones": "mine"}).status_code == 303
    assert "+34 911 555 000" in [p[0] for p in points(account.pk)]
    assert "+34 922 555 000" not in [p[0] for p in points(account.pk)]


def test_the_api_takes_and_gives_the_same(cast: Cast) -> None:
    account, browser = cast.account("Hotel Marisol"), cast.client(cast.manager)
    body = {
        "phones": [{"value": "+34 956 555 014", "label": "desk", "note": "mornings", "is_primary": True, "opted_out": False}],
        "urls": [{"value": "shop.marisol.example", "label": "shop"}],
        "addresses": [{"city": "Cádiz", "country_code": "ES", "kind": "billing", "note": "ring twice"}],
    }  # fmt: skip
    answer = browser.patch(f"/api/v1/accounts/{account.pk}", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["phones"] == body["phones"]
    assert told["urls"][0]["value"] == "https://shop.marisol.example"
    assert told["addresses"][0]["note"] == "ring twice"
    again = {n: told[n] for n in ("phones", "urls", "addresses")}
    version = Account.objects.as_system("test").get(pk=account.pk).version
    answer = browser.patch(f"/api/v1/accounts/{account.pk}", json.dumps(again), content_type="application/json")
    assert answer.status_code == 200
    assert Account.objects.as_system("test").get(pk=account.pk).version == version
    found = browser.get("/api/v1/accounts", {"q": "urls~shop.marisol"}).json()["items"]
    assert [a["id"] for a in found] == [account.pk]
    wrong = browser.patch(f"/api/v1/accounts/{account.pk}", json.dumps({"phones": [{"value": "+34 956 555 014", "colour": "red"}]}), content_type="application/json")  # fmt: skip
    assert wrong.status_code == 422


def test_a_person_has_several_too(cast: Cast) -> None:
    person = make("contacts", first_name="Lucía", accounts=[cast.account("Hotel Marisol")], owner=cast.manager)
    browser = cast.client(cast.manager)
    data = form_of(browser.get(f"/contacts/{person.pk}/edit").content.decode())
    data |= {
        "emails-0-value": "lucia@marisol.example",
        "emails-1-value": "lu@home.example",
        "emails-1-label": "private",
    }
    assert browser.post(f"/contacts/{person.pk}/edit", data).status_code == 303
    assert [(p.value, p.label) for p in ContactPointOf.objects.of([person]).order_by("pk")] == [
        ("lucia@marisol.example", ""),
        ("lu@home.example", "private"),
    ]
    assert "private" in browser.get(f"/contacts/{person.pk}").content.decode()


def test_hidden_phones_are_in_no_form_and_read_ones_in_no_place(cast: Cast) -> None:
    account = cast.account("Hotel Marisol", cast.junior, phones=["+34 956 555 014"])
    role = Role.objects.as_system("test").filter(code="junior")
    for right, shown in (("hidden", False), ("read", True)):
        role.update(field_rights={line: {"phone": right, "phones": right} for line in ("leads", "accounts")})
        forget_actors()
        browser = cast.client(cast.junior)
        assert "phones" not in browser.get(f"/accounts/{account.pk}/edit").content.decode()
        page = browser.get(f"/accounts/{account.pk}").content.decode()
        assert ("956 555 014" in page) is shown
        assert f"/accounts/{account.pk}/edit/phones" not in page
        assert browser.post(f"/accounts/{account.pk}/edit/phones", {"phones": "[]"}).status_code == 404
    assert Reader(make_entity(), cast.actor(cast.manager), ["phones"]).one(account)["phones"]


def make_entity() -> Any:
    from tend.domains.accounts.entity import ACCOUNT

    return ACCOUNT


def test_the_number_of_a_call_starts_the_form(cast: Cast) -> None:
    page = cast.client(cast.manager).get("/accounts/new?phone=%2B34956555014&address.city=Odessa").content.decode()
    data = form_of(page)
    assert data["phones-0-value"] == "+34956555014"
    assert data["addresses-0-city"] == "Odessa"
    assert Contact.objects.as_system("test").count() == 0


def test_the_main_one_moves_back_and_forth_and_is_undone(cast: Cast) -> None:
    from tend.domains.accounts.commands import add_responsible
    from tend.domains.accounts.entity import ACCOUNT
    from tend.domains.accounts.models import Responsible
    from tend.kernel.values import edit_record

    actor = cast.actor(cast.leader)
    account = cast.account(
        "Hotel Marisol", addresses=[{"city": "Cádiz"}, {"city": "Odessa"}], phones=["+34 1 555 01", "+34 1 555 02"]
    )
    done = None
    for main in ("Odessa", "Cádiz", "Odessa"):
        listed = [{"city": city, "is_primary": city == main} for city in ("Cádiz", "Odessa")]
        done = edit_record(actor, ACCOUNT, account.pk, {"addresses": listed})
        assert AccountAddress.objects.of([account]).get(is_primary=True).city == main
    assert done is not None
    undo_act(actor, done.act)
    assert AccountAddress.objects.of([account]).get(is_primary=True).city == "Cádiz"
    for caller in (cast.manager, cast.junior, cast.manager):
        add_responsible(actor, account, user=caller, is_caller=True)
        assert Responsible.objects.of([account]).get(is_caller=True).user_id == caller.pk
