"""What activities and accounts read of each other: the account of an activity, the open call of an account, the contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Participant
from tend.domains.activities.queries import open_cycle_calls
from tend.domains.contacts.models import Contact
from tend.kernel.entity import Field
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit


class Participants(Trait):
    name = "participants"
    base = Participant

    def fields(self) -> tuple[Field, ...]:
        return (Field("contacts", label=_("Contacts"), kind="links", many=True, to=Contact, sort=False, bulk=False),)

    def through(self, name: str) -> Through | None:
        return Through(Participant, "contact_id") if name == "contacts" else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        """Add those who are new; whoever is out of one's sight stays."""
        known = {row.contact_id for row in self.rows(unit, record)}
        for contact in value or ():
            if contact.pk not in known:
                self.add(unit, record, contact_id=contact.pk)

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.contact_id for r in rows]


class _Beside(Trait):
    """Rows that a verb reads beside its record: no table of its own, no field, only loaded for the chunk."""

    def __init__(self, entity: Any) -> None:
        self.entity = entity

    def fields(self) -> tuple[Field, ...]:
        return ()

    def through(self, name: str) -> Through | None:
        return None


class AccountOf(_Beside):
    """No part of its own: it holds the account of each activity, so that `complete` can speak of it without reading."""

    name = "account"

    def load(self, unit: Unit, records: Sequence[Any]) -> None:
        ids = {r.account_id for r in records if r.account_id}
        rows = Account.objects.as_system("the account of an activity one may change").filter(pk__in=ids).order_by("pk")
        held = {a.pk: a for a in unit.load(rows.select_for_update(of=("self",), no_key=True))}
        for record in records:
            found = held.get(record.account_id)
            record.__dict__.setdefault("_traits", {})[self.name] = [found] if found else []


class OpenCall(_Beside):
    """The open call that the cycle keeps for an account, so that `log_call` can complete it without reading."""

    name = "open_call"

    def load(self, unit: Unit, records: Sequence[Any]) -> None:
        old = [r.pk for r in records if not unit.is_new(r)]
        calls = {c.account_id: c for c in unit.load(open_cycle_calls(old))} if old else {}
        for record in records:
            found = calls.get(record.pk)
            record.__dict__.setdefault("_traits", {})[self.name] = [found] if found else []
