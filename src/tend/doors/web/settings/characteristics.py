"""Characteristics: fields of the company's own. The key is made from the name once and never changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.doors.web.pages import Request, after, show, undo_of
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.characteristics.commands import CHARACTERISTIC, trash_characteristic
from tend.kernel.entity import entities
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.kernel.values import create_record, edit_record

PAGE = "/settings/characteristics"
Type = CharacteristicDefinition.Type


class CharacteristicForm(SettingsForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    record_type = forms.ChoiceField(label=gettext_lazy("On"))
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=Type.choices)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("one a line; only for choices"),
    )
    group = forms.CharField(
        label=gettext_lazy("Group"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("stands together on the page"),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Place"), min_value=0, required=False, initial=0, help_text=gettext_lazy("lower comes first")
    )
    is_shown_when_approaching = forms.BooleanField(
        label=gettext_lazy("Bear in mind"),
        required=False,
        help_text=gettext_lazy("stands on top of the card while talking"),
    )
    is_required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    is_filterable = forms.BooleanField(label=gettext_lazy("Can be filtered and sorted"), required=False, initial=True)

    def __init__(self, *args: Any, held: CharacteristicDefinition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record_type"].choices = wearers()  # type: ignore[attr-defined]
        if held is not None:
            for name in ("record_type", "type"):
                self.fields[name].disabled = True

    @property
    def values(self) -> dict[str, Any]:
        given = self.given
        given["choices"] = list(dict.fromkeys(filter(None, (line.strip() for line in given["choices"].splitlines()))))
        return {**given, "position": given["position"] or 0}


def wearers() -> list[tuple[str, str]]:
    """The record types that can have characteristics."""
    return [(e.code, str(e.label_plural)) for e in entities() if "characteristics" in e.wears]


@needs("settings", "GET")
def characteristics(request: Request) -> HttpResponse:
    """Every characteristic, by record type."""
    return answer(request, CharacteristicForm())


@needs("settings")
def new_characteristic(request: Request) -> HttpResponse:
    """Add a field of the company's own."""
    form = CharacteristicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = create_record(request.actor, CHARACTERISTIC, form.values)
        except Refused as no:
            saving.refuse(form, no)
        else:
            return after(request, PAGE, _("“%(name)s” is added.") % {"name": done.record.name}, undo_of(done))
    return answer(request, form)


@needs("settings")
def characteristic(request: Request, pk: int) -> HttpResponse:
    """Change how a characteristic is called, shown and asked for."""
    held = one(request, pk)
    form = CharacteristicForm(
        request.POST or None, initial={**held.__dict__, "choices": "\n".join(map(str, held.choices))}, held=held
    )
    if request.method == "POST" and form.is_valid():
        values = {n: v for n, v in form.values.items() if n not in ("record_type", "type")}
        try:
            done = edit_record(request.actor, CHARACTERISTIC, held, values, expect=form.expects)
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            return after(request, PAGE, _("Saved."), undo_of(done))
    return answer(request, form, held)


@needs("settings", "POST")
def delete(request: Request, pk: int) -> HttpResponse:
    """Take a characteristic away from pages and lists; its values stay in the records."""
    done = trash_characteristic(request.actor, one(request, pk))
    return after(
        request,
        PAGE,
        _("“%(name)s” is deleted; what was filled in is kept.") % {"name": done.record.name},
        undo_of(done),
    )


def one(request: Request, pk: int) -> CharacteristicDefinition:
    found: CharacteristicDefinition | None = (
        CharacteristicDefinition.objects.seen_by(request.actor).filter(pk=pk).first()
    )
    if found is None:
        raise NotSeen("characteristic")
    return found


def answer(request: Request, form: CharacteristicForm, edited: CharacteristicDefinition | None = None) -> HttpResponse:
    rows = list(CharacteristicDefinition.objects.seen_by(request.actor).order_by("record_type", "position", "pk"))
    words = dict(wearers())
    for row in rows:
        row.on = words.get(row.record_type, row.record_type)
    context = {
        "rows": rows, "form": form, "edited": edited, "crumbs": crumbs(), "url": PAGE,
        "open": edited is not None or request.path.endswith("/new"),
    }  # fmt: skip
    return show(request, "settings/characteristics.html", context, status=422 if form.errors else 200)
