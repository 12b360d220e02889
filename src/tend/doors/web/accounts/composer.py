"""The line one writes into on an account's page: a note or a mail is kept at once, a call or task asks for the rest."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tend.domains.activities.entity import ACTIVITY
from tend.doors.web.accounts.places import ACCOUNTS
from tend.doors.web.pages import Request, after, page, undo_of
from tend.doors.web.records.detail import fetch
from tend.kernel.errors import Refused
from tend.kernel.values import create_record

KEPT_AT_ONCE = ("note", "email")


@page("POST")
def write(request: Request, pk: int) -> HttpResponse:
    """Keep what was written as a note or mail, or take it along to the form of a call or task."""
    account = fetch(ACCOUNTS, request.actor, pk)
    kind, text = request.POST.get("kind", "note"), request.POST.get("text", "").strip()
    back = ACCOUNTS.page(pk)
    if kind == "call":
        return after(request, f"{back}/do/log-call?{urlencode({'text': text})}")
    if kind == "task":
        given = {"account": pk, "kind": "task", "subject": text.splitlines()[0][:200] if text else "", "next": back}
        return after(request, f"/activities/new?{urlencode(given)}")
    if kind not in KEPT_AT_ONCE or not text:
        raise Refused(_("Write something first."), field="text", code="required")
    raw = {"kind": kind, "account": account.pk, "text": text, "done_at": timezone.now().isoformat()}
    done = create_record(request.actor, ACTIVITY, raw)
    said = done.sentence or (_("The note is kept.") if kind == "note" else _("The e-mail is noted."))
    return after(request, back, said, undo_of(done))


@page("GET")
def who_can_see(request: Request, pk: int) -> HttpResponse:
    """Which colleagues see this account, and why."""
    from tend.domains.accounts.queries import explain
    from tend.doors.web.pages import show
    from tend.people.access import actor_for
    from tend.people.models import User

    account = fetch(ACCOUNTS, request.actor, pk)
    people = []
    for user in User.objects.seen_by(request.actor).filter(is_active=True).order_by("name")[:200]:
        reasons = explain(actor_for(user), account)
        if reasons:
            people.append({"id": user.pk, "name": user.name, "reasons": ", ".join(reasons)})
    context = {
        "record": account, "people": people, "header_title": _("Who can see this"), "subject": account.name,
        "crumbs": [{"label": ACCOUNTS.title, "url": ACCOUNTS.url}, {"label": account.name, "url": ACCOUNTS.page(pk)}],
    }  # fmt: skip
    return show(request, "accounts/who.html", context, regions={"dialog": "accounts/_who.html"})
