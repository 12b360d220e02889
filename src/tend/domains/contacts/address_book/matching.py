"""Which contact a row means: its id, the key of its source, the chosen key, the same row before, certain duplicates."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tend.domains.contacts.address_book.lookup import Known
from tend.domains.contacts.address_book.told import Told
from tend.domains.contacts.models import Contact
from tend.kernel.errors import Refused
from tend.kernel.imports.recipe import CellRefused
from tend.kernel.unit import Unit

KEYS = ("email", "phone", "external_ref", "name+email", "name+phone", "name+accounts")


def match(known: Known, row: Told) -> tuple[int | None, str]:
    """The contact and how it was found ("key", "trace", "certain"); none: the row is a new one.

    Refused when several contacts fit, and for an id that nobody in sight has.
    """
    for name in ("id", "external_ref"):
        if value := row.own.get(name):
            if hit := _one(known, known.by_own.get((name, value), ())):
                return hit, "key"
            if name == "id":
                raise CellRefused(_("No contact of yours has this id."), column=name, value=value)
    if known.plan.key and (hit := _one(known, _by_key(known, row))):
        return hit, "key"
    if hit := _one(known, known.by_print.get(row.fingerprint, ())):
        return hit, "trace"
    if known.plan.duplicates == "create" or not row.match_name:
        return None, ""
    alike = {pk for sign in known.signs_of(row) for pk in known.by_sign.get(sign, ())}
    hit = _one(known, known.of_name(alike, row.match_name))
    return (hit, "certain") if hit else (None, "")


def _by_key(known: Known, row: Told) -> set[int]:
    """The contacts that agree with the row in every part of the chosen key; none when the row lacks a part."""
    named, _plus, part = known.plan.key.rpartition("+")
    if part == "external_ref":
        return set()  # tried before
    kind = "account" if part == "accounts" else part
    signs = [sign for sign in known.signs_of(row) if sign[0] == kind]
    found = {pk for sign in signs for pk in known.by_sign.get(sign, ())}
    return known.of_name(found, row.match_name) if named else {pk for pk in found if pk in known.contacts}


def _one(known: Known, ids: Any) -> int | None:
    distinct = sorted(set(ids))
    if len(distinct) > 1:
        names = ", ".join(known.contacts[pk].name for pk in distinct if pk in known.contacts)
        raise Refused(_("Several contacts fit this row: %(names)s.") % {"names": names}, code="ambiguous")
    return distinct[0] if distinct else None


def ties(known: Known, unit: Unit, row: Told, became: Contact | None) -> set[int]:
    """Hashes of what this row shares with rows that mean the same contact."""
    found: set[Any] = {("row", row.fingerprint)}
    if ref := row.own.get("external_ref"):
        found.add(("external_ref", ref))
    contact = became
    if contact is None:
        try:
            pk, _how = match(known, row)
        except Refused:
            pk = None
        contact = known.contacts.get(pk) if pk is not None else None
    if contact is not None and not unit.is_new(contact):
        found.add(("contact", contact.pk))
    signs: set[Any] = set(known.points_of(row)) | {("company", company.key) for company in row.companies}
    found |= {(row.match_name, *sign) for sign in signs}
    if known.plan.key and "+" not in known.plan.key:
        found |= signs
    return {hash(tie) for tie in found}
