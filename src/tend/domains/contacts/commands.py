"""What can be done to a contact: enter, edit, place at a company, end that, delete."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.models import Account
from tend.domains.contacts.models import Contact
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb

Values = dict[str, Any]


@verb("contacts.contact", needs="create", creates=True, label=gettext_lazy("New contact"))
def create_contact(unit: Unit, *, values: Values) -> Contact:
    """Enter a person, with or without companies. Refused without any name."""
    given = dict(values)
    owner = given.pop("owner", None)
    contact: Contact = unit.create(
        Contact,
        first_name=given.pop("first_name", "") or "",
        last_name=given.pop("last_name", "") or "",
        owner_id=owner.pk if owner is not None else unit.actor.user_id,
    )
    _name(contact)
    put(unit, entity_of(Contact), contact, given)
    return contact


@verb("contacts.contact", needs="edit", label=gettext_lazy("Edit"))
def edit_contact(unit: Unit, contact: Contact, *, values: Values) -> None:
    """Change a person's fields. Refused when no name would be left."""
    put(unit, entity_of(Contact), contact, values)
    _name(contact)


@verb("contacts.contact", needs="edit", reads=("memberships",), label=gettext_lazy("Place at a company"))
def join(
    unit: Unit,
    contact: Contact,
    *,
    account: Account,
    role: str = "",
    is_primary: bool = False,
    since: dt.date | None = None,
) -> None:
    """Say that a person works at a company, in which role, and whether she is its main contact."""
    entity_of(Contact).traits["memberships"].join(  # type: ignore[attr-defined]
        unit, contact, account, role=role, is_primary=is_primary, since=since, until=None
    )


@verb("contacts.contact", needs="edit", reads=("memberships",), label=gettext_lazy("End at a company"))
def leave(unit: Unit, contact: Contact, *, account: Account, until: dt.date | None = None) -> None:
    """Say that a person has left a company; she stays there as a former contact."""
    rows = entity_of(Contact).traits["memberships"].rows(unit, contact)
    row = next((r for r in rows if r.account_id == account.pk and r.until is None), None)
    if row is None:
        raise Refused(_("%(name)s does not work there.") % {"name": contact.name}, field="account")
    row.until, row.is_primary = until or unit.today, False


@verb("contacts.contact", needs="delete", label=gettext_lazy("Delete"))
def trash(unit: Unit, contact: Contact) -> None:
    """Put a contact into the trash, where it stays for 30 days."""
    contact.trashed_at = unit.now


@verb("contacts.contact", needs="delete", label=gettext_lazy("Restore"), trashed=True)
def restore(unit: Unit, contact: Contact) -> None:
    """Bring a contact back from the trash."""
    contact.trashed_at = None


def _name(contact: Contact) -> None:
    contact.name = f"{contact.first_name} {contact.last_name}".strip()[:200]
    if not contact.name:
        raise Refused(_("A first or last name is required."), field="last_name", code="required")
