"""The forms of the first steps and of one's own profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.base.emails import is_email, split_emails
from tend.doors.web.settings import saving
from tend.doors.web.settings.saving import SettingsForm

MOST_INVITED = 50


def password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"class": "input", "autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, help_text=help_text)


LONG_ENOUGH = gettext_lazy("at least ten characters; a sentence is easy to remember")


class Company(SettingsForm):
    name = forms.CharField(
        label=gettext_lazy("What is your company called?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    country_code = forms.ChoiceField(label=gettext_lazy("Country"), choices=saving.countries)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=saving.languages)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=saving.currencies)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=saving.zones)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country_code"].widget.attrs |= {
            "hx-get": "/first-steps/company", "hx-target": "#by-country", "hx-swap": "outerHTML", "hx-include": "#id_language, #id_name",
        }  # fmt: skip


class AboutMe(SettingsForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254, help_text=gettext_lazy("you sign in with it"),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "username"}),
    )  # fmt: skip
    password = password(gettext_lazy("Password"), "new-password", LONG_ENOUGH)


class BooksChoice(SettingsForm):
    books = forms.ChoiceField(
        label=gettext_lazy("Books"),
        choices=[("ours", gettext_lazy("Begin with ours")), ("empty", gettext_lazy("Begin with empty books"))],
    )


class Colleagues(SettingsForm):
    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"), required=False, help_text=gettext_lazy("one a line, or with commas; leave it blank to invite nobody yet"),
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )  # fmt: skip
    role = forms.TypedChoiceField(label=gettext_lazy("Their role"), coerce=int)

    def __init__(self, *args: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(roles)
        self.fields["role"].choices = saving.records(known)  # type: ignore[attr-defined]
        self.fields["role"].initial = next((r.pk for r in known if r.code == "sales-manager"), None)

    def clean_emails(self) -> list[str]:
        """The addresses, each once; refused with the first one that is none."""
        found = list(
            dict.fromkeys(e.lower() for line in self.cleaned_data["emails"].splitlines() for e in split_emails(line))
        )
        said = [
            piece
            for piece in self.cleaned_data["emails"].replace(";", ",").replace("\n", ",").split(",")
            if piece.strip()
        ]
        wrong = next((p.strip() for p in said if not any(e in p.lower() for e in found if is_email(e))), None)
        if wrong:
            raise ValidationError(_("“%(value)s” is no e-mail address.") % {"value": wrong})
        if len(found) > MOST_INVITED:
            raise ValidationError(_("At most %(n)d at once.") % {"n": MOST_INVITED})
        return found


class Profile(SettingsForm):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=saving.languages)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=saving.zones)
    theme = forms.ChoiceField(
        label=gettext_lazy("Look"), required=False,
        choices=[("", gettext_lazy("as the system has it")), ("light", gettext_lazy("light")), ("dark", gettext_lazy("dark"))],
    )  # fmt: skip
    hue = forms.ChoiceField(label=gettext_lazy("Hue of your initials"), choices=saving.hues)
    keys_on = forms.BooleanField(label=gettext_lazy("Single keys work (j, k, e, c …)"), required=False)


class ChangePassword(SettingsForm):
    old = password(gettext_lazy("Present password"), "current-password")
    password = password(gettext_lazy("New password"), "new-password", LONG_ENOUGH)
