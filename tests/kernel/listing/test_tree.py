"""A list as a tree: every record of the list stands exactly once, and nothing tells of a parent out of sight."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.entity import entity_by_plural
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing.tree import Tree
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


def drawn(actor: Any, under: int | None = None, **options: Any) -> dict[str, Any]:
    """The whole tree as names within names, read level by level, two records a page."""
    found: dict[str, Any] = {}
    cursor, entity = None, entity_by_plural("accounts")
    assert entity is not None
    while True:
        level = Tree(entity, actor, under=under, limit=2, cursor=cursor, **options).level()
        for record in level.records:
            found[record.name] = drawn(actor, record.pk, **options)
            assert len(found[record.name]) == level.below[record.pk].number
        cursor = level.next_cursor
        if cursor is None:
            return found


@pytest.fixture
def group(cast: Cast) -> dict[str, Any]:
    """A group of the manager, of which the middle belongs to the stranger."""
    top = cast.account("Marisol Group", status=make("statuses", name="Open"))
    south = cast.account("Marisol South", cast.stranger, parent=top)
    return {
        "top": top,
        "south": south,
        "cadiz": cast.account("Marisol Cadiz", cast.junior, parent=south, status=top.status),
        "north": cast.account("Marisol North", parent=top),
        "west": cast.account("Marisol West", parent=top),
        "alone": cast.account("Alone", status=top.status),
    }


def test_who_does_not_see_a_parent_finds_its_children_at_the_top(cast: Cast, group: dict[str, Any]) -> None:
    north = {"Marisol North": {}, "Marisol West": {}}
    admin, manager = cast.actor(cast.admin), cast.actor(cast.manager)
    whole = {"Marisol Group": {"Marisol South": {"Marisol Cadiz": {}}, **north}, "Alone": {}}
    assert drawn(admin) == whole
    assert drawn(manager) == {"Alone": {}, "Marisol Cadiz": {}, "Marisol Group": north}
    assert drawn(cast.actor(cast.stranger)) == {"Marisol South": {}}
    assert drawn(cast.actor(cast.junior)) == {"Marisol Cadiz": {}}
    entity: Any = entity_by_plural("accounts")
    for unseen in (group["south"].pk, 2**70):
        with pytest.raises(NotSeen):
            Tree(entity, manager, under=unseen)


def test_a_filter_leaves_every_record_that_fits_exactly_once(cast: Cast, group: dict[str, Any]) -> None:
    admin = cast.actor(cast.admin)
    opened = {"field": "status", "op": "is", "value": "Open"}
    assert drawn(admin, filter=opened) == {"Alone": {}, "Marisol Cadiz": {}, "Marisol Group": {}}
    assert list(drawn(admin, sort="-name")) == ["Marisol Group", "Alone"]
    assert drawn(cast.actor(cast.junior), filter=opened) == {"Marisol Cadiz": {}}


def test_a_level_costs_the_same_for_two_records_as_for_twenty(cast: Cast, group: dict[str, Any]) -> None:
    entity, leader = entity_by_plural("accounts"), cast.actor(cast.leader)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            Tree(entity, leader, under=group["top"].pk, columns=["name", "owner"]).level()  # type: ignore[arg-type]
        return len(asked)

    questions()
    before = questions()
    for at in range(18):
        cast.account(f"House {at}", parent=group["top"])
    assert questions() == before


def test_a_record_type_without_a_tree_has_none(cast: Cast) -> None:
    with pytest.raises(Refused):
        Tree(entity_by_plural("contacts"), cast.actor(cast.admin))  # type: ignore[arg-type]
