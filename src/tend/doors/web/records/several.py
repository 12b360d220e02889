"""Fields of several lines, such as phones or addresses: how a form asks for them line by line, and reads them back.

Without scripts the form brings a few spare lines, and a line that was blanked is gone after saving.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.base.addresses import country_code_of
from tend.kernel.entity import Field
from tend.kernel.traits.addresses import ELEMENTS, Address

POINT_KINDS = ("phone", "email", "url")
POINT = ("value", "label", "note")
PLACE = ("kind", *ELEMENTS, "note")
SPARE = {"phone": 2, "email": 2, "url": 1, "address": 1}
MOST = 60  # lines that one form takes

KINDS: Mapping[str, tuple[Any, ...]] = {
    "phone": (gettext_lazy("work"), gettext_lazy("mobile"), gettext_lazy("reception"), gettext_lazy("home"), gettext_lazy("fax")),
    "email": (gettext_lazy("work"), gettext_lazy("private"), gettext_lazy("invoices")),
    "url": (gettext_lazy("website"), gettext_lazy("shop"), gettext_lazy("social media"), gettext_lazy("map")),
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, Any]] = {
    "phone": {"one": gettext_lazy("Phone"), "add": gettext_lazy("Add a phone"), "remove": gettext_lazy("Remove this phone")},
    "email": {"one": gettext_lazy("E-mail"), "add": gettext_lazy("Add an e-mail address"), "remove": gettext_lazy("Remove this e-mail address")},
    "url": {"one": gettext_lazy("Web address"), "add": gettext_lazy("Add a web address"), "remove": gettext_lazy("Remove this web address")},
    "address": {"one": gettext_lazy("Address"), "add": gettext_lazy("Add an address"), "remove": gettext_lazy("Remove this address")},
}  # fmt: skip

Line = dict[str, Any]


def is_several(field: Field) -> bool:
    """Is this field asked for line by line?"""
    return field.many and (field.kind in POINT_KINDS or (field.kind == "address" and field.name == "addresses"))


def canonical(field: Field, lines: Iterable[Mapping[str, Any]] | None) -> list[Line]:
    """The lines in the one form in which equal ones are equal: blank ones gone, exactly one of them the main one."""
    found = []
    for line in lines or ():
        if field.kind == "address":
            kept: Line = {n: _plain(line.get(n)) for n in PLACE}
            kept["kind"] = kept["kind"] or Address.Kind.VISITING.value
            if not any(kept[e] for e in ELEMENTS):
                continue
        else:
            kept = {n: _plain(line.get(n)) for n in POINT} | {"opted_out": bool(line.get("opted_out"))}
            if not kept["value"]:
                continue
        found.append({**kept, "is_primary": bool(line.get("is_primary"))})
    main = next((at for at, line in enumerate(found) if line["is_primary"]), 0)
    return [{**line, "is_primary": at == main} for at, line in enumerate(found)]


def _plain(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()


def dump(field: Field, lines: Iterable[Mapping[str, Any]] | None) -> str:
    """The lines as one text, for what a form keeps hidden and for the choice between two edits."""
    return json.dumps(canonical(field, lines), ensure_ascii=False)


def load(said: str) -> list[Line] | None:
    """The lines that `dump` wrote; None for anything else."""
    try:
        found = json.loads(said)
    except ValueError:
        return None
    return [line for line in found if isinstance(line, dict)] if isinstance(found, list) else None


class _Lines(forms.Widget):
    """Reads `phones-0-value`, `phones-0-label` …; templates draw the lines from the bound field."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Line] | None:
        marker = data.get(name)
        if marker is None:
            return None  # it was not in the form that came back
        if marker.startswith("["):
            return load(marker) or []
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-\w+")
        places = sorted({int(found[1]) for key in data if (found := pattern.fullmatch(key))})[:MOST]
        read = self._place if self.field.kind == "address" else self._point
        return [read(data, name, at) for at in places]

    def _point(self, data: Any, name: str, at: int) -> Line:
        said: Line = {n: data.get(f"{name}-{at}-{n}", "") for n in POINT}
        said["opted_out"] = f"{name}-{at}-opted_out" in data
        said["is_primary"] = data.get(f"{name}-main") == str(at)
        return said

    def _place(self, data: Any, name: str, at: int) -> Line:
        """A country is typed by its name; what hung on the former country goes when another one is named."""
        said: Line = {n: data.get(f"{name}-{at}-{n}", "") for n in PLACE}
        typed = said["country_code"].strip()
        if typed and typed == said["country"].strip() and not data.get(f"{name}-{at}-was"):
            said["country_code"] = ""  # a country that no list knows stays as it was written
        else:
            said["country_code"] = (country_code_of(typed) or typed) if typed else ""
            if said["country_code"] != data.get(f"{name}-{at}-was", ""):
                said["country"] = said["region_code"] = ""
        said["is_primary"] = data.get(f"{name}-main") == str(at)
        return said


class _Kept(forms.HiddenInput):
    """The lines as they were when the form was drawn."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        said = data.get(name)
        return load(said) if said is not None else None

    def format_value(self, value: Any) -> str:
        return json.dumps(value or [], ensure_ascii=False)


class SeveralBound(forms.BoundField):
    """What the template draws: the lines with their names, spare ones, and the pattern of a new one."""

    field: Several

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines that are there, then the spare ones for a browser without scripts."""
        given: Sequence[Mapping[str, Any]] = self.value() or ()
        kind = self.field.declared.kind
        found = [self._line(at, line) for at, line in enumerate(given)]
        if found and not any(line["is_primary"] for line in found):
            found[0]["is_primary"] = True
        spare = [self._line(len(found) + n, {}) | {"spare": True} for n in range(SPARE[kind])]
        if not found:
            spare[0]["is_primary"] = True
        return [*found, *spare]

    @property
    def pattern(self) -> dict[str, Any]:
        """A line whose place in the list scripts fill in."""
        return self._line("__at__", {})

    @property
    def words(self) -> Mapping[str, Any]:
        return WORDS[self.field.declared.kind]

    @property
    def suggestions(self) -> Sequence[Any]:
        return KINDS.get(self.field.declared.kind, ())

    def _line(self, at: int | str, line: Mapping[str, Any]) -> dict[str, Any]:
        from tend.doors.web.records.widgets import country_of

        shown = dict(line)
        if self.field.declared.kind == "address":
            code = str(line.get("country_code") or "")
            shown |= {"was": code, "land": country_of(code) or code or line.get("country") or ""}
            shown["kinds"] = [(c, label, c == (line.get("kind") or "visiting")) for c, label in Address.Kind.choices]
        return {
            **shown, "at": at, "name": f"{self.html_name}-{at}", "id": f"{self.auto_id}-{at}",
            "number": at + 1 if isinstance(at, int) else "", "is_primary": bool(line.get("is_primary")), "spare": False,
        }  # fmt: skip


class Several(forms.Field):
    """The form field of several lines; its cleaned value is the list that the kernel takes."""

    widget = _Lines
    hidden_widget = _Kept
    part = "several"

    def __init__(self, declared: Field) -> None:
        super().__init__(required=False, widget=_Lines(declared))
        self.declared = declared

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> SeveralBound:
        return SeveralBound(form, self, field_name)

    def to_python(self, value: Any) -> Any:
        return value

    def clean(self, value: Any) -> list[Line]:
        return canonical(self.declared, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and canonical(self.declared, initial) != canonical(self.declared, data)


def country_fault(field: Field, lines: Iterable[Mapping[str, Any]]) -> str:
    """Why a country cannot be taken: no country is called that; "" when all are known."""
    for line in lines if field.kind == "address" else ():
        code = str(line.get("country_code") or "")
        if code and country_code_of(code) != code:
            return _("No country is called “%(value)s”.") % {"value": code}
    return ""
