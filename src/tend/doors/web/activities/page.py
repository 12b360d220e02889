"""The page of an activity: what it says, what can be done about it, and the whole conversation it belongs to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.activities.models import Activity, Kind, Origin, Outcome, State
from tend.domains.activities.past import conversation_of
from tend.doors.web.activities.naming import NEEDS, called
from tend.doors.web.activities.timeline import account_name, conversation, editable_accounts
from tend.doors.web.mentions import column, draw_in, drawn
from tend.doors.web.pages import Request, show
from tend.doors.web.records import cells
from tend.doors.web.records.detail import fetch, panels, record_context
from tend.doors.web.records.places import Place, claims
from tend.doors.web.records.widgets import Choice
from tend.engines.following.mentioned import names_in
from tend.kernel.actor import Actor
from tend.kernel.reading import Reader

FATE = ("state", "done_at", "outcome", "cancelled_because", "moved_because", "origin", "interaction_status", "parent")


claims("activities", "column:text")(column(Activity._meta.get_field("text").verbose_name, "text", Activity))  # type: ignore[arg-type]


@claims("activities", "detail")
def activity(request: Request, place: Place, pk: int) -> HttpResponse:
    """One activity; what it follows and what follows it stand beside it as far as they are in sight."""
    actor = request.actor
    record = fetch(place, actor, pk)
    context = record_context(request, place, record)
    whole = conversation_of(actor, record)
    editable = editable_accounts(actor, {a.account_id for a in whole})  # type: ignore[attr-defined]
    moments = (
        [conversation(whole, actor, editable, url=place.page(pk), named=lambda a: account_name(actor, a))]
        if len(whole) > 1
        else []
    )
    draw_in(Activity, [m for moment in moments for m in moment.whole])
    context.update(
        panels=[*panels(place, actor, record), _fate(place, actor, record)],
        moments=moments,
        header_title=called(Reader(place.entity, actor, NEEDS).one(record)) or str(record),
        more=_more(place, actor, record, context["may_edit"]),
    )  # fmt: skip
    if record.state != State.PLANNED:  # nobody waits for that day any more
        for fact in (fact for panel in context["panels"] for fact in panel["facts"] if fact["name"] == "planned_on"):
            fact["shown"] = cells.day(fact["field"], record.planned_on)
    if (named := names_in(Activity, {record.pk: record.text}).get(record.pk)) is not None:
        for fact in (fact for panel in context["panels"] for fact in panel["facts"] if fact["name"] == "text"):
            fact["shown"] = drawn(record.text, named)
    return show(request, "activities/page.html", context)


def _fate(place: Place, actor: Actor, record: Activity) -> dict[str, Any]:
    """What became of it, as far as there is something to say."""
    values = Reader(place.entity, actor, FATE).one(record)
    facts = [(place.entity.by_name[n], values[n]) for n in FATE if values.get(n) not in cells.BLANK]
    return {
        "title": _("What became of it"),
        "facts": [
            {"name": f.name, "label": f.label, "shown": cells.show(f, v, wide=True), "field": f} for f, v in facts
        ],
    }


def _more(place: Place, actor: Actor, record: Activity, may_edit: bool) -> list[dict[str, Any]]:
    """What can be done about it now, as far as the actor may."""
    planned, by_cycle = record.state == State.PLANNED, record.origin == Origin.CYCLE
    done, pk = record.state == State.DONE, record.pk
    back = urlencode({"next": place.page(pk)})
    is_call = record.account_id is not None and (by_cycle or record.kind == Kind.CALL)  # type: ignore[attr-defined]
    offered = (
        ("message-reply", _("Answer"), f"/log?parent={pk}&{back}", done),
        ("calendar-plus", _("Plan a follow-up"), f"{place.page(pk, 'follow-up')}?{back}", planned or done),
        ("phone", _("Log how it ended"), f"/calls/{pk}?{back}", planned and is_call),
        ("check", _("Complete"), place.page(pk, "do", "complete"), planned and not is_call),
        ("calendar", _("Move"), place.page(pk, "do", "reschedule"), planned),
        ("user-check", _("Give to"), place.page(pk, "do", "hand-over"), planned),
        ("x", _("Cancel"), place.page(pk, "do", "cancel"), planned),
        ("refresh", _("Open again"), place.page(pk, "do", "reopen"), done or (not planned and not by_cycle)),
    )
    found = [
        {"icon": icon, "label": label, "url": url, "in_dialog": not url.startswith("/calls")}
        for icon, label, url, makes_sense in offered
        if makes_sense and may_edit
    ]
    if place.may(actor, "delete"):
        found.append({"icon": "trash", "label": _("Delete"), "url": place.page(pk, "do", "trash"), "in_dialog": True})
    return found


@claims("activities", "options:complete.outcome")
def endings_of(actor: Actor, record: Activity, _verb: Any) -> list[Choice]:
    """How an activity of this kind may end; whatever the cycle plans may end as a call does."""
    kinds = {record.kind, *((Kind.CALL,) if record.origin == Origin.CYCLE else ())}
    return _choices(actor, kinds)


claims("activities", "options:log-outcome.outcome")(endings_of)


@claims("accounts", "options:log-call.outcome")
def endings_on_account(actor: Actor, _record: Any, _verb: Any) -> list[Choice]:
    """Every way a talk may end; the outcome says of which kind the talk was."""
    return _choices(actor, set(Kind.values))


def _choices(actor: Actor, kinds: set[str]) -> list[Choice]:
    rows = Outcome.objects.seen_by(actor).filter(is_active=True, kind__in=kinds).order_by("position", "pk")
    return [
        Choice(
            str(o.pk), o.name, o.mark or o.name[:1].upper(), o.hue, str(Kind(o.kind).label) if len(kinds) > 2 else ""
        )
        for o in rows
    ]
