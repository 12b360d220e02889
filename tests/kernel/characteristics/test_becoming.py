"""Remarks that become characteristics, and characteristics that become of another type: foreseen, done, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountCharacteristic
from tend.kernel.characteristics.commands import CHARACTERISTIC
from tend.kernel.characteristics.converting import converted
from tend.kernel.characteristics.filterable import refill_chunk
from tend.kernel.characteristics.promoting import Promotion, foresee_promotion, keys_in_use, promote
from tend.kernel.characteristics.recasting import foresee, merging, planned, recast
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.jobs.worker import Worker
from tend.kernel.listing import Listing
from tend.kernel.query import parse_text
from tend.kernel.traits.characteristics import CharacteristicDefinition, definition_of
from tend.kernel.undo import undo_operation
from tend.kernel.values import create_record, edit_record
from tend.kernel.views import VIEW
from tests.cast import Cast

CODE = "accounts.account"


def stored(record: Account) -> Account:
    return Account.objects.as_system("test").get(pk=record.pk)


def found(cast: Cast, text: str) -> list[str]:
    listing = Listing(ACCOUNT, cast.actor(cast.admin), filter=parse_text(ACCOUNT, text))
    return sorted(r.name for r in listing.page().records)


def define(cast: Cast, name: str, **values: Any) -> CharacteristicDefinition:
    given = {"record_type": CODE, "name": name, "type": "text", **values}
    made: CharacteristicDefinition = create_record(cast.actor(cast.admin), CHARACTERISTIC, given).record
    return made


@pytest.mark.parametrize(
    ("value", "to", "is_now"),
    [
        ("1.234,50", "number", "1234.5"), ("40", "money", 40), (40, "text", "40"), ("15.03.2026", "date", "2026-03-15"),
        ("yes", "yesno", True), (True, "text", "yes"), ("HIGH", "choice", "high"), ("low", "choices", ["low"]),
        (["low", "high"], "text", "low, high"), (["low"], "choice", "low"), (["low", "high"], "choice", None),
        ("about forty", "number", None), ("soon", "date", None), ("none", "choice", None),
    ],
)  # fmt: skip
def test_a_value_is_said_in_another_type_or_refused(value: Any, to: str, is_now: Any) -> None:
    if is_now is None:
        with pytest.raises(Refused):
            converted(value, to, ["low", "high"])
    else:
        assert converted(value, to, ["low", "high"]) == is_now


def test_a_key_of_remarks_becomes_a_characteristic_and_goes_back(cast: Cast) -> None:
    admin, manager = cast.actor(cast.admin), cast.actor(cast.manager)
    rows = {
        name: cast.account(name, owner=cast.manager, remarks=[text])
        for name, text in (("Pine", "rooms=40"), ("Elm", "Nice.\nrooms=12\nbar=yes"), ("Oak", "rooms=many"))
    }
    keys = {k.key: k for k in keys_in_use(admin, ACCOUNT)}
    assert (keys["rooms"].count, keys["bar"].type) == (3, "yesno")
    with pytest.raises(NotAllowed):
        keys_in_use(manager, ACCOUNT)
    wanted = Promotion(CODE, "rooms", "Rooms", "number", cleans=True)
    seen = foresee_promotion(admin, wanted)
    assert (seen.total, seen.converts, [v for v, _n, _why in seen.fails]) == (3, 2, ["many"])
    assert definition_of(CODE, "rooms") is None  # nothing is done by looking

    operation = promote(admin, wanted)
    assert (operation.state, operation.failed) == ("done", 1)
    assert stored(rows["Pine"]).characteristics == {"rooms": 40}
    assert [r.text for r in stored(rows["Elm"]).remarks.of([rows["Elm"]])] == ["Nice.\nbar=yes"]
    assert found(cast, "rooms>20") == ["Pine"]
    assert found(cast, "rooms=12") == ["Elm"]
    old_view = Listing(ACCOUNT, admin, columns=["name", "remarks.rooms"], sort="name").page()  # kept from before
    assert [r["remarks.rooms"] for r in old_view.rows] == [12, "many", 40]
    edit_record(manager, ACCOUNT, rows["Oak"], {"remarks": "rooms=7\nlobby=new"})
    assert stored(rows["Oak"]).characteristics == {"rooms": 7}
    assert found(cast, "rooms=7") == ["Oak"]
    with pytest.raises(Refused):
        edit_record(manager, ACCOUNT, rows["Oak"], {"remarks": "rooms=lots"})

    undo_operation(admin, operation)
    assert stored(rows["Pine"]).characteristics == {}
    assert [r.text for r in stored(rows["Pine"]).remarks.of([rows["Pine"]])] == ["rooms=40"]


def test_in_the_background_a_promotion_goes_chunk_by_chunk(cast: Cast) -> None:
    admin = cast.actor(cast.admin)
    rows = [cast.account(f"Inn {n}", owner=cast.manager, remarks=[f"beds={n}"]) for n in range(4)]
    operation = promote(admin, Promotion(CODE, "beds", "Beds", "number"), at_once=1)
    assert operation.state == "waiting"
    Worker().drain()
    assert [stored(r).characteristics for r in rows] == [{"beds": n} for n in range(4)]
    assert [len(stored(r).remarks.of([r])) for r in rows] == [1, 1, 1, 1]


def test_a_text_becomes_a_number_what_does_not_fit_becomes_a_remark(cast: Cast) -> None:
    admin, manager = cast.actor(cast.admin), cast.actor(cast.manager)
    rooms = define(cast, "Rooms")
    rows = {
        name: cast.account(name, owner=cast.manager, characteristics={"rooms": said})
        for name, said in (("Pine", "1.234,50"), ("Elm", "12"), ("Oak", "about forty"))
    }
    for name, text in (("Kept", "has:characteristics.rooms"), ("Broken", "characteristics.rooms~forty")):
        view = {"name": name, "record_type": "accounts", "filter": parse_text(ACCOUNT, text)}
        create_record(manager if name == "Kept" else admin, VIEW, view)
    change = planned(rooms, "number", [], {})
    seen = foresee(admin, rooms, change)
    assert (seen.total, seen.converts, seen.views, seen.views_kept) == (3, 2, ["Broken"], 1)
    assert seen.fails[0][:2] == ("about forty", 1)

    operation = recast(admin, rooms, change)
    assert operation.failed == 1
    assert [stored(r).characteristics.get("rooms") for r in rows.values()] == ["1234.5", 12, None]
    assert [r.text for r in stored(rows["Oak"]).remarks.of([rows["Oak"]])] == ["Rooms: about forty"]
    assert found(cast, "characteristics.rooms>100") == ["Pine"]
    edit_record(manager, ACCOUNT, rows["Elm"], {"characteristics.rooms": "13"})

    undo_operation(admin, operation)
    assert definition_of(CODE, "rooms").type == "text"  # type: ignore[union-attr]
    assert [stored(r).characteristics.get("rooms") for r in rows.values()] == ["1.234,50", 13, "about forty"]
    assert not stored(rows["Oak"]).remarks.of([rows["Oak"]])


def test_days_in_texts_keep_their_letters_and_get_the_order_of_days(cast: Cast) -> None:
    admin = cast.actor(cast.admin)
    since = define(cast, "Since")
    pine = cast.account("Pine", owner=cast.manager, characteristics={"since": "2026-03-15"})
    operation = recast(admin, since, planned(since, "date", [], {}), at_once=0)
    Worker().drain()
    assert AccountCharacteristic.objects.of([pine]).get().date == dt.date(2026, 3, 15)
    operation.refresh_from_db()
    undo_operation(admin, operation)
    Worker().drain()
    assert AccountCharacteristic.objects.of([pine]).get().txt == "2026-03-15"
    assert refill_chunk(CODE, "since", pine.pk) == []


def test_two_options_become_one_and_conditions_that_name_the_old_one_stand_in_the_way(cast: Cast) -> None:
    admin = cast.actor(cast.admin)
    mood = define(cast, "Mood", type="choices", choices=["good", "fine", "bad"])
    pine = cast.account("Pine", owner=cast.manager, characteristics={"mood": ["good", "fine"]})
    why = define(cast, "Why", shown_if={"field": "characteristics.mood", "values": ["fine"]})
    with pytest.raises(Refused, match="Why"):
        recast(admin, mood, merging(mood, "fine", "good"))
    edit_record(admin, CHARACTERISTIC, why, {"shown_if": {}})
    recast(admin, mood, merging(mood, "fine", "good"))
    assert stored(pine).characteristics == {"mood": ["good"]}
    again = definition_of(CODE, "mood")
    assert again is not None
    assert again.choices == ["good", "bad"]
    recast(admin, again, merging(again, "good", "splendid"))  # a new word renames the option where it stands
    assert (stored(pine).characteristics, definition_of(CODE, "mood").choices) == (
        {"mood": ["splendid"]},
        ["splendid", "bad"],
    )  # type: ignore[union-attr]
