"""What one is told, in the page and by e-mail: each kind of notice, the morning's digest, reminders, quiet hours."""

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
from tend.people.mail_wishes import DIGEST, MINUTES, NEVER, NOW, OFF, REMINDER, choose_mail, wishes_of

PAGE = "/me/mail"
KINDS = (
    ("mention", gettext_lazy("Somebody mentions me")),
    ("followed", gettext_lazy("Something happens to a record that I follow")),
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
MODES = (
    (NOW, gettext_lazy("in the page, and by e-mail at once")),
    (DIGEST, gettext_lazy("in the page, and by e-mail in the morning")),
    (NEVER, gettext_lazy("in the page only")),
    (OFF, gettext_lazy("not at all")),
)


def hours() -> list[tuple[str, Any]]:
    """The hours of a day as they are written here, and none."""
    return [("", _("no digest")), *((str(n), format_time(dt.time(n), "short", locale=locale())) for n in range(24))]


def quiet_hours() -> list[tuple[str, Any]]:
    """The hours of a day, and none."""
    return [("", _("none")), *hours()[1:]]


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

    quiet_from = forms.ChoiceField(
        label=gettext_lazy("Quiet from"), choices=quiet_hours, required=False,
        help_text=gettext_lazy("no mail tells of a notice then, in your time zone; it comes when the quiet ends"),
    )  # fmt: skip
    quiet_until = forms.ChoiceField(label=gettext_lazy("Quiet until"), choices=quiet_hours, required=False)
    follows_own = forms.BooleanField(
        label=gettext_lazy("Follow the records that I am responsible for"), required=False,
        help_text=gettext_lazy("as if you had pressed Follow on each account, person, talk and document of yours"),
    )  # fmt: skip

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


def _hour(said: str) -> int | None:
    return int(said) if said else None


@page("GET", "POST")
def mail(request: Request) -> HttpResponse:
    """Choose what one is told, and when; `?stop=` a kind that shall come by mail no more."""
    mine = request.user
    wishes = wishes_of(mine)  # type: ignore[arg-type]
    now: dict[str, Any] = {
        "version": mine.version, "hour": "" if wishes.hour is None else str(wishes.hour),  # type: ignore[union-attr]
        "quiet_from": str(wishes.quiet[0]) if wishes.quiet else "", "quiet_until": str(wishes.quiet[1]) if wishes.quiet else "",
        "follows_own": wishes.follows_own, "minutes_before": wishes.minutes_before, **{f"kind-{kind}": wishes.mode(kind) for kind, _label in KINDS},
    }  # fmt: skip
    stop = request.GET.get("stop", "")
    if now.get(f"kind-{stop}") == NOW:  # the foot of a mail leads here: what it asks for is chosen, Save makes it so
        now[f"kind-{stop}"] = NEVER
    form = MailForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        said = form.given
        try:
            choose_mail(
                request.actor, mine.pk, hour=_hour(said["hour"]),
                minutes_before=said["minutes_before"], modes={kind: said[f"kind-{kind}"] for kind, _label in KINDS},
                quiet_from=_hour(said["quiet_from"]), quiet_until=_hour(said["quiet_until"]), follows_own=said["follows_own"],
                expect=form.expects,
            )  # fmt: skip
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            return after(request, PAGE, _("Saved."))
    context = {"form": form, "is_there": carrier().is_there(), "email": mine.email}  # type: ignore[union-attr]
    return show(request, "people/mail.html", context, status=422 if form.errors else 200)
