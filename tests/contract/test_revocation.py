"""A right or a record that was taken away is gone with the next request: page, API by token, session."""

from __future__ import annotations

import pytest
from django.test import Client

from tend.kernel import clock
from tend.kernel.entity import entity_by_plural
from tend.people.tokens import issue_token
from tests.cast import BUILDER, Cast, make

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


def test_what_bulk_work_of_a_colleague_told_of_a_reassigned_account_is_gone_at_once(cast: Cast) -> None:
    """Numbers, refusals and undo of the team's work, and one's own last deeds, count only what is in sight now."""
    kept, gone = cast.account("Alder"), cast.account("Secret house")
    edit = entity_by_plural("accounts").edit  # type: ignore[union-attr]
    operation = edit.each(cast.actor(cast.manager), [kept.pk, gone.pk], values={"description": "by mistake"})  # type: ignore[union-attr]
    act = edit(cast.actor(cast.manager), gone.pk, values={"legal_name": "Mine"}).act  # type: ignore[union-attr]
    leader, manager = cast.client(cast.leader), cast.client(cast.manager)
    path = f"/api/v1/operations/{operation.pk}"
    assert leader.get(path).json()["changed"] == 2
    assert f"/undo/{act}" in manager.get("/undo").content.decode()
    do("accounts", "reassign", gone.pk, to=cast.stranger)
    told = leader.get(path).json()
    assert (told["total"], told["changed"]) == (1, 1)
    assert f"/undo/{act}" not in manager.get("/undo").content.decode()
    assert manager.post(f"/undo/{act}").status_code == 404
    undone = leader.post(f"{path}/undo", "{}", content_type="application/json").json()
    assert (undone["restored"], undone["skipped"], undone["operation"]["total"]) == (1, [], 1)


def test_a_notice_and_a_calendar_address_tell_nothing_of_an_account_that_was_taken_away(cast: Cast) -> None:
    from tend.kernel.notices import notify
    from tend.people.feeds import open_feed

    account = cast.account("Marisol", owner=cast.junior)
    make(
        "activities",
        kind="call",
        account=account,
        responsible=cast.junior,
        planned_on=clock.now().date(),
        subject="Ring",
    )
    notify([cast.junior.pk], "test", "Something about %(name)s.", {"name": "Marisol"}, record=account)
    secret = open_feed(cast.actor(cast.junior), name="mine").record.secret
    browser, feed = cast.client(cast.junior), f"/feeds/calendar/{secret}.ics"
    assert b"Marisol" in browser.get("/notices").content
    assert b"Marisol" in Client().get(feed).content
    do("accounts", "reassign", account.pk, to=cast.stranger)
    assert b"Marisol" not in browser.get("/notices").content
    assert browser.get("/api/v1/notices").json()["items"] == []
    assert b"Marisol" not in Client().get(feed).content
