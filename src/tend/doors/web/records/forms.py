"""The form of a record: its fields by group, what was changed in it, and the kernel's refusals beside the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from tend.doors.web.records import typed
from tend.doors.web.records.fieldset import Group
from tend.doors.web.records.several import canonical, country_fault, dump, is_several, load
from tend.doors.web.records.widgets import Choice, country_of, form_field
from tend.kernel.actor import Actor
from tend.kernel.entity import Field, Text
from tend.kernel.errors import Refused, RefusedFields

SHORT = ("choice", "link", "integer", "number", "money", "date", "phone", "email")
SHORT_NAMES = (
    "address.postal_code",
    "address.city",
    "address.region",
    "address.country_code",
    "first_name",
    "last_name",
)


@dataclass(frozen=True)
class Line:
    """Fields that stand side by side."""

    fields: tuple[Any, ...]


@dataclass(frozen=True)
class Section:
    title: Text
    lines: tuple[Line, ...]
    folds: str = ""
    has_errors: bool = False


class RecordForm(forms.Form):
    """Fields of one record. It reads what was typed; whether it may be so is decided by the kernel alone."""

    def __init__(
        self, groups: Sequence[Group], actor: Actor, values: Mapping[str, Any], data: Any = None, *,
        options: Mapping[str, Sequence[Choice]] | None = None, only_filled: bool = False,
    ) -> None:  # fmt: skip
        self.groups = groups
        self.declared_fields_by_name: dict[str, Field] = {f.name: f for g in groups for f in g.fields}
        self.only_filled = only_filled
        initial = {n: _initial(f, _known(f, values)) for n, f in self.declared_fields_by_name.items()}
        super().__init__(data, initial=initial)
        for name, field in self.declared_fields_by_name.items():
            said = data.get(name) if data is not None else None
            self.fields[name] = form_field(
                field, actor, value=values.get(name), typed=said, options=(options or {}).get(name)
            )

    def raw(self) -> dict[str, Any]:
        """What was changed (for a new record: filled in), read by its kind. Call after `is_valid`; refusals stand in the form."""
        found: dict[str, Any] = {}
        for name in self.fields if self.only_filled else self.changed_data:
            field, value = self.declared_fields_by_name[name], self.cleaned_data.get(name)
            if self.only_filled and value in ("", None, [], False):
                continue
            if name not in self.data and field.kind not in ("yesno", "links"):
                continue  # it was not in the form that came back
            try:
                found[name] = self._typed(field, value)
            except Refused as no:
                self.add_error(name, no.message)
        return found

    def _typed(self, field: Field, value: Any) -> Any:
        if is_several(field):
            if fault := country_fault(field, value):
                raise Refused(fault, code="choice")
            return value
        if field.kind == "links" and not isinstance(value, list):
            return [value] if value else []
        if field.name.endswith(".country_code") and value:
            return typed.country(value)
        return typed.read(field.kind, value)

    def said(self, name: str) -> list[str]:
        """What was typed into a field, as texts; for the choice between two edits."""
        if is_several(self.declared_fields_by_name[name]):
            return [dump(self.declared_fields_by_name[name], self[name].value())]
        return self.data.getlist(name) or [""]

    def stored(self, name: str) -> list[str]:
        """What is stored in a field now, as the same texts."""
        value = self.initial[name]
        if is_several(self.declared_fields_by_name[name]):
            return [dump(self.declared_fields_by_name[name], value)]
        if isinstance(value, list):
            return [str(v) for v in value] or [""]
        return ["" if value is None else str(value)]

    def drawn(self, name: str) -> list[str]:
        """What stood in a field when the form was drawn, as the same texts."""
        said = self.data.getlist(f"initial-{name}") or [""]
        if is_several(self.declared_fields_by_name[name]):
            return [dump(self.declared_fields_by_name[name], load(said[0]))]
        return said

    def refuse(self, no: Refused) -> None:
        """Put the kernel's refusals beside their fields; one without a field stands on top."""
        errors = no.errors.values() if isinstance(no, RefusedFields) else [no]
        for error in errors:
            whole = error.field.partition(".")[0]
            name = next((n for n in (error.field, whole) if n in self.fields), None)
            self.add_error(name, error.message)

    @property
    def sections(self) -> list[Section]:
        """The groups with their lines: short fields stand two by two."""
        return [
            Section(g.title, tuple(self._lines(g)), g.folds, any(f.name in self.errors for f in g.fields))
            for g in self.groups
        ]

    def _lines(self, group: Group) -> list[Line]:
        lines: list[list[Any]] = []
        for field in group.fields:
            short = _is_short(field)
            if short and lines and len(lines[-1]) == 1 and self._is_short(lines[-1][0]):
                lines[-1].append(self[field.name])
            else:
                lines.append([self[field.name]])
        return [Line(tuple(line)) for line in lines]

    def _is_short(self, bound: Any) -> bool:
        return _is_short(self.declared_fields_by_name[bound.name])


def _is_short(field: Field) -> bool:
    return not is_several(field) and (field.kind in SHORT or field.name in SHORT_NAMES)


def _known(field: Field, values: Mapping[str, Any]) -> Any:
    """The value of a field; where only the main one of several is given, that one."""
    if field.name in values or not is_several(field):
        return values.get(field.name)
    if field.kind == "address":
        one = {n.partition(".")[2]: v for n, v in values.items() if n.startswith("address.")}
        return [one] if one else None
    return [{"value": values[field.kind]}] if values.get(field.kind) else None


def _initial(field: Field, value: Any) -> Any:
    if is_several(field):
        return canonical(field, value if isinstance(value, list) else load(str(value)) if value else None)
    if field.name.endswith(".country_code"):
        return country_of(value) or value or ""
    written = typed.write(field.kind, value)
    if field.kind == "links" and field.to is not None and isinstance(written, list):
        from tend.doors.web.records.widgets import is_book

        return written if is_book(field) else next(iter(written), "")
    return written
