"""What holds for the whole company: name, country, money, time, and its own names for the four lifecycles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.choices import Lifecycle
from tend.doors.web.pages import Request, after, show, undo_of
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.declared import ORGANISATION, edit_organisation
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.organisation import Organisation
from tend.kernel.values import edit_record


class OrganisationForm(SettingsForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    country_code = forms.ChoiceField(label=gettext_lazy("Country"), choices=saving.countries)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=saving.languages,
        help_text=gettext_lazy("of letters and of people who have not chosen one"),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=saving.currencies)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=saving.zones)
    first_weekday = forms.TypedChoiceField(label=gettext_lazy("Week begins on"), choices=saving.weekdays, coerce=int)
    weekend = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days nobody works"),
        choices=saving.weekdays,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    security_log_months = forms.IntegerField(
        label=gettext_lazy("Months that the security log is kept"), min_value=1, max_value=120, required=False
    )
    lead = forms.CharField(label=gettext_lazy("Lead"), max_length=40, required=False)
    prospect = forms.CharField(label=gettext_lazy("Prospect"), max_length=40, required=False)
    customer = forms.CharField(label=gettext_lazy("Customer"), max_length=40, required=False)
    other = forms.CharField(label=gettext_lazy("Other"), max_length=40, required=False)

    @property
    def labels(self) -> list[Any]:
        return [self[code] for code in Lifecycle.values]

    @property
    def values(self) -> dict[str, Any]:
        """The record's values: blank names of lifecycles stand for ours."""
        given = self.given
        if given["security_log_months"] is None:
            del given["security_log_months"]  # left blank: as it was
        labels = {code: given.pop(code) for code in Lifecycle.values}
        return {**given, "lifecycle_labels": {code: label.strip() for code, label in labels.items() if label.strip()}}


@needs("settings")
def organisation(request: Request) -> HttpResponse:
    """Change what holds for the whole company."""
    company = Organisation.objects.seen_by(request.actor, "edit").order_by("pk").first()
    if company is None:
        raise NotSeen("organisation")
    form = OrganisationForm(request.POST or None, initial={**company.__dict__, **company.lifecycle_labels})
    for code, label in Lifecycle.choices:
        form.fields[code].widget.attrs["placeholder"] = str(label)
    if request.method == "POST" and form.is_valid():
        try:
            if moves := saving.moves(request, edit_organisation, form.values, company):
                return _answer(request, form, moves=moves)
            done = edit_record(request.actor, ORGANISATION, company, form.values, expect=form.expects)
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            said = " ".join(filter(None, [_("Saved."), done.sentence]))
            return after(request, "/settings/organisation", said, undo_of(done))
    return _answer(request, form)


def _answer(request: Request, form: OrganisationForm, **more: Any) -> HttpResponse:
    context = {"form": form, "crumbs": crumbs(), **more}
    return show(request, "settings/organisation.html", context, status=422 if form.errors else 200)
