"""A row into a contact that is there: blanks are filled, a key also lets values be overwritten, what differs is told."""

from __future__ import annotations

from typing import Any

from tend.base.names import normalise
from tend.domains.accounts.models import Account
from tend.domains.contacts.address_book.told import Told
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.intake.linking import Linking
from tend.domains.contacts.models import Contact
from tend.kernel.imports.checks import refuse_if_changed_since
from tend.kernel.imports.recipe import Outcome
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.unit import Unit
from tend.kernel.values import change

BLANK = (None, "")
POINTS = (("phone", "phones"), ("email", "emails"), ("url", "urls"))


class Filling:
    """Puts what rows say into contacts of one chunk."""

    def __init__(self, unit: Unit, linking: Linking, memory: dict[str, Any]) -> None:
        self.unit, self.linking, self.memory = unit, linking, memory

    def fill(self, row: Told, contact: Contact, companies: list[Account], outcome: Outcome, *, overwrite: bool) -> None:
        """Change the contact as the row says; changes and conflicts are told in the outcome."""
        values = self._values(row, contact, outcome, overwrite=overwrite)
        if overwrite:
            self._clear(row, contact, values, outcome)
        self._points(row, contact, values, outcome)
        self._places(row, contact, values, outcome, overwrite=overwrite)
        self._lists(row, contact, companies, values, outcome)
        if values:
            change(self.unit, CONTACT, contact, values)
        if outcome.changes:
            outcome.kind = "updated"

    def _values(self, row: Told, contact: Contact, outcome: Outcome, *, overwrite: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in row.values.items():
            before = self._current(contact, name)
            if value in BLANK or before == (value.pk if hasattr(value, "pk") else value):
                continue
            if name in ("first_name", "last_name") and not overwrite and normalise(before) == normalise(value):
                continue  # "LEE" is no other name than "Lee"
            if before in BLANK or overwrite:
                if before not in BLANK:
                    refuse_if_changed_since(self.memory, contact)
                values[name] = value
                outcome.changes[name] = [self._named(name, before), _name_of(value)]
            else:
                outcome.conflicts.append({"field": name, "kept": self._named(name, before), "file": _name_of(value)})
        return values

    def _clear(self, row: Told, contact: Contact, values: dict[str, Any], outcome: Outcome) -> None:
        for name in row.clear:
            field = CONTACT.by_name.get(name)
            if field is None or field.trait or name in ("first_name", "last_name"):
                continue
            if (before := self._current(contact, name)) not in BLANK:
                values[name] = "" if field.kind in ("text", "longtext") else None
                outcome.changes[name] = [self._named(name, before), None]

    def _points(self, row: Told, contact: Contact, values: dict[str, Any], outcome: Outcome) -> None:
        rows = CONTACT.traits["contact_points"].rows(self.unit, contact)
        for kind, many in POINTS:
            given: list[dict[str, str]] = getattr(row, many)
            own = [r for r in rows if r.kind == kind]
            known = {r.normalised for r in own}
            new = [g for g in given if normalise_point(kind, g["value"], row.country) not in known]
            if new:
                values[many] = [*(r.as_dict() for r in own), *new]
                outcome.changes[many] = [", ".join(r.value for r in own) or None, ", ".join(g["value"] for g in new)]

    def _places(
        self, row: Told, contact: Contact, values: dict[str, Any], outcome: Outcome, *, overwrite: bool
    ) -> None:
        rows = [r.as_dict() for r in CONTACT.traits["addresses"].rows(self.unit, contact)]
        changed = False
        for place in row.places():
            kind, primary = place.pop("kind"), place.pop("is_primary")
            if any(_says(r, place) for r in rows):
                continue
            known = next(
                (r for r in rows if (r["is_primary"] if primary else r["kind"] == kind and not r["is_primary"])), None
            )
            if known is None:
                rows.append({**place, "kind": kind, "is_primary": primary and not rows})
                outcome.changes["address"] = [None, ", ".join(str(v) for v in place.values())]
                changed = True
                continue
            for element, value in place.items():
                if known[element] == value or (element == "country" and _same_country(known, place)):
                    continue
                if known[element] and not overwrite:
                    outcome.conflicts.append({"field": f"address.{element}", "kept": known[element], "file": value})
                else:
                    outcome.changes[f"address.{element}"] = [known[element] or None, value]
                    known[element] = value
                    changed = True
        if changed:
            values["addresses"] = rows

    def _lists(
        self, row: Told, contact: Contact, companies: list[Account], values: dict[str, Any], outcome: Outcome
    ) -> None:
        known = {r.account_id for r in CONTACT.traits["memberships"].rows(self.unit, contact)}
        if new := [a for a in companies if a.pk not in known]:
            values["accounts"] = new
            outcome.changes["accounts"] = [None, ", ".join(a.name for a in new)]
        tags = {r.tag_id for r in CONTACT.traits["tags"].rows(self.unit, contact)}
        said = [self.linking.if_made(t) for t in row.tags]
        added = [t for t in self.linking.settled(said) if t.pk not in tags] if said else []
        if added:
            values["tags"] = [*tags, *(t.pk for t in added)]
            outcome.changes["tags"] = [None, ", ".join(t.name for t in added)]
        texts = {r.text for r in CONTACT.traits["remarks"].rows(self.unit, contact)}
        if remarks := [text for text in row.remarks if text not in texts]:
            values["remarks"] = remarks
            outcome.changes["remarks"] = [None, "; ".join(remarks)[:200]]

    @staticmethod
    def _current(contact: Contact, name: str) -> Any:
        whole, _dot, key = name.partition(".")
        if whole == "characteristics":
            return (contact.characteristics or {}).get(key)
        return contact.owner_id if name == "owner" else getattr(contact, name)

    def _named(self, name: str, value: Any) -> Any:
        """What an owner's id is called, for the eyes."""
        if name != "owner" or not value:
            return value if value not in BLANK else None
        names: dict[int, str] = self.memory.setdefault("names of owners", {})
        if value not in names:
            owners = CONTACT.by_name["owner"].to
            assert owners is not None
            with self.unit.reading():
                found = owners.objects.seen_by(self.unit.actor).filter(pk=value).first()  # type: ignore[attr-defined]
            names[value] = str(found) if found is not None else str(value)
        return names[value]


def _name_of(value: Any) -> Any:
    return value.name if hasattr(value, "name") else value


def _says(known: dict[str, Any], place: dict[str, Any]) -> bool:
    """Does an address that is there say all that the row says?"""
    return all(known[e] == value or (e == "country" and _same_country(known, place)) for e, value in place.items())


def _same_country(known: dict[str, Any], place: dict[str, Any]) -> bool:
    return bool(place.get("country_code")) and known["country_code"] == place["country_code"]
