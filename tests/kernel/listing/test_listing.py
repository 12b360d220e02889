"""Lists: every order walks through every record once, in either direction, in as many queries for 500 rows as for 5."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.declared import CHARACTERISTIC, TAG
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing import Listing, totals
from tend.kernel.query import parse_text
from tend.kernel.unit import Unit
from tend.kernel.values import create_record
from tend.people.models import User
from tests.kernel.garden.entity import BED, PLANT
from tests.kernel.garden.models import Plant

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
NOW = dt.datetime(2026, 3, 15, 12, 0, tzinfo=dt.UTC)
SORTS = (
    "name", "-name", "height", "-height", "height,name", "-height,name", "height,-name", "-height,-name", "planted_on,height",
    "-planted_on,height,-name", "bed", "-bed,name", "bed,-height", "mother,name", "-mother", "address.city", "-address.city,name",
    "characteristics.rooms", "-characteristics.rooms,height", "needs_water,-planted_on", "price,-id", "-id",
)  # fmt: skip


def gardener(name: str, scope: str = "own") -> Actor:
    user = User.objects.create(email=f"{name.lower()}@tend.example", name=name, created_at=NOW, updated_at=NOW)
    return Actor(user.pk, name, Grants({("plants", a): scope for a in ("view", "create", "edit")}))


@pytest.fixture
def garden() -> list[Any]:
    """Forty plants with many blanks and many equal values."""
    chance = random.Random(7)
    create_record(
        SYSTEM, CHARACTERISTIC, {"name": "Rooms", "key": "rooms", "type": "number", "record_type": "garden.plant"}
    )
    beds = [
        create_record(SYSTEM, BED, {"name": n, "position": p}).record
        for n, p in (("South", 2), ("North", 1), ("East", 1))
    ]
    made: list[Any] = []
    for _index in range(40):
        values: dict[str, Any] = {
            "name": chance.choice("abcdef"),
            "height": chance.choice([None, 1, 2, 3]),
            "price": chance.choice([None, "1.50", "2.25"]),
            "planted_on": chance.choice([None, "2026-01-01", "2026-02-01"]),
            "bed": chance.choice([None, *beds]),
            "mother": chance.choice([None, *made[:5]]),
        }
        if chance.random() < 0.6:
            values["address"] = {"city": chance.choice(["Odesa", "Kyiv", "Lviv"])}
        if chance.random() < 0.6:
            values["characteristics"] = {"rooms": chance.choice([1, 2, 2.5])}
        made.append(create_record(SYSTEM, PLANT, values).record)
    return made


def walk(sort: str, limit: int = 7, actor: Actor = SYSTEM, **options: Any) -> list[list[int]]:
    pages, cursor = [], None
    for _page in range(100):
        page = Listing(PLANT, actor, sort=sort, limit=limit, cursor=cursor, **options).page()
        pages.append([r.pk for r in page.records])
        cursor = page.next_cursor
        if cursor is None:
            return pages
    raise AssertionError("the list does not end")


def expected(sort: str) -> list[int]:
    """The same order, worked out in plain Python: blanks last whatever the direction, the id decides at the end."""
    rows = list(Plant.objects.as_system("test").order_by("pk").select_related("bed", "mother"))
    cities = {r.pk: next((a.city for a in r.addresses.as_system("test")), None) for r in rows}
    read = {
        "bed": lambda r: (r.bed.position, r.bed.name) if r.bed else None,
        "mother": lambda r: r.mother.name if r.mother else None,
        "address.city": lambda r: cities[r.pk],
        "characteristics.rooms": lambda r: float(r.characteristics["rooms"]) if "rooms" in r.characteristics else None,
    }
    keys = [(k.lstrip("-"), k.startswith("-")) for k in sort.split(",")]
    if [name for name, _down in keys] in (["bed"], ["owner"]):
        keys.append(("name", False))  # plants of one bed stand by name
    if keys[-1][0] != "id":
        keys.append(("id", keys[-1][1]))
    for name, down in reversed(keys):
        get = read.get(name, lambda r, n=name: getattr(r, n))
        rows.sort(key=lambda r: (get(r) is None) != down, reverse=down)
        filled = [r for r in rows if get(r) is not None]
        filled.sort(key=get, reverse=down)
        rows = filled + [r for r in rows if get(r) is None]
    return [r.pk for r in rows]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_walk_through_everything_once_and_in_order(sort: str, garden: list[Any]) -> None:
    pages = walk(sort)
    assert [pk for page in pages for pk in page] == expected(sort)
    assert {len(p) for p in pages[:-1]} == {7}


@pytest.mark.parametrize("sort", SORTS)
def test_the_way_back_is_the_same_way(sort: str, garden: list[Any]) -> None:
    there, cursors = [], [None]
    for _page in range(4):
        page = Listing(PLANT, SYSTEM, sort=sort, limit=7, cursor=cursors[-1]).page()
        there.append([r.pk for r in page.records])
        cursors.append(page.next_cursor)
    back, cursor = [], page.previous_cursor
    while cursor:
        page = Listing(PLANT, SYSTEM, sort=sort, limit=7, cursor=cursor).page()
        back.append([r.pk for r in page.records])
        assert page.has_next
        cursor = page.previous_cursor
    assert back == there[:-1][::-1]


@pytest.mark.parametrize("sort", ["name", "-height,name", "bed,-height", "address.city"])
def test_neighbours_are_those_of_the_list(sort: str, garden: list[Any]) -> None:
    order = expected(sort)
    for place in (0, 1, 17, 38, 39):
        found = Listing(PLANT, SYSTEM, sort=sort).neighbours(order[place])
        assert (found.previous, found.next) == (
            order[place - 1] if place else None,
            order[place + 1] if place < 39 else None,
        )


def test_as_many_queries_for_many_rows_as_for_few(garden: list[Any]) -> None:
    def queries(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            Listing(
                PLANT, SYSTEM, limit=limit, columns=["name", "bed", "mother", "owner", "tags", "address.city", "phone"]
            ).page()
        return len(caught)

    queries(1)
    assert queries(40) == queries(2)


def test_a_list_reads_only_the_columns_it_shows(garden: list[Any]) -> None:
    with CaptureQueriesContext(connection) as caught:
        page = Listing(PLANT, SYSTEM, columns=["name"], sort="height").page()
    assert "characteristics" not in caught[0]["sql"]
    assert page.rows[0]["name"] == page.records[0].name


def test_a_forged_or_borrowed_cursor_is_refused(garden: list[Any]) -> None:
    ana, ben = gardener("Ana", "all"), gardener("Ben", "all")
    cursor = Listing(PLANT, ana, limit=5).page().next_cursor
    assert cursor is not None
    Listing(PLANT, ana, limit=5, cursor=cursor).page()
    for actor, sort, given in (
        (ben, "name", cursor), (ana, "height", cursor), (ana, "name", cursor[:-1]), (ana, "name", "x"), (ana, "name", "." * 9000),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            Listing(PLANT, actor, sort=sort, cursor=given).page()
        assert (no.value.field, no.value.code) == ("cursor", "cursor")


def test_unknown_hidden_and_many_valued_fields_make_no_order() -> None:
    ana = gardener("Ana")
    hidden = Actor(ana.user_id, "Ana", Grants(dict(ana.grants.scopes), {("plants", "height"): "hidden"}))
    for sort, code in (
        ("tall", "unknown"),
        ("height", "unknown"),
        ("tags", "not_sortable"),
        ("mother.name", "unknown"),
    ):
        with pytest.raises(Refused) as no:
            Listing(PLANT, hidden, sort=sort)
        assert no.value.code == code, sort
    with pytest.raises(Refused):
        Listing(PLANT, ana, limit=0)
    with pytest.raises(Refused):
        Listing(PLANT, ana, limit=100_000)


def test_a_hidden_record_orders_nothing(garden: list[Any]) -> None:
    ana = gardener("Ana")
    with Unit(ana, verb="test") as unit:
        for name in ("1", "2", "3"):
            unit.create(Plant, name=name, owner_id=ana.user_id)
    mine = list(Plant.objects.seen_by(ana).order_by("pk"))
    for child, mother in zip(mine, garden, strict=False):
        Plant.objects.as_system("test").filter(pk=child.pk).update(mother=mother)
    page = Listing(PLANT, ana, sort="mother", columns=["name", "mother"]).page()
    assert [r["name"] for r in page.rows] == ["1", "2", "3"]
    assert {r["mother"] for r in page.rows} == {None}


def test_counts_stop_at_a_bound(garden: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(Listing(PLANT, SYSTEM).count()) == "40"
    monkeypatch.setattr(totals, "COUNTED", 10)
    assert str(Listing(PLANT, SYSTEM).count()) == "10+"


def test_ids_are_those_of_the_filter(garden: list[Any]) -> None:
    tree = parse_text(PLANT, "height>1")
    tall = {p.pk for p in Plant.objects.as_system("test").filter(height__gt=1)}
    assert set(Listing(PLANT, SYSTEM, filter=tree).ids()) == tall
    assert (
        Listing(PLANT, SYSTEM, filter=tree, sort="-height,name").ids(5)
        == [pk for pk in expected("-height,name") if pk in tall][:5]
    )


def test_the_trash_is_a_list_of_its_own(garden: list[Any]) -> None:
    PLANT.verb_by_name["trash"](SYSTEM, garden[0])
    assert str(Listing(PLANT, SYSTEM).count()) == "39"
    page = Listing(PLANT, SYSTEM, trashed=True).page()
    assert [r.pk for r in page.records] == [garden[0].pk]
    with pytest.raises(NotSeen):
        Listing(PLANT, SYSTEM).neighbours(garden[0].pk)


def test_facets_count_what_is_in_the_list() -> None:
    create_record(SYSTEM, TAG, {"name": "vip"})
    create_record(SYSTEM, BED, {"name": "South"})
    ana, ben = gardener("Ana"), gardener("Ben")
    for actor, bed in ((ana, "South"), (ana, "South"), (ana, None), (ben, "South")):
        create_record(actor, PLANT, {"name": "x", "bed": bed, "tags": ["vip"]})
    assert [(str(v), n) for v, n in Listing(PLANT, ana).facet("bed")] == [("South", 2)]
    assert [(str(v), n) for v, n in Listing(PLANT, ana).facet("tags")] == [("vip", 3)]
    assert [(str(v), n) for v, n in Listing(PLANT, SYSTEM, filter=parse_text(PLANT, "has:bed")).facet("tags")] == [
        ("vip", 3)
    ]
