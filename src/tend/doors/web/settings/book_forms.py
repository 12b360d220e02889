"""The forms of books: what every value has, what a book has beyond that by its declaration, and interaction statuses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.books import COUNTED, InteractionStatus
from tend.domains.accounts.choices import Lifecycle
from tend.domains.accounts.statuses import CONTACT_KINDS
from tend.domains.activities.models import Kind
from tend.doors.web.settings import saving
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.actor import Actor
from tend.kernel.books import Hue
from tend.kernel.entity import Entity, Field
from tend.kernel.organisation import organisation

SHARED = ("name", "mark", "hue", "position", "is_active", "value", "advice")


class BookForm(SettingsForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    mark = forms.CharField(
        label=gettext_lazy("Mark"), max_length=2, required=False, widget=forms.TextInput(attrs={"class": "input input-short"}),
        help_text=gettext_lazy("one or two letters"),
    )  # fmt: skip
    hue = forms.ChoiceField(label=gettext_lazy("Hue"), choices=saving.hues)

    @property
    def values(self) -> dict[str, Any]:
        return self.given

    @property
    def hue_options(self) -> list[dict[str, Any]]:
        chosen = self["hue"].value() or Hue.STONE
        mark = self["mark"].value() or (self["name"].value() or "–")[:1]
        return [
            {"value": hue, "label": label, "mark": mark, "hue": hue, "selected": hue == chosen}
            for hue, label in Hue.choices
        ]

    @property
    def further(self) -> list[Any]:
        """The fields after name, mark and hue."""
        return [field for field in self if field.name not in ("name", "mark", "hue", "version")]


class StatusForm(BookForm):
    """All that an interaction status says. Days are of the kind chosen beside them."""

    for_accounts = forms.BooleanField(label=gettext_lazy("For accounts"), required=False, initial=True)
    for_leads = forms.BooleanField(label=gettext_lazy("For leads"), required=False)
    plans_calls = forms.BooleanField(
        label=gettext_lazy("Plans calls"),
        required=False,
        initial=True,
        help_text=gettext_lazy("always keeps one next call planned"),
    )
    interval = forms.IntegerField(label=gettext_lazy("Call every"), initial=30, required=False, min_value=0)
    interval_kind = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=InteractionStatus.IntervalKind.choices)
    activity_kind = forms.ChoiceField(
        label=gettext_lazy("What is planned"), choices=[c for c in Kind.choices if c[0] != Kind.NOTE]
    )
    retry_days = forms.IntegerField(
        label=gettext_lazy("Try again after"), initial=2, min_value=0, help_text=gettext_lazy("working days")
    )
    max_attempts = forms.IntegerField(
        label=gettext_lazy("Unreachable after"), initial=4, min_value=0, help_text=gettext_lazy("attempts")
    )
    escalate_after = forms.IntegerField(
        label=gettext_lazy("Tell the leader after"), initial=2, min_value=0, help_text=gettext_lazy("missed cycles")
    )
    weight = forms.IntegerField(
        label=gettext_lazy("Share of the daily queue"), initial=0, min_value=0, help_text=gettext_lazy("percent")
    )
    default_for = forms.MultipleChoiceField(
        label=gettext_lazy("Default for new"),
        choices=Lifecycle.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    counts = forms.MultipleChoiceField(
        label=gettext_lazy("Counts as a contact"),
        choices=[c for c in Kind.choices if c[0] in CONTACT_KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    rescue_after = forms.IntegerField(
        label=gettext_lazy("Offer to the pool after"), initial=0, min_value=0, required=False, help_text=gettext_lazy("missed cycles, 0 never"),
    )  # fmt: skip
    becomes = forms.TypedChoiceField(
        label=gettext_lazy("Turns into, when a lead converts"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, actor: Actor, held: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = (
            InteractionStatus.objects.seen_by(actor)
            .filter(for_accounts=True, is_active=True)
            .exclude(pk=held.pk if held else 0)
        )
        self.fields["becomes"].choices = saving.records(rows, _("nothing"))  # type: ignore[attr-defined]
        own = organisation().lifecycle_labels
        self.fields["default_for"].choices = [(code, own.get(code, label)) for code, label in Lifecycle.choices]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        given = self.given
        return {**given, "interval": given.get("interval") or 0, "rescue_after": given.get("rescue_after") or 0}


def form_for(entity: Entity, actor: Actor, data: Any = None, held: Any = None) -> Any:
    """The form of a book, filled with a value."""
    initial = (
        {**{k: v for k, v in held.__dict__.items() if k[0] != "_"}, "version": held.version}
        if held
        else {"hue": Hue.STONE}
    )
    if entity.plural == "interaction-statuses":
        initial["counts"] = initial.get("counts") or list(COUNTED)
    for field in entity.fields:
        if held and field.name not in initial and hasattr(held, f"{field.name}_id"):
            initial[field.name] = getattr(held, f"{field.name}_id")
    if entity.plural == "interaction-statuses":
        return StatusForm(data, initial=initial, actor=actor, held=held)
    return form_of(entity, actor, held)(data, initial=initial)


def form_of(entity: Entity, actor: Actor, held: Any) -> type[BookForm]:
    """A form with the book's own columns beside the shared ones."""
    more: dict[str, forms.Field] = {
        f.name: widget_of(f, actor, held) for f in entity.all_fields if f.name not in SHARED and f.edit
    }
    if entity.plural != "tags":
        more["value"] = forms.DecimalField(
            label=_("Number"), required=False, max_digits=12, decimal_places=2, help_text=_("sorts, compares and averages; “50” for 50%"),
            widget=forms.NumberInput(attrs={"class": "input input-short"}),
        )  # fmt: skip
        more["advice"] = forms.CharField(
            label=_("Advice"), required=False, max_length=200, help_text=_("shown on the card while talking")
        )
    return type("OneBookForm", (BookForm,), more)


def widget_of(field: Field, actor: Actor, held: Any) -> forms.Field:
    """The form field for a column that one book has beyond the others."""
    label: Any = field.label
    if field.kind == "choice":
        return forms.ChoiceField(label=label, choices=list(field.choices))
    if field.kind == "yesno":
        return forms.BooleanField(label=label, required=False)
    if field.kind == "integer":
        return forms.IntegerField(label=label, required=field.required, min_value=0)
    if field.kind == "link" and field.to is not None:
        rows = field.to.objects.seen_by(actor)  # type: ignore[attr-defined]
        rows = rows.exclude(pk=held.pk) if held is not None and isinstance(held, field.to) else rows
        choices = saving.records(rows, _("nothing"))
        return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)
    return forms.CharField(label=label, max_length=200, required=field.required)
