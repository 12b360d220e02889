"""A right or a record that was taken away is gone with the next request: page, API by token, session."""

from __future__ import annotations

import pytest
from django.test import Client

from tend.kernel.entity import entity_by_plural
from tend.people.tokens import issue_token
from tests.cast import BUILDER, Cast

pytestmark = pytest.mark.django_db


def do(plural: str, name: str, pk: int, **options: object) -> None:
    entity_by_plural(plural).verb_by_name[name](BUILDER, pk, **options)  # type: ignore[union-attr]


def asks(cast: Cast) -> tuple[Client, Client]:
    """The junior's browser and his program."""
    token = issue_token(BUILDER, user=cast.junior, name="program").value.secret
    return cast.client(cast.junior), Client(headers={"authorization": f"Bearer {token}"})


def test_a_reassigned_account_is_gone_at_once(cast: Cast) -> None:
    account = cast.account("Marisol", owner=cast.junior)
    browser, program = asks(cast)
    assert browser.get(f"/accounts/{account.pk}").status_code == 200
    assert program.get(f"/api/v1/accounts/{account.pk}").status_code == 200
    do("accounts", "reassign", account.pk, to=cast.stranger)
    assert browser.get(f"/accounts/{account.pk}").status_code == 404
    assert program.get(f"/api/v1/accounts/{account.pk}").status_code == 404
    assert program.get("/api/v1/accounts").json()["items"] == []
    assert b"Marisol" not in browser.get("/accounts").content


def test_a_responsible_sees_from_the_next_request_until_he_is_removed(cast: Cast) -> None:
    account = cast.account("Marisol", owner=cast.stranger)
    browser, program = asks(cast)
    assert program.get(f"/api/v1/accounts/{account.pk}").status_code == 404
    do("accounts", "add-responsible", account.pk, user=cast.junior)
    assert browser.get(f"/accounts/{account.pk}").status_code == 200
    assert program.get(f"/api/v1/accounts/{account.pk}").status_code == 200
    do("accounts", "remove-responsible", account.pk, user=cast.junior)
    assert browser.get(f"/accounts/{account.pk}").status_code == 404
    assert program.get(f"/api/v1/accounts/{account.pk}").status_code == 404


def test_without_his_roles_a_person_sees_nothing_from_the_next_request_on(cast: Cast) -> None:
    account = cast.account("Marisol", owner=cast.junior)
    browser, program = asks(cast)
    assert browser.get(f"/accounts/{account.pk}").status_code == 200
    do("users", "set-roles", cast.junior.pk, roles=[])
    assert browser.get(f"/accounts/{account.pk}").status_code == 404
    assert program.get(f"/api/v1/accounts/{account.pk}").status_code == 404


def test_a_changed_role_holds_from_the_next_request_on(cast: Cast) -> None:
    from tend.people.models import Role

    account = cast.account("Marisol", owner=cast.junior, phone="+34600555001")
    browser, program = asks(cast)
    assert "phone" in program.get(f"/api/v1/accounts/{account.pk}").json()
    role = Role.objects.as_system("test").get(code="junior")
    hidden = {line: {"phone": "hidden", "phones": "hidden"} for line in ("leads", "accounts")}
    do("roles", "edit-role", role.pk, values={"field_rights": hidden})
    assert "phone" not in program.get(f"/api/v1/accounts/{account.pk}").json()
    assert b"555001" not in browser.get(f"/accounts/{account.pk}").content.replace(b" ", b"")


def test_leaving_a_team_takes_its_accounts_away(cast: Cast) -> None:
    account = cast.account("Marisol", owner=cast.leader)
    browser = cast.client(cast.manager)
    assert browser.get(f"/accounts/{account.pk}").status_code == 200
    do("users", "set-teams", cast.manager.pk, teams=[])
    assert browser.get(f"/accounts/{account.pk}").status_code == 404


def test_a_deactivated_user_is_signed_out_everywhere(cast: Cast) -> None:
    browser, program = asks(cast)
    assert browser.get("/today").status_code == 200
    assert program.get("/api/v1/me").status_code == 200
    do("users", "deactivate", cast.junior.pk)
    assert browser.get("/today").status_code == 302
    assert program.get("/api/v1/me").status_code == 401
