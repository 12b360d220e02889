"""Which account a row means: the ladder from its id down to certain duplicates. The first hit wins, two hits refuse."""

from __future__ import annotations

from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from tend.base.numbering import read_number
from tend.domains.accounts.duplicates import certain
from tend.domains.accounts.models import Account
from tend.domains.contacts.intake.keys import values_of
from tend.domains.contacts.intake.lookup import Known
from tend.domains.contacts.intake.said import Said
from tend.kernel.errors import Refused
from tend.kernel.imports.recipe import CellRefused
from tend.kernel.unit import Unit


def match(known: Known, said: Said) -> tuple[int | None, str]:
    """The account and how it was found ("key", "trace", "certain"); none: the row is a new one.

    Id or number, source system with its id, the chosen key, the same row before, certain duplicates. Refused when
    several accounts fit, and for an id or number that nobody in sight has.
    """
    for name in ("id", "number", "external_ref"):
        if value := said.own.get(name):
            if hit := _one(known, known.by_key.get((name, value), ())):
                return hit, "key"
            if name == "id" or (name == "number" and read_number(value) is not None):
                raise CellRefused(
                    _("No account of yours has this %(what)s.") % {"what": name}, column=name, value=value
                )
    if known.parts and (hit := _one(known, _by_key(known, said))):
        return hit, "key"
    if hit := _one(known, known.by_print.get(said.fingerprint, ())):
        return hit, "trace"
    if known.plan.duplicates == "create":
        return None, ""
    named = known.by_name.get(said.key)
    hit = _one(known, certain(named, set(said.signs))) if named else None
    return (hit, "certain") if hit else (None, "")


def _by_key(known: Known, said: Said) -> set[int]:
    """The accounts that agree with the row in every part of the chosen key; none when the row lacks a part."""
    found: set[int] | None = None
    for part in known.parts:
        ids = {pk for value in values_of(said, part) for pk in known.by_key.get((part, value), ())}
        found = ids if found is None else found & ids
        if not found:
            return set()
    return found or set()


def _one(known: Known, ids: Any) -> int | None:
    distinct = sorted(set(ids))
    if len(distinct) > 1:
        accounts = [known.accounts[pk] for pk in distinct if pk in known.accounts]
        names = ", ".join(f"{a.name} ({a.number})" for a in accounts)
        raise Refused(_("Several accounts fit this row: %(names)s.") % {"names": names}, code="ambiguous")
    return distinct[0] if distinct else None


def ties(known: Known, unit: Unit, said: Said, became: Account | None) -> set[int]:
    """Hashes of what this row shares with rows that mean the same account: keys, certain signs, the account itself."""
    found: set[Any] = {("row", said.fingerprint)}
    if ref := said.own.get("external_ref"):
        found.add(("external_ref", ref))
    found |= set(product(*(values_of(said, part) for part in known.parts))) if known.parts else set()
    signs, names, account = set(said.signs), {said.key}, became
    if account is None:
        try:
            pk, _how = match(known, said)
        except Refused:
            pk = None
        account = known.accounts.get(pk) if pk is not None else None
    if account is not None:
        names.add(account.match_name)
        if not unit.is_new(account):
            found.add(("account", account.pk))
            signs |= known.signs_of(account)
    found |= {(name, *sign) for name in names for sign in signs}
    return {hash(tie) for tie in found}
