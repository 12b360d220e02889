"""Changing one field in its cell: the form, the new value, the refusal and the collision."""

from __future__ import annotations

import json

from tend.domains.accounts.models import Account
from tests.cast import Cast, make

HX = {"HTTP_HX_REQUEST": "true"}


def stored(pk: int) -> Account:
    return Account.objects.as_system("test").get(pk=pk)


def test_a_cell_gives_its_form_and_takes_the_new_value(cast: Cast) -> None:
    hot = make("states", name="Hot")
    account = cast.account("Hotel Marisol")
    browser = cast.client(cast.manager)
    url = f"/accounts/{account.pk}/edit/state"
    assert "Hot" in browser.get(url, **HX).content.decode()
    answer = browser.post(url, {"state": str(hot.pk), "initial-state": "", "version": account.version}, **HX)
    assert answer.status_code == 200
    assert "chip" in answer.content.decode()
    assert stored(account.pk).state_id == hot.pk
    told = json.loads(answer["HX-Trigger"])["toast"]
    assert browser.post(told["undo_url"], **HX)["HX-Refresh"] == "true"
    assert stored(account.pk).state_id is None


def test_a_status_picker_says_where_the_call_moves(cast: Cast) -> None:
    make("interaction-statuses", name="A – key", interval=14)
    make("interaction-statuses", name="C – occasional", interval=90)
    account = cast.account("Hotel Marisol", interaction_status="A – key")
    form = cast.client(cast.manager).get(f"/accounts/{account.pk}/edit/interaction_status", **HX).content.decode()
    assert "Call moves from" in form
    assert "every 90 days" in form


def test_a_refused_value_keeps_the_form_with_what_was_typed(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    url = f"/accounts/{account.pk}/edit/email"
    answer = cast.client(cast.manager).post(
        url, {"email": "lucia@", "initial-email": "", "version": account.version}, **HX
    )
    assert answer.status_code == 422
    assert 'value="lucia@"' in answer.content.decode()
    assert "field-error" in answer.content.decode()


def test_a_collision_names_who_and_what_and_keeps_mine(cast: Cast) -> None:
    from tend.domains.accounts.commands import edit_account

    account = cast.account("Hotel Marisol")
    edit_account(cast.actor(cast.leader), account.pk, values={"website": "theirs.example"})
    url = f"/accounts/{account.pk}/edit/website"
    answer = cast.client(cast.manager).post(
        url, {"website": "mine.example", "initial-website": "", "version": account.version}, **HX
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Olga Marchenko" in page
    assert "theirs.example" in page
    assert 'value="mine.example"' in page
    assert stored(account.pk).website == "theirs.example"


def test_a_change_of_another_field_in_between_is_no_collision(cast: Cast) -> None:
    from tend.domains.accounts.commands import edit_account

    account = cast.account("Hotel Marisol")
    edit_account(cast.actor(cast.leader), account.pk, values={"legal_name": "Marisol S.L."})
    url = f"/accounts/{account.pk}/edit/website"
    answer = cast.client(cast.manager).post(
        url, {"website": "mine.example", "initial-website": "", "version": account.version}, **HX
    )
    assert answer.status_code == 200
    assert (stored(account.pk).website, stored(account.pk).legal_name) == ("https://mine.example", "Marisol S.L.")


def test_fields_without_the_right_have_no_cell(cast: Cast) -> None:
    account = cast.account("Own House", cast.junior)
    browser = cast.client(cast.junior)
    assert browser.get(f"/accounts/{account.pk}/edit/owner", **HX).status_code == 404
    assert browser.get(f"/accounts/{account.pk}/edit/number", **HX).status_code == 404
    assert browser.get(f"/accounts/{account.pk}/edit/website", **HX).status_code == 200
