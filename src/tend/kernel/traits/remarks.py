"""Remarks: text on a record; a line that is just key=value is real data, and one whose key names a book's field is that field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tend.base.remarks import parse_remark, take_out
from tend.kernel.entity import Field
from tend.kernel.errors import Refused
from tend.kernel.prepared import parts_of
from tend.kernel.record import Part
from tend.kernel.traits import Through, Trait
from tend.kernel.traits.characteristics import taking_remarks
from tend.kernel.unit import Unit


class Remark(Part):
    """One remark. `values` is what its key=value lines say, in one place with the text they come from."""

    text = models.TextField()
    purpose = models.CharField(max_length=80, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    same_by = ("text", "purpose")

    class Meta:
        abstract = True


class RemarkValue(Part):
    """One key of a record's remarks with the value that was written last; the filterable form of key=value."""

    key = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    is_derived = True

    class Meta:
        abstract = True


class Remarks(Trait):
    name = "remarks"
    base = Remark

    def __init__(self, entity: Any) -> None:
        from tend.kernel.traits import part_model

        super().__init__(entity)
        self.values = part_model(RemarkValue, entity.model)  # type: ignore[type-abstract]

    def fields(self) -> tuple[Field, ...]:
        return (Field("remarks", label=_("Remarks"), kind="json", many=True, filter=False, sort=False, bulk=False),)

    def through(self, name: str) -> Through | None:
        """`remarks.stage` finds the value of the key `stage`."""
        whole, _dot, key = name.partition(".")
        return Through(self.values, "value", (("key", key),)) if whole == "remarks" and key else None

    def load(self, unit: Unit, records: Sequence[Any]) -> None:
        super().load(unit, records)
        by_record: dict[int, list[Any]] = {r.pk: [] for r in records}
        old = [r.pk for r in records if not unit.is_new(r)]
        if old:
            for row in unit.ask(parts_of(self.values), old):
                by_record[row.record_id].append(row)
        for record in records:
            record._traits["remark_values"] = by_record[record.pk]

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        """A text adds a remark; an object {key: value} sets those keys, a null takes a key away."""
        if isinstance(value, Mapping):
            for key in [k for k in value if self._book_field(unit, k)]:
                self._set_book(unit, record, key, value[key])
                value = {k: v for k, v in value.items() if k != key}
            lines = "\n".join(f"{k}={v}" for k, v in value.items() if v is not None)
            for key in [k for k, v in value.items() if v is None]:
                self.forget(unit, record, key)
            current = {r.key: r.value for r in self._value_rows(unit, record)}
            if lines and any(current.get(k) != str(v) for k, v in value.items() if v is not None):
                self.write_down(unit, record, lines)
        elif value:
            for text in [value] if isinstance(value, str) else value:
                kept, named = take_out(text, lambda key: bool(self._book_field(unit, key)))
                is_new = not any(r.text == kept for r in self.rows(unit, record))
                if named or is_new:
                    self.write_down(unit, record, text, keep=is_new)

    def write_down(self, unit: Unit, record: Any, text: str, purpose: str = "", *, keep: bool = True) -> Any:
        """Add a remark; its key=value lines replace what earlier remarks said of the same keys.

        A line whose key names a book's field sets that field and is no part of the remark; when nothing else was said
        (or without `keep`) there is no remark, and the answer is None. Refused for a value that the book does not have.
        """
        text, named = take_out(text, lambda key: bool(self._book_field(unit, key)))
        for key, said in named:
            self._set_book(unit, record, key, said)
        if not text or not keep:
            return None
        row = self.add(unit, record, text=text, purpose=purpose, written_at=unit.now, written_by_id=unit.actor.user_id)
        values = self._value_rows(unit, record)
        for key, said in parse_remark(text):
            known = next((v for v in values if v.key == key), None)
            if known is not None:
                known.value, known.number = said[:200], as_number(said)
            else:
                values.append(
                    unit.create(self.values, record_id=record.pk, key=key, value=said[:200], number=as_number(said))
                )
        return row

    def erase(self, unit: Unit, record: Any, remark: Any) -> None:
        """Take a remark away; a key falls back to what an earlier remark said of it."""
        self.drop(unit, record, remark)
        for key, _said in parse_remark(remark.text):
            earlier = [dict(parse_remark(r.text)).get(key) for r in self.rows(unit, record)]
            said = next((e for e in reversed(earlier) if e is not None), None)
            row = next((v for v in self._value_rows(unit, record) if v.key == key), None)
            if row is None:
                continue
            if said is None:
                self._value_rows(unit, record).remove(row)
                unit.remove(row)
            else:
                row.value, row.number = said[:200], as_number(said)

    def settle(self, unit: Unit, record: Any, moved: Sequence[Any]) -> None:
        """The keys that these remarks speak of say what the last remark of the record says of them, or nothing."""
        keys = dict.fromkeys(key for row in moved for key, _said in parse_remark(row.text))
        said = self.read(sorted(self.rows(unit, record), key=lambda row: row.pk), "remarks")
        values = self._value_rows(unit, record)
        for key in keys:
            known = next((v for v in values if v.key == key), None)
            if key not in said:
                if known is not None:
                    values.remove(known)
                    unit.remove(known)
            elif known is None:
                value = str(said[key])[:200]
                values.append(
                    unit.create(self.values, record_id=record.pk, key=key, value=value, number=as_number(value))
                )
            else:
                known.value, known.number = str(said[key])[:200], as_number(str(said[key]))

    def forget(self, unit: Unit, record: Any, key: str) -> None:
        """Take a key out of all remarks of a record; a remark of which nothing is left goes."""
        for remark in list(self.rows(unit, record)):
            pairs = parse_remark(remark.text)
            if any(k == key for k, _v in pairs):
                kept, _taken = take_out(remark.text, lambda k: k == key)
                if kept:
                    remark.text = kept
                else:
                    self.drop(unit, record, remark)
        for row in [v for v in self._value_rows(unit, record) if v.key == key]:
            self._value_rows(unit, record).remove(row)
            unit.remove(row)

    def _book_field(self, unit: Unit, key: str) -> str:
        """The book's field that a key names for this actor; "" when there is none, or none that he knows of."""
        from tend.kernel.query.words import book_field_named

        known: dict[str, str] = unit.memory.setdefault(f"book fields of {self.entity.code}", {})
        if key not in known:
            name = book_field_named(self.entity, key) or self._promoted(unit, key)
            known[key] = name if name and self.entity.right(unit.actor, name) != "hidden" else ""
        return known[key]

    def _promoted(self, unit: Unit, key: str) -> str:
        """The characteristic that takes remarks of this key, as a field's name; "" when none does."""
        if "characteristics" not in self.entity.traits:
            return ""
        with unit.reading():
            found = taking_remarks(self.entity.code, key)
        return f"characteristics.{found.key}" if found is not None else ""

    def _set_characteristic(self, unit: Unit, record: Any, name: str, said: Any) -> None:
        """A remark whose key was promoted sets the characteristic. Refused for what is not of its type."""
        from tend.kernel.characteristics.converting import converted

        if self.entity.right(unit.actor, name) != "edit":
            raise Refused(
                gettext("There is no field “%(name)s” to fill in.") % {"name": name}, field=name, code="read_only"
            )
        with unit.reading():
            definition = taking_remarks(self.entity.code, name.partition(".")[2])
        assert definition is not None
        value = None if said in (None, "") else converted(str(said), definition.type, definition.choices)
        self.entity.traits["characteristics"].write(unit, record, name, value)

    def _set_book(self, unit: Unit, record: Any, key: str, said: Any) -> None:
        name = self._book_field(unit, key)
        if name.startswith("characteristics."):
            self._set_characteristic(unit, record, name, said)
            return
        field = self.entity.by_name[name]
        value = None if said in (None, "") else self._book_value(unit, field, str(said))
        if getattr(record, f"{field.name}_id") == (value.pk if value is not None else None):
            return
        if self.entity.right(unit.actor, field.name) != "edit":
            raise Refused(
                gettext("%(field)s cannot be changed here.") % {"field": field.label},
                field=field.name,
                code="read_only",
            )
        if field.verb:
            verb = self.entity.verb_by_name[field.verb]
            with unit.reading():
                if not unit.allows(self.entity, record, verb.action(unit.actor)):
                    raise Refused(
                        gettext("%(field)s cannot be changed here.") % {"field": field.label},
                        field=field.name,
                        code="not_allowed",
                    )
            verb(unit, record, **{field.verb_option: value})
        else:
            setattr(record, field.name, value)
        if value is not None:
            unit.say(gettext("%(field)s: “%(value)s”.") % {"field": field.label, "value": value})

    def _book_value(self, unit: Unit, field: Field, said: str) -> Any:
        """The value that is called so and is offered still; refused with those that are."""
        assert field.to is not None
        offered: list[Any] | None = unit.memory.get(f"values of {field.to._meta.label_lower}")
        if offered is None:
            with unit.reading():
                rows = field.to.objects.seen_by(unit.actor)  # type: ignore[attr-defined]
                offered = list(rows.filter(is_active=True).order_by("position", "pk"))
            unit.memory[f"values of {field.to._meta.label_lower}"] = offered
        found = next((v for v in offered if v.name.casefold() == said.strip().casefold()), None)
        if found is None:
            raise Refused(
                gettext("“%(value)s” is none of: %(offered)s.")
                % {"value": said, "offered": ", ".join(v.name for v in offered)},
                field=field.name,
                code="unknown_link",
            )
        return found

    def _value_rows(self, unit: Unit, record: Any) -> list[Any]:
        self.rows(unit, record)
        return record._traits.setdefault("remark_values", [])  # type: ignore[no-any-return]

    def read(self, rows: Sequence[Any], name: str) -> Any:
        said: dict[str, str] = {}
        for row in rows:
            said.update(parse_remark(row.text))
        return said


def as_number(text: str) -> Any:
    """The number that a remark's value is, so that it sorts and compares; None when it is a word."""
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number.quantize(Decimal("0.0001")) if number.is_finite() and abs(number) < Decimal(10) ** 14 else None
