"""What forms of the settings share: refusals beside their fields, somebody else's save, and choices that many ask for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tend.base import localities
from tend.base.dates.ranges import add_months
from tend.doors.web.pages import Request
from tend.doors.web.records import typed
from tend.engines.cadence import rerolling
from tend.kernel.books import Hue
from tend.kernel.errors import Refused, RefusedFields, Stale
from tend.kernel.verbs import Verb

CALENDAR = {"country_code", "weekend"}  # what working days follow from
Choices = list[tuple[Any, Any]]
_DAY_AND_MONTH_ONLY = re.compile(r"^\D*\d{1,2}\D*(?:\d{1,2}\D*)?$")


class DayField(forms.CharField):
    """A day as people type it: "tomorrow", "15 mar", 2026-03-15. What cannot be read stays as it was typed.

    Where days of the past are asked for, one without a year is the last of that name.
    """

    def __init__(self, *, is_past: bool = False, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "class": "bare"})
        super().__init__(widget=widget, **kwargs)
        self.is_past = is_past

    def prepare_value(self, value: Any) -> Any:
        return typed.write("date", value) if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> dt.date | None:
        text = super().clean(value)
        try:
            day: dt.date | None = typed.read("date", text) if text else None
        except Refused as no:
            raise forms.ValidationError(no.message, code=no.code) from None
        if day is not None and self.is_past and day > timezone.localdate() and _DAY_AND_MONTH_ONLY.search(text):
            day = add_months(day, -12)
        return day


class SettingsForm(forms.Form):
    """A form whose text fields look like ours. `version` is the state that was read: an older one is told, not overwritten."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(
                widget, (forms.TextInput, forms.Textarea, forms.Select, forms.NumberInput, forms.PasswordInput)
            ) and not isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
                widget.attrs.setdefault("class", "input")

    @property
    def given(self) -> dict[str, Any]:
        """The cleaned values without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def expects(self) -> int | None:
        found: int | None = self.cleaned_data.get("version")
        return found


def refuse(form: forms.Form, no: Refused | Stale) -> None:
    """Put a refusal of the kernel beside the field it names, or on top of the form."""
    if isinstance(no, Stale):
        form.add_error(
            None,
            _("Somebody saved this while you were typing. What you typed is still here: saving again replaces it."),
        )
        form.data = form.data.copy()
        form.data[form.add_prefix("version")] = str(no.record.version)
        return
    for name, one in (no.errors if isinstance(no, RefusedFields) else {no.field: no}).items():
        form.add_error(name if name in form.fields else None, one.message)


def moves(request: Request, verb: Verb, values: dict[str, Any], record: Any) -> dict[str, Any] | None:
    """Which planned calls an edit of days would move, to be seen once before it is saved; None when seen or when none move."""
    seen = ",".join(f"{name}={value}" for name, value in sorted(values.items()) if name in CALENDAR)
    same = all(getattr(record, name) == values[name] for name in CALENDAR & values.keys())
    if same or request.POST.get("seen") == seen:
        return None
    found = rerolling.foresee(request.actor, verb, values, record=record)
    return {"found": found, "seen": seen} if found.count else None


def version_of(record: Any) -> dict[str, Any]:
    return {"version": record.version}


def languages() -> Choices:
    return list(settings.LANGUAGES)


def countries(blank: str | None = None) -> Choices:
    return _blank(blank, localities.countries(get_language() or "en"))


def currencies() -> Choices:
    return list(localities.currencies(get_language() or "en"))


def zones() -> Choices:
    return [(zone, zone.replace("_", " ")) for zone in localities.zones()]


def weekdays() -> Choices:
    return [(day, name[:1].upper() + name[1:]) for day, name in localities.weekdays(get_language() or "en")]


def hues() -> Choices:
    return list(Hue.choices)


def records(rows: Iterable[Any], blank: str | None = None) -> Choices:
    """Records as choices by id."""
    return _blank(blank, [(row.pk, str(row)) for row in rows])


def _blank(word: str | None, pairs: Iterable[tuple[Any, Any]]) -> Choices:
    return [*([] if word is None else [("", word)]), *pairs]
