"""People who look alike and are not the same: remembered as somebody said it, so that nobody is asked about them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.contacts.models import Contact, ContactApart
from tend.kernel.entity import Field, entity_of
from tend.kernel.errors import Misuse, Refused
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb


class PeopleApart(Trait):
    """The contacts that a contact is not the same as, although it looks like them."""

    name = "apart"
    title = gettext_lazy("Not a duplicate of")
    base = ContactApart

    def fields(self) -> tuple[Field, ...]:
        return ()

    def through(self, name: str) -> Through | None:
        return None

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        raise Misuse("people are told apart by keep-apart")

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.other_id for r in rows]


@verb("contacts.contact", reads=("apart",), label=gettext_lazy("Not a duplicate"))
def keep_apart(unit: Unit, contact: Contact, *, other: Contact) -> None:
    """Say that a person is not the same as another who looks like her; nobody is asked about the two again."""
    if other.pk == contact.pk:
        raise Refused(_("A record is one with itself already."), field="other")
    trait = entity_of(Contact).traits["apart"]
    if not any(row.other_id == other.pk for row in trait.rows(unit, contact)):
        trait.add(unit, contact, other_id=other.pk)
