"""Planning what follows an activity: what, when and who, with the account and the people taken along."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Participant
from tend.doors.web.activities.timeline import account_name, title_of
from tend.doors.web.pages import Request, after, next_url, page, show, undo_of
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.fieldset import Group, writable
from tend.doors.web.records.forms import RecordForm
from tend.doors.web.templatetags.tend import day
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.values import create_record

ASKED = ("kind", "planned_on", "subject", "planned_time", "place", "responsible", "text")


@page("GET", "POST")
def follow_up(request: Request, pk: int) -> HttpResponse:
    """The form of what is planned next; sent, it plans it under the activity that it follows."""
    place, actor = settled("activities"), request.actor
    parent = fetch(place, actor, pk)
    if not place.may(actor, "create"):
        raise NotAllowed("create")
    fields = tuple(writable(ACTIVITY, actor, ASKED, creating=True))
    given = {"kind": "call" if parent.kind == "note" else parent.kind}
    form = RecordForm(
        [Group("", fields)], actor, given, request.POST if request.method == "POST" else None, only_filled=True
    )
    back = next_url(request, place.page(pk))
    if request.method == "POST" and form.is_valid():
        raw: dict[str, Any] = {**form.raw(), "parent": pk}
        people = list(Participant.objects.of([parent]).values_list("contact_id", flat=True))
        seen = ACTIVITY.by_name["contacts"].to.objects.seen_by(actor).filter(pk__in=people)  # type: ignore[union-attr]
        raw |= {"contacts": sorted(seen.values_list("pk", flat=True))} if people else {}
        if not form.errors:
            try:
                done = create_record(actor, ACTIVITY, raw)
            except Refused as no:
                form.refuse(no)
            else:
                said = {"what": done.record, "day": day(done.record.planned_on)}
                return after(
                    request, back, done.sentence or _("“%(what)s” is planned for %(day)s.") % said, undo_of(done)
                )
    about = account_name(actor, parent)
    context = {
        "place": place, "record": parent, "form": form, "action": request.get_full_path(), "header_title": _("Plan a follow-up"),
        "subject": " · ".join(filter(None, [title_of(parent), about])), "cancel_url": back, "next": request.GET.get("next", ""),
        "crumbs": [{"label": place.title, "url": place.url}, {"label": str(parent), "url": place.page(pk)}],
    }  # fmt: skip
    regions = {"dialog": "records/_do.html"}
    return show(request, "records/do.html", context, regions=regions, status=422 if form.errors else 200)
