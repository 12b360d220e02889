"""The unit of work, on made-up plants: one code path for one record and for many."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.kernel.actor import Actor, Grants, system
from tend.kernel.errors import Misuse, NotAllowed, NotSeen, Refused, RefusedFields, Stale
from tend.kernel.history import Change
from tend.kernel.operations import Operation
from tend.kernel.record import build
from tend.kernel.undo import undo_act, undo_operation
from tend.kernel.unit import Unit
from tend.kernel.values import create_record, edit_record
from tend.people.models import User
from tests.kernel.garden.entity import BED, PLANT, create_plant, edit_plant, grow, move, peek, spin
from tests.kernel.garden.models import Plant, PlantPoint, Watering

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
NOW = dt.datetime(2026, 2, 27, 12, 0, tzinfo=dt.UTC)


def user(name: str) -> User:
    return User.objects.create(email=f"{name}@tend.example", name=name, created_at=NOW, updated_at=NOW)


def gardener(name: str = "Ana", scope: str = "own") -> Actor:
    return Actor(
        user(name).pk, name, Grants({("plants", action): scope for action in ("view", "create", "edit", "delete")})
    )


def stored(plant: Any) -> Plant:
    return Plant.objects.as_system("test").get(pk=plant.pk)  # type: ignore[no-any-return]


def test_an_id_is_known_before_anything_is_written() -> None:
    with Unit(SYSTEM, verb="test") as unit:
        mother = create_plant(unit, values={"name": "Mother"})
        child = create_plant(unit, values={"name": "Child", "mother": mother})
    assert stored(child).mother_id == mother.pk


def test_a_verb_that_reads_is_a_mistake() -> None:
    plant = create_plant(SYSTEM, values={"name": "Rose"}).record
    with pytest.raises(Misuse, match="does not query"):
        peek(SYSTEM, plant)


def test_reactions_that_announce_in_a_circle_are_an_error_and_not_a_hang() -> None:
    plant = create_plant(SYSTEM, values={"name": "Rose"}).record
    with pytest.raises(Misuse, match="circle"):
        spin(SYSTEM, plant)
    assert stored(plant).version == 1


def test_a_reaction_runs_in_the_same_transaction_and_its_projection_follows() -> None:
    bed = create_record(SYSTEM, BED, {"name": "South"}).record
    plant = create_plant(SYSTEM, values={"name": "Rose"}).record
    done = move(SYSTEM, plant, to=bed)
    assert stored(plant).needs_water
    assert Watering.objects.filter(plant_id=plant.pk).exists()
    assert done.sentence == "Rose moved to South."


def test_a_change_writes_one_history_entry_with_before_and_after() -> None:
    plant = create_plant(SYSTEM, values={"name": "Rose", "height": 3}).record
    edit_plant(SYSTEM, plant, values={"name": "Tulip", "height": 4})
    entry = Change.objects.as_system("test").filter(record_type="garden.plant", record_id=plant.pk).latest("pk")
    assert entry.body["fields"] == {"name": ["Rose", "Tulip"], "height": [3, 4]}


def test_saving_what_is_already_there_writes_nothing() -> None:
    plant = create_record(SYSTEM, PLANT, {"name": "Rose", "phone": "+34 600 555 042"}).record
    done = edit_record(SYSTEM, PLANT, plant, {"name": "Rose", "phone": "+34 600 555 042"})
    assert done.act is None
    assert stored(plant).version == 1


def test_a_stale_version_is_refused_and_says_what_is_stored() -> None:
    plant = create_plant(SYSTEM, values={"name": "Rose"}).record
    edit_plant(SYSTEM, plant, values={"name": "Tulip"})
    with pytest.raises(Stale) as raised:
        edit_record(SYSTEM, PLANT, plant.pk, {"name": "Lily"}, expect=1)
    assert raised.value.record.name == "Tulip"
    assert stored(plant).name == "Tulip"


def test_a_stranger_gets_not_seen_and_a_reader_not_allowed() -> None:
    plant = create_plant(SYSTEM, values={"name": "Rose", "height": 1}).record
    with pytest.raises(NotSeen):
        grow(gardener(), plant, by=1)
    reader = Actor(user("Ivo").pk, "Ivo", Grants({("plants", "view"): "all"}))
    with pytest.raises(NotAllowed):
        grow(reader, plant, by=1)
    assert stored(plant).height == 1


def test_the_right_of_the_verb_that_owns_a_field_is_needed_to_change_it() -> None:
    ana = gardener(scope="all")
    bed = create_record(SYSTEM, BED, {"name": "South"}).record
    plant = create_plant(ana, values={"name": "Rose"}).record
    with pytest.raises(NotAllowed):
        edit_record(ana, PLANT, plant, {"name": "Lily", "bed": bed.pk})
    assert stored(plant).name == "Rose"


@pytest.mark.parametrize("name", ["owner", "colour", "needs_water", "id", "trashed_at"])
def test_unknown_and_read_only_fields_are_refused_by_name(name: str) -> None:
    with pytest.raises(RefusedFields) as raised:
        create_record(SYSTEM, PLANT, {"name": "Rose", name: 1})
    assert set(raised.value.errors) == {name}
    assert not Plant.objects.as_system("test").exists()


def test_a_hidden_field_is_refused_like_one_that_does_not_exist() -> None:
    blind = Actor(user("Ivo").pk, "Ivo", Grants({("plants", "create"): "all"}, fields={("plants", "price"): "hidden"}))
    with pytest.raises(RefusedFields) as hidden:
        create_record(blind, PLANT, {"name": "Rose", "price": "1"})
    with pytest.raises(RefusedFields) as unknown:
        create_record(blind, PLANT, {"name": "Rose", "prize": "1"})
    assert hidden.value.errors["price"].message.replace("price", "*") == unknown.value.errors["prize"].message.replace(
        "prize", "*"
    )


def test_bulk_refuses_record_by_record_and_goes_on() -> None:
    with Unit(SYSTEM, verb="test") as unit:
        plants = [
            create_plant(unit, values={"name": f"P{i}", "height": None if i % 10 == 3 else i}) for i in range(150)
        ]
    operation = grow.each(SYSTEM, [p.pk for p in plants], chunk=100, by=5)
    assert (operation.changed, operation.failed) == (135, 15)
    assert {pk for pk, _why in operation.refusals} == {p.pk for i, p in enumerate(plants) if i % 10 == 3}
    assert stored(plants[4]).height == 9


def test_a_refused_record_leaves_nothing_behind_in_a_large_chunk() -> None:
    with Unit(SYSTEM, verb="test") as unit:
        plants = [create_plant(unit, values={"name": f"P{i}"}) for i in range(80)]
    with Unit(SYSTEM, verb="test") as unit:
        held = unit.open(PLANT, [p.pk for p in plants], "edit")
        unit.preload(PLANT, held, ["contact_points"])
        with pytest.raises(Refused), unit.attempt() as watch:  # noqa: PT012 - what happens inside is the case
            watch.keep(held[7])
            edit_plant(unit, held[7], values={"name": "changed", "phone": "+34 600 555 042"})
            raise Refused("no")
    assert stored(plants[7]).name == "P7"
    assert not PlantPoint.objects.of([plants[7].pk]).exists()


@pytest.mark.parametrize("count", [10, 300])
def test_a_chunk_takes_as_many_statements_for_many_as_for_few(count: int, django_assert_max_num_queries: Any) -> None:
    bed = create_record(SYSTEM, BED, {"name": "South"}).record
    with Unit(SYSTEM, verb="test") as unit:
        plants = [create_plant(unit, values={"name": f"P{i}"}) for i in range(count)]
    ids = [p.pk for p in plants]
    with CaptureQueriesContext(connection) as queries:
        move.each(SYSTEM, ids, to=bed)
    assert len(queries) <= 14
    assert Plant.objects.as_system("test").filter(bed=bed, needs_water=True).count() == count


def test_bulk_writes_different_values_as_well() -> None:
    with Unit(SYSTEM, verb="test") as unit:
        plants = [create_plant(unit, values={"name": f"P{i}", "height": i}) for i in range(120)]
    grow.each(SYSTEM, [p.pk for p in plants], by=1)
    heights = list(Plant.objects.as_system("test").order_by("pk").values_list("height", flat=True))
    assert heights == list(range(1, 121))


def test_undo_restores_fields_and_parts_and_leaves_what_changed_since() -> None:
    plant = create_record(SYSTEM, PLANT, {"name": "Rose", "height": 3, "phone": "+34 600 555 042"}).record
    done = edit_record(
        SYSTEM, PLANT, plant, {"name": "Tulip", "height": 9, "phone": "+34 600 555 043", "email": "a@b.example"}
    )
    edit_record(SYSTEM, PLANT, plant, {"height": 12})
    report = undo_act(SYSTEM, done.act)
    now = stored(plant)
    assert (now.name, now.height) == ("Rose", 12)
    assert [p.value for p in PlantPoint.objects.of([plant.pk])] == ["+34 600 555 042"]
    assert report.skipped == [{"id": plant.pk, "field": "height"}]


def test_undo_of_a_creation_keeps_what_somebody_worked_on() -> None:
    touched = create_plant(SYSTEM, values={"name": "Rose"})
    edit_plant(SYSTEM, touched.record, values={"name": "Tulip"})
    left = create_plant(SYSTEM, values={"name": "Lily"})
    assert undo_act(SYSTEM, touched.act).kept
    undo_act(SYSTEM, left.act)
    assert stored(touched.record).trashed_at is None
    assert stored(left.record).trashed_at is not None


def test_only_who_did_it_or_who_may_undo_all_takes_it_back() -> None:
    ana, ivo = gardener("Ana", "all"), gardener("Ivo", "all")
    plant = create_plant(ana, values={"name": "Rose"}).record
    done = edit_plant(ana, plant, values={"name": "Tulip"})
    with pytest.raises(NotSeen):
        undo_act(ivo, done.act)
    undo_act(ana, done.act)
    assert stored(plant).name == "Rose"


def test_an_operation_is_undone_as_a_whole_and_only_once() -> None:
    with Unit(SYSTEM, verb="test") as unit:
        plants = [create_plant(unit, values={"name": f"P{i}", "height": i}) for i in range(30)]
    operation = grow.each(SYSTEM, [p.pk for p in plants], chunk=10, by=5)
    undo_operation(SYSTEM, operation, chunk=7)
    assert stored(plants[29]).height == 29
    operation.refresh_from_db()
    assert operation.state == Operation.State.UNDONE
    with pytest.raises(Refused):
        undo_operation(SYSTEM, operation)


def test_a_rehearsal_runs_everything_and_keeps_nothing() -> None:
    with Unit(SYSTEM, verb="test", dry=True) as unit:
        create_plant(unit, values={"name": "Rose"})
    assert not Plant.objects.as_system("test").exists()
    assert not Change.objects.as_system("test").filter(record_type="garden.plant").exists()


def test_a_failure_after_the_writes_leaves_the_database_as_it_was() -> None:
    plant = create_plant(SYSTEM, values={"name": "Rose"}).record
    with pytest.raises(ZeroDivisionError), Unit(SYSTEM, verb="test") as unit:  # noqa: PT012
        held = unit.open_one(PLANT, plant, "edit")
        edit_plant(unit, held, values={"name": "Tulip"})
        unit.flush()
        1 / 0  # noqa: B018
    assert stored(plant).name == "Rose"


def test_a_question_without_an_actor_raises() -> None:
    with pytest.raises(Misuse):
        list(Plant.objects.all())
    with pytest.raises(Misuse):
        Plant.objects.filter(name="x").count()
    with pytest.raises(Misuse):
        Plant.objects.exists()


def test_in_production_a_question_without_an_actor_answers_nothing(settings: Any) -> None:
    create_plant(SYSTEM, values={"name": "Rose"})
    settings.SCOPE_RAISES = False
    assert list(Plant.objects.all()) == []
    assert Plant.objects.count() == 0


def test_own_inserts_write_the_same_row_as_the_framework_does() -> None:
    values = {
        "name": "Rose",
        "height": 3,
        "price": "12.50",
        "planted_on": dt.date(2024, 2, 29),
        "characteristics": {"a": [1, "ü"]},
    }
    ours = create_plant(SYSTEM, values={**values}).record
    theirs = Plant(created_at=NOW, updated_at=NOW, **values)
    theirs.save_base(force_insert=True)
    skip = {"id", "created_at", "updated_at", "created_by", "owner"}
    columns = [f.name for f in Plant._meta.concrete_fields if f.name not in skip]
    rows = Plant.objects.as_system("test").values(*columns)
    assert rows.get(pk=ours.pk) == rows.get(pk=theirs.pk)
    with Unit(SYSTEM, verb="test") as unit:
        many = [create_plant(unit, values={**values}) for _ in range(25)]  # enough for COPY
    assert rows.get(pk=many[-1].pk) == rows.get(pk=theirs.pk)


def test_own_construction_makes_the_same_instance_as_the_framework_does() -> None:
    bed = create_record(SYSTEM, BED, {"name": "South"}).record
    values = {"name": "Rose", "bed": bed, "height": 3, "characteristics": {"a": 1}}
    ours, theirs = build(Plant, 7, dict(values)), Plant(pk=7, **values)
    for row in (ours, theirs):
        assert row.bed is bed
        row.__dict__.pop("_state")
    assert ours.__dict__ == theirs.__dict__
    assert build(Plant, 8, {"name": "Lily"}).characteristics is not build(Plant, 9, {"name": "Iris"}).characteristics


def test_finishing_twice_keeps_the_derived_rows_once() -> None:
    with Unit(SYSTEM, verb="test") as unit:
        plants = [create_plant(unit, values={"name": "Rose", "characteristics": {"a": 1}}) for _ in range(3)]
        for plant in plants:
            plant.needs_water = True
        unit.finish()
        assert unit.changed_ids(Plant) == {p.pk for p in plants}
        unit.finish()
    assert Watering.objects.count() == 3
