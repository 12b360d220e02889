"""Saved views: one's own and the shared ones; what is kept are ids, and nothing that one may not read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.listing import Listing
from tend.kernel.reading import Reader
from tend.kernel.undo import undo_act
from tend.kernel.values import create_record, edit_record
from tend.kernel.views import (
    VIEW,
    VIEW_PIN,
    SavedView,
    ViewPin,
    default_for,
    make_default,
    pin,
    tabs_for,
    trash,
    unpin,
    views_for,
)  # fmt: skip
from tend.kernel.views.pins import MOST_PINS
from tend.people.models import Team, User
from tests.kernel.garden.entity import BED, PLANT

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
NOW = dt.datetime(2026, 3, 15, 12, 0, tzinfo=dt.UTC)


def gardener(name: str, *rights: str, hidden: tuple[str, ...] = ()) -> Actor:
    user = User.objects.create(email=f"{name.lower()}@tend.example", name=name, created_at=NOW, updated_at=NOW)
    scopes = {("plants", a): "all" for a in ("view", "create", "edit")} | {("views", "*"): "own"}
    return Actor(user.pk, name, Grants(scopes, {("plants", f): "hidden" for f in hidden}, rights=frozenset(rights)))


def view(by: Actor, name: str = "South", **values: Any) -> Any:
    return create_record(by, VIEW, {"name": name, "record_type": "plants", **values}).record


def test_a_view_is_a_list_again() -> None:
    create_record(SYSTEM, BED, {"name": "South"})
    create_record(SYSTEM, PLANT, {"name": "rose", "bed": "South"})
    create_record(SYSTEM, PLANT, {"name": "oak"})
    ana = gardener("Ana")
    kept = view(
        ana, filter={"field": "bed", "op": "is", "value": "South"}, columns=["name", "height"], sort="-height,name"
    )
    again = SavedView.objects.seen_by(ana).get(pk=kept.pk)
    assert again.filter["value"]["name"] == "South"
    assert isinstance(again.filter["value"]["id"], int)
    page = Listing(PLANT, ana, filter=again.filter, sort=again.sort, columns=again.columns).page()
    assert page.rows == [{"id": page.records[0].pk, "name": "rose", "height": None}]


def test_others_see_only_what_is_shared() -> None:
    ana, ben = gardener("Ana", "share_views"), gardener("Ben")
    view(ana, "private")
    view(ana, "shared", is_shared=True)
    view(ben, "mine")
    assert [v.name for v in views_for(ben, PLANT)] == ["mine", "shared"]
    assert [v.name for v in views_for(ana, PLANT)] == ["private", "shared"]
    assert views_for(ana, BED) == []


def test_sharing_needs_its_right_and_others_change_nothing() -> None:
    ana, ben = gardener("Ana", "share_views"), gardener("Ben")
    with pytest.raises(Refused) as no:
        view(ben, is_shared=True)
    assert no.value.field == "is_shared"
    mine = view(ben)
    with pytest.raises(Refused):
        edit_record(ben, VIEW, mine, {"is_shared": True})
    shared, private = view(ana, is_shared=True), view(ana, "private")
    with pytest.raises(Exception) as refused:
        edit_record(ben, VIEW, shared, {"name": "taken"})
    assert type(refused.value).__name__ == "NotAllowed"
    with pytest.raises(NotSeen):
        trash(ben, private)
    trash(ana, private)
    assert [v.name for v in views_for(ana, PLANT)] == ["South"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"filter": {"field": "secret", "op": "is", "value": 1}}, "secret"),
        ({"filter": {"field": "price", "op": "is", "value": 1}}, "price"),
        ({"filter": []}, "filter"),
        ({"columns": ["price"]}, "columns"),
        ({"columns": "name"}, "columns"),
        ({"sort": "price"}, "price"),
        ({"record_type": "nothing"}, "record_type"),
    ],
)
def test_a_view_names_nothing_that_its_maker_may_not_read(values: Any, field: str) -> None:
    with pytest.raises(Refused) as no:
        view(gardener("Ana", hidden=("price",)), **values)
    assert no.value.field == field


def test_a_shared_filter_carries_no_name_of_a_record() -> None:
    ana = gardener("Ana", "share_views")
    create_record(SYSTEM, PLANT, {"name": "Secret mother"})
    kept = view(ana, filter={"field": "mother", "op": "is", "value": "Secret mother"}, is_shared=True)
    assert "Secret" not in str(kept.filter)


# --- shared with a team, and what a reader may know of them -------------------------------------------------------------
def member(name: str, team: Any, *rights: str, **hidden: Any) -> Actor:
    """Somebody of a team, who may do with plants what gardeners may."""
    return replace(gardener(name, *rights, **hidden), team_ids=(team.pk,), part_of=(team.pk,))


def team_named(name: str) -> Any:
    return Team.objects.create(name=name, created_at=NOW, updated_at=NOW)


def test_a_view_for_a_team_is_seen_by_it_and_changed_by_its_owner_and_administrators() -> None:
    coast, hills = team_named("Coast"), team_named("Hills")
    ana, ben, cid = member("Ana", coast, "share_views"), member("Ben", coast), member("Cid", hills)
    kept = view(ana, "of the coast", team=coast.pk)
    assert [v.name for v in views_for(ben, PLANT)] == ["of the coast"]
    assert views_for(cid, PLANT) == []
    with pytest.raises(NotAllowed):
        edit_record(ben, VIEW, kept, {"name": "taken"})
    with pytest.raises(NotSeen):
        edit_record(cid, VIEW, kept, {"name": "taken"})
    edit_record(gardener("Ada", "settings", "share_views"), VIEW, kept, {"name": "put right"})
    assert [v.name for v in views_for(ben, PLANT)] == ["put right"]


def test_one_shares_with_a_team_of_ones_own() -> None:
    coast, hills = team_named("Coast"), team_named("Hills")
    ana = member("Ana", coast, "share_views")
    for by, team in ((ana, hills), (member("Ben", coast), coast)):
        with pytest.raises(Refused) as no:
            view(by, team=team.pk)
        assert no.value.field == "team"


def test_a_shared_view_leaves_out_what_its_reader_may_not_know() -> None:
    secret = create_record(SYSTEM, PLANT, {"name": "Secret mother"}).record
    hers = create_record(SYSTEM, PLANT, {"name": "rose", "height": 3}).record
    ana = gardener("Ana", "share_views")
    plants = PLANT.model.objects.as_system("test")
    blind = gardener("Ben", hidden=("price",))
    plants.filter(pk=hers.pk).update(owner=blind.user_id)
    blind = replace(blind, grants=replace(blind.grants, scopes={**blind.grants.scopes, ("plants", "view"): "own"}))
    tree = {"all": [
        {"field": "mother", "op": "is", "value": secret.pk}, {"field": "price", "op": "gt", "value": "4711"},
        {"field": "height", "op": "gte", "value": 2}, {"not": {"field": "mother", "op": "in", "value": [secret.pk, hers.pk]}},
    ]}  # fmt: skip
    kept = view(ana, filter=tree, columns=["name", "price"], sort="-price,name", is_shared=True)
    told = views_for(blind, PLANT)[0]
    assert told.filter == {"all": [{"field": "height", "op": "gte", "value": 2}]}
    assert (told.columns, told.sort, told.left_out) == (["name"], "name", 3)
    read = Reader(VIEW, blind, ("name", "filter", "columns", "sort")).one(
        SavedView.objects.seen_by(blind).get(pk=kept.pk)
    )
    assert (read["filter"], read["columns"], read["sort"]) == (told.filter, ["name"], "name")
    assert Listing(PLANT, blind, filter=told.filter, sort=told.sort).ids() == [hers.pk]
    assert views_for(ana, PLANT)[0].left_out == 0
    for gone in (secret.pk, 10**6):  # a record that is out of sight, and one that never was, are told alike
        SavedView.objects.as_system("test").filter(pk=kept.pk).update(
            filter={"field": "mother", "op": "is", "value": {"id": gone}}
        )
        assert [(v.filter, v.left_out) for v in views_for(blind, PLANT)] == [({}, 1)]


def test_fifty_views_are_told_in_as_many_questions_as_one() -> None:
    ana, ben = gardener("Ana", "share_views"), gardener("Ben")
    mothers = [create_record(SYSTEM, PLANT, {"name": f"mother {n}"}).record.pk for n in range(6)]

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            views_for(ben, PLANT)
        return len(found)

    view(ana, "first", filter={"field": "mother", "op": "is", "value": mothers[0]}, is_shared=True)
    few = asked()
    for n in range(1, 6):
        view(ana, f"v{n}", filter={"field": "mother", "op": "is", "value": mothers[n]}, is_shared=True)
    assert asked() <= few


def test_whoever_lost_sight_of_a_field_can_still_rename_his_view() -> None:
    ana = gardener("Ana")
    mine = view(ana, filter={"field": "price", "op": "gt", "value": 1})
    blind = replace(ana, grants=replace(ana.grants, fields={("plants", "price"): "hidden"}))
    edit_record(blind, VIEW, mine, {"name": "Renamed"})
    assert SavedView.objects.as_system("test").get(pk=mine.pk).filter["field"] == "price"


# --- pins ---------------------------------------------------------------------------------------------------------------
def tabs(actor: Actor) -> list[tuple[str, int | None, bool]]:
    return [(t.view.name, t.position, t.is_default) for t in tabs_for(actor, PLANT, "plants")]


def test_everybody_pins_for_herself_in_her_own_order() -> None:
    ana, ben = gardener("Ana", "share_views"), gardener("Ben")
    north, south, west = (view(ana, n, is_shared=True) for n in ("north", "south", "west"))
    for one in (north, south, west):
        pin(ben, one)
    pin(ben, west, position=1)
    made = make_default(ben, south)
    assert tabs(ben) == [("west", 1, False), ("north", 2, False), ("south", 3, True)]
    assert tabs(ana) == [("north", None, False), ("south", None, False), ("west", None, False)]
    undo_act(ben, made.act)
    assert [t[2] for t in tabs(ben)] == [False, False, False]
    make_default(ben, north)
    unpinned = unpin(ben, north)
    assert tabs(ben) == [("west", 1, False), ("south", 2, False), ("north", None, False)]
    assert default_for(ben, PLANT, "plants") is None
    undo_act(ben, unpinned.act)
    assert default_for(ben, PLANT, "plants").name == "north"
    trash(ana, north)
    assert [t[0] for t in tabs(ben)] == ["west", "south"]
    assert VIEW_PIN.rows(ViewPin.objects.as_system("test"), ana, "view").count() == 0


def test_a_row_of_tabs_ends_somewhere() -> None:
    ana = gardener("Ana")
    for n in range(MOST_PINS):
        pin(ana, view(ana, f"view {n}"))
    with pytest.raises(Refused):
        pin(ana, view(ana, "one more"))
    with pytest.raises(NotSeen):
        pin(gardener("Ben"), view(ana, "not his"))
