"""What can happen to a contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tend.kernel.events import Event

if TYPE_CHECKING:
    from tend.domains.contacts.models import Contact


@dataclass(frozen=True)
class main_contact_named(Event):  # noqa: N801
    """A person became the main contact of an account."""

    contact: Contact
    account_id: int


@dataclass(frozen=True)
class contact_edited(Event):  # noqa: N801
    """`names`: the fields that were written."""

    contact: Contact
    names: frozenset[str]


@dataclass(frozen=True)
class contact_trashed(Event):  # noqa: N801
    contact: Contact


@dataclass(frozen=True)
class contact_erased(Event):  # noqa: N801
    """A person is erased for good: who knows anything of her forgets it in the same transaction."""

    contact: Contact
