"""Characteristics that become others, and remarks that become characteristics: looked at first, then done as an operation."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tend.doors.web.pages import Request, after, show
from tend.doors.web.settings import saving
from tend.doors.web.settings.characteristic_forms import TypedForm
from tend.doors.web.settings.characteristics import PAGE, one
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.characteristics.promoting import (
    KeyInUse,
    Promotion,
    foresee_promotion,
    keys_in_use,
    promote,
    wearers,
)
from tend.kernel.characteristics.recasting import Recast, foresee, merging, planned, recast
from tend.kernel.entity import Entity
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.operations import Operation
from tend.kernel.traits.characteristics import CharacteristicDefinition

Type = CharacteristicDefinition.Type
REMARKS = f"{PAGE}/remarks"


class BecomeForm(TypedForm):
    """Another type with its options."""

    @property
    def options(self) -> list[str]:
        lines = self.cleaned_data["choices"].splitlines()
        return list(dict.fromkeys(filter(None, (line.strip() for line in lines))))


class MergeForm(SettingsForm):
    """One option becomes another, or is called otherwise."""

    merge = forms.ChoiceField(label=gettext_lazy("The option"))
    into = forms.CharField(
        label=gettext_lazy("becomes"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "options", "autocomplete": "off"}),
        help_text=gettext_lazy("another option joins the two; a new word renames it"),
    )

    def __init__(self, *args: Any, held: CharacteristicDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merge"].choices = [(c, c) for c in held.choices]  # type: ignore[attr-defined]


class PromoteForm(BecomeForm):
    """What a key of remarks becomes."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    group = forms.CharField(label=gettext_lazy("Group"), max_length=80, required=False)
    cleans = forms.BooleanField(
        label=gettext_lazy("Take the lines out of the remarks"),
        required=False,
        help_text=gettext_lazy("otherwise their text stays as it is"),
    )
    field_order = ("name", "type", "choices", "group", "cleans")


@needs("settings")
def become(request: Request, pk: int) -> HttpResponse:
    """Another type or other options: what would happen, then the operation."""
    held = one(request, pk)
    joins = "merge" in request.POST
    initial = {"type": held.type, "choices": "\n".join(map(str, held.choices))}
    form = BecomeForm(request.POST if request.method == "POST" and not joins else None, initial=initial)
    merge = MergeForm(request.POST if joins else None, held=held) if held.choices else None
    asked: Any = merge if joins else form
    seen, refusal = None, None
    if request.method == "POST" and asked is not None and asked.is_valid():
        try:
            change = (
                merging(held, asked.cleaned_data["merge"], asked.cleaned_data["into"])
                if joins
                else planned(held, asked.cleaned_data["type"], asked.options, {})
            )
            if request.POST.get("seen") == _token(change):
                return _done(request, recast(request.actor, held, change), PAGE)
            seen = {"found": foresee(request.actor, held, change), "token": _token(change)}
        except Refused as no:
            refusal = no
            saving.refuse(asked, no)
    context = {
        "held": held, "form": form, "merge": merge, "seen": seen, "joins": joins, "crumbs": crumbs((_("Characteristics"), PAGE)),
        "url": PAGE, "action": request.path,
    }  # fmt: skip
    return show(request, "settings/become.html", context, status=422 if refusal or (asked and asked.errors) else 200)


@needs("settings", "GET")
def remarks(request: Request) -> HttpResponse:
    """The keys that remarks use, with how often and for what."""
    parts = [{"on": e.label_plural, "plural": e.plural, "keys": keys_in_use(request.actor, e)} for e in wearers()]
    context = {"parts": [p for p in parts if p["keys"]], "url": REMARKS, "crumbs": crumbs((_("Characteristics"), PAGE))}
    return show(request, "settings/remark_keys.html", context)


@needs("settings")
def promotion(request: Request, plural: str, key: str) -> HttpResponse:
    """One key of remarks: what it would become, then the operation."""
    entity, known = _key(request, plural, key)
    initial = {"name": key.replace("_", " ").capitalize(), "type": known.type, "choices": "\n".join(known.choices)}
    form = PromoteForm(request.POST or None, initial=initial)
    seen = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wanted = Promotion(
            entity.code, key, said["name"], said["type"], tuple(form.options) if said["type"] in (Type.CHOICE, Type.CHOICES) else (),
            said["group"], said["cleans"],
        )  # fmt: skip
        try:
            planned(CharacteristicDefinition(), wanted.type, wanted.choices, {})
            if request.POST.get("seen") == _token(wanted):
                return _done(request, promote(request.actor, wanted), PAGE)
            seen = {"found": foresee_promotion(request.actor, wanted), "token": _token(wanted)}
        except Refused as no:
            saving.refuse(form, no)
    context = {
        "key": known, "on": entity.label_plural, "form": form, "seen": seen, "action": request.path, "url": REMARKS,
        "crumbs": crumbs((_("Characteristics"), PAGE), (_("Keys of remarks"), REMARKS)),
    }  # fmt: skip
    return show(request, "settings/promote.html", context, status=422 if form.errors else 200)


def _key(request: Request, plural: str, key: str) -> tuple[Entity, KeyInUse]:
    entity = next((e for e in wearers() if e.plural == plural), None)
    known = next((k for k in keys_in_use(request.actor, entity) if k.key == key), None) if entity is not None else None
    if entity is None or known is None:
        raise NotSeen("key")
    return entity, known


def _token(change: Recast | Promotion) -> str:
    """What was looked at: the next press does exactly this."""
    return repr(sorted(change.__dict__.items()))


def _done(request: Request, operation: Operation, to: str) -> HttpResponse:
    if not operation.is_over:
        return after(request, f"/operations/{operation.pk}?next={quote(to, safe='')}")
    text = ngettext("%(n)d record is changed.", "%(n)d records are changed.", operation.changed - 1) % {
        "n": operation.changed - 1
    }
    if operation.failed:
        text += " " + ngettext(
            "%(n)d value did not convert.", "%(n)d values did not convert.", operation.failed
        ) % {"n": operation.failed}  # fmt: skip
    return after(request, to, text, f"/undo/operation/{operation.pk}")
