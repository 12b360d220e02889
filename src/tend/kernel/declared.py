"""The record types that the kernel itself brings: tags, characteristics, the organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tend.base.addresses import is_country_code
from tend.base.slugs import key_of
from tend.kernel.books import declare_book, everyone_sees
from tend.kernel.company_events import organisation_edited
from tend.kernel.entity import Entity, Field, Projection, entities, register
from tend.kernel.errors import Refused
from tend.kernel.events import Event, reacts_to
from tend.kernel.organisation import Organisation, organisation_changed
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.kernel.traits.tags import Tag
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb

TAG = declare_book(Tag, "tags")


@dataclass(frozen=True)
class characteristic_named(Event):  # noqa: N801
    """A characteristic got a name; `is_chosen`: its key was given, not made from the name."""

    definition: CharacteristicDefinition
    is_chosen: bool


@verb("kernel.characteristicdefinition", needs="settings", creates=True, label=_("New characteristic"))
def create_characteristic(unit: Unit, *, values: dict[str, Any]) -> CharacteristicDefinition:
    """Add a field of the company's own to a record type. Its key is made from its name and never changes afterwards.

    Refused for a name or key that the record type has, and for choices without any.
    """
    definition: CharacteristicDefinition = unit.create(CharacteristicDefinition)
    put(unit, CHARACTERISTIC, definition, values)
    definition.key = definition.key or key_of(definition.name)
    _check_characteristic(definition)
    unit.announce(characteristic_named(definition, values.get("key") is not None and values.get("key") != ""))
    return definition


@verb("kernel.characteristicdefinition", needs="settings", label=_("Edit"))
def edit_characteristic(unit: Unit, definition: CharacteristicDefinition, *, values: dict[str, Any]) -> None:
    """Change how a characteristic is called, shown and asked for; values stay."""
    put(unit, CHARACTERISTIC, definition, {n: v for n, v in values.items() if n not in ("key", "record_type", "type")})
    _check_characteristic(definition)
    unit.announce(characteristic_named(definition, True))


@verb("kernel.characteristicdefinition", needs="settings", label=_("Delete"))
def trash_characteristic(unit: Unit, definition: CharacteristicDefinition) -> None:
    """Take a characteristic away from pages and lists; the values stay in the records."""
    definition.trashed_at = unit.now


def _check_characteristic(definition: CharacteristicDefinition) -> None:
    kinds = CharacteristicDefinition.Type
    if not definition.name.strip():
        raise Refused(gettext("A name is required."), field="name", code="required")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", definition.key):
        raise Refused(
            gettext("A key is small letters, digits and underscores, and begins with a letter."),
            field="key",
            code="type",
        )
    if definition.type not in kinds.values:
        raise Refused(gettext("“%(value)s” is no type.") % {"value": definition.type}, field="type", code="choice")
    wearers = [e.code for e in entities() if "characteristics" in e.wears]
    if definition.record_type not in wearers:
        raise Refused(
            gettext("Characteristics stand on: %(known)s.") % {"known": ", ".join(wearers)},
            field="record_type",
            code="choice",
        )
    offered = definition.choices
    if not isinstance(offered, list) or any(not isinstance(c, str) or not c.strip() for c in offered):
        raise Refused(gettext("Choices are a list of words."), field="choices", code="type")
    if definition.type in (kinds.CHOICE, kinds.CHOICES) and not offered:
        raise Refused(gettext("Name what can be chosen, one a line."), field="choices", code="required")


@reacts_to(characteristic_named)
def keep_keys_apart(unit: Unit, events: list[characteristic_named]) -> None:
    """Names and keys are once per record type; a key made from a name gets a number when it is taken."""
    for event in events:
        mine = event.definition
        rows = CharacteristicDefinition.objects.as_system("the shape of records is no secret").filter(
            record_type=mine.record_type
        )
        others = [row for row in rows if row.pk != mine.pk]
        if any(row.trashed_at is None and row.name.casefold() == mine.name.casefold() for row in others):
            raise Refused(
                gettext("There is a characteristic “%(name)s” already.") % {"name": mine.name},
                field="name",
                code="taken",
            )
        taken = {row.key for row in others}
        if mine.key in taken and event.is_chosen:
            raise Refused(
                gettext("The key %(key)s is taken; a deleted characteristic keeps its own.") % {"key": mine.key},
                field="key",
                code="taken",
            )
        mine.key = next(k for k in (mine.key, *(f"{mine.key[:36]}_{n}" for n in range(2, 999))) if k not in taken)


CHARACTERISTIC = register(
    Entity(
        model=CharacteristicDefinition, plural="characteristics", rows=everyone_sees, lines=("settings",), sort="position",
        fields=(
            Field("name", column=True, required=True), Field("key", column=True), Field("record_type"),
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
    _check_company(company)
    return company


@verb("kernel.organisation", needs="settings", label=_("Edit"))
def edit_organisation(unit: Unit, company: Organisation, *, values: dict[str, Any]) -> None:
    """Change what holds for the whole company. Refused for a zone nobody keeps, and when no day is left to work.

    Sets off: organisation_edited.
    """
    put(unit, ORGANISATION, company, values)
    _check_company(company)
    unit.announce(organisation_edited(company))


@verb("kernel.organisation", needs="settings", label=_("Finish the first steps"))
def finish_first_steps(unit: Unit, company: Organisation) -> None:
    """Say that this Tend is set up: the first steps are not offered again. Refused when they were taken."""
    if company.is_set_up:
        raise Refused(gettext("The first steps have been taken."))
    company.is_set_up = True


def _check_company(company: Organisation) -> None:
    company.country_code, company.currency = (company.country_code or "").upper(), (company.currency or "").upper()
    if not is_country_code(company.country_code):
        raise Refused(
            gettext("“%(value)s” is no country.") % {"value": company.country_code}, field="country_code", code="choice"
        )
    if not (company.currency.isalpha() and len(company.currency) == 3):
        raise Refused(
            gettext("“%(value)s” is no currency; write its three letters.") % {"value": company.currency},
            field="currency",
            code="choice",
        )
    if company.zone not in available_timezones():
        raise Refused(gettext("“%(value)s” is no time zone.") % {"value": company.zone}, field="zone", code="choice")
    if company.language not in dict(settings.LANGUAGES):
        raise Refused(
            gettext("Tend does not speak “%(value)s”.") % {"value": company.language}, field="language", code="choice"
        )
    if company.first_weekday not in range(7):
        raise Refused(
            gettext("A week begins on a day between 0 and 6; Monday is 0."), field="first_weekday", code="choice"
        )
    rest = company.weekend
    if not isinstance(rest, list) or any(type(day) is not int or day not in range(7) for day in rest):
        raise Refused(
            gettext("The weekend is a list of days between 0 and 6; Monday is 0."), field="weekend", code="type"
        )
    if len(set(rest)) == 7:
        raise Refused(gettext("One day at least must be worked, or no call could be planned."), field="weekend")
    labels = company.lifecycle_labels
    if not isinstance(labels, dict) or any(
        not isinstance(v, str) or not v.strip() or len(v) > 40 for v in labels.values()
    ):
        raise Refused(
            gettext("A name of a lifecycle has between 1 and 40 letters."), field="lifecycle_labels", code="type"
        )


def _forget(unit: Unit, created: list[Organisation], changed: list[Organisation]) -> None:
    organisation_changed()


ORGANISATION = register(
    Entity(
        model=Organisation, plural="organisation", rows=everyone_sees, lines=("settings",),
        fields=(
            Field("name", column=True, required=True), Field("country_code"), Field("currency"), Field("zone"),
            Field("language"), Field("first_weekday"), Field("weekend", kind="json"), Field("lifecycle_labels", kind="json"),
            Field("is_set_up", edit=False),
        ),
        create=set_up_organisation, edit=edit_organisation, verbs=(finish_first_steps,),
        projections=(Projection(_forget, frozenset({
            "name", "country_code", "currency", "zone", "language", "first_weekday", "weekend", "lifecycle_labels", "is_set_up",
        })),),
    )
)  # fmt: skip
