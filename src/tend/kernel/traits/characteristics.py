"""Characteristics: the fields that an administrator adds at run time, with a value per record."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.base.slugs import key_of
from tend.kernel.entity import Field
from tend.kernel.prepared import Prepared
from tend.kernel.record import Part, Record
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit

KEEP = 10.0  # seconds


class CharacteristicDefinition(Record):
    """One characteristic of a record type. `key` is its word in files and the API and never changes."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Date")
        YESNO = "yesno", _("Yes or no")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")

    record_type = models.CharField(_("On"), max_length=40)
    key = models.SlugField(_("Key"), max_length=40, blank=True)  # blank in a form: made from the name
    name = models.CharField(_("Name"), max_length=80)
    type = models.CharField(_("Type"), max_length=8, choices=Type.choices, default=Type.TEXT)
    choices = models.JSONField(_("Choices"), default=list, blank=True)
    group = models.CharField(_("Group"), max_length=80, blank=True)
    position = models.PositiveIntegerField(_("Position"), default=0)
    is_required = models.BooleanField(_("Required"), default=False)
    required_for = models.JSONField(_("Required for"), default=list, blank=True)  # codes of the type's stages
    shown_if = models.JSONField(_("Shown only when"), default=dict, blank=True)  # {"field": name, "values": […]}
    takes_remarks = models.BooleanField(_("Takes remarks of its key"), default=False)
    is_shown_when_approaching = models.BooleanField(_("Shown when approaching"), default=False)
    is_filterable = models.BooleanField(_("Can be filtered and sorted"), default=True)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("Characteristic")
        verbose_name_plural = _("Characteristics")
        constraints = [models.UniqueConstraint(fields=["record_type", "key"], name="characteristic_key_is_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """Its name with its group before it, where all fields stand in one line."""
        return f"{self.group}: {self.name}" if self.group else self.name

    def is_required_at(self, stage: str) -> bool:
        """Must it be filled in for a record of this stage? Stages are the codes of the type's deciding field."""
        return self.is_required or stage in self.required_for


class WearsCharacteristics(models.Model):
    """Mixed into a record type: the column that is the truth; the side table below only makes it filterable."""

    characteristics = models.JSONField(_("Characteristics"), default=dict, blank=True)

    class Meta:
        abstract = True


class CharacteristicValue(Part):
    """The filterable form of one value. Subclasses define `record` and the indexes (key, num|txt|date, record)."""

    key = models.CharField(max_length=40)
    num = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    txt = models.CharField(max_length=200, null=True)
    date = models.DateField(null=True)

    is_derived = True

    class Meta:
        abstract = True


class Characteristics(Trait):
    name = "characteristics"
    base = CharacteristicValue

    def fields(self) -> tuple[Field, ...]:
        return (
            Field("characteristics", label=_("Characteristics"), kind="json", filter=False, sort=False, bulk=False),
        )

    def through(self, name: str) -> Through | None:
        """`characteristics.rooms`: the column is chosen by the definition's type, see `definition_column`."""
        whole, _dot, key = name.partition(".")
        if whole != "characteristics" or not key:
            return None
        definition = definition_of(self.entity.code, key)
        return Through(self.model, definition_column(definition.type), (("key", key),)) if definition else None

    def load(self, unit: Unit, records: Sequence[Any]) -> None:
        for record in records:
            record.__dict__.setdefault("_traits", {})[self.name] = []

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        """Set one key (`characteristics.rooms`) or several ({key: value}); None takes a key away."""
        from tend.kernel.characteristics.asking import refuse_emptied

        _whole, _dot, key = name.partition(".")
        given = {key: value} if key else dict(value or {})
        refuse_emptied(unit, self.entity, record, given)
        merged = {**record.characteristics, **{k: _plain(v) for k, v in given.items()}}
        record.characteristics = {k: v for k, v in merged.items() if v is not None and v != "" and v != []}

    def read(self, rows: Sequence[Any], name: str) -> Any:
        raise LookupError("characteristics are read from the record's own column")


def definition_column(kind: str) -> str:
    """The column of the side table that holds values of a type."""
    return {"number": "num", "money": "num", "yesno": "num", "date": "date"}.get(kind, "txt")


def side_values(definition_type: str, value: Any) -> list[dict[str, Any]]:
    """The side-table columns for one value; several choices give several rows.

    A value that is not of the type gives none: while a type changes, some values are still of the old one.
    """
    try:
        return _side_values(definition_type, value)
    except (ArithmeticError, ValueError, TypeError, KeyError):
        return []


def _side_values(definition_type: str, value: Any) -> list[dict[str, Any]]:
    if definition_type in ("number",):
        return [{"num": Decimal(str(value))}]
    if definition_type == "money":
        return [{"num": Decimal(str(value["amount"] if isinstance(value, dict) else value))}]
    if definition_type == "yesno":
        return [{"num": Decimal(int(bool(value)))}]
    if definition_type == "date":
        return [{"date": dt.date.fromisoformat(value)}]
    if definition_type == "choices":
        return [{"txt": str(v)[:200]} for v in value]
    return [{"txt": str(value)[:200]}]


def definitions(code: str) -> list[CharacteristicDefinition]:
    """The characteristics of a record type, in their order."""
    return _DEFINITIONS(code)


_DEFINITIONS = Prepared(
    lambda code: CharacteristicDefinition.objects.as_system("the shape of records is no secret").filter(
        record_type=code, trashed_at__isnull=True
    ),
    str,
)


_kept: dict[str, tuple[float, list[CharacteristicDefinition]]] = {}


def kept_definitions(code: str) -> list[CharacteristicDefinition]:
    """The characteristics in use as every write asks for them: kept for ten seconds at most per process, so that a rule
    about them costs a write no statement."""
    now = time.monotonic()
    kept = _kept.get(code)
    if kept is None or now >= kept[0]:
        kept = _kept[code] = (now + KEEP, [d for d in definitions(code) if d.is_active])
    return kept[1]


def definitions_changed() -> None:
    """Forget the kept ones: called by the projection that follows every write of a definition."""
    _kept.clear()


def taking_remarks(code: str, key: str) -> CharacteristicDefinition | None:
    """The characteristic that a key of remarks was promoted to; None when the key lives on the remarks."""
    wanted = key_of(key)
    return next((d for d in kept_definitions(code) if d.takes_remarks and d.key == wanted), None)


def definition_of(code: str, key: str) -> CharacteristicDefinition | None:
    return next((d for d in definitions(code) if d.key == key), None)


def keep_side_table(model: type[models.Model], code: str, unit: Unit, records: Sequence[Any]) -> None:
    """The projection: rewrite the filterable values of records whose characteristics changed, in two statements."""
    from tend.kernel import write

    if not records:
        return
    filterable = {d.key: d.type for d in definitions(code) if d.is_filterable}
    old = [r.pk for r in records if not unit.is_fresh(r)]
    if old:
        model.objects.of(old)._raw_delete(model.objects.db)  # type: ignore[attr-defined]
    rows = []
    for record in records:
        for key, value in record.characteristics.items():
            for columns in side_values(filterable[key], value) if key in filterable else ():
                given = {"num": None, "txt": None, "date": None, **columns}
                rows.append(model(record_id=record.pk, key=key, **given))
    if rows:
        write.insert(model, rows)


def _plain(value: Any) -> Any:
    from tend.kernel.history import plain

    return plain(value)
