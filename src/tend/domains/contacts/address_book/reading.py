"""Cells into what a row says of a person: one reader per column, made once for the file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from tend.base.cells import restore
from tend.base.dialects.dialect import Row
from tend.base.names import split_person_name
from tend.domains.contacts.address_book.fields import LABELS, POINTS
from tend.domains.contacts.address_book.fields import kind as kind_of
from tend.domains.contacts.address_book.told import Company, Told
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.intake.linking import Linking
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.imports.cells import read_cell, read_emails, read_kind, read_phones
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.imports.recipe import CellRefused
from tend.kernel.values import Cleaner

Take = Callable[[Told, str, list[str]], None]
LONGEST_LABEL, LONGEST_URL, LONGEST_REF = 40, 254, 120
_DIVIDED = re.compile(r"\s*(?:;|\n|:::)\s*")
_TAGS = re.compile(r"\s*(?:;|\n|:::|,)\s*")
_NOTED = re.compile(r"\(([^()]{1,40})\)\s*$")
_USUAL_LABELS = {
    "cell": "mobile",
    "work fax": "fax",
    "home fax": "fax",
    "other fax": "fax",
    "homepage": "",
    "home page": "",
}
_GOOGLES_OWN = "* "  # "* myContacts" is a group of Google's, "* Work" the kind of the main number


class PersonReader:
    """Reads the rows of one file for one person who imports."""

    def __init__(self, actor: Actor, plan: Plan, country: str, linking: Linking) -> None:
        self.plan, self.country, self.linking = plan, country, linking
        self.cleaner = Cleaner(CONTACT, actor)
        labelled = _labels(plan)
        self._columns = [(i, c, self._reader(c, labelled.get(i))) for i, c in enumerate(plan.columns) if c.field]
        self._telling = [(i, c.field) for i, c, _take in self._columns if c.field != "remark"]

    def read(self, row: Row) -> Told:
        """What the row says. CellRefused names the first cell that cannot be read; Refused when it names nobody."""
        told, cells = Told(self.country), row.cells
        for place, column, take in self._columns:
            if place >= len(cells):
                break
            text = cells[place]
            if not text or text.isspace():
                if column.blank == "clear":
                    told.clear.append(column.field)
                continue
            try:
                take(told, text, cells)
            except Refused as no:
                raise CellRefused(no.message, column=column.header, value=text, field=column.field) from None
        self._name(told)
        told.fingerprint = self._fingerprint(cells)
        return told

    def _name(self, told: Told) -> None:
        values = told.values
        whole, middle = values.pop("name", ""), values.pop("middle_name", "")
        if whole and not values.get("first_name") and not values.get("last_name"):
            values["first_name"], values["last_name"] = split_person_name(whole)
            if not values["first_name"] and not values["last_name"]:
                values["last_name"] = whole
        elif middle:
            values["first_name"] = f"{values.get('first_name') or ''} {middle}".strip()
        if not values.get("first_name") and not values.get("last_name") and not told.own:
            if not told.emails:
                raise Refused(_("This row names no person."), field="name", code="required")
            values["last_name"] = told.emails[0]["value"].partition("@")[0]
        for name in ("first_name", "last_name"):
            if values.get(name):
                values[name] = self.cleaner.one(name, values[name])
        told.settle_name()

    def _fingerprint(self, cells: list[str]) -> int:
        """What the row says, as a number: equal rows mean the same contact."""
        said = sorted(
            (field, " ".join(cells[i].split())) for i, field in self._telling if i < len(cells) and cells[i].strip()
        )
        digest = hashlib.sha256(repr(("contacts", said)).encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    # --- one reader per column --------------------------------------------------------------------------------------
    def _reader(self, column: Column, label_at: int | None) -> Take:
        name = column.field
        whole, _dot, rest = name.partition(".")
        if rest == "label":
            return lambda told, text, cells: None  # read with the column to which it belongs
        if whole in POINTS:
            return self._points(whole, column, label_at)
        if name in ("id", "external_ref"):
            return lambda told, text, cells: told.own.__setitem__(name, text.strip()[:LONGEST_REF])
        if name in ("name", "middle_name", "first_name", "last_name"):
            return lambda told, text, cells: told.values.__setitem__(name, restore(text).strip())
        if name == "remark":
            return lambda told, text, cells: told.remarks.append(restore(text).strip())
        if whole == "address":
            return _part_of_address(rest)
        if name == "accounts":
            return lambda told, text, cells: told.companies.extend(
                Company(part[:200], column) for part in _DIVIDED.split(restore(text).strip()) if part
            )
        if name == "tags":
            return self._tags(column)
        return self._value(column)

    def _points(self, whole: str, column: Column, label_at: int | None) -> Take:
        read = {"phone": read_phones, "email": read_emails, "urls": _read_urls}[whole]
        noted = _NOTED.search(column.header)
        usual = LABELS.get(column.field) or (noted[1].strip() if noted and label_at is None else "")
        many = POINTS[whole]

        def take(told: Told, text: str, cells: list[str]) -> None:
            label = _clean_label(cells[label_at]) if label_at is not None and label_at < len(cells) else ""
            getattr(told, many).extend({"value": value, "label": label or usual} for value in read(text))

        return take

    def _tags(self, column: Column) -> Take:
        def take(told: Told, text: str, cells: list[str]) -> None:
            for word in _TAGS.split(restore(text).strip()):
                if word and not word.startswith(_GOOGLES_OWN) and word != "myContacts":
                    tag = self.linking.find(column, "tags", word)
                    if tag is not None:
                        told.tags.append(tag)

        return take

    def _value(self, column: Column) -> Take:
        name, currency = column.field, self.plan.currency

        def take(told: Told, text: str, cells: list[str]) -> None:
            if name == "owner":
                value = self.linking.find(column, "owner", restore(text).strip())
                if value is not None:
                    told.values["owner"] = self.cleaner.one("owner", value)
            elif name.startswith("characteristics."):
                told.values[name] = self.cleaner.one(name, read_kind(kind_of(name), name, column, text, currency))
            else:
                told.values[name] = self.cleaner.one(name, read_cell(CONTACT, name, column, text, currency))

        return take


def _labels(plan: Plan) -> dict[int, int]:
    """Where the kind of each number stands: in the column of kinds that was the last one before it."""
    found: dict[int, int] = {}
    waiting: dict[str, int] = {}
    for place, column in enumerate(plan.columns):
        whole, _dot, rest = column.field.partition(".")
        if rest == "label":
            waiting[whole] = place
        elif whole in POINTS and whole in waiting:
            found[place] = waiting.pop(whole)
    return found


def _clean_label(text: str) -> str:
    word = restore(text).strip().removeprefix(_GOOGLES_OWN).strip()
    lowered = word.lower()
    if lowered in ("work", "home", "mobile", "main", "other", "fax", "pager"):
        return lowered
    return _USUAL_LABELS.get(lowered, word)[:LONGEST_LABEL]


def _read_urls(text: str) -> list[str]:
    """Web addresses as they stand; what a browser would run, or is far too long, is none."""
    found = [part for part in _DIVIDED.split(restore(text).strip()) if part]
    for url in found:
        scheme, colon, _rest = url.partition(":")
        runs = bool(colon) and scheme.isalpha() and scheme.lower() not in ("http", "https")
        if runs or len(url) > LONGEST_URL or any(sign.isspace() for sign in url):
            raise Refused(_("“%(value)s” is not a web address.") % {"value": url[:80]}, code="type")
    return found


def _part_of_address(name: str) -> Take:
    kind, _dot, part = name.rpartition(".")
    kind = kind or "primary"

    def take(told: Told, text: str, cells: list[str]) -> None:
        place = told.addresses.setdefault(kind, {})
        said = restore(text).strip()
        place[part] = f"{place[part]}\n{said}" if part in place else said

    return take
