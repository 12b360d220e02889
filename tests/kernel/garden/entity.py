"""The declaration of plants, with verbs, an event, reactions and a projection that can be watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tend.kernel import write
from tend.kernel.books import declare_book
from tend.kernel.entity import Entity, Field, Projection, register
from tend.kernel.errors import Refused
from tend.kernel.events import Event, reacts_to
from tend.kernel.merging import ask_to_merge, ask_to_part, merged_chain
from tend.kernel.traits.characteristics import keep_side_table
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb
from tests.kernel.garden.models import Bed, Plant, PlantCharacteristic, Watering


@dataclass(frozen=True)
class plant_moved(Event):  # noqa: N801
    plant: Plant


@dataclass(frozen=True)
class circle(Event):  # noqa: N801
    plant: Plant


def in_scope(rows: Any, actor: Any, action: str) -> Any:
    scope = actor.scope("plants", action)
    return rows if scope == "all" else rows.filter(owner_id=actor.user_id) if scope == "own" else rows.none()


@verb("garden.plant", needs="create", creates=True)
def create_plant(unit: Unit, *, values: dict[str, Any]) -> Plant:
    """Plant something. Sets off nothing."""
    plant: Plant = unit.create(Plant, owner_id=unit.actor.user_id)
    put(unit, PLANT, plant, values)
    return plant


@verb("garden.plant", needs="edit")
def edit_plant(unit: Unit, plant: Plant, *, values: dict[str, Any]) -> None:
    """Change a plant."""
    put(unit, PLANT, plant, values)


@verb("garden.plant", needs="edit")
def grow(unit: Unit, plant: Plant, *, by: int) -> None:
    """Grow; a plant without a height is refused."""
    if plant.height is None:
        raise Refused("No height is known.", field="height")
    plant.height += by


@verb("garden.plant", needs="assign")
def move(unit: Unit, plant: Plant, *, to: Bed) -> None:
    """Move to another bed. Sets off plant_moved: whatever is moved needs water."""
    if plant.bed_id != to.pk:
        plant.bed = to
        unit.announce(plant_moved(plant))
        unit.say(f"{plant.name} moved to {to.name}.")


@verb("garden.plant", needs="edit")
def peek(unit: Unit, plant: Plant) -> None:
    """Break the rule that verbs do not read."""
    Plant.objects.as_system("test").count()


@verb("garden.plant", needs="edit")
def spin(unit: Unit, plant: Plant) -> None:
    """Set off reactions that announce in a circle."""
    unit.announce(circle(plant))


@verb("garden.plant", needs="delete")
def trash(unit: Unit, plant: Plant) -> None:
    """Put a plant into the trash."""
    plant.trashed_at = unit.now


@verb("garden.plant", needs="delete")
def restore(unit: Unit, plant: Plant) -> None:
    """Bring a plant back."""
    plant.trashed_at = None


@verb("garden.plant", needs="delete", beside=lambda _pk, options: [options["into"].pk])
def merge(unit: Unit, plant: Plant, *, into: Plant, take: list[str] | None = None) -> None:
    """Say that a plant was noted twice."""
    ask_to_merge(unit, plant, into, take)


@verb("garden.plant", needs="delete", trashed=True, beside=lambda pk, _options: merged_chain(Plant, pk))
def unmerge(unit: Unit, plant: Plant) -> None:
    """Part what was merged."""
    ask_to_part(unit, plant)


@reacts_to(plant_moved)
def water(unit: Unit, events: list[plant_moved]) -> None:
    for event in events:
        event.plant.needs_water = True


@reacts_to(circle)
def again(unit: Unit, events: list[circle]) -> None:
    for event in events:
        unit.announce(event)


def keep_waterings(unit: Unit, created: list[Plant], changed: list[Plant]) -> None:
    thirsty = [p.pk for p in (*created, *changed) if p.needs_water]
    known = set(Watering.objects.filter(plant_id__in=thirsty).values_list("plant_id", flat=True))
    if fresh := [Watering(plant_id=pk) for pk in thirsty if pk not in known]:
        write.insert(Watering, fresh)


def keep_characteristics(unit: Unit, created: list[Plant], changed: list[Plant]) -> None:
    keep_side_table(PlantCharacteristic, "garden.plant", unit, [*(p for p in created if p.characteristics), *changed])


PLANT = register(
    Entity(
        model=Plant,
        plural="plants",
        rows=in_scope,
        fields=(
            Field("name", column=True, required=True, search="A"),
            Field("height", column=True),
            Field("price", kind="money"),
            Field("planted_on", column=True),
            Field("bed", column=True, facet=True, verb="move"),
            Field("mother"),
            Field("owner", edit=False),
            Field("needs_water", edit=False),
        ),
        wears=("addresses", "contact_points", "tags", "remarks", "characteristics"),
        create=create_plant,
        edit=edit_plant,
        verbs=(grow, move, peek, spin, trash, restore, merge, unmerge),
        projections=(
            Projection(keep_waterings, frozenset({"needs_water"})),
            Projection(keep_characteristics, frozenset({"characteristics"})),
        ),
    )
)
BED = declare_book(Bed, "beds")
