"""What I did last: the last ten deeds that Undo can take back, nothing of others and nothing out of sight."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine

from tend.domains.accounts.commands import reassign
from tend.kernel.entity import entity_by_plural
from tend.kernel.values import edit_record
from tests.cast import BUILDER, Cast
from tests.contract.stage import give_role, nobody

pytestmark = pytest.mark.django_db
ACCOUNTS: Any = entity_by_plural("accounts")


def renamed(cast: Cast, by: Any, account: Any, text: str, field: str = "description") -> int:
    return int(ACCOUNTS.edit(cast.actor(by), account.pk, values={field: text}).act)


def listed(cast: Cast, by: Any) -> str:
    return str(cast.client(by).get("/undo").content.decode())


def stored(record: Any) -> Any:
    return type(record).objects.as_system("test").get(pk=record.pk)


def test_a_deed_stands_there_with_what_it_changed_and_goes_when_it_is_taken_back(cast: Cast) -> None:
    account = cast.account("Alder")
    act = renamed(cast, cast.manager, account, "by mistake")
    page = listed(cast, cast.manager)
    assert f'action="/undo/{act}"' in page
    assert f'<a href="/accounts/{account.pk}" data-open>Alder</a>' in page
    assert "by mistake" in page
    assert re.search(r'data-key="z" aria-label="Undo: [^"]+, Alder"', page)
    assert cast.client(cast.manager).post(f"/undo/{act}", {"next": "/undo"}).headers["Location"] == "/undo"
    assert stored(account).description == ""
    assert "There is nothing to take back" in listed(cast, cast.manager)


def test_the_menu_leads_there(cast: Cast) -> None:
    assert 'href="/undo"' in cast.client(cast.junior).get("/today").content.decode()


def test_what_was_written_over_since_is_no_longer_offered(cast: Cast) -> None:
    account = cast.account("Alder")
    first = renamed(cast, cast.manager, account, "first")
    second = renamed(cast, cast.leader, account, "second")
    assert f"/undo/{first}" not in listed(cast, cast.manager)
    assert f"/undo/{second}" in listed(cast, cast.leader)
    third = renamed(cast, cast.manager, account, "Alder Ltd", field="legal_name")
    assert f"/undo/{third}" in listed(cast, cast.manager)


def test_ten_newest_first_and_a_bulk_change_as_one(cast: Cast) -> None:
    accounts = [cast.account(f"Hotel {n:02}") for n in range(12)]
    acts = [renamed(cast, cast.manager, a, "x") for a in accounts]
    operation = ACCOUNTS.edit.each(cast.actor(cast.manager), [a.pk for a in accounts], values={"legal_name": "Hotels"})
    page = listed(cast, cast.manager)
    assert page.count('<li class="moment"') == 10
    assert (
        page.index(f"/undo/operation/{operation.pk}")
        < page.index(f"/undo/{acts[-1]}")
        < page.index(f"/undo/{acts[-2]}")
    )
    assert "12 records" in page
    assert f"/undo/{acts[0]}" not in page
    cast.client(cast.manager).post(f"/undo/operation/{operation.pk}")
    assert f"/undo/operation/{operation.pk}" not in listed(cast, cast.manager)


def test_only_ones_own_and_only_what_one_sees(cast: Cast) -> None:
    kept, gone = cast.account("Alder"), cast.account("Secret house")
    acts = [renamed(cast, cast.manager, a, "by me") for a in (kept, gone)]
    assert "/undo/" not in listed(cast, cast.leader).replace('href="/undo"', "")
    reassign(BUILDER, gone, to=cast.stranger)
    page = listed(cast, cast.manager)
    assert f"/undo/{acts[0]}" in page
    assert f"/undo/{acts[1]}" not in page
    assert "Secret house" not in page


def test_a_field_that_is_hidden_since_is_not_told(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.stranger)
    user = nobody()
    role = give_role(user, "Editor", scopes={line: {"view": "all", "edit": "all"} for line in ("accounts", "leads")})
    act = edit_record(cast.actor(user), ACCOUNTS, account.pk, {"description": "Zq7secret"}).act
    assert "Zq7secret" in listed(cast, user)
    blind = {"field_rights": {line: {"description": "hidden"} for line in ("accounts", "leads")}}
    entity_by_plural("roles").verb_by_name["edit-role"](BUILDER, role.pk, values=blind)  # type: ignore[union-attr]
    page = listed(cast, user)
    assert "Zq7secret" not in page
    assert f"/undo/{act}" not in page


def test_what_is_older_than_thirty_days_is_not_offered(cast: Cast) -> None:
    with time_machine.travel("2026-01-05 09:00:00+00:00"):
        account = cast.account("Alder")
        act = renamed(cast, cast.manager, account, "long ago")
    with time_machine.travel("2026-01-20 09:00:00+00:00"):
        assert f"/undo/{act}" in listed(cast, cast.manager)
    with time_machine.travel("2026-03-05 09:00:00+00:00"):
        assert "There is nothing to take back" in listed(cast, cast.manager)
