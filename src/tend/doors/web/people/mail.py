"""What comes by e-mail, as each person wishes it: the morning's digest, reminders, each kind of notice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel.dates import format_time
from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.records.typed import locale
from tend.doors.web.settings import saving
from tend.doors.web.settings.saving import SettingsForm
from tend.engines.reminders.ports import carrier
from tend.kernel.errors import Refused, Stale
from tend.people.mail_wishes import DIGEST, MINUTES, NEVER, NOW, REMINDER, choose_mail, wishes_of

PAGE = "/me/mail"
KINDS = (
    ("given", gettext_lazy("An account is given to me")),
    ("handover", gettext_lazy("Somebody hands accounts over to me")),
    ("overdue", gettext_lazy("A call of my team waits for too long")),
    ("unreachable", gettext_lazy("An account cannot be reached")),
    ("rescue", gettext_lazy("A silent account goes to the pool")),
    ("look-alike", gettext_lazy("Two records look alike")),
    ("operation", gettext_lazy("Long work is done or has stopped")),
    ("import", gettext_lazy("An import is done or has stopped")),
    ("disk", gettext_lazy("The disk is nearly full")),
    (REMINDER, gettext_lazy("Something with a time begins soon")),
)
MODES = ((NOW, gettext_lazy("at once")), (DIGEST, gettext_lazy("in the morning")), (NEVER, gettext_lazy("never")))


def hours() -> list[tuple[str, Any]]:
    """The hours of a day as they are written here, and none."""
    return [("", _("no digest")), *((str(n), format_time(dt.time(n), "short", locale=locale())) for n in range(24))]


def minutes() -> list[tuple[int, str]]:
    """How long before something begins one may be reminded, in words."""
    return [(n, _before(n)) for n in MINUTES]


def _before(n: int) -> str:
    if n == 0:
        return _("no reminders")
    if n < 60:
        return ngettext("%(n)d minute before", "%(n)d minutes before", n) % {"n": n}
    if n < 1440:
        return ngettext("%(n)d hour before", "%(n)d hours before", n // 60) % {"n": n // 60}
    return _("a day before")


class MailForm(SettingsForm):
    hour = forms.ChoiceField(
        label=gettext_lazy("In the morning at"), choices=hours, required=False,
        help_text=gettext_lazy("on working days, in your time zone: what the day holds, what is late, what happened"),
    )  # fmt: skip
    minutes_before = forms.TypedChoiceField(label=gettext_lazy("Remind me"), choices=minutes, coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in KINDS:
            offered = [m for m in MODES if kind != REMINDER or m[0] != DIGEST]
            self.fields[f"kind-{kind}"] = forms.ChoiceField(
                label=label, choices=offered, widget=forms.Select(attrs={"class": "input"})
            )

    @property
    def kinds(self) -> list[forms.BoundField]:
        return [self[f"kind-{kind}"] for kind, _label in KINDS]


@page("GET", "POST")
def mail(request: Request) -> HttpResponse:
    """Choose what comes by e-mail, and when."""
    mine = request.user
    wishes = wishes_of(mine)  # type: ignore[arg-type]
    now: dict[str, Any] = {
        "version": mine.version, "hour": "" if wishes.hour is None else str(wishes.hour),  # type: ignore[union-attr]
        "minutes_before": wishes.minutes_before, **{f"kind-{kind}": wishes.mode(kind) for kind, _label in KINDS},
    }  # fmt: skip
    form = MailForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        said = form.given
        try:
            choose_mail(
                request.actor, mine.pk, hour=int(said["hour"]) if said["hour"] else None,
                minutes_before=said["minutes_before"], modes={kind: said[f"kind-{kind}"] for kind, _label in KINDS},
                expect=form.expects,
            )  # fmt: skip
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            return after(request, PAGE, _("Saved."))
    context = {"form": form, "is_there": carrier().is_there(), "email": mine.email}  # type: ignore[union-attr]
    return show(request, "people/mail.html", context, status=422 if form.errors else 200)
