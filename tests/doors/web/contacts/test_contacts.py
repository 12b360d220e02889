"""Contacts: entering a person at a company, several companies, leaving one."""

from __future__ import annotations

from tend.domains.contacts.models import Contact, Membership
from tests.cast import Cast, make


def test_a_person_is_entered_at_a_company(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    browser = cast.client(cast.manager)
    assert "Hotel Marisol" in browser.get(f"/contacts/new?accounts={account.pk}").content.decode()
    answer = browser.post(
        "/contacts/new",
        {"first_name": "Lucía", "last_name": "Ferrándiz", "accounts": str(account.pk), "phone": "+34 956 555 014"},
    )
    assert answer.status_code == 303, answer.content
    assert Membership.objects.of(Contact.objects.as_system("test").all()).get().account_id == account.pk


def test_a_person_works_at_several_companies_and_leaves_one(cast: Cast) -> None:
    first, second = cast.account("Hotel Marisol"), cast.account("Albergue Clara")
    person = make("contacts", first_name="Lucía", last_name="Ferrándiz", accounts=[first])
    browser = cast.client(cast.manager)
    assert (
        browser.post(f"/contacts/{person.pk}/do/join", {"account": second.pk, "role": "purchasing"}).status_code == 303
    )
    assert browser.post(f"/contacts/{person.pk}/do/leave", {"account": first.pk}).status_code == 303
    page = browser.get(f"/contacts/{person.pk}").content.decode()
    assert "purchasing" in page
    assert "Formerly" in page
    assert "Formerly" in browser.get(f"/accounts/{first.pk}").content.decode()


def test_the_pool_is_listed_within_sight(cast: Cast) -> None:
    make(
        "contacts",
        first_name="Lucía",
        last_name="Ferrándiz",
        accounts=[cast.account("Hotel Marisol")],
        owner=cast.manager,
    )
    assert "Lucía" in cast.client(cast.manager).get("/contacts").content.decode()
    assert "Lucía" not in cast.client(cast.stranger).get("/contacts").content.decode()


def test_a_person_without_a_name_is_refused(cast: Cast) -> None:
    answer = cast.client(cast.manager).post("/contacts/new", {"title": "Manager"})
    assert answer.status_code == 422
    assert "name is required" in answer.content.decode()


def places(person: Contact) -> list[tuple[str, str, bool, bool, bool]]:
    rows = Membership.objects.of([person]).select_related("account").order_by("pk")
    return [(r.account.name, r.role, r.is_primary, r.is_main, r.until is None) for r in rows]


def test_a_place_is_changed_in_its_own_form_filled_in_as_it_is(cast: Cast) -> None:
    hotel, inn = cast.account("Hotel Marisol"), cast.account("Alder Inn")
    person = make("contacts", first_name="Lucía", last_name="Ferrándiz", accounts=[hotel, inn])
    browser = cast.client(cast.manager)
    assert places(person) == [("Hotel Marisol", "", False, True, True), ("Alder Inn", "", False, False, True)]
    base = f"/contacts/{person.pk}/do"
    said = {"account": inn.pk, "role": "buyer", "is_main": "on", "is_primary": "on", "since": "15 mar 2024"}
    assert browser.post(f"{base}/change-place", said).status_code == 303
    assert places(person) == [("Hotel Marisol", "", False, False, True), ("Alder Inn", "buyer", True, True, True)]
    page = browser.get(f"/contacts/{person.pk}").content.decode()
    assert page.index("Alder Inn") < page.index("Hotel Marisol")
    form = browser.get(f"{base}/change-place?account={inn.pk}&role=buyer&since=2024-03-15&is_main=on").content.decode()
    assert "15 Mar 2024" in form
    assert 'value="buyer"' in form
    assert browser.get(f"{base}/change-place?account={inn.pk}&since=rubbish").status_code == 200


def test_whoever_left_her_main_company_has_another_and_may_be_back(cast: Cast) -> None:
    hotel, inn = cast.account("Hotel Marisol"), cast.account("Alder Inn")
    person = make("contacts", first_name="Lucía", last_name="Ferrándiz", accounts=[hotel, inn])
    browser = cast.client(cast.manager)
    base = f"/contacts/{person.pk}/do"
    browser.post(f"{base}/change-place", {"account": hotel.pk, "role": "owner", "is_primary": "on", "is_main": "on"})
    assert browser.post(f"{base}/leave", {"account": hotel.pk}).status_code == 303
    assert places(person) == [("Hotel Marisol", "owner", False, False, False), ("Alder Inn", "", False, True, True)]
    assert browser.post(f"{base}/leave", {"account": hotel.pk}).status_code == 422
    assert browser.post(f"{base}/join", {"account": hotel.pk}).status_code == 303
    assert places(person)[0] == ("Hotel Marisol", "owner", False, False, True)


def test_days_that_cannot_be_are_refused(cast: Cast) -> None:
    hotel = cast.account("Hotel Marisol")
    person = make("contacts", first_name="Lucía", accounts=[hotel])
    browser = cast.client(cast.manager)
    url = f"/contacts/{person.pk}/do/change-place"
    for said in ({"since": "2026-03-15", "until": "2025-03-15"}, {"until": "2999-01-01"}):
        assert browser.post(url, {"account": hotel.pk, **said}).status_code == 422
    assert places(person) == [("Hotel Marisol", "", False, True, True)]


def test_a_company_has_one_main_contact(cast: Cast) -> None:
    hotel = cast.account("Hotel Marisol")
    first = make("contacts", first_name="Lucía", accounts=[hotel])
    second = make("contacts", first_name="Ivan", accounts=[hotel])
    browser = cast.client(cast.manager)
    for person in (first, second, first):
        answer = browser.post(f"/contacts/{person.pk}/do/change-place", {"account": hotel.pk, "is_primary": "on"})
        assert answer.status_code == 303
        chosen = Membership.objects.as_system("test").filter(account=hotel, is_primary=True)
        assert [m.record_id for m in chosen] == [person.pk]


def test_the_api_changes_a_place(cast: Cast) -> None:
    import json

    hotel = cast.account("Hotel Marisol")
    person = make("contacts", first_name="Lucía", accounts=[hotel])
    browser = cast.client(cast.manager)
    body = json.dumps({"account": hotel.pk, "role": "buyer", "since": "2024-03-15", "until": "2025-01-31"})
    answer = browser.post(f"/api/v1/contacts/{person.pk}/change-place", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert places(person) == [("Hotel Marisol", "buyer", False, False, False)]
    elsewhere = cast.account("Elsewhere", cast.stranger)
    body = json.dumps({"account": elsewhere.pk, "role": "spy"})
    answer = browser.post(f"/api/v1/contacts/{person.pk}/change-place", body, content_type="application/json")
    assert answer.status_code == 422
