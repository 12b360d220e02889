"""The companies of a contact as a trait: loaded for a chunk, written as a list of accounts or by its own verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.models import Account
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

    def join(self, unit: Unit, record: Any, account: Account, **values: Any) -> Membership:
        known = next((r for r in self.rows(unit, record) if r.account_id == account.pk), None)
        if known is not None:
            for name, value in values.items():
                setattr(known, name, value)
            return known  # type: ignore[no-any-return]
        return self.add(unit, record, account_id=account.pk, **values)  # type: ignore[no-any-return]

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.account_id for r in rows if r.until is None]
