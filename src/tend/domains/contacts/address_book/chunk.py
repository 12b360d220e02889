"""Up to a thousand rows in one unit: read, looked up in a constant number of queries, then taken one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts.address_book import matching
from tend.domains.contacts.address_book.filling import Filling
from tend.domains.contacts.address_book.lookup import Known
from tend.domains.contacts.address_book.reading import PersonReader
from tend.domains.contacts.address_book.told import Company, Told
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.intake.linking import Linking
from tend.domains.contacts.models import Contact
from tend.kernel import write
from tend.kernel.errors import Refused
from tend.kernel.imports.models import ImportTrace
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.recipe import CellRefused, LooksAlike, Outcome
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner


class PersonChunk:
    """The rows of one transaction. `memory` lives as long as the run and keeps the readers of its columns."""

    def __init__(self, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int) -> None:
        self.unit, self.plan, self.memory = unit, plan, memory
        country = unit.country = plan.country or unit.country
        if "reader" not in memory:
            memory["reader"] = PersonReader(unit.actor, plan, country, Linking(Cleaner(ACCOUNT, unit.actor)))
        self.reader: PersonReader = memory["reader"]
        self.linking = self.reader.linking
        self.linking.begin(unit)
        self.filling = Filling(unit, self.linking, memory)
        self.of = of
        self.has_made_values = False
        self.founded: dict[str, Account] = {}  # companies that rows of this chunk have made, by the key of their name
        self.became: dict[int, Contact] = {}  # row number -> the contact that it made or changed
        self.told: dict[int, Told | Refused] = {row.number: self._read(row) for row in rows}

    def look_up(self) -> None:
        self.known = Known(self.unit, self.plan, self.of)
        self.known.look_up([t for t in self.told.values() if isinstance(t, Told)])

    def _read(self, row: Row) -> Told | Refused:
        try:
            return self.reader.read(row)
        except Refused as no:
            return no

    def take(self, row: Row) -> Outcome:
        """One row: a new contact, or what it adds to the one it means."""
        told = self.told[row.number]
        if isinstance(told, Refused):
            raise told
        pk, how = matching.match(self.known, told)
        joined = pk in self.known.touched
        if pk is not None and how == "certain" and self.plan.duplicates == "ask":
            pk = self._as_decided(row, self.known.contacts[pk], joined=joined)
        if pk is None:
            if self.plan.mode == "update":
                raise Refused(_("No contact of yours is this one, and only updates were asked for."))
            return self._create(row, told)
        contact = self.known.contacts[pk]
        if watch := self.memory.get("watch"):
            watch.keep(contact)
        if not joined and (self.plan.mode == "create" or (how != "key" and self.plan.duplicates == "skip")):
            return Outcome("duplicates", pk, contact.name)
        outcome = Outcome("unchanged", pk, contact.name)
        companies, remarks = self._companies(told)
        told.remarks += [r for r in remarks if r not in told.remarks]
        self.filling.fill(told, contact, companies, outcome, overwrite=not joined and how == "key")
        self.known.keep(told, contact)
        self.became[row.number] = contact
        return outcome

    def _as_decided(self, row: Row, contact: Contact, *, joined: bool) -> int | None:
        """The contact when the person said that it is the same, none when the row is a new one; refused until then."""
        decided = self.plan.decided.get(str(row.number))
        if decided == "new":
            return None
        if decided != "same" and not joined:
            raise LooksAlike(_("This looks like %(name)s.") % {"name": contact.name}, contact.pk)
        return contact.pk

    def _create(self, row: Row, told: Told) -> Outcome:
        companies, remarks = self._companies(told)
        lists: dict[str, Any] = {
            "phones": told.phones, "emails": told.emails, "urls": told.urls, "addresses": told.places(),
            "remarks": [*told.remarks, *remarks], "accounts": companies, "tags": self.linking.settled(told.tags),
        }  # fmt: skip
        values = {**self._defaults(), **told.values, **{name: given for name, given in lists.items() if given}}
        if ref := told.own.get("external_ref"):
            values["external_ref"] = ref
        if not values.get("first_name") and not values.get("last_name"):
            raise Refused(_("This row names no person."), field="name", code="required")
        contact: Contact = CONTACT.create(self.unit, values=values)  # type: ignore[misc]
        self.known.keep(told, contact)
        self.became[row.number] = contact
        return Outcome("created", contact.pk, contact.name)

    def _defaults(self) -> dict[str, Any]:
        if "defaults" not in self.memory:
            self.memory["defaults"] = {n: self.reader.cleaner.one(n, v) for n, v in self.plan.defaults.items()}
        return dict(self.memory["defaults"])

    # --- companies --------------------------------------------------------------------------------------------------
    def _companies(self, told: Told) -> tuple[list[Account], list[str]]:
        """The companies that a row names; those that are unknown and not to be made are told as remarks instead."""
        found, remarks = [], []
        for company in told.companies:
            known = self.known.named(company.name, company.key)
            if len(known) > 1:
                numbers = ", ".join(f"{a.name} ({a.number})" for a in known[:5])
                raise CellRefused(
                    _("Several accounts are called so: %(names)s. Give the number of one.") % {"names": numbers},
                    column=company.column.header, value=company.name, field="accounts",
                )  # fmt: skip
            account = known[0] if known else self._founded(company)
            if account is not None:
                found.append(account)
            else:
                remarks.append(f"company={company.name}")
        return found, remarks

    def _founded(self, company: Company) -> Account | None:
        """The account that this chunk has made for the name, or makes now; None when the column says otherwise."""
        known = self.founded.get(company.key)
        if known is not None and self.unit.held(Account, known.pk) is known:
            return known
        if company.column.unknown == "ignore":
            return None
        if company.column.unknown == "error" or not self.unit.may_create(ACCOUNT):
            raise CellRefused(
                _("No account of yours is called “%(name)s”.") % {"name": company.name},
                column=company.column.header, value=company.name, field="accounts",
            )  # fmt: skip
        assert ACCOUNT.create is not None
        made: Account = ACCOUNT.create(self.unit, values={"name": company.name})
        self.founded[company.key] = made
        return made

    def ties(self, row: Row) -> set[int]:
        """Numbers that this row shares with rows that mean the same contact."""
        told = self.told[row.number]
        if isinstance(told, Refused):
            return set()
        return matching.ties(self.known, self.unit, told, self.became.get(row.number))

    def finish(self) -> None:
        """Keep which record each row became, so that the same row finds it again."""
        if self.known.traces:
            write.insert(ImportTrace, self.known.traces)
