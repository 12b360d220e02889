"""Who sees an account, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.accounts.queries import explain
from tend.doors.web.accounts.places import ACCOUNTS
from tend.doors.web.pages import Request, page, show
from tend.doors.web.records.detail import fetch
from tend.people.access import actor_for
from tend.people.models import User


@page("GET")
def who_can_see(request: Request, pk: int) -> HttpResponse:
    """Which colleagues see this account, and why."""
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
