"""Verbs for remarks on a person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.contacts.models import Contact
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb


@verb("contacts.contact", reads=("remarks",), label=gettext_lazy("Write a remark"))
def write_remark(unit: Unit, contact: Contact, *, text: str, purpose: str = "") -> Any:
    """Add a remark. A line that is just key=value is data from then on. A blank remark is refused."""
    if not text.strip():
        raise Refused(_("Write something first."), field="text", code="required")
    return entity_of(Contact).traits["remarks"].write_down(unit, contact, text.strip(), purpose[:80])  # type: ignore[attr-defined]


@verb("contacts.contact", reads=("remarks",), label=gettext_lazy("Erase a remark"))
def erase_remark(unit: Unit, contact: Contact, *, remark: int) -> None:
    """Take a remark away; its keys fall back to what an earlier remark said. Refused when it is gone already."""
    trait = entity_of(Contact).traits["remarks"]
    row = next((r for r in trait.rows(unit, contact) if r.pk == remark), None)
    if row is None:
        raise Refused(_("This remark is gone already."), field="remark")
    trait.erase(unit, contact, row)  # type: ignore[attr-defined]
