"""The form of a characteristic: what it is, where it stands, when it is shown and for whom it is required."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.doors.web.records.widgets import choices_of
from tend.doors.web.settings import saving
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.actor import Actor
from tend.kernel.characteristics.asking import PREFIX, stage_field
from tend.kernel.characteristics.commands import DECIDING, deciding_fields
from tend.kernel.entity import Entity, entities, entity_by_code
from tend.kernel.errors import Refused, RefusedFields
from tend.kernel.traits.characteristics import CharacteristicDefinition, definitions

Type = CharacteristicDefinition.Type


class TypedForm(SettingsForm):
    """The type of a characteristic and, of one that is chosen from a list, its options."""

    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=Type.choices)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("one a line; only for choices"),
    )


class CharacteristicForm(TypedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    record_type = forms.ChoiceField(label=gettext_lazy("On"))
    group = forms.CharField(
        label=gettext_lazy("Group"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "characteristic-groups", "autocomplete": "off"}),
        help_text=gettext_lazy("stands together on the page"),
    )
    is_required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    required_for = forms.MultipleChoiceField(
        label=gettext_lazy("Required only for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("asked when an account is entered or comes there; old ones stay as they are"),
    )
    shown_field = forms.ChoiceField(
        label=gettext_lazy("Shown only when"),
        required=False,
        help_text=gettext_lazy("what is not shown is not asked for, and keeps its value"),
    )
    shown_values = forms.CharField(
        label=gettext_lazy("is one of"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("one a line, as they are called; yes or no"),
    )
    is_shown_when_approaching = forms.BooleanField(
        label=gettext_lazy("Bear in mind"),
        required=False,
        help_text=gettext_lazy("stands on top of the card while talking"),
    )
    is_filterable = forms.BooleanField(label=gettext_lazy("Can be filtered and sorted"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, held: CharacteristicDefinition | None = None, **kwargs: Any) -> None:
        initial = _initial(actor, held) if held is not None else {}
        super().__init__(*args, initial=initial, **kwargs)
        codes = wearers()
        self.fields["record_type"].choices = codes  # type: ignore[attr-defined]
        asked = [held.record_type] if held is not None else [code for code, _words in codes]
        self.fields["shown_field"].choices = [("", _("always shown")), *_sources(asked, held)]  # type: ignore[attr-defined]
        stages = {c: words for code in asked for c, words in stages_of(code)}
        if stages:
            self.fields["required_for"].choices = list(stages.items())  # type: ignore[attr-defined]
        else:
            del self.fields["required_for"]
        if held is not None:
            for name in ("record_type", "type"):
                self.fields[name].disabled = True

    @property
    def values(self) -> dict[str, Any]:
        given = self.given
        given["choices"] = _lines(given["choices"])
        field, values = given.pop("shown_field"), _lines(given.pop("shown_values"))
        if given.get("record_type") and field:  # a new one: the address of the field says on which type it is
            code, _sep, name = field.rpartition("|")
            field = name if code in ("", given["record_type"]) else field
        values = _codes(given.get("record_type") or "", field, values)
        given["shown_if"] = {"field": field, "values": values} if field else {}
        stages = given.pop("required_for", [])
        given["required_for"] = [s for s in stages if s in dict(stages_of(given.get("record_type") or ""))]
        return given

    def refuse(self, no: Refused) -> None:
        """The kernel speaks of the condition as one; here its refusal stands beside the values."""
        for error in no.errors.values() if isinstance(no, RefusedFields) else [no]:
            if error.field == "shown_if":
                error.field = "shown_values" if self.cleaned_data.get("shown_field") else "shown_field"
        if isinstance(no, RefusedFields):
            no = RefusedFields({e.field: e for e in no.errors.values()})
        saving.refuse(self, no)


def wearers() -> list[tuple[str, str]]:
    """The record types that can have characteristics."""
    return [(e.code, str(e.label_plural)) for e in entities() if "characteristics" in e.wears]


def stages_of(code: str) -> list[tuple[str, str]]:
    """The stages of a record type at which something can be required, by the company's own names."""
    stage = stage_field(entity_by_code(code)) if code else None
    return [(str(c), str(words)) for c, words in choices_of(stage)] if stage is not None else []


def condition_said(
    actor: Actor, definition: CharacteristicDefinition, known: Sequence[CharacteristicDefinition]
) -> str:
    """A condition in words: "when Category is Hotel"."""
    name = str(definition.shown_if["field"])
    entity = entity_by_code(definition.record_type)
    label = next((d.name for d in known if f"{PREFIX}{d.key}" == name), None) or str(
        entity.by_name[name].label if name in entity.by_name else name
    )
    values = _named(actor, entity, name, definition.shown_if["values"])
    return _("when %(field)s is %(values)s") % {"field": label, "values": _(" or ").join(values)}


def _named(actor: Actor, entity: Entity, name: str, values: Sequence[Any]) -> list[str]:
    """The values of a condition as people call them."""
    field = entity.by_name.get(name)
    names: dict[Any, str] = {}
    if field is not None and field.to is not None:
        rows = field.to.objects.seen_by(actor, trashed=True).filter(pk__in=values)  # type: ignore[attr-defined]
        names = {row.pk: str(row) for row in rows}
    elif field is not None and field.kind == "choice":
        names = {code: str(words) for code, words in choices_of(field)}
    return [(_("yes") if v else _("no")) if isinstance(v, bool) else names.get(v, str(v)) for v in values]


def _sources(codes: Sequence[str], held: CharacteristicDefinition | None) -> list[tuple[str, Any]]:
    """The fields on which a condition may hang; for a new characteristic by record type."""
    found: list[tuple[str, Any]] = []
    for code in codes:
        entity = entity_by_code(code)
        prefix = "" if held is not None else f"{code}|"
        named = [(f"{prefix}{f.name}", str(f.label)) for f in deciding_fields(entity) if f.edit or f.kind == "choice"]
        named += [
            (f"{prefix}{PREFIX}{d.key}", d.name)
            for d in definitions(code)
            if d.type in DECIDING and (held is None or d.pk != held.pk)
        ]
        found += named if held is not None else [(str(entity.label_plural), named)]
    return found


def _initial(actor: Actor, held: CharacteristicDefinition) -> dict[str, Any]:
    condition = held.shown_if or {"field": "", "values": []}
    entity = entity_by_code(held.record_type)
    return {
        **held.__dict__, "choices": "\n".join(map(str, held.choices)), "shown_field": condition["field"],
        "shown_values": "\n".join(_named(actor, entity, condition["field"], condition["values"])),
    }  # fmt: skip


def _codes(code: str, name: str, values: list[str]) -> list[str]:
    """Fixed choices may be said by the company's own words for them."""
    field = entity_by_code(code).by_name.get(name) if code else None
    if field is None or field.kind != "choice":
        return values
    own = {str(words).casefold(): str(c) for c, words in choices_of(field)}
    return [own.get(v.casefold(), v) for v in values]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (line.strip() for line in text.splitlines()))))
