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
    assert "Former" in page
    assert "1 former" in browser.get(f"/accounts/{first.pk}").content.decode()


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
