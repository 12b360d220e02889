"""Compound addresses of a record: one is primary, and each is both one object and single elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.entity import Field
from tend.kernel.record import Part
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit

ELEMENTS = ("street", "city", "region", "region_code", "postal_code", "country", "country_code")


class Address(Part):
    class Kind(models.TextChoices):
        BILLING = "billing", _("Billing")
        SHIPPING = "shipping", _("Shipping")
        VISITING = "visiting", _("Visiting")
        OTHER = "other", _("Other")

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.VISITING)
    is_primary = models.BooleanField(default=False)
    street = models.TextField(blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    region_code = models.CharField(max_length=10, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=80, blank=True)
    country_code = models.CharField(max_length=2, blank=True)
    note = models.CharField(max_length=200, blank=True)

    once = ((("record_id",), "is_primary"),)
    same_by = ELEMENTS
    own_words = ELEMENTS
    always = ("is_primary",)

    class Meta:
        abstract = True

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "is_primary": self.is_primary,
            "note": self.note,
            **{e: getattr(self, e) for e in ELEMENTS},
        }


class Addresses(Trait):
    name = "addresses"
    base = Address
    singles: ClassVar = {"address": {}}

    def fields(self) -> tuple[Field, ...]:
        labels = {
            "street": _("Street"), "city": _("City"), "region": _("Region"),
            "postal_code": _("Postal code"), "country": _("Country"), "country_code": _("Country code"),
        }  # fmt: skip
        return (
            Field("address", label=_("Address"), kind="address", filter=False, sort=False, bulk=False),
            Field("addresses", label=_("Addresses"), kind="address", many=True, filter=False, sort=False, bulk=False),
            *(Field(f"address.{e}", label=labels[e], kind="text", bulk=False) for e in labels),
            *(
                Field(
                    f"addresses.{e}",
                    label=labels[e],
                    kind="text",
                    many=True,
                    edit=False,
                    bulk=False,
                    sort=False,
                    export=False,
                    search="V" if e == "city" else "",
                )
                for e in labels
            ),
        )

    def through(self, name: str) -> Through | None:
        whole, _dot, element = name.partition(".")
        if element not in ELEMENTS:
            return None
        return Through(self.model, element, (("is_primary", True),) if whole == "address" else ())

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        whole, _dot, element = name.partition(".")
        rows = self.rows(unit, record)
        is_new = unit.is_new(record)  # its change counts anyway
        before = None if is_new else self.told(unit, record)
        if element:
            self._write_primary(unit, record, {element: value or ""})
        elif whole == "address":
            if value:
                self._write_primary(unit, record, value)
            elif (primary := _primary(rows)) is not None:
                self.drop(unit, record, primary)
                if rows:
                    rows[0].is_primary = True
        else:
            self._write_all(unit, record, value or [])
        if not is_new and before != self.told(unit, record):
            self.touch(unit, record)

    def _write_primary(self, unit: Unit, record: Any, value: Mapping[str, Any]) -> None:
        row = _primary(self.rows(unit, record))
        given = {e: value[e] or "" for e in (*ELEMENTS, "kind", "note") if e in value}
        if row is None:
            if any(given.get(e) for e in ELEMENTS):
                self.add(unit, record, is_primary=True, **given)
            return
        for element, content in given.items():
            setattr(row, element, content)
        if not any(getattr(row, e) for e in ELEMENTS):
            self.drop(unit, record, row)
            for other in self.rows(unit, record)[:1]:
                other.is_primary = True

    def _write_all(self, unit: Unit, record: Any, values: Sequence[Mapping[str, Any]]) -> None:
        """Keep equal rows as they are, so that saving the same list changes nothing."""
        rows = list(self.rows(unit, record))
        wanted = [
            {"kind": Address.Kind.VISITING, **{e: v.get(e) or "" for e in (*ELEMENTS, "note")}, **_kind(v)}
            for v in values
        ]
        primary = next((i for i, v in enumerate(values) if v.get("is_primary")), 0)
        for index, given in enumerate(wanted):
            equal = next((r for r in rows if all(getattr(r, n) == v for n, v in given.items())), None)
            if equal is not None:
                rows.remove(equal)
                equal.is_primary = index == primary
            else:
                self.add(unit, record, is_primary=index == primary, **given)
        for row in rows:
            self.drop(unit, record, row)

    def read(self, rows: Sequence[Any], name: str) -> Any:
        whole, _dot, element = name.partition(".")
        if whole == "addresses":
            return [getattr(r, element) for r in rows] if element else [r.as_dict() for r in rows]
        primary = _primary(rows)
        if element:
            return getattr(primary, element) if primary else ""
        return primary.as_dict() if primary else None

    def cell(self, name: str) -> Through | None:
        return self.through(name) if name.startswith("address.") else None


def _primary(rows: Sequence[Any]) -> Any | None:
    for row in rows:
        if row.is_primary:
            return row
    return None


def _kind(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": value["kind"]} if value.get("kind") else {}
