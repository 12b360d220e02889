"""Groups of a list and what columns add up to: each head says what opening it shows, and slow questions end in words."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.declared import CHARACTERISTIC
from tend.kernel.entity import Field
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing, timed
from tend.kernel.listing.grouped import GroupKey, filter_of, group_key, heads_of, keys_offered
from tend.kernel.listing.sums import Sum, addable, addends, sums_of
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.kernel.values import create_record
from tests.cast import make
from tests.kernel.garden.entity import BED, PLANT
from tests.kernel.garden.models import Plant

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
BY_NAME = PLANT.by_name


def reader(scope: str = "all", zone: str = "UTC", hidden: tuple[str, ...] = ()) -> Actor:
    user = make("users", email=f"{random.random()}@tend.example", name="Ana", zone=zone)
    return Actor(
        user.pk, "Ana", Grants({("plants", "view"): scope}, {("plants", n): "hidden" for n in hidden}), zone=zone
    )


def planted(owner: int | None = None) -> None:
    dice = random.Random(7)
    for key, kind, choices in (
        ("soil", "choice", ["sand", "clay"]),
        ("rare", "yesno", []),
        ("leaves", "number", []),
        ("sown", "date", []),
    ):
        given = {"name": key.title(), "key": key, "type": kind, "choices": choices, "record_type": "garden.plant"}
        create_record(SYSTEM, CHARACTERISTIC, given)
    for name, position in (("South", 2), ("North", 1), ("Empty", 3)):
        create_record(SYSTEM, BED, {"name": name, "position": position})
    for at in range(40):
        day = dt.date(2025, 11, 1) + dt.timedelta(days=dice.randrange(120))
        values = {
            "name": f"plant {at}", "bed": dice.choice(["South", "North", None]),
            "planted_on": dice.choice([day, None]), "height": dice.choice([None, at]), "price": dice.choice([None, f"{at}.10"]),
        }  # fmt: skip
        traits = {
            "soil": dice.choice(["clay", "sand", None]),
            "rare": dice.choice([True, False, None]),
            "leaves": dice.choice([None, at, 0.25]),
        }
        traits["sown"] = dice.choice([day.isoformat(), None])
        values["characteristics"] = {k: v for k, v in traits.items() if v is not None}
        record = create_record(SYSTEM, PLANT, values).record
        made = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=at - 20, minutes=30)
        Plant.objects.as_system("test").filter(pk=record.pk).update(
            created_at=made, owner=owner if dice.random() < 0.6 else None, needs_water=dice.random() < 0.5
        )


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kathmandu"])
def test_a_head_counts_and_adds_up_what_opening_its_group_shows(zone: str) -> None:
    actor = reader("own", zone)
    planted(actor.user_id)
    fields = addends(PLANT, actor, ["height", "price", "characteristics.leaves"])
    if zone == "UTC":  # a choice that is offered no more is one group with the others of its kind
        CharacteristicDefinition.objects.as_system("test").filter(key="soil").update(choices=["sand", "peat"])
    tall = {"not": {"field": "height", "op": "lt", "value": 5}}
    traits = [f"characteristics.{key}" for key in ("soil", "rare", "sown.month", "sown.year")]
    for said in ("bed", "needs_water", "planted_on.month", "planted_on.year", "owner", *traits):
        for chosen in ((), fields):
            listing = Listing(PLANT, actor, filter=tall)
            heads = heads_of(listing, group_key(PLANT, actor, said), chosen)
            assert sum(h.group.count for h in heads) == listing.count().number
            for head in heads:
                found = list(
                    Plant.objects.as_system("test").filter(
                        pk__in=Listing(PLANT, actor, filter=filter_of(tall, head)).ids()
                    )
                )
                assert len(found) == head.group.count, (said, head.key)
                for name in (f.name for f in chosen):
                    held = [r.characteristics.get("leaves") if name not in BY_NAME else getattr(r, name) for r in found]
                    values = [Decimal(str(v)) if name not in BY_NAME else v for v in held if v is not None]
                    assert head.sums[name] == Sum(len(values), sum(values) if values else None), (said, head.key, name)


def test_months_follow_the_clock_of_the_reader_and_the_order_of_the_list() -> None:
    """Instants of a column that plants do not declare, so that no rule stands between."""
    planted()
    for zone, earlier in (("UTC", 20), ("America/New_York", 25), ("Asia/Kathmandu", 14)):
        actor = reader(zone=zone)
        listing = Listing(PLANT, actor)
        key = GroupKey("created_at.month", Field("created_at", label="Created", kind="datetime"), "month")
        heads = heads_of(listing, key)
        assert [(h.key, h.group.label, h.group.count) for h in heads] == [
            ("2025-12", "December 2025", earlier), ("2026-01", "January 2026", 40 - earlier)
        ]  # fmt: skip
        assert [h.key for h in heads_of(listing, key, newest_first=True)] == ["2026-01", "2025-12"]


def test_values_stand_in_their_order_and_blanks_last_in_one_question() -> None:
    planted()
    actor = reader()
    assert [h.group.label for h in heads_of(Listing(PLANT, actor), group_key(PLANT, actor, "bed"))] == [
        "North",
        "South",
        "not filled in",
    ]
    for fields in ((), addable(PLANT, actor)):
        with CaptureQueriesContext(connection) as asked:
            heads_of(Listing(PLANT, actor), group_key(PLANT, actor, "bed"), fields)
        assert len([q for q in asked.captured_queries if "garden_plant" in q["sql"]]) == 1


def test_hidden_and_unfit_fields_are_refused_like_unknown_ones() -> None:
    blind = reader(hidden=("bed", "price", "planted_on", "characteristics"))
    planted()
    for name in (
        "bed",
        "planted_on.month",
        "colour",
        "name",
        "height.month",
        "tags",
        "characteristics.soil",
        "characteristics.sown.year",
    ):
        with pytest.raises(Refused):
            group_key(PLANT, blind, name)
    for name in ("price", "colour", "name", "bed", "characteristics.leaves"):
        with pytest.raises(Refused):
            addends(PLANT, blind, [name])
    said = [name for name, _label, _month in keys_offered(PLANT, blind)]
    assert "needs_water" in said
    assert not {"bed", "planted_on.month"} & set(said)
    assert not [name for name in said if name.startswith("characteristics")]
    assert [f.name for f in addable(PLANT, blind)] == ["height"]
    keen = reader()
    assert [f.name for f in addable(PLANT, keen)] == ["height", "price", "characteristics.leaves"]
    assert {
        "characteristics.soil",
        "characteristics.rare",
        "characteristics.sown.month",
        "characteristics.sown.year",
    } <= {name for name, _label, _unit in keys_offered(PLANT, keen)}
    for name in ("characteristics.leaves", "characteristics.soil.month", "characteristics.colour"):
        with pytest.raises(Refused):
            group_key(PLANT, keen, name)


def test_sums_and_means_of_the_whole_filter() -> None:
    actor = reader()
    for at, price in enumerate(("1.10", "2.20", None, "0.01")):
        create_record(SYSTEM, PLANT, {"name": f"plant {at}", "price": price, "height": 10 * at})
    found = sums_of(Listing(PLANT, actor), addends(PLANT, actor, ["price", "height"]))
    assert (found["price"], found["price"].average) == (Sum(3, Decimal("3.31")), Decimal("1.10"))
    assert (found["height"], found["height"].average) == (Sum(4, 60), Decimal("15.00"))
    none = sums_of(
        Listing(PLANT, actor, filter={"field": "name", "op": "is", "value": "x"}), addends(PLANT, actor, ["price"])
    )
    assert (none["price"], none["price"].average) == (Sum(0, None), None)


def test_what_takes_too_long_is_broken_off_in_words_and_the_next_question_goes_well(monkeypatch: Any) -> None:
    planted()
    actor = reader()
    monkeypatch.setattr(timed, "STEPS", 1)
    monkeypatch.setattr(timed, "SECONDS", 0.0)
    slow = Listing(PLANT, actor, as_of=1)
    if connection.vendor == "sqlite":
        for _again in range(2):
            with pytest.raises(Refused) as no:
                sums_of(slow, addends(PLANT, actor, ["height"]))
            assert "too many to add up in time" in no.value.message
    else:
        with pytest.raises(Refused), timed.in_time(0.02), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")
    monkeypatch.undo()
    assert Listing(PLANT, actor).count().number == 40
    assert sums_of(Listing(PLANT, actor), addends(PLANT, actor, ["height"]))["height"].filled > 0
