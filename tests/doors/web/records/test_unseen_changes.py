"""Changes that a reader may not know of leave no trace in the conflict dialog and in the offers of Undo."""

from __future__ import annotations

from typing import Any

import pytest

from tend.doors.web.records.history import last_writer, steps
from tend.kernel.entity import entity_by_plural
from tend.kernel.values import edit_record
from tests.cast import Cast, make
from tests.contract.stage import give_role

pytestmark = pytest.mark.django_db
ACCOUNT: Any = entity_by_plural("accounts")


def blind(cast: Cast) -> Any:
    """Somebody who edits every account and may not see what it earns."""
    user = make("users", email="bea@tend.example", name="Bea Blind", zone="UTC")
    lines = ("leads", "accounts")
    give_role(
        user, "No money", scopes={line: {"view": "all", "edit": "all"} for line in lines},
        field_rights={line: {"annual_revenue": "hidden"} for line in lines},
    )  # fmt: skip
    return user


def test_the_writer_of_a_hidden_change_is_not_named(cast: Cast) -> None:
    reader = cast.actor(blind(cast))
    account = cast.account("Marisol")
    edit_record(cast.actor(cast.manager), ACCOUNT, account.pk, {"website": "https://one.example"})
    edit_record(cast.actor(cast.leader), ACCOUNT, account.pk, {"annual_revenue": "12.00"})
    assert last_writer(ACCOUNT, reader, account.pk)[0] == cast.manager.name
    assert last_writer(ACCOUNT, cast.actor(cast.admin), account.pk)[0] == cast.leader.name


def test_the_conflict_page_names_who_changed_what_one_sees(cast: Cast) -> None:
    account = cast.account("Marisol")
    browser = cast.client(blind(cast))
    old = ACCOUNT.model.objects.as_system("test").get(pk=account.pk).version
    edit_record(cast.actor(cast.manager), ACCOUNT, account.pk, {"website": "https://one.example"})
    edit_record(cast.actor(cast.leader), ACCOUNT, account.pk, {"annual_revenue": "12.00"})
    typed = {
        "version": str(old),
        "name": "Marisol",
        "initial-name": "Marisol",
        "website": "https://two.example",
        "initial-website": "",
    }
    page = browser.post(f"/accounts/{account.pk}/edit", typed)
    assert page.status_code == 409
    assert cast.manager.name in page.content.decode()
    assert cast.leader.name not in page.content.decode()


def test_a_hidden_later_change_takes_no_undo_away(cast: Cast) -> None:
    from tend.people.models import Role

    reader = blind(cast)
    account = cast.account("Marisol")
    both = {"website": "https://one.example", "annual_revenue": "10.00"}
    role = Role.objects.as_system("test").get(name="No money")
    rights, role.field_rights = role.field_rights, {}
    role.save()
    edit_record(_again(cast, reader), ACCOUNT, account.pk, both)
    role.field_rights = rights
    role.save()
    actor = _again(cast, reader)
    assert [s.may_undo for s in steps(ACCOUNT, actor, account.pk, created=False)] == [True]
    edit_record(cast.actor(cast.leader), ACCOUNT, account.pk, {"annual_revenue": "12.00"})
    assert [s.may_undo for s in steps(ACCOUNT, actor, account.pk, created=False)] == [True]
    edit_record(cast.actor(cast.leader), ACCOUNT, account.pk, {"website": "https://two.example"})
    assert [s.may_undo for s in steps(ACCOUNT, actor, account.pk, created=False)] == [False, False]


def _again(cast: Cast, user: Any) -> Any:
    from tend.people.access import forget_actors

    forget_actors()
    return cast.actor(user)
