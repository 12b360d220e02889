"""The companies of a contact as a trait: loaded for a chunk, written as a list of accounts or by its own verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.models import Account
from tend.domains.contacts.events import main_contact_named
from tend.domains.contacts.models import Membership
from tend.kernel.entity import Field
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit


class Memberships(Trait):
    name = "memberships"
    base = Membership

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "accounts",
                label=_("Accounts"),
                kind="links",
                many=True,
                to=Account,
                sort=False,
                column=True,
                bulk=False,
            ),
        )

    def through(self, name: str) -> Through | None:
        return Through(Membership, "account_id") if name == "accounts" else None

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        """Add the accounts that are new. Those one does not see, or former ones, are left alone: `leave` ends one."""
        known = {row.account_id for row in self.rows(unit, record)}
        for account in value or ():
            if account.pk not in known:
                self.join(unit, record, account)

    def at(self, unit: Unit, record: Any, account: Account) -> Membership | None:
        """Where the person stands at this company, now or formerly; None when nowhere."""
        return next((r for r in self.rows(unit, record) if r.account_id == account.pk), None)

    def join(self, unit: Unit, record: Any, account: Account, **values: Any) -> Membership:
        """Place a person at a company; the first company is the main one."""
        known: Membership | None = self.at(unit, record, account)
        if known is None:
            known = self.add(unit, record, account_id=account.pk, **values)
        else:
            for name, value in values.items():
                setattr(known, name, value)
        self.keep_one_main(unit, record, known if known.is_main else None)
        if known.is_primary:
            unit.announce(main_contact_named(record, known.account_id))
        return known

    def keep_one_main(self, unit: Unit, record: Any, chosen: Membership | None = None) -> None:
        """One of the present companies is the main one: the chosen one, else the one that is, else the oldest."""
        present: list[Membership] = [r for r in self.rows(unit, record) if r.until is None]
        main: Membership | None = chosen or next((r for r in present if r.is_main), None) or next(iter(present), None)
        for row in self.rows(unit, record):
            row.is_main = main is not None and row.pk == main.pk and main.until is None

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.account_id for r in sorted(rows, key=lambda r: not r.is_main) if r.until is None]
