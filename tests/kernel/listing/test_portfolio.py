"""A small portfolio is walked by itself, and shows exactly what the scope shows."""

from __future__ import annotations

from typing import Any

import pytest

from tend.kernel.entity import entity_by_code
from tend.kernel.listing import Listing, portfolio
from tests.cast import Cast, cast, make  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def names(actor: Any, **options: Any) -> list[str]:
    return [r.name for r in Listing(entity_by_code("accounts.account"), actor, **options).page().records]


def test_with_and_without_the_portfolio_a_list_is_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for index in range(4):
        cast.account(f"Junior {index}", cast.junior)
        cast.account(f"Manager {index}", cast.manager)
        cast.account(f"Stranger {index}", cast.stranger)
    shared = cast.account("Shared", cast.stranger)
    entity_by_code("accounts.account").verb_by_name["add-responsible"](cast.actor(cast.admin), shared, user=cast.junior)
    people = (cast.junior, cast.manager, cast.leader, cast.stranger, cast.admin)
    small = {p.pk: names(cast.actor(p)) for p in people}
    monkeypatch.setattr(portfolio, "FEW", 1)
    assert {p.pk: names(cast.actor(p)) for p in people} == small
    assert small[cast.junior.pk] == ["Junior 0", "Junior 1", "Junior 2", "Junior 3", "Shared"]
    assert len(small[cast.admin.pk]) == 13


def test_a_portfolio_is_given_exactly_to_those_whose_scope_is_bounded(cast: Cast) -> None:  # noqa: F811
    mine = cast.account("Mine", cast.junior)
    entity = entity_by_code("accounts.account")
    assert portfolio.reachable(entity, cast.actor(cast.junior), "view") == [mine.pk]
    assert portfolio.reachable(entity, cast.actor(cast.leader), "view") == [mine.pk]
    assert portfolio.reachable(entity, cast.actor(cast.admin), "view") is None
    contacts = entity_by_code("contacts.contact")
    assert portfolio.reachable(contacts, cast.actor(cast.admin), "view") is None
    assert portfolio.reachable(contacts, cast.actor(cast.junior), "view") == []
    ines = make("contacts", first_name="Ines", last_name="Duarte", accounts=[mine])
    assert portfolio.reachable(contacts, cast.actor(cast.junior), "view") == [ines.pk]
    assert portfolio.reachable(entity_by_code("people.team"), cast.actor(cast.junior), "view") is None
