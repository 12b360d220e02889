"""A list as a board: every record stands in exactly one column, in the order of the list, and `column` goes on from there."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.entity import entity_by_plural
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing, board
from tend.kernel.listing.board import Board
from tend.kernel.values import create_record
from tests.cast import Cast, make
from tests.kernel.garden.entity import BED, PLANT
from tests.kernel.garden.models import Plant

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


@pytest.fixture
def plants() -> None:
    chance = random.Random(3)
    for name, position in (("South", 2), ("North", 1), ("Empty", 3)):
        create_record(SYSTEM, BED, {"name": name, "position": position})
    for _at in range(30):
        values = {"name": chance.choice("abcdef"), "bed": chance.choice(["South", "North", None])}
        create_record(SYSTEM, PLANT, {**values, "height": chance.choice([None, 1, 2])})


def all_of(one: Board) -> dict[str, list[int]]:
    """Every column with all of its records: the first ones, then page by page."""
    found = {}
    for column in one.columns():
        ids, cursor = [r.pk for r in column.records], column.next_cursor
        while cursor:
            page = one.column(column.group.key, cursor)
            ids += [r.pk for r in page.records]
            cursor = page.next_cursor
        assert len(ids) == column.group.count
        found[column.group.label] = ids
    return found


@pytest.mark.parametrize("few", [5_000, 0])
def test_every_record_stands_in_one_column_in_the_order_of_the_list(
    few: int, plants: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "FEW", few)
    beds = dict(Plant.objects.as_system("test").values_list("pk", "bed__name"))
    for sort in ("", "-name", "height,name", "-height,-name", "bed,-name"):
        found = all_of(Board(PLANT, SYSTEM, "bed", sort=sort, limit=4))
        assert list(found) == ["North", "South", "Empty", "not filled in"]
        order = [r.pk for r in Listing(PLANT, SYSTEM, sort=board.plain_order(PLANT, SYSTEM, sort)).page().records]
        for label, ids in found.items():
            assert ids == [pk for pk in order if (beds[pk] or "not filled in") == label]


def test_a_board_costs_the_same_whatever_its_columns(plants: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def questions(few: int) -> int:
        monkeypatch.setattr(board, "FEW", few)
        with CaptureQueriesContext(connection) as asked:
            Board(PLANT, SYSTEM, "bed", columns=["name", "bed", "height"], limit=2).columns()
        return len(asked)

    before = questions(5_000), questions(0)
    for at in range(12):
        bed = create_record(SYSTEM, BED, {"name": f"bed {at}"}).record
        for _plant in range(3):
            create_record(SYSTEM, PLANT, {"name": "rose", "bed": bed})
    assert (questions(5_000), questions(0)) == before


def test_a_folded_column_is_counted_and_not_read(plants: None) -> None:
    columns = Board(PLANT, SYSTEM, "bed").columns()
    south = next(c for c in columns if c.group.label == "South")
    folded = next(
        c for c in Board(PLANT, SYSTEM, "bed", folded={south.group.key}).columns() if c.group.label == "South"
    )
    assert (folded.is_folded, folded.records, folded.group.count) == (True, [], south.group.count)


def test_what_is_hidden_or_has_no_few_values_makes_no_board(plants: None) -> None:
    blind = Actor(1, "Ana", Grants({("plants", "view"): "all"}, {("plants", "bed"): "hidden"}))
    for actor, by in ((blind, "bed"), (SYSTEM, "mother"), (SYSTEM, "height"), (SYSTEM, "needs_water")):
        with pytest.raises(Refused):
            Board(PLANT, actor, by)
    assert Board(PLANT, SYSTEM, "bed").column("999999").records == []
    with pytest.raises(Refused):
        Board(PLANT, SYSTEM, "bed").column("x")


def test_a_board_of_accounts_holds_what_its_reader_sees(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ = make("statuses", name="Open")
    for at in range(3):
        cast.account(f"Ours {at}", status=open_)
        cast.account(f"Theirs {at}", cast.stranger, status=open_)
    cast.account("Young", cast.junior, status=open_, lifecycle="lead")
    cast.account("Bare", cast.junior)
    entity: Any = entity_by_plural("accounts")

    def seen(user: Any, by: str) -> dict[str, list[str]]:
        columns = Board(entity, cast.actor(user), by).columns()
        return {c.group.label: [r.name for r in c.records] for c in columns if c.records}

    for few in (5_000, 0):
        monkeypatch.setattr(board, "FEW", few)
        assert seen(cast.stranger, "status") == {"Open": ["Theirs 0", "Theirs 1", "Theirs 2"]}
        assert seen(cast.leader, "status") == {
            "Open": ["Ours 0", "Ours 1", "Ours 2", "Young"],
            "not filled in": ["Bare"],
        }
        assert seen(cast.junior, "status") == {"Open": ["Young"], "not filled in": ["Bare"]}
        assert seen(cast.junior, "lifecycle") == {"Lead": ["Young"], "Prospect": ["Bare"]}
        assert seen(cast.leader, "owner") == {
            "Maya Sorensen": ["Bare", "Young"],
            "Tomas Ribeiro": ["Ours 0", "Ours 1", "Ours 2"],
        }
