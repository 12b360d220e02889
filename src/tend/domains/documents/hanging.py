"""The records a document hangs on, and its versions, as traits: loaded for a chunk, written by lists and verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.domains.contacts.models import Contact
from tend.domains.documents.models import DocumentVersion, OnAccount, OnActivity, OnContact
from tend.kernel.entity import Field
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit


class HangsOn(Trait):
    """The records of one type on which a document hangs."""

    field: ClassVar[str]
    label: ClassVar[Any]
    target: ClassVar[Any]
    column: ClassVar[str]

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                self.field, label=self.label, kind="links", many=True, to=self.target, sort=False, bulk=False,
                column=self.field == "accounts",
            ),
        )  # fmt: skip

    def through(self, name: str) -> Through | None:
        return Through(self.model, self.column) if name == self.field else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        """Hang it on those that are new; where it hangs out of one's sight it stays. `detach` takes it off."""
        for target in value or ():
            self.hang(unit, record, target.pk)

    def hang(self, unit: Unit, record: Any, pk: int) -> bool:
        """Hang a document on one record; False when it hangs there already."""
        if any(row.__dict__[self.column] == pk for row in self.rows(unit, record)):
            return False
        self.add(unit, record, **{self.column: pk})
        return True

    def take_off(self, unit: Unit, record: Any, pk: int) -> bool:
        """Take a document off one record; False when it does not hang there."""
        row = next((r for r in self.rows(unit, record) if r.__dict__[self.column] == pk), None)
        if row is not None:
            self.drop(unit, record, row)
        return row is not None

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.__dict__[self.column] for r in rows]


class HangsOnAccounts(HangsOn):
    name, base = "on_accounts", OnAccount
    field, label, target, column = "accounts", _("Accounts"), Account, "account_id"


class HangsOnContacts(HangsOn):
    name, base = "on_contacts", OnContact
    field, label, target, column = "contacts", _("Contacts"), Contact, "contact_id"


class HangsOnActivities(HangsOn):
    name, base = "on_activities", OnActivity
    field, label, target, column = "activities", _("Activities"), Activity, "activity_id"


class Versions(Trait):
    """The uploads of a document. The field `file` takes the ticket of a file that was brought, as a new version."""

    name, base = "versions", DocumentVersion
    title = _("Versions")

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "file", label=_("File"), filter=False, sort=False, export=False, bulk=False, kind="text", search="C",
                help=_("A file is brought by its form, by drag and drop, or over the API"),
            ),
        )  # fmt: skip

    def through(self, name: str) -> Through | None:
        return None

    def read(self, rows: Sequence[Any], name: str) -> str:
        return next((r.filename for r in rows if r.is_current), "")
