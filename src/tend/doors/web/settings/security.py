"""The security log: for those with the right to it as a page and a file; for everybody what concerns his own ways in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.base.cells import neutralise
from tend.doors.web.pages import Request, page, show
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.actor import Actor
from tend.people.models import User
from tend.people.security_log import GROUPS, RIGHT, Asked, SecurityEvent, events, log, own_events
from tend.people.whence import whence

PAGE, MINE = "/settings/security", "/me/security"
SHOWN, CHUNK = 50, 500
COLUMNS = ("at", "event", "by", "about", "address", "device", "detail")
_DETAILS = {
    "type": gettext_lazy("list"), "format": gettext_lazy("format"), "filter": gettext_lazy("filter"), "words": gettext_lazy("search"),
    "rows": gettext_lazy("rows"), "given": gettext_lazy("given"), "taken": gettext_lazy("taken"), "teams": gettext_lazy("teams"),
    "team": gettext_lazy("team"), "name": gettext_lazy("name"), "purpose": gettext_lazy("for"), "typed": gettext_lazy("typed"),
    "sessions": gettext_lazy("sessions"), "file": gettext_lazy("file"), "made_at": gettext_lazy("made"), "of": gettext_lazy("of"),
    "names": gettext_lazy("names"), "number": gettext_lazy("number"), "minutes": gettext_lazy("minutes"),
}  # fmt: skip


class LogForm(SettingsForm):
    """What of the log one wants to see; blank is everything."""

    group = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    person = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int, empty_value=None, required=False)
    since = saving.DayField(label=gettext_lazy("From"), required=False, is_past=True)
    until = saving.DayField(label=gettext_lazy("Until"), required=False, is_past=True)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(actor.zone)
        self.fields["group"].choices = [("", _("everything")), *((k, title) for k, (title, _k) in GROUPS.items())]  # type: ignore[attr-defined]
        people = User.objects.seen_by(actor).order_by("name")
        self.fields["person"].choices = saving.records(people, _("everybody"))  # type: ignore[attr-defined]
        del self.fields["version"]

    @property
    def asked(self) -> Asked:
        given = self.cleaned_data
        day = dt.timedelta(days=1)
        return Asked(
            given["group"], given["person"], self._begin(given["since"]), self._begin(given["until"] + day if given["until"] else None)
        )  # fmt: skip

    def _begin(self, day: dt.date | None) -> dt.datetime | None:
        return dt.datetime.combine(day, dt.time(), self.zone) if day else None


@needs(RIGHT, "GET")
def security(request: Request) -> HttpResponse:
    """The log, newest first, by kind, person and days."""
    given = {n: v for n, v in request.GET.dict().items() if n != "before" and v}
    form = LogForm(given, actor=request.actor)
    if form.is_valid():  # what was understood stands in the fields and in the addresses of further pages
        days = {n: day for n in ("since", "until") if (day := form.cleaned_data[n])}
        form.data = {**given, **{n: form.fields[n].prepare_value(day) for n, day in days.items()}}
        given |= {n: day.isoformat() for n, day in days.items()}
    found = events(request.actor, form.asked, before=_before(request), limit=SHOWN + 1) if form.is_valid() else []
    context = {
        "form": form, "rows": _rows(found[:SHOWN]), "crumbs": crumbs(), "all_url": PAGE, "is_narrowed": bool(given),
        "export_url": f"{PAGE}/export?{urlencode(given)}", "older_url": _older(PAGE, given, found),
        "newest_url": f"{PAGE}?{urlencode(given)}" if request.GET.get("before") else "",
    }  # fmt: skip
    return show(request, "settings/security.html", context, status=422 if form.errors else 200)


@needs(RIGHT, "GET")
def export(request: Request) -> HttpResponse:
    """The same as a CSV file. That somebody takes it along stands in the log as well."""
    form = LogForm({n: v for n, v in request.GET.dict().items() if v}, actor=request.actor)
    asked = form.asked if form.is_valid() else Asked()
    answer = StreamingHttpResponse(_as_csv(request.actor, asked, whence()), content_type="text/csv; charset=utf-8")
    name = f"security-log-{timezone.localdate().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]


@page("GET")
def mine(request: Request) -> HttpResponse:
    """One's own recent sign-ins, passwords and tokens."""
    found = own_events(request.actor, before=_before(request), limit=SHOWN + 1)
    context = {
        "rows": _rows(found[:SHOWN]), "older_url": _older(MINE, {}, found), "newest_url": MINE if request.GET.get("before") else "",
    }  # fmt: skip
    return show(request, "people/security.html", context)


def _as_csv(actor: Actor, asked: Asked, at: Any) -> Iterator[bytes]:
    sheet = io.StringIO()
    write = csv.writer(sheet)
    write.writerow(COLUMNS)
    before, count = None, 0
    while True:
        found = events(actor, asked, before=before, limit=CHUNK)
        for row in _rows(found):
            one = row["event"]
            said = [one.word, row["by"], row["about"], one.address, one.device, row["detail"]]
            write.writerow([one.at.isoformat(), *(neutralise(str(text)) for text in said)])
        count += len(found)
        yield sheet.getvalue().encode()
        sheet.seek(0)
        sheet.truncate()
        if len(found) < CHUNK:
            break
        before = found[-1].pk
    log("log-exported", user=actor.user_id, at=at, rows=count)


def _rows(found: list[SecurityEvent]) -> list[dict[str, Any]]:
    return [
        {
            "event": one, "by": one.user.name if one.user else _("Tend") if one.kind != "sign-in-failed" else "",
            "about": one.about.name if one.about and one.about_id != one.user_id else "", "detail": _detail(one.detail),  # type: ignore[attr-defined]
        }
        for one in found
    ]  # fmt: skip


def _detail(said: dict[str, Any]) -> str:
    pieces = []
    for name, value in said.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if text:
            pieces.append(f"{_DETAILS.get(name, name)}: {text}")
    return " · ".join(pieces)


def _before(request: Request) -> int | None:
    said = request.GET.get("before", "")
    return int(said) if said.isdecimal() and len(said) < 19 else None


def _older(url: str, given: dict[str, str], found: list[SecurityEvent]) -> str:
    return f"{url}?{urlencode({**given, 'before': found[SHOWN - 1].pk})}" if len(found) > SHOWN else ""
