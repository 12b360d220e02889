"""Cells into what a row says: one reader per column, made once for the file; values that repeat are read once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from tend.base.cells import restore
from tend.base.dialects.dialect import Row
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.intake.linking import Linking
from tend.domains.contacts.intake.said import Said, ToMake
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.imports.cells import POINTS, read_cell, read_emails, read_kind, read_phones
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.imports.recipe import CellRefused
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.values import Cleaner

OWN = frozenset({"id", "number", "external_ref"})
MOST_KEPT = 10_000  # values of one column that are remembered
Take = Callable[[Said, str], None]
Typed = Callable[[str], Any]


class RowReader:
    """Reads the rows of one file for one person. `kind_of` names the kind of value that a field holds."""

    def __init__(
        self, name: str, actor: Actor, plan: Plan, country: str, kind_of: Callable[[Actor, str], str], linking: Linking
    ) -> None:
        self.plan = plan
        self.country = country
        self.linking = linking
        self.cleaner = linking.cleaner
        self.people = Cleaner(CONTACT, actor)
        self._actor, self._kind_of = actor, kind_of
        self._name = name
        self._columns = [(i, c, self._reader(c)) for i, c in enumerate(plan.columns) if c.field]
        own = [(c.field, i) for i, c, _take in self._columns if not c.field.startswith(("contact.", "remark"))]
        self._of_account = sorted(own)
        self._is_in_order = len({field for field, _place in own}) == len(own)

    def read(self, row: Row) -> Said:
        """What the row says. CellRefused names the first cell that cannot be read."""
        said, cells = Said(self.country), row.cells
        for place, column, take in self._columns:
            if place >= len(cells):
                break
            text = cells[place]
            if not text or text.isspace():
                if column.blank == "clear":
                    said.clear.append(column.field)
                continue
            try:
                take(said, text)
            except Refused as no:
                raise CellRefused(no.message, column=column.header, value=text, field=column.field) from None
        if not said.values.get("name") and (person := said.contact.get("name")):
            said.values["name"], said.values["is_person"] = person, True
        return said

    def fingerprint(self, row: Row) -> int:
        """What the row says of the account itself (not of a person), as a number: equal rows mean the same account."""
        cells = row.cells
        last = len(cells)
        told = [(field, " ".join(cells[i].split())) for field, i in self._of_account if i < last and cells[i]]
        told = [said for said in told if said[1]]
        if not self._is_in_order:
            told.sort()
        digest = hashlib.sha256(repr((self._name, told)).encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    # --- one reader per column --------------------------------------------------------------------------------------
    def _reader(self, column: Column) -> Take:
        name = column.field
        whole, _dot, rest = name.partition(".")
        if name in OWN:
            return lambda said, text: said.own.__setitem__(name, text.strip())
        if name in POINTS and whole == "phone":
            return self._phones(POINTS[name])
        if name == "email":
            return self._emails
        if name == "remark":
            return lambda said, text: said.remarks.append(text.strip())
        if whole == "address":
            return _part_of_address(rest)
        if whole == "contact":
            return self._of_person(column, rest)
        if name == "tags":
            return self._tags(column)
        return self._value(column)

    def _value(self, column: Column) -> Take:
        name = column.field
        field = ACCOUNT.by_name.get(name)
        if field is not None and field.kind == "link":
            return self._link(column)
        if name.startswith("characteristics."):
            kind = self._kind_of(self._actor, name)
            read = self._characteristic(column, kind)
        else:
            read = self._text(ACCOUNT, self.cleaner, column, name)
        typed = _remembered(read)

        def take(said: Said, text: str) -> None:
            said.values[name] = typed(text)

        def first(said: Said, text: str) -> None:
            if name not in said.values:
                take(said, text)

        return first if name == "website" else take

    def _characteristic(self, column: Column, kind: str) -> Typed:
        name, currency = column.field, self.plan.currency

        def read(text: str) -> Any:
            return self.cleaner.one(name, read_kind(kind, name, column, text, currency))

        return read

    def _text(self, entity: Entity, cleaner: Cleaner, column: Column, name: str) -> Typed:
        """Plain text needs no cleaning once it is printable ASCII within the limit; all else is read by its kind."""
        field = entity.by_name.get(name)
        currency = self.plan.currency

        def slow(text: str) -> Any:
            return cleaner.one(name, read_cell(entity, name, column, text, currency))

        if field is None or field.kind != "text" or field.trait or "." in name:
            return slow
        try:
            cleaner.field(name)
            limit = entity.model._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        except Exception:
            return slow

        def read(text: str) -> Any:
            value = restore(text).strip()
            if value and len(value) <= limit and value.isascii() and value.isprintable():
                return value
            return slow(text)

        return read

    def _link(self, column: Column) -> Take:
        name, linking = column.field, self.linking
        cleaned = self.cleaner.one

        def take(said: Said, text: str) -> None:
            value = linking.find(column, name, restore(text).strip())
            if value is not None:
                said.values[name] = value if isinstance(value, ToMake) else cleaned(name, value)

        return take

    def _tags(self, column: Column) -> Take:
        words = _remembered(lambda text: read_cell(ACCOUNT, "tags", column, text, "") or [])

        def take(said: Said, text: str) -> None:
            tags = said.values.setdefault("tags", [])
            for word in words(text):
                tag = self.linking.find(column, "tags", word)
                if tag is not None:
                    tags.append(tag)

        return take

    def _phones(self, label: str) -> Take:
        def take(said: Said, text: str) -> None:
            for phone in read_phones(text):
                said.phones.append({"value": phone, "label": label})
                said.numbers.append(normalise_point("phone", phone, self.country))

        return take

    @staticmethod
    def _emails(said: Said, text: str) -> None:
        for email in read_emails(text):
            said.emails.append(email)
            said.mails.append(normalise_point("email", email, ""))

    def _of_person(self, column: Column, name: str) -> Take:
        if name == "email":
            return lambda said, text: said.person["emails"].extend(read_emails(text))
        if name in ("phone", "mobile"):
            return lambda said, text: said.person["phones"].extend(read_phones(text))
        if name == "name":
            return lambda said, text: said.contact.__setitem__("name", text.strip())
        typed = _remembered(self._text(CONTACT, self.people, column, name))
        return lambda said, text: said.contact.__setitem__(name, typed(text))


def _part_of_address(name: str) -> Take:
    kind, _dot, part = name.rpartition(".")
    kind = kind or "primary"

    def take(said: Said, text: str) -> None:
        place = said.addresses.setdefault(kind, {})
        place[part] = f"{place[part]}\n{text.strip()}" if part in place else text.strip()

    return take


def _remembered(read: Typed) -> Typed:
    """The same reader that keeps what it has read, until there are too many different values."""
    kept: dict[str, Any] = {}

    def reading(text: str) -> Any:
        try:
            return kept[text]
        except KeyError:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[text] = read(text)
            return found

    return reading
