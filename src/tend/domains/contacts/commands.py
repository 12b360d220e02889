"""What can be done to a contact: enter, edit, place at a company, end that, delete."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.models import Account
from tend.domains.contacts.events import contact_edited, contact_trashed
from tend.domains.contacts.memberships import Memberships
from tend.domains.contacts.models import Contact
from tend.kernel.characteristics.asking import refuse_lacking
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb

Values = dict[str, Any]


@verb("contacts.contact", needs="create", creates=True, label=gettext_lazy("New contact"))
def create_contact(unit: Unit, *, values: Values) -> Contact:
    """Enter a person, with or without companies. Refused without any name, and without the characteristics that are required."""
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
    refuse_lacking(unit, entity_of(Contact), contact)
    return contact


@verb("contacts.contact", needs="edit", label=gettext_lazy("Edit"))
def edit_contact(unit: Unit, contact: Contact, *, values: Values) -> None:
    """Change a person's fields. Refused when no name would be left.

    Sets off: contact_edited (an account that is this person follows).
    """
    put(unit, entity_of(Contact), contact, values)
    _name(contact)
    unit.announce(contact_edited(contact, frozenset(values)))


@verb("contacts.contact", needs="edit", reads=("memberships",), label=gettext_lazy("Place at a company"))
def join(
    unit: Unit, contact: Contact, *, account: Account, role: str = "", is_primary: bool = False, is_main: bool = False,
    since: dt.date | None = None,
) -> None:  # fmt: skip
    """Say that a person works at a company, in which role, whether she is its main contact and it her main company.

    The first company is her main one. Who worked there before is there again. Sets off: main_contact_named.
    """
    places = _places()
    known = places.at(unit, contact, account)
    places.join(
        unit, contact, account, role=role[:120] or (known.role if known is not None else ""), is_primary=is_primary,
        is_main=is_main, since=since or (known.since if known is not None and known.until is None else None), until=None,
    )  # fmt: skip


@verb("contacts.contact", needs="edit", reads=("memberships",), label=gettext_lazy("Change the place"))
def change_place(
    unit: Unit, contact: Contact, *, account: Account, role: str = "", is_primary: bool = False, is_main: bool = False,
    since: dt.date | None = None, until: dt.date | None = None,
) -> None:  # fmt: skip
    """Change a person's role at a company, from when to when she is there, and whether either is the other's main one.

    Refused when she is not there, for an end before the beginning, and for an end ahead. Sets off: main_contact_named.
    """
    known = _places().at(unit, contact, account)
    if known is None:
        raise Refused(_("%(name)s does not work there.") % {"name": contact.name}, field="account")
    _check_days(unit, since, until)
    former = until is not None
    if former and known.is_same:
        raise _same(contact)
    _places().join(
        unit, contact, account, role=role[:120], is_primary=is_primary and not former, is_main=is_main and not former,
        since=since, until=until,
    )  # fmt: skip


@verb("contacts.contact", needs="edit", reads=("memberships",), label=gettext_lazy("Left the company"))
def leave(unit: Unit, contact: Contact, *, account: Account, until: dt.date | None = None) -> None:
    """Say that a person has left a company; she stays there as a former contact. The day is today unless one is named.

    Refused when she does not work there, and for a day ahead or before she came.
    """
    row = _places().at(unit, contact, account)
    if row is None or row.until is not None:
        raise Refused(_("%(name)s does not work there.") % {"name": contact.name}, field="account")
    if row.is_same:
        raise _same(contact)
    _check_days(unit, row.since, until)
    row.until, row.is_primary = until or unit.today, False
    _places().keep_one_main(unit, contact)


def _places() -> Memberships:
    return cast("Memberships", entity_of(Contact).traits["memberships"])


def _same(contact: Contact) -> Refused:
    return Refused(_("%(name)s is this account, and cannot leave it.") % {"name": contact.name}, field="account")


def _check_days(unit: Unit, since: dt.date | None, until: dt.date | None) -> None:
    if until is None:
        return
    if until > unit.today:
        raise Refused(_("Somebody who has left did so by today."), field="until")
    if since is not None and until < since:
        raise Refused(_("The end lies before the beginning."), field="until")


@verb("contacts.contact", needs="delete", label=gettext_lazy("Delete"))
def trash(unit: Unit, contact: Contact) -> None:
    """Put a contact into the trash, where it stays for 30 days. Refused while an account is this very person.

    Sets off: contact_trashed.
    """
    contact.trashed_at = unit.now
    unit.announce(contact_trashed(contact))


@verb("contacts.contact", needs="delete", label=gettext_lazy("Restore"), trashed=True)
def restore(unit: Unit, contact: Contact) -> None:
    """Bring a contact back from the trash. Refused for a merged one: it is parted."""
    if contact.merged_into_id is not None:
        raise Refused(_("This contact is merged with another one. Part the two instead."))
    contact.trashed_at = None


def _name(contact: Contact) -> None:
    contact.name = f"{contact.first_name} {contact.last_name}".strip()[:200]
    if not contact.name:
        raise Refused(_("A first or last name is required."), field="last_name", code="required")
