"""The page of an activity: what it says, and the whole conversation it belongs to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.activities.past import conversation_of
from tend.domains.activities.queries import veiled
from tend.doors.web.activities.timeline import account_name, conversation, editable_accounts
from tend.doors.web.pages import Request, show
from tend.doors.web.records.detail import fetch, panels, record_context
from tend.doors.web.records.places import Place, claims


@claims("activities", "detail")
def activity(request: Request, place: Place, pk: int) -> HttpResponse:
    """One activity; what it follows and what follows it stand beside it as far as they are in sight."""
    actor = request.actor
    record = fetch(place, actor, pk)
    context = record_context(request, place, record)
    whole = conversation_of(actor, record)
    (shown,) = veiled(actor, [record])
    editable = editable_accounts(actor, {a.account_id for a in whole})
    moments = conversation(whole, actor, editable, url=place.page(pk), named=lambda a: account_name(actor, a))
    may_answer, back = context["may_edit"], urlencode({"next": place.page(pk)})
    named = (
        ("message-reply", _("Answer"), f"/log?parent={pk}&{back}", may_answer and shown.state == "done"),
        ("calendar-plus", _("Plan a follow-up"), place.page(pk, "follow-up") + f"?{back}", may_answer and shown.state != "cancelled"),
    )  # fmt: skip
    context.update(
        panels=panels(place, actor, record), moments=[moments] if len(whole) > 1 else [],
        more=[{"icon": icon, "label": label, "url": url, "in_dialog": True} for icon, label, url, offered in named if offered],
    )  # fmt: skip
    return show(request, "activities/page.html", context)
