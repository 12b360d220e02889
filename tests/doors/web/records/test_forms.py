"""Forms: entering, editing, refusals beside the field, look-alikes, and two people at once."""

from __future__ import annotations

import re

from django.test import Client

from tend.domains.accounts.models import Account
from tend.doors.web.records import typed
from tests.cast import Cast, make


def stored(pk: int) -> Account:
    return Account.objects.as_system("test").get(pk=pk)


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send back of a form that nobody touched (texts and hidden fields)."""
    found = dict(
        re.findall(r'<input type="(?:hidden|text|url|tel|email)"[^>]*?name="([^"]+)"(?:[^>]*?value="([^"]*)")?', page)
    )
    return {k: v for k, v in found.items() if k != "csrfmiddlewaretoken"}


def test_an_account_is_entered_and_its_page_says_so(cast: Cast) -> None:
    browser = cast.client(cast.manager)
    answer = browser.post(
        "/accounts/new",
        {
            "name": "Hotel Marisol",
            "addresses": "1",
            "addresses-0-city": "Cádiz",
            "annual_revenue": "12,400",
            "phones": "1",
            "phones-0-value": "+34 956 555 014",
        },
    )
    assert answer.status_code == 303
    account = Account.objects.as_system("test").get(name="Hotel Marisol")
    assert account.owner_id == cast.manager.pk
    assert account.annual_revenue == 12400
    page = browser.get(answer["Location"]).content.decode()
    assert "Cádiz" in page
    assert "/undo/" in page


def test_a_junior_cannot_give_an_account_away_by_its_form(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    assert 'name="owner"' not in browser.get("/accounts/new").content.decode()
    browser.post("/accounts/new", {"name": "Mine", "owner": str(cast.leader.pk)})
    assert Account.objects.as_system("test").get(name="Mine").owner_id == cast.junior.pk


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(cast: Cast) -> None:
    answer = cast.client(cast.manager).post(
        "/accounts/new", {"name": "Hotel", "emails": "1", "emails-0-value": "lucia@", "employees": "many"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="lucia@"' in page
    assert "is no number" in page or "not a number" in page
    assert "data-error" in page


def test_a_form_without_a_name_is_refused(cast: Cast) -> None:
    answer = cast.client(cast.manager).post("/accounts/new", {"website": "marisol.example"})
    assert answer.status_code == 422
    assert "required" in answer.content.decode()


def test_a_look_alike_in_sight_is_shown_a_hidden_one_is_not(cast: Cast) -> None:
    cast.account("Hotel Marisol S.L.", cast.manager)
    mine = cast.client(cast.manager).post("/accounts/new", {"name": "hotel marisol"})
    assert mine.status_code == 409
    assert "Hotel Marisol S.L." in mine.content.decode()
    assert cast.client(cast.stranger).post("/accounts/new", {"name": "hotel marisol"}).status_code == 303
    assert cast.client(cast.manager).post("/accounts/new", {"name": "hotel marisol", "anyway": "1"}).status_code == 303


def test_an_edit_writes_only_what_was_changed(cast: Cast) -> None:
    account = cast.account("Hotel Marisol", website="marisol.example")
    browser = cast.client(cast.manager)
    data = fields_of(browser.get(f"/accounts/{account.pk}/edit").content.decode())
    data["legal_name"] = "Marisol S.L."
    assert browser.post(f"/accounts/{account.pk}/edit", data).status_code == 303
    after = stored(account.pk)
    assert after.legal_name == "Marisol S.L."
    assert after.website == "https://marisol.example"
    assert after.version == account.version + 1


def test_two_edits_of_different_fields_both_hold(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    browser = cast.client(cast.manager)
    data = fields_of(browser.get(f"/accounts/{account.pk}/edit").content.decode())
    change(cast, account, website="marisol.example")
    data["legal_name"] = "Marisol S.L."
    assert browser.post(f"/accounts/{account.pk}/edit", data).status_code == 303
    assert (stored(account.pk).website, stored(account.pk).legal_name) == ("marisol.example", "Marisol S.L.")


def test_two_edits_of_one_field_are_settled_field_by_field(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    browser = cast.client(cast.manager)
    url = f"/accounts/{account.pk}/edit"
    data = fields_of(browser.get(url).content.decode())
    change(cast, account, legal_name="Theirs S.A.")
    data["legal_name"] = "Mine S.L."
    asked = browser.post(url, data)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "Mine S.L." in page
    assert "Theirs S.A." in page
    assert "Olga Marchenko" in page
    assert stored(account.pk).legal_name == "Theirs S.A."
    kept = fields_of(page)
    assert browser.post(f"{url}?conflict=1", {**kept, "legal_name": "theirs"}).status_code == 303
    assert stored(account.pk).legal_name == "Theirs S.A."
    assert browser.post(f"{url}?conflict=1", {**kept, "legal_name": "mine"}).status_code == 303
    assert stored(account.pk).legal_name == "Mine S.L."


def change(cast: Cast, account: Account, **values: str) -> None:
    from tend.domains.accounts.commands import edit_account

    edit_account(cast.actor(cast.leader), account.pk, values=values)


def test_a_stranger_gets_the_page_of_what_does_not_exist(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    browser = cast.client(cast.stranger)
    for below in ("", "/edit", "/history", "/row", "/edit/status", "/do/archive", "/who"):
        assert browser.get(f"/accounts/{account.pk}{below}").status_code == 404, below
    assert browser.post(f"/accounts/{account.pk}/edit", {"name": "Taken"}).status_code == 404
    assert browser.post(f"/accounts/{account.pk}/do/archive").status_code == 404
    assert stored(account.pk).name == "Hotel Marisol"


def test_a_colleague_may_look_but_not_edit(cast: Cast) -> None:
    account = cast.account("Hotel Marisol", cast.leader)
    browser = cast.client(cast.manager)
    assert browser.get(f"/accounts/{account.pk}").status_code == 200
    assert browser.get(f"/accounts/{account.pk}/edit").status_code == 403
    assert browser.post(f"/accounts/{account.pk}/do/archive").status_code == 403


def test_a_write_without_the_token_is_refused(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    browser: Client = cast.client(cast.manager, enforce_csrf_checks=True)
    for path in (
        f"/accounts/{account.pk}/edit",
        "/accounts/new",
        f"/accounts/{account.pk}/do/archive",
        "/accounts/bulk/archive",
        "/undo/1",
    ):
        assert browser.post(path, {"name": "x"}).status_code == 403, path


def test_a_date_is_read_as_it_is_typed(cast: Cast) -> None:
    make("characteristics", name="Fair", key="fair", type="date", record_type="accounts.account")
    account = cast.account("Hotel Marisol")
    answer = cast.client(cast.manager).post(
        f"/accounts/{account.pk}/edit",
        {"name": "Hotel Marisol", "initial-name": "Hotel Marisol", "characteristics.fair": "15 mar 2027"},
    )
    assert answer.status_code == 303
    assert stored(account.pk).characteristics == {"fair": "2027-03-15"}


def test_a_language_is_chosen_by_its_name(cast: Cast) -> None:
    account = cast.account("Harbour Foods", language="pt")
    browser = cast.client(cast.manager)
    page = browser.get(f"/accounts/{account.pk}/edit").content.decode()
    assert '<option value="pt" selected>Portuguese</option>' in page
    assert '<option value="uk">Ukrainian</option>' in page


def test_an_address_may_name_a_linked_record_whose_number_has_several_digits() -> None:
    assert typed.write("links", "567") == ["567"]
    assert typed.write("links", "567,12") == ["567", "12"]
