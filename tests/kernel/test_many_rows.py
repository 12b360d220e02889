"""What work on many rows shares: ids over chunks, one statement for search texts, one question for parts to take back."""

from __future__ import annotations

import datetime as dt
import gc
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.models import AccountSearch
from tend.kernel import write
from tend.kernel.actor import system
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.entity import entity_by_code
from tend.kernel.exports.columns import columns_of
from tend.kernel.finding import search
from tend.kernel.ids import Ids
from tend.kernel.operations import Operation, start
from tend.kernel.undo import undo_operation
from tend.kernel.unit import Unit
from tests.kernel.garden.entity import create_plant, edit_plant
from tests.kernel.garden.models import Plant, PlantPoint

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
COUNT = 40


def test_units_that_share_ids_never_give_one_twice_whatever_becomes_of_a_unit() -> None:
    ids, made = Ids(), []
    for chunk in range(4):
        try:
            with Unit(SYSTEM, verb="test", ids=ids) as unit:
                plants = [create_plant(unit, values={"name": f"P{chunk} {i}"}) for i in range(COUNT)]
                if chunk == 1:
                    raise ZeroDivisionError
            made += plants
        except ZeroDivisionError:
            continue
    assert sorted(Plant.objects.as_system("test").values_list("pk", flat=True)) == sorted(p.pk for p in made)
    assert len({p.pk for p in made}) == 3 * COUNT


def test_search_texts_of_a_chunk_are_written_in_few_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "TOGETHER", 21)  # three rows of seven columns
    accounts = entity_by_code("accounts.account")
    with CaptureQueriesContext(connection) as caught, Unit(SYSTEM, verb="test") as unit:
        for index in range(7):
            accounts.create(unit, values={"name": f"Hotel {index}"})  # type: ignore[misc]
    if connection.vendor == "sqlite":
        assert sum("INSERT INTO" in q["sql"] and "_accountsearch" in q["sql"] for q in caught) == 3
    assert AccountSearch.objects.count() == 7
    assert {h.title for h in search(SYSTEM, "hotel")} == {f"Hotel {index}" for index in range(7)}


def _bulk(count: int) -> Operation:
    """Plants that an operation gives a phone, an address, and another phone for the one they had."""
    with Unit(SYSTEM, verb="test") as unit:
        plants = [create_plant(unit, values={"name": f"P{i}", "phones": ["+34 971 100 100"]}) for i in range(count)]
    operation = start(SYSTEM, "edit", "garden.plant", total=count)
    with Unit(SYSTEM, verb="edit", operation=operation) as unit:
        held = unit.open(entity_by_code(operation.record_type), [p.pk for p in plants], "edit")
        values = {"phones": ["+34 971 200 200"], "emails": ["plant@garden.example"]}
        for plant in held:
            edit_plant(unit, plant, values=values)
    operation.state, operation.done_through = Operation.State.DONE, count
    operation.save()
    return operation


def _points() -> list[tuple[Any, ...]]:
    return sorted(PlantPoint.objects.as_system("test").values_list("record_id", "kind", "normalised", "is_primary"))


def test_taking_back_parts_asks_as_much_for_many_as_for_few() -> None:
    asked = []
    for count in (2, 12):
        operation = _bulk(count)
        with CaptureQueriesContext(connection) as caught:
            undo_operation(SYSTEM, operation)
        asked.append(sum(q["sql"].startswith("SELECT") and "plantpoint" in q["sql"] for q in caught))
    assert asked[0] == asked[1]
    assert {p[1:] for p in _points()} == {("phone", "+34971100100", True)}
    assert len(_points()) == 14


def test_columns_are_what_django_reads_row_by_row() -> None:
    with Unit(SYSTEM, verb="test") as unit:
        for index in range(5):
            create_plant(unit, values={"name": f"P{index}", "planted_on": dt.date(2026, 2, index + 1)})
        create_plant(unit, values={"name": "Bare"})
    names = ("id", "name", "planted_on", "price", "needs_water", "characteristics", "created_at", "bed_id")
    rows = Plant.objects.as_system("test").order_by("pk").values_list(*names)
    assert columns_of(rows) == [list(column) for column in zip(*rows, strict=True)]
    assert columns_of(rows.filter(pk__in=[])) == columns_of(rows.filter(pk=0)) == []


def test_the_collector_rests_only_while_there_are_many_chunks() -> None:
    with collected_between_chunks(many=False) as collect:
        collect()
        assert gc.isenabled()
    with collected_between_chunks() as collect:
        collect()
        assert not gc.isenabled()
    assert gc.isenabled()
