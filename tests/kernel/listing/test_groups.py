"""Counts by the values of one field: the same whether the list is counted to its end or value by value."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing, groups
from tend.kernel.listing.groups import group_counts
from tend.kernel.values import create_record
from tend.people.models import User
from tests.cast import Cast, make
from tests.kernel.garden.entity import BED, PLANT
from tests.kernel.garden.models import Bed, Plant

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


def counted(actor: Actor, by: str = "bed", **options: Any) -> list[tuple[str, int]]:
    return [(g.label, g.count) for g in group_counts(Listing(PLANT, actor, **options), by)]


@pytest.fixture
def plants() -> User:
    owner: User = make("users", email="ana@tend.example", name="Ana")
    for name, position in (("South", 2), ("North", 1), ("Old", 3), ("Empty", 4), ("Gone", 5)):
        create_record(SYSTEM, BED, {"name": name, "position": position})
    for at, bed in enumerate(["South", "South", "North", "Old", None, "South"]):
        values = {"name": f"plant {at}", "bed": bed, "height": at}
        create_record(SYSTEM, PLANT, values)
    Plant.objects.as_system("test").filter(height__lt=3).update(owner=owner)
    Bed.objects.as_system("test").filter(name__in=["Old", "Gone"]).update(is_active=False)
    return owner


@pytest.mark.parametrize("most", [10_000, 0])
def test_values_stand_in_the_order_of_the_book_and_blanks_last(
    most: int, plants: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `most` 0 every list is too long to be counted to its end: each value is then counted by itself."""
    if not most:
        monkeypatch.setattr(groups, "WHOLE", 1)
        monkeypatch.setattr(groups, "COUNTED", 2)
    said = [(g.label, g.count, g.is_more) for g in group_counts(Listing(PLANT, SYSTEM), "bed")]
    south = ("South", 3, False) if most else ("South", 2, True)
    assert said == [("North", 1, False), south, ("Old", 1, False), ("Empty", 0, False), ("not filled in", 1, False)]

    mine = Actor(plants.pk, "Ana", Grants({("plants", "view"): "own"}))
    assert counted(mine) == [("North", 1), ("South", 2), ("Empty", 0)]
    tall = {"field": "height", "op": "gt", "value": 1}
    assert counted(SYSTEM, filter=tall) == [("North", 1), ("South", 1), ("Old", 1), ("Empty", 0), ("not filled in", 1)]
    assert dict(counted(SYSTEM, "owner"))["not filled in"] == (3 if most else 2)
    assert dict(counted(SYSTEM, "needs_water"))["no"] == (6 if most else 2)


def test_counting_costs_one_question_whatever_the_number_of_values(
    plants: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def questions() -> int:
        listing = Listing(PLANT, SYSTEM)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            group_counts(listing, "bed")
        return len([q for q in asked.captured_queries if "garden_plant" in q["sql"]])

    assert questions() == 1
    monkeypatch.setattr(groups, "WHOLE", 1)
    monkeypatch.setattr(groups, "COUNTED", 2)
    before = questions()
    for at in range(20):
        create_record(SYSTEM, BED, {"name": f"bed {at}"})
    assert questions() == before == 1


def test_a_field_without_few_values_or_out_of_sight_is_no_group(plants: User) -> None:
    blind = Actor(plants.pk, "Ana", Grants({("plants", "view"): "all"}, {("plants", "bed"): "hidden"}))
    with pytest.raises(Refused) as hidden:
        group_counts(Listing(PLANT, blind), "bed")
    with pytest.raises(Refused) as unknown:
        group_counts(Listing(PLANT, blind), "bett")
    assert (hidden.value.code, unknown.value.code) == ("unknown", "unknown")
    for name in ("height", "name", "address.city", "bed.name"):
        with pytest.raises(Refused) as no:
            group_counts(Listing(PLANT, SYSTEM), name)
        assert no.value.code == "not_groupable"


def test_the_counts_of_accounts_are_those_in_scope(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    open_, shut = make("statuses", name="Open"), make("statuses", name="Closed")
    for at in range(3):
        cast.account(f"Ours {at}", status=open_)
        cast.account(f"Theirs {at}", cast.stranger, status=shut)
    cast.account("Junior's", cast.junior, status=shut)
    entity = entity_of(type(cast.account("Bare")))

    def by_status(user: User) -> dict[str, int]:
        return {g.label: g.count for g in group_counts(Listing(entity, cast.actor(user)), "status") if g.count}

    def all_of_them() -> list[dict[str, int]]:
        return [by_status(u) for u in (cast.admin, cast.leader, cast.junior, cast.stranger)]

    whole = all_of_them()
    assert whole[1:] == [
        {"Open": 3, "Closed": 1, "not filled in": 1},
        {"Closed": 1},
        {"Closed": 3},
    ]
    monkeypatch.setattr(groups, "WHOLE", 0)
    assert all_of_them() == whole
