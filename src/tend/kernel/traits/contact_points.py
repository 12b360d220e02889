"""Phones, e-mail addresses and links of a record: as typed, and normalised so that any form finds them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.base.emails import normalise_email
from tend.base.phones import parse_phone, phone_search_digits
from tend.kernel.entity import Field
from tend.kernel.record import Part
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit

PLURALS = {"phones": "phone", "emails": "email", "urls": "url"}


class ContactPoint(Part):
    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        URL = "url", _("Link")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    value = models.CharField(max_length=254)
    normalised = models.CharField(max_length=254)
    label = models.CharField(max_length=40, blank=True)  # its kind in a word: work, mobile, reception
    note = models.CharField(max_length=200, blank=True)
    is_primary = models.BooleanField(default=False)
    opted_out = models.BooleanField(default=False)
    once = ((("record_id", "kind", "normalised"), ""), (("record_id", "kind"), "is_primary"))
    always = ("is_primary",)
    strict = ("opted_out",)
    own_words = ("value", "normalised", "label")

    class Meta:
        abstract = True

    def as_dict(self) -> dict[str, Any]:
        return {
            "value": self.value, "label": self.label, "note": self.note, "is_primary": self.is_primary, "opted_out": self.opted_out,
        }  # fmt: skip


class ContactPoints(Trait):
    name = "contact_points"
    base = ContactPoint
    singles: ClassVar = {"phone": {"kind": "phone"}, "email": {"kind": "email"}}

    def fields(self) -> tuple[Field, ...]:
        return (
            Field("phone", label=_("Phone"), kind="phone", bulk=False),
            Field("email", label=_("E-mail"), kind="email", bulk=False),
            Field("phones", label=_("Phones"), kind="phone", many=True, sort=False, bulk=False),
            Field("emails", label=_("E-mail addresses"), kind="email", many=True, sort=False, bulk=False),
            Field("urls", label=_("Web addresses"), kind="url", many=True, sort=False, bulk=False),
        )

    def through(self, name: str) -> Through | None:
        kind = PLURALS.get(name, name)
        if kind not in ("phone", "email") and name not in PLURALS:
            return None
        where: tuple[tuple[str, Any], ...] = (("kind", kind),)
        return Through(self.model, "normalised", where if name in PLURALS else (*where, ("is_primary", True)))

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        is_new = unit.is_new(record)  # its change counts anyway
        before = None if is_new else self.told(unit, record)
        if name in PLURALS:
            self._write_all(unit, record, PLURALS[name], value or [])
        else:
            self._write_primary(unit, record, name, value)
        if not is_new and before != self.told(unit, record):
            self.touch(unit, record)

    def _write_primary(self, unit: Unit, record: Any, kind: str, typed: str | None) -> None:
        rows = [r for r in self.rows(unit, record) if r.kind == kind]
        primary = next((r for r in rows if r.is_primary), None)
        if not typed:
            if primary is not None:
                self.drop(unit, record, primary)
                if len(rows) > 1:
                    next(r for r in rows if r is not primary).is_primary = True
            return
        normalised = normalise_point(kind, typed, unit.country)
        same = next((r for r in rows if r.normalised == normalised), None)
        if same is not None:
            for row in rows:
                row.is_primary = row is same
            same.value = typed
        elif primary is not None:
            primary.value, primary.normalised = typed, normalised
        else:
            self.add(unit, record, kind=kind, value=typed, normalised=normalised, is_primary=True)

    def _write_all(self, unit: Unit, record: Any, kind: str, values: Sequence[Any]) -> None:
        held = self.rows(unit, record)
        rows = [r for r in held if r.kind == kind] if held else []
        wanted: dict[str, dict[str, Any]] = {}
        for value in values:
            given = {"value": value} if isinstance(value, str) else dict(value)
            if given.get("value"):
                wanted.setdefault(normalise_point(kind, given["value"], unit.country), given)
        primary = next((n for n, g in wanted.items() if g.get("is_primary")), next(iter(wanted), ""))
        for row in rows:
            if row.normalised not in wanted:
                self.drop(unit, record, row)
        known = {r.normalised: r for r in rows if r.normalised in wanted}
        for normalised, given in wanted.items():
            row = known.get(normalised)
            if row is None:
                self.add(
                    unit, record, kind=kind, value=given["value"], normalised=normalised, label=given.get("label") or "",
                    note=given.get("note") or "", is_primary=normalised == primary, opted_out=bool(given.get("opted_out")),
                )  # fmt: skip
                continue
            row.value, row.is_primary = given["value"], normalised == primary
            row.label = given.get("label", row.label) or ""
            row.note = given.get("note", row.note) or ""
            row.opted_out = bool(given.get("opted_out", row.opted_out))

    def read(self, rows: Sequence[Any], name: str) -> Any:
        kind = PLURALS.get(name)
        if kind:
            return [r.as_dict() for r in rows if r.kind == kind]
        primary = next((r for r in rows if r.kind == name and r.is_primary), None)
        return primary.value if primary else ""

    def cell(self, name: str) -> Through | None:
        found = self.through(name)
        return Through(found.model, "value", found.where) if found else None


@lru_cache(maxsize=8192)  # a row of a file asks for each of its points several times
def normalise_point(kind: str, typed: str, country: str | None = None) -> str:
    """The form in which equal contact points are equal: E.164, lower-cased e-mail, link without its scheme."""
    typed = typed.strip()
    if kind == "phone":
        phone = parse_phone(typed, country or None)
        return phone.normalised if phone else phone_search_digits(typed) or typed
    if kind == "email":
        return normalise_email(typed) or typed.lower()
    return typed.lower().removeprefix("https://").removeprefix("http://").rstrip("/")
