"""Contacts as a place: their columns."""

from __future__ import annotations

from tend.domains.contacts.entity import CONTACT
from tend.doors.web.records.places import Place, settle

CONTACTS = settle(
    Place("contacts", CONTACT, "contacts", columns=("name", "accounts", "title", "phone", "email", "owner"))
)
