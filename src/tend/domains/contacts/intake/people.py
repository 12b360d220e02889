"""The contact that a row names: found among the people of its account by e-mail or name, else made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tend.base.names import normalise, split_person_name
from tend.domains.accounts.models import Account
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.intake.said import Said
from tend.domains.contacts.models import Contact, ContactPointOf, Membership
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.unit import Unit
from tend.kernel.values import change

Member = tuple[Contact, set[str]]  # a contact with its e-mail addresses, normalised


class People:
    """The contacts of the accounts in question, those that are there and those that the chunk makes."""

    def __init__(self, unit: Unit, country: str, memory: dict[str, Any]) -> None:
        self.unit = unit
        self.country = country
        self.memory = memory
        self._members: dict[int, list[Member]] = defaultdict(list)

    def look_up(self, accounts: Sequence[int]) -> None:
        """Read the contacts of these accounts that are in sight, with their points; five queries."""
        if not accounts:
            return
        links = list(
            Membership.objects.as_system("narrowed to the contacts in sight")
            .filter(account_id__among=accounts)
            .values_list("account_id", "record_id")
        )
        if not links:
            return
        contacts = {c.pk: c for c in self.unit.open(CONTACT, sorted({c for _a, c in links}), "view")}
        emails: dict[int, set[str]] = defaultdict(set)
        for pk, value in (
            ContactPointOf.objects.of(list(contacts)).filter(kind="email").values_list("record_id", "normalised")
        ):
            emails[pk].add(value)
        self.unit.preload(CONTACT, list(contacts.values()), ["contact_points", "memberships"])
        for account, pk in links:
            if pk in contacts:
                self._members[account].append((contacts[pk], emails[pk]))

    def take(self, said: Said, account: Account, *, fresh: bool = False) -> str | None:
        """Find or make the person of a row; its name if anything changed. `fresh`: the account is made by this row."""
        given = dict(said.contact)
        if whole := given.pop("name", ""):
            first, last = split_person_name(whole)
            given.setdefault("first_name", first)
            given.setdefault("last_name", last)
        emails, phones = said.person["emails"], said.person["phones"]
        if not given.get("first_name") and not given.get("last_name"):
            if not emails:
                return None
            given["last_name"] = emails[0].split("@")[0]
        normalised = {normalise_point("email", e, "") for e in emails}
        known = self._find(account, normalised, f"{given.get('first_name') or ''} {given.get('last_name') or ''}")
        if known is None:
            return self._make(account, given, emails, phones, normalised, fresh=fresh).name
        if watch := self.memory.get("watch"):
            watch.keep(known)
        return self._fill(known, given, emails, phones)

    def _find(self, account: Account, emails: set[str], name: str) -> Contact | None:
        members = self._members.get(account.pk)
        if not members:
            return None
        known = next((c for c, mails in members if mails & emails), None)
        if known is None:
            name = normalise(name)
            known = next((c for c, _mails in members if normalise(c.name) == name), None)
        return known

    def _make(
        self, account: Account, given: dict[str, Any], emails: list[str], phones: list[str], normalised: set[str],
        *, fresh: bool,
    ) -> Contact:  # fmt: skip
        values = {**given, "accounts": [account]}
        if emails:
            values["emails"] = emails
        if phones:
            values["phones"] = phones
        made: Contact = CONTACT.create(self.unit, values=values)  # type: ignore[misc]
        if fresh:
            CONTACT.traits["memberships"].rows(self.unit, made)[0].is_primary = True
        self._members[account.pk].append((made, normalised))
        return made

    def _fill(self, contact: Contact, given: dict[str, Any], emails: list[str], phones: list[str]) -> str | None:
        """Blanks and further points only; what is there stays."""
        values = {n: v for n, v in given.items() if v and contact.__dict__.get(n) in (None, "")}
        trait = CONTACT.traits["contact_points"]
        for kind, said in (("phone", phones), ("email", emails)):
            if not said:
                continue
            rows = [r for r in trait.rows(self.unit, contact) if r.kind == kind]
            known = {r.normalised for r in rows}
            new = [s for s in said if normalise_point(kind, s, self.country) not in known]
            if new:
                values[f"{kind}s"] = [*(r.as_dict() for r in rows), *new]
        if not values:
            return None
        change(self.unit, CONTACT, contact, values)
        return contact.name
