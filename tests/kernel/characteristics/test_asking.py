"""What characteristics ask: required by lifecycle, shown under a condition, in groups; refused on every surface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tend.domains.accounts.commands import set_lifecycle
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.doors.web.records.fieldset import characteristics
from tend.kernel.characteristics.asking import lacking_any
from tend.kernel.characteristics.commands import CHARACTERISTIC, place, place_group, rename_group
from tend.kernel.errors import Refused, RefusedFields
from tend.kernel.listing import Listing
from tend.kernel.query import parse_text, to_text
from tend.kernel.traits.characteristics import CharacteristicDefinition, definitions
from tend.kernel.undo import undo_act
from tend.kernel.values import create_record, edit_record
from tests.cast import Cast, make
from tests.domains.contacts.files import take


def define(cast: Cast, name: str, **values: Any) -> CharacteristicDefinition:
    given = {"record_type": "accounts.account", "name": name, "type": "text", **values}
    made: CharacteristicDefinition = create_record(cast.actor(cast.admin), CHARACTERISTIC, given).record
    return made


def refused(*args: Any, **kwargs: Any) -> RefusedFields:
    with pytest.raises(RefusedFields) as no:
        edit_record(*args, **kwargs)
    return no.value


def test_what_a_lifecycle_requires_is_asked_when_an_account_is_made_or_comes_there(cast: Cast) -> None:
    hotel, shop = make("categories", name="Hotel"), make("categories", name="Shop")
    actor = cast.actor(cast.manager)
    old = cast.account("Old Pine", owner=cast.manager, lifecycle="customer", category=hotel)
    define(cast, "Season", type="choice", choices=["summer", "winter"], required_for=["customer"])
    condition = {"field": "category", "values": ["Hotel"]}
    rooms = define(cast, "Rooms", type="number", required_for=["customer", "prospect"], shown_if=condition)
    assert rooms.shown_if == {"field": "category", "values": [hotel.pk]}

    # An old record is not broken: another field is changed although something lacks, and it is found by its filter.
    edit_record(actor, ACCOUNT, old, {"website": "pine.example"})
    tree = lacking_any(ACCOUNT, actor)
    assert [r.pk for r in Listing(ACCOUNT, actor, filter=tree).page().records] == [old.pk]
    typed = parse_text(ACCOUNT, to_text(ACCOUNT, tree, actor))  # as the view of the list says it
    assert [r.pk for r in Listing(ACCOUNT, actor, filter=typed).page().records] == [old.pk]

    # Made: only what is shown is asked. A lead is asked for nothing.
    with pytest.raises(RefusedFields) as no:
        create_record(actor, ACCOUNT, {"name": "Elm", "lifecycle": "customer", "category": hotel.pk})
    assert set(no.value.errors) == {"characteristics.season", "characteristics.rooms"}
    assert "Season" in no.value.message
    assert "Rooms" in no.value.message
    assert {e.code for e in no.value.errors.values()} == {"required"}
    create_record(actor, ACCOUNT, {"name": "Shop", "lifecycle": "prospect", "category": shop.pk})
    lead = create_record(actor, ACCOUNT, {"name": "Lead", "lifecycle": "lead", "category": hotel.pk}).record

    # Moved: refused by name, one by one and in bulk; together with the values it goes through, and Undo takes all back.
    no_value = refused(actor, ACCOUNT, lead, {"lifecycle": "prospect"})
    assert set(no_value.errors) == {"characteristics.rooms"}
    bulk = set_lifecycle.each(actor, [lead.pk], to="customer")
    assert (bulk.changed, bulk.failed) == (0, 1)
    assert "Season" in bulk.refusals[0][1]
    done = edit_record(actor, ACCOUNT, lead, {"lifecycle": "prospect", "characteristics.rooms": "12"})
    assert Account.objects.as_system("test").get(pk=lead.pk).characteristics == {"rooms": 12}
    undo_act(actor, done.act)
    again = Account.objects.as_system("test").get(pk=lead.pk)
    assert (again.lifecycle, again.characteristics) == ("lead", {})

    # What is filled in is not emptied again where it is required; what is hidden keeps its value and may be emptied.
    done = edit_record(actor, ACCOUNT, lead, {"lifecycle": "prospect", "characteristics.rooms": "12"})
    assert set(refused(actor, ACCOUNT, lead, {"characteristics.rooms": ""}).errors) == {"characteristics.rooms"}
    edit_record(actor, ACCOUNT, lead, {"category": shop.pk})
    assert Account.objects.as_system("test").get(pk=lead.pk).characteristics == {"rooms": 12}
    edit_record(actor, ACCOUNT, lead, {"characteristics.rooms": ""})


def test_conditions_that_lead_nowhere_or_in_a_circle_are_refused(cast: Cast) -> None:
    admin = cast.actor(cast.admin)
    first = define(cast, "First", type="yesno")
    second = define(cast, "Second", type="choice", choices=["a", "b"], shown_if={"field": "characteristics.first", "values": [True]})  # fmt: skip
    with pytest.raises(Refused, match="itself"):
        edit_record(admin, CHARACTERISTIC, first, {"shown_if": {"field": "characteristics.second", "values": ["a"]}})
    for condition in (
        {"field": "name", "values": ["x"]},
        {"field": "characteristics.second", "values": ["c"]},
        {"field": "category", "values": []},
        {"field": "category"},
    ):
        with pytest.raises(Refused) as no:
            edit_record(admin, CHARACTERISTIC, first, {"shown_if": condition})
        assert no.value.field == "shown_if"
    with pytest.raises(Refused, match="Second"):
        CHARACTERISTIC.verb_by_name["trash-characteristic"](admin, first)
    with pytest.raises(Refused):
        edit_record(admin, CHARACTERISTIC, first, {"is_required": True})
    with pytest.raises(Refused):
        edit_record(admin, CHARACTERISTIC, second, {"required_for": ["nobody"]})


def test_groups_stand_together_in_the_order_that_was_given(cast: Cast) -> None:
    admin = cast.actor(cast.admin)
    made = {
        n: define(cast, n, group=g) for n, g in (("A", ""), ("B", "Stay"), ("C", ""), ("D", "Money"), ("E", "Stay"))
    }

    def order() -> str:
        return " ".join(f"{d.name}{d.group[:1]}" for d in definitions("accounts.account"))

    place(admin, made["E"], to=1)
    assert order() == "ES BS A C DM"
    place_group(admin, made["D"], to=1)
    assert order() == "DM ES BS A C"
    done = place(admin, made["C"], to=2, group="Money")
    assert order() == "DM CM ES BS A"
    undo_act(admin, done.act)
    assert order() == "DM ES BS A C"
    rename_group(admin, made["E"], name="Lodging")
    assert order() == "DM EL BL A C"
    place(admin, made["D"], to=9, group="-")
    assert order() == "EL BL A C D"


def test_an_import_names_the_row_and_the_column_that_lack_what_is_required(cast: Cast) -> None:
    define(cast, "Rooms", type="number", required_for=["prospect"])
    came = take(cast.actor(cast.admin), "Company,Rooms\nPine,40\nElm,\n")
    assert [(row, column, value) for row, column, value, _why in came.faults] == [(3, "Rooms", "")]
    assert "Rooms is required" in came.faults[0][3]
    assert [a.name for a in Account.objects.as_system("test")] == ["Pine"]


def test_what_hangs_on_a_hidden_field_tells_nothing_of_it(cast: Cast) -> None:
    """Who may not see the category is not asked for the rooms of a hotel, and does not learn from a page that it is one."""
    hotel = make("categories", name="Hotel")
    define(cast, "Rooms", type="number", required_for=["customer"], shown_if={"field": "category", "values": ["Hotel"]})
    pine = cast.account("Pine", owner=cast.manager, lifecycle="prospect", category=hotel)
    elm = cast.account("Elm", owner=cast.manager, lifecycle="prospect")
    told = cast.actor(cast.manager)
    hidden = replace(told, grants=replace(told.grants, fields={("accounts", "category"): "hidden"}))
    for record in (pine, elm):
        edit_record(hidden, ACCOUNT, record, {"lifecycle": "customer"})
    assert lacking_any(ACCOUNT, hidden) is None
    shown = [[f.name for f in characteristics(ACCOUNT, hidden, of=record)] for record in (pine, elm)]
    assert shown[0] == shown[1]
    assert characteristics(ACCOUNT, hidden)[0].shown_if is None
    assert [f.name for f in characteristics(ACCOUNT, told, of=elm)] == []
