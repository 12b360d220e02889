"""Up to a thousand rows in one unit: read, looked up in a constant number of queries, then taken one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts.intake import matching
from tend.domains.contacts.intake.filling import Filling
from tend.domains.contacts.intake.linking import Linking
from tend.domains.contacts.intake.lookup import Known
from tend.domains.contacts.intake.people import People
from tend.domains.contacts.intake.reading import RowReader
from tend.domains.contacts.intake.said import Said
from tend.kernel import write
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.imports.models import ImportTrace
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.recipe import LooksAlike, Outcome
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner


class AccountChunk:
    """The rows of one transaction. `memory` lives as long as the run and keeps the readers of its columns."""

    def __init__(
        self, name: str, lifecycle: str, kind_of: Callable[[Actor, str], str], unit: Unit, plan: Plan,
        rows: Sequence[Row], memory: dict[str, Any], of: int,
    ) -> None:  # fmt: skip
        self.unit, self.plan, self.memory, self.lifecycle = unit, plan, memory, lifecycle
        country = unit.country = plan.country or unit.country
        if "reader" not in memory:
            linking = Linking(Cleaner(ACCOUNT, unit.actor))
            memory["reader"] = RowReader(name, unit.actor, plan, country, kind_of, linking)
        self.reader: RowReader = memory["reader"]
        self.linking = self.reader.linking
        self.linking.begin(unit)
        self.filling = Filling(unit, country, self.linking, memory)
        self.country, self.of = country, of
        self.became: dict[int, Account] = {}  # row number -> the account that it made or changed
        self.has_made_values = False
        self.said: dict[int, Said | Refused] = {row.number: self._read(row) for row in rows}

    def look_up(self) -> None:
        """Read what the rows may mean, in a constant number of queries; once more when others have written meanwhile."""
        self.known = Known(self.unit, self.plan, self.of)
        self.people = People(self.unit, self.country, self.memory)
        good = [s for s in self.said.values() if isinstance(s, Said)]
        self.known.look_up(good)
        if any(s.contact or s.person["emails"] for s in good):
            self.people.look_up(list(self.known.accounts))

    def _read(self, row: Row) -> Said | Refused:
        try:
            said = self.reader.read(row)
        except Refused as no:
            return no
        said.fingerprint = self.reader.fingerprint(row)
        return said

    def take(self, row: Row) -> Outcome:
        """One row: a new account, or what it adds to the one it means."""
        said = self.said[row.number]
        if isinstance(said, Refused):
            raise said
        pk, how = matching.match(self.known, said)
        joined = pk in self.known.touched
        if pk is not None and how == "certain" and self.plan.duplicates == "ask":
            pk = self._as_decided(row, self.known.accounts[pk], joined=joined)
        if pk is None:
            if self.plan.mode == "update":
                raise Refused(_("No account of yours is this one, and only updates were asked for."))
            return self._create(row, said)
        account = self.known.accounts[pk]
        if watch := self.memory.get("watch"):
            watch.keep(account)
        if not joined and (self.plan.mode == "create" or (how != "key" and self.plan.duplicates == "skip")):
            return Outcome("duplicates", pk, account.name)
        return self._fill(row, said, account, overwrite=not joined and how == "key")

    def _as_decided(self, row: Row, account: Account, *, joined: bool) -> int | None:
        """The account when the person said that it is the same, none when the row is a new one; refused until then.

        Rows that follow one of the same account in this file are not asked about again.
        """
        decided = self.plan.decided.get(str(row.number))
        if decided == "new":
            return None
        if decided != "same" and not joined:
            names = {"name": account.name, "number": account.number}
            raise LooksAlike(_("This looks like %(name)s (%(number)s).") % names, account.pk)
        return account.pk

    def _create(self, row: Row, said: Said) -> Outcome:
        values = {**self._defaults(), **{n: self.linking.settled(v) for n, v in said.values.items()}}
        if self.lifecycle:
            values.setdefault("lifecycle", self.lifecycle)
        if said.phones:
            values["phones"] = said.phones
        if said.emails:
            values["emails"] = said.emails
        if said.own.get("external_ref"):
            values["external_ref"], values["source_system"] = said.own["external_ref"][:120], self.plan.system
        if places := said.addressed():
            values["addresses"] = places
        if said.remarks:
            values["remarks"] = said.remarks
        account: Account = ACCOUNT.create(self.unit, values=values)  # type: ignore[misc]
        person = self.people.take(said, account, fresh=True)
        self.known.know(said, account)
        self.became[row.number] = account
        return Outcome("created", account.pk, account.name, changes={"contact": [None, person]} if person else {})

    def _defaults(self) -> dict[str, Any]:
        if "defaults" not in self.memory:
            self.memory["defaults"] = {n: self.reader.cleaner.one(n, v) for n, v in self.plan.defaults.items()}
        return dict(self.memory["defaults"])

    def _fill(self, row: Row, said: Said, account: Account, *, overwrite: bool) -> Outcome:
        outcome = Outcome("unchanged", account.pk, account.name)
        self.filling.fill(said, account, outcome, overwrite=overwrite)
        if person := self.people.take(said, account):
            outcome.changes["contact"] = [None, person]
        if outcome.changes:
            outcome.kind = "updated"
        self.known.meet(said, account)
        self.became[row.number] = account
        return outcome

    def ties(self, row: Row) -> set[int]:
        """Numbers that this row shares with rows that mean the same account."""
        said = self.said[row.number]
        if isinstance(said, Refused):
            return set()
        return matching.ties(self.known, self.unit, said, self.became.get(row.number))

    def finish(self) -> None:
        """Keep which record each row became, so that the same row finds it again."""
        if self.known.traces:
            write.insert(ImportTrace, self.known.traces)
        self.has_made_values = self.linking.has_made
        self.linking.end()
