"""The forms of people who are not signed in yet."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def _password(label: str, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": autocomplete}),
        max_length=200,
    )


class SignIn(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "username", "autofocus": True}),
    )
    password = _password(_("Password"), "current-password")


class AskForLink(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "username", "autofocus": True}),
    )


class NewPassword(forms.Form):
    password = _password(_("New password"), "new-password")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["password"].help_text = _("at least ten characters; a sentence is easy to remember")
