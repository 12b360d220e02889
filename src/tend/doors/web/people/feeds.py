"""One's own calendar addresses, for Outlook, Google and Apple calendars: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.settings import saving
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.people.feeds import CalendarFeed, open_feed, revoke_feed

PAGE = "/me/calendar"
MOST = 20  # addresses of one person that are open at once


class FeedForm(SettingsForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("which calendar uses it"))
    shows = forms.ChoiceField(label=gettext_lazy("Shows"), choices=CalendarFeed.Shows.choices)


@page("GET", "POST")
def feeds(request: Request) -> HttpResponse:
    """One's own addresses, and a form for another; a new one is shown on this answer and never again."""
    form = FeedForm(request.POST or None)
    made = None
    may = request.actor.scope("tokens", "view") != "none"
    rows = [row for row in _mine(request) if row.revoked_at is None]
    if request.method == "POST" and form.is_valid():
        try:
            if len(rows) >= MOST:
                raise Refused(_("You have %(n)d addresses. Revoke one that nobody uses.") % {"n": MOST})
            made = open_feed(request.actor, name=form.given["name"], shows=form.given["shows"]).record
        except Refused as no:
            saving.refuse(form, no)
        except NotAllowed:
            saving.refuse(form, Refused(_("Your role has no addresses for programs.")))
        else:
            form = FeedForm()
            rows = [row for row in _mine(request) if row.revoked_at is None]
    address = address_of(made.secret) if made else ""
    context = {"rows": rows, "form": form, "made": made, "address": address, "url": PAGE, "may": may}
    return show(request, "people/feeds.html", context, status=422 if form.errors else 200)


@page("POST")
def revoke(request: Request, pk: int) -> HttpResponse:
    """End one of one's own addresses at once."""
    found = _mine(request).filter(pk=pk).first()
    if found is None:
        raise NotSeen("calendar address")
    revoke_feed(request.actor, found)
    return after(
        request, PAGE, _("“%(name)s” is revoked. A calendar that uses it gets nothing any more.") % {"name": found.name}
    )


def address_of(secret: str) -> str:
    """The full address of a feed, at the address that the operator named."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("calendar-feed", args=[secret])


def _mine(request: Request) -> Any:
    return CalendarFeed.objects.seen_by(request.actor).filter(user_id=request.actor.user_id)
