"""Saved views: one's own and the shared ones; what is kept are ids, and nothing that one may not read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing import Listing
from tend.kernel.values import create_record, edit_record
from tend.kernel.views import VIEW, SavedView, trash, views_for
from tend.people.models import User
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
