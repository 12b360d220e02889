"""Merging knows no record type by name: plants, with parts, tags, characteristics, remarks and a tree, merge and part."""

from __future__ import annotations

from typing import Any

import pytest

from tend.kernel.actor import system
from tend.kernel.merging.ties import own_parts, ties_to
from tend.kernel.undo import undo_operation
from tests.kernel.garden.entity import create_plant, edit_plant, merge, unmerge
from tests.kernel.garden.models import Plant, PlantAddress, PlantPoint, PlantRemark, PlantRemarkValue, PlantTag

pytestmark = pytest.mark.django_db
GARDENER = system("gardening")


def plant(name: str, **values: Any) -> Plant:
    made: Plant = create_plant(GARDENER, values={"name": name, **values}).record
    return made


def fresh(one: Plant) -> Plant:
    found: Plant = Plant.objects.as_system("test").get(pk=one.pk)
    return found


def test_parts_and_links_are_found_by_their_declaration() -> None:
    assert set(own_parts(Plant)) == {PlantAddress, PlantPoint, PlantRemark, PlantTag}
    assert [(t.model, t.column) for t in ties_to(Plant)] == [(Plant, "mother_id")]


def test_parts_move_and_derived_values_follow() -> None:
    stays = plant("Fig", phones=["+34 911 111 111"], remarks="soil=clay", **{"address.city": "Cádiz"})
    goes = plant("Ficus", phones=["+34 922 222 222"], remarks="soil=sand", height=3, **{"address.city": "Jerez"})
    child = plant("Seedling", mother=goes)
    merge(GARDENER, goes, into=stays)
    assert fresh(stays).height == 3
    assert fresh(child).mother_id == stays.pk
    assert [a.is_primary for a in PlantAddress.objects.of([stays]).order_by("pk")] == [True, False]
    assert [v.value for v in PlantRemarkValue.objects.of([stays])] == ["sand"]  # the remark that was written last
    unmerge(GARDENER, goes)
    assert fresh(stays).height is None
    assert fresh(child).mother_id == goes.pk
    assert [v.value for v in PlantRemarkValue.objects.of([stays])] == ["clay"]
    assert [a.is_primary for a in PlantAddress.objects.of([goes])] == [True]


def test_undo_of_parting_merges_again() -> None:
    stays, goes = plant("Fig", phones=["+34 911 111 111"]), plant("Ficus", phones=["+34 922 222 222"])
    merge(GARDENER, goes, into=stays)
    parted = unmerge(GARDENER, goes)
    undo_operation(GARDENER, parted.operation)
    assert fresh(goes).merged_into_id == stays.pk
    assert [p.is_primary for p in PlantPoint.objects.of([stays]).order_by("pk")] == [True, False]


def test_a_part_that_was_edited_comes_back_edited() -> None:
    stays, goes = plant("Fig"), plant("Ficus", phones=[{"value": "+34 922 222 222", "label": "gate"}])
    merge(GARDENER, goes, into=stays)
    edit_plant(GARDENER, stays, values={"phones": [{"value": "+34 922 222 222", "label": "shed"}]})
    unmerge(GARDENER, goes)
    assert [p.label for p in PlantPoint.objects.of([goes])] == ["shed"]
