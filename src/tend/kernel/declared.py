"""The record types that the kernel itself brings: tags, characteristics, the organisation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.kernel.books import declare_book, everyone_sees
from tend.kernel.entity import Entity, Field, Projection, register
from tend.kernel.organisation import Organisation, organisation_changed
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.kernel.traits.tags import Tag
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb

TAG = declare_book(Tag, "tags")


@verb("kernel.characteristicdefinition", needs="settings", creates=True, label=_("New characteristic"))
def create_characteristic(unit: Unit, *, values: dict[str, Any]) -> CharacteristicDefinition:
    """Add a field of the company's own to a record type. Its key never changes afterwards."""
    definition: CharacteristicDefinition = unit.create(CharacteristicDefinition)
    put(unit, CHARACTERISTIC, definition, values)
    return definition


@verb("kernel.characteristicdefinition", needs="settings", label=_("Edit"))
def edit_characteristic(unit: Unit, definition: CharacteristicDefinition, *, values: dict[str, Any]) -> None:
    """Change how a characteristic is called, shown and asked for; values stay."""
    put(unit, CHARACTERISTIC, definition, {n: v for n, v in values.items() if n not in ("key", "record_type", "type")})


@verb("kernel.characteristicdefinition", needs="settings", label=_("Delete"))
def trash_characteristic(unit: Unit, definition: CharacteristicDefinition) -> None:
    """Take a characteristic away from pages and lists; the values stay in the records."""
    definition.trashed_at = unit.now


CHARACTERISTIC = register(
    Entity(
        model=CharacteristicDefinition, plural="characteristics", rows=everyone_sees, lines=("settings",), sort="position",
        fields=(
            Field("name", column=True, required=True), Field("key", column=True, required=True), Field("record_type"),
            Field("type", column=True), Field("choices", kind="json"), Field("group", column=True), Field("position"),
            Field("is_required"), Field("is_shown_when_approaching"), Field("is_filterable"), Field("is_active"),
        ),
        create=create_characteristic, edit=edit_characteristic, verbs=(trash_characteristic,),
    )
)  # fmt: skip


@verb("kernel.organisation", needs="settings", creates=True, label=_("First steps"))
def set_up_organisation(unit: Unit, *, values: dict[str, Any]) -> Organisation:
    """Name the company that uses this Tend, with its country, currency, language and time zone."""
    company: Organisation = unit.create(Organisation, weekend=[5, 6])
    put(unit, ORGANISATION, company, values)
    return company


@verb("kernel.organisation", needs="settings", label=_("Edit"))
def edit_organisation(unit: Unit, company: Organisation, *, values: dict[str, Any]) -> None:
    """Change what holds for the whole company."""
    put(unit, ORGANISATION, company, values)


def _forget(unit: Unit, created: list[Organisation], changed: list[Organisation]) -> None:
    organisation_changed()


ORGANISATION = register(
    Entity(
        model=Organisation, plural="organisation", rows=everyone_sees, lines=("settings",),
        fields=(
            Field("name", column=True, required=True), Field("country_code"), Field("currency"), Field("zone"),
            Field("language"), Field("first_weekday"), Field("weekend", kind="json"), Field("lifecycle_labels", kind="json"),
            Field("is_set_up"),
        ),
        create=set_up_organisation, edit=edit_organisation,
        projections=(Projection(_forget, frozenset({
            "name", "country_code", "currency", "zone", "language", "first_weekday", "weekend", "lifecycle_labels", "is_set_up",
        })),),
    )
)  # fmt: skip
