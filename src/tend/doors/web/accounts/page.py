"""The account page: who it is, when somebody speaks to it next and why, what was said, and all that hangs on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tend.domains.accounts import queries
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, Interest, Responsible
from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Activity
from tend.domains.activities.past import planned_with
from tend.domains.activities.queries import planned_of
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.queries import memberships_at
from tend.domains.contacts.referrals import brought_by
from tend.doors.web import remarks
from tend.doors.web.accounts import cadence
from tend.doors.web.accounts.duplicates import PAIRS, twins
from tend.doors.web.accounts.places import ACCOUNTS, LEADS, STRIP, strip_value
from tend.doors.web.activities.asking import Asking
from tend.doors.web.activities.quick import line
from tend.doors.web.activities.timeline import BELOW, Timeline
from tend.doors.web.merging.parting import may_merge, merged_here
from tend.doors.web.pages import Request, show
from tend.doors.web.records import cells
from tend.doors.web.records.detail import fetch, record_context
from tend.doors.web.records.fieldset import characteristics, own_groups, writable
from tend.doors.web.records.places import Place, claims
from tend.doors.web.records.state import CARRIED, State, listing
from tend.doors.web.templatetags.tend import day, short_day
from tend.engines.cadence.offering import Offer, offers_about
from tend.engines.cadence.sentences import instead, why
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import Refused
from tend.kernel.prepared import Prepared
from tend.kernel.reading import Reader
from tend.people.calendars import Worker, workers_for

REFERRED = ("referred_by_user", "referred_by_account", "referred_by_contact")
FIELDS = (
    *STRIP, "owner", "team", "parent", "tags", "phone", "email", "website", "phones", "emails", "urls", "addresses", "legal_name", "number",
    "employees", "annual_revenue", "description", "language", "do_not_contact", "unreachable", "cycle_paused", *REFERRED,
)  # fmt: skip
ALWAYS = ("phones", "emails", "addresses")  # shown although blank to whoever may fill them in
IDENTITY = (
    "legal_name",
    "phones",
    "emails",
    "website",
    "urls",
    "addresses",
    "employees",
    "annual_revenue",
    "language",
    "description",
)
_INTERESTS = Prepared(
    lambda ids: Interest.objects.of(ids).select_related("area").order_by("is_disinterest", "-strength", "pk"), list
)
_RESPONSIBLES = Prepared(lambda ids: Responsible.objects.of(ids).select_related("user").order_by("pk"), list)
REGIONS = {"next-talk": "accounts/_next_talk.html", "timeline": "activities/_timeline.html"}


@claims("accounts", "detail")
def account(request: Request, place: Place, pk: int) -> HttpResponse:
    """Everything about one account in one view, in a constant number of queries."""
    actor = request.actor
    record: Account = fetch(place, actor, pk)
    if (status := cadence.statuses(actor).get(record.interaction_status_id)) is not None:
        record.interaction_status = status  # of the whole book, which is at hand
    home = LEADS if record.is_lead else ACCOUNTS
    own = characteristics(ACCOUNT, actor, of=record)
    values = Reader(ACCOUNT, actor, [*FIELDS, *(f.name for f in own)]).one(record)
    activities = planned_of(actor, record)
    people, former = memberships_at(actor, record) if actor.scope("contacts", "view") != "none" else ([], [])
    contacts = {
        r["id"]: r
        for r in Reader(CONTACT, actor, ["name", "title", "phone", "email"]).read(
            [m.record for m in [*people, *former]]
        )
    }
    context = record_context(request, home, record)
    may_edit, tree = context["may_edit"], _tree(actor, record, values)
    context.update(
        header_fact="", crumb_facts=_facts_of_head(actor, record, values), strip=_strip(actor, record, values, may_edit), values=values,
        people=[_person(m, contacts[m.record_id]) for m in people], former=[_former(m) for m in former],
        mind=[_fact(f, values.get(f.name)) for f in own if f.shown_when_approaching],
        **_own(actor, record, own, values, may_edit),
        identity=_identity(actor, record, values, may_edit),
        **_next_talk(actor, record, activities, people, contacts, values), **tree, **_right(actor, record, values),
        **_care(actor, record, values), **_timeline(request, record, activities, has_below=bool(tree["children"])), neighbours=_neighbours(request, home, record),
        add_person_url=f"/contacts/new?accounts={pk}&next=/accounts/{pk}", relate_url=f"/accounts/{pk}/do/relate",
        interest_url=f"/accounts/{pk}/do/set-interest", remark_url=f"/accounts/{pk}/do/write-remark",
        twins=twins(actor, record), twins_url=PAIRS.url, merged=merged_here(actor, ACCOUNTS, record) if may_merge(actor, ACCOUNTS, record.line) else [],
        more=_more(place, actor, record, may_edit), may_add_contact=may_edit and actor.scope("contacts", "create") != "none",
    )  # fmt: skip
    return show(request, "accounts/page.html", context, regions=REGIONS)


def _facts_of_head(actor: Actor, record: Account, values: dict[str, Any]) -> str:
    since = _("%(lifecycle)s since %(day)s") % {
        "lifecycle": cells.plain(ACCOUNT.by_name["lifecycle"], record.lifecycle),
        "day": short_day(record.lifecycle_since),
    }
    known = since if record.lifecycle_since and "lifecycle" in values else ""
    return " · ".join(filter(None, [known, _aside(actor, record)]))


def _aside(actor: Actor, record: Account) -> str:
    """That an account is put aside, and why, as far as the reader may know it; blank for others."""
    if not record.archived or ACCOUNT.right(actor, "archived") == "hidden":
        return ""
    if record.disqualified_because is None or ACCOUNT.right(actor, "disqualified_because") == "hidden":
        return _("Archived")
    return _("Disqualified: %(reason)s") % {"reason": record.disqualified_because.name}


def _strip(actor: Actor, record: Account, values: dict[str, Any], may_edit: bool) -> list[dict[str, Any]]:
    editable = {f.name for f in writable(ACCOUNT, actor, STRIP)} if may_edit else set()
    return [
        {"inside": strip_value(ACCOUNT.by_name[n], values[n]), "url": f"/accounts/{record.pk}/edit/{n}?as=strip" if n in editable else ""}
        for n in STRIP
        if n in values
    ]  # fmt: skip


def _identity(actor: Actor, record: Account, values: dict[str, Any], may_edit: bool) -> list[dict[str, Any]]:
    editable = {f.name for f in writable(ACCOUNT, actor, IDENTITY)} if may_edit else set()
    return [
        {**_fact(ACCOUNT.by_name[n], values[n]), "url": f"/accounts/{record.pk}/edit/{n}" if n in editable else ""}
        for n in IDENTITY
        if n in values and (values[n] not in cells.BLANK or (n in ALWAYS and n in editable))
    ]


def _fact(field: Field, value: Any) -> dict[str, Any]:
    return {"name": field.name, "label": field.label, "shown": cells.show(field, value, wide=True)}


def _own(actor: Actor, record: Account, own: list[Field], values: dict[str, Any], may_edit: bool) -> dict[str, Any]:
    """The company's own fields that are filled in: those without a group beside the identity, the others group by group."""
    filled = [f for f in own if not f.shown_when_approaching and values.get(f.name) not in cells.BLANK]
    groups = own_groups(ACCOUNT, [f for f in filled if f.group])

    def fact(field: Field) -> dict[str, Any]:
        opens = may_edit and ACCOUNT.right(actor, field.name) == "edit"
        url = f"/accounts/{record.pk}/edit/{field.name}" if opens else ""
        return {**_fact(field, values[field.name]), "url": url}

    return {
        "details": [fact(f) for f in filled if not f.group],
        "own_groups": [{"title": g.title, "facts": [fact(f) for f in g.fields], "folds": g.folds} for g in groups],
    }


def _person(membership: Any, contact: dict[str, Any]) -> dict[str, Any]:
    note = ", ".join(
        filter(None, [membership.role or contact.get("title"), _("main contact") if membership.is_primary else ""])
    )
    phone, email = contact.get("phone"), contact.get("email")
    name = contact.get("name") or str(membership.record)
    act = (
        {
            "act_url": f"tel:{cells.dialled(phone)}",
            "act_icon": "phone",
            "act_label": _("Call %(name)s") % {"name": name},
        }
        if phone
        else {}
    )
    if not act and email:
        act = {"act_url": f"mailto:{email}", "act_icon": "mail", "act_label": _("Write to %(name)s") % {"name": name}}
    return {"id": contact["id"], "name": name, "note": note, "url": f"/contacts/{contact['id']}", "phone": phone, **act}


def _former(membership: Any) -> dict[str, str]:
    until = _("until %(day)s") % {"day": short_day(membership.until)}
    note = ", ".join(filter(None, [membership.role, until]))
    return {"name": membership.record.name, "note": note, "url": f"/contacts/{membership.record_id}"}


def _next_talk(
    actor: Actor,
    record: Account,
    activities: list[Activity],
    people: list[Any],
    contacts: dict[int, dict[str, Any]],
    values: dict[str, Any],
) -> dict[str, Any]:
    """The next talk: whom to call when, why, and what can be done about it."""
    today = timezone.localdate()
    call = next((a for a in activities if a.kind in ("call", "meeting", "email", "message")), None)
    main = contacts.get(people[0].record_id) if people else None
    phone = (
        (main or {}).get("phone")
        or values.get("phone")
        or next((c["phone"] for c in contacts.values() if c.get("phone")), "")
    )
    status = record.interaction_status
    line = cadence.line(
        status, record.cycle_anchor, call.planned_on if call else None, today, promised=bool(call and call.is_promised)
    )
    name = (main or {}).get("name") or record.name
    found: dict[str, Any] = {
        "talk": call,
        "talk_line": line,
        "tel": f"tel:{cells.dialled(phone)}" if phone else "",
        "phone_shown": phone,
    }
    if call is None:
        return {
            **found,
            "talk_state": "",
            "talk_title": _nothing(actor, record),
            "talk_why": _nothing_why(actor, record, values),
            "talk_offer": _offer(actor, record),
        }
    if ACTIVITY.right(actor, "interaction_status") == "hidden":
        call.interaction_status = None  # the sentence below would name it
    workers = workers_for(None, {call.responsible_id, record.owner_id})
    found["talk_offer"] = _offer(actor, record)
    attempts = [] if not record.cycle_attempts else _attempts(actor, record)
    found["talk_state"] = line.state if line.state != "kept" else ""
    found["talk_title"] = _title(call, name, today)
    text = why(
        call,
        record,
        today,
        (workers.get(call.responsible_id) or workers[None]).calendar,
        attempts,
        _instead(record, call, values, workers),
    )
    by = call.responsible.name if call.responsible else ""
    found["talk_why"] = (
        text if text != call.subject else _("planned by hand, %(name)s") % {"name": by} if by else _("planned by hand")
    )
    return found


def _instead(record: Account, call: Activity, values: dict[str, Any], workers: dict[int | None, Worker]) -> str:
    """In whose place somebody else makes the call."""
    if "owner" not in values or call.origin != "cycle":
        return ""
    owner = workers.get(record.owner_id) if record.owner_id else None
    return instead(call, owner, str(values["owner"] or ""), timezone.localdate())


def _offer(actor: Actor, record: Account) -> Offer | None:
    """What would let the cycle go on."""
    return next(iter(offers_about(actor, record)), None)


def _attempts(actor: Actor, record: Account) -> list[Activity]:
    rows = (
        Activity.objects.seen_by(actor, each=True)
        .filter(account=record, state="done", outcome__effect="attempt")
        .select_related("outcome")
    )
    return list(rows.order_by("-done_at")[: record.cycle_attempts])[::-1]


def _title(call: Activity, name: str, today: dt.date) -> str:
    assert call.planned_on is not None
    when = day(call.planned_on)
    if call.kind == "call":
        return _("Call %(name)s %(when)s") % {"name": name, "when": when}
    return _("%(what)s with %(name)s %(when)s") % {
        "what": call.subject or call.get_kind_display(),
        "name": name,
        "when": when,
    }  # type: ignore[attr-defined]


def _nothing(actor: Actor, record: Account) -> str:
    if record.do_not_contact:
        return _("Asked not to be contacted")
    if aside := _aside(actor, record):
        return aside
    if record.cycle_paused:
        until = record.cycle_paused_until
        return _("The cycle rests until %(day)s") % {"day": day(until)} if until else _("The cycle rests")
    return _("No talk is planned")


def _reason_of_rest(actor: Actor, record: Account) -> str:
    """Why the cycle rests, as it was said when the last call was cancelled."""
    rows = Activity.objects.seen_by(actor).filter(account=record, origin="cycle", state="cancelled")
    if ACTIVITY.right(actor, "cancelled_because") == "hidden":
        rows = rows.none()
    because: str = rows.order_by("-pk").values_list("cancelled_because", flat=True).first() or ""
    return because[:1].upper() + because[1:] + "." if because else _("Nothing is planned until it is resumed.")


def _nothing_why(actor: Actor, record: Account, values: dict[str, Any]) -> str:
    if record.do_not_contact:
        return _("Nothing is planned until somebody lifts it.")
    if record.cycle_paused and not record.archived:
        return _reason_of_rest(actor, record)
    if record.archived:
        return _("Nothing is planned until it is restored.")
    if "interaction_status" not in values:
        return ""  # hidden from this reader
    if record.interaction_status is None:
        return _("Without an interaction status nobody is reminded to call.")
    return _("“%(status)s” plans no calls.") % {"status": record.interaction_status.name}


def _tree(actor: Actor, record: Account, values: dict[str, Any]) -> dict[str, Any]:
    parent = values.get("parent")
    children = queries.children_of(actor, record)
    relations = [
        {
            "words": words,
            "name": other.name,
            "url": ACCOUNTS.page(other.pk),
            "note": _said_of(r),
            "pk": other.pk,
            "kind": r.kind_id if r.record_id == record.pk else 0,  # ended from the side on which it was noted
        }
        for words, other, r in queries.relations_of(actor, record)
    ]
    return {
        "referrer": next((cells.show(ACCOUNT.by_name[n], values[n], wide=True) for n in REFERRED if values.get(n)), ""),
        "brought": [{"name": a.name, "url": ACCOUNTS.page(a.pk)} for a in brought_by(actor, record)],
        "parent": parent,
        "parent_url": ACCOUNTS.page(parent.id) if parent else "",
        "children": [{"name": c.name, "url": ACCOUNTS.page(c.pk)} for c in children],
        "relations": relations,
    }


def _said_of(relation: Any) -> str:
    """Why and from when to when, in one line."""
    days = [
        _("since %(day)s") % {"day": short_day(relation.since)} if relation.since else "",
        _("until %(day)s") % {"day": short_day(relation.until)} if relation.until else "",
    ]
    return ", ".join(filter(None, [relation.reason, *days]))


def _right(actor: Actor, record: Account, values: dict[str, Any]) -> dict[str, Any]:
    readable = {f.name for f in ACCOUNT.readable(actor)}
    tags = [{"id": t.id, "name": t.name, "filter": quote(f'tag:"{t.name}"')} for t in values.get("tags") or ()]
    found: dict[str, Any] = {"interests": [], "tags": tags}
    if "interests" in readable:
        found["interests"] = [
            {"name": i.area.name, "strength": i.strength, "against": i.is_disinterest, "note": i.note, "pk": i.area_id}
            for i in _INTERESTS([record.pk])
        ]
    found["shows_tags"], found["shows_interests"] = "tags" in readable, "interests" in readable
    return {**found, **remarks.shown_on(ACCOUNT, actor, record.pk)}


def _care(actor: Actor, record: Account, values: dict[str, Any]) -> dict[str, Any]:
    rows = _RESPONSIBLES([record.pk]) if ACCOUNT.right(actor, "responsibles") != "hidden" else []
    return {
        "owner": values.get("owner"), "caller": next((r.user.name for r in rows if r.is_caller), ""),
        "responsibles": [{"name": r.user.name, "id": r.user_id, "note": ", ".join(filter(None, [r.role, _("makes the calls") if r.is_caller else ""]))} for r in rows],
    }  # fmt: skip


def _timeline(request: Request, record: Account, activities: list[Activity], *, has_below: bool) -> dict[str, Any]:
    actor, show, before = request.actor, request.GET.get("show", ""), request.GET.get("before", "")
    below = tuple(queries.below(actor, record)) if has_below and BELOW in request.GET else ()
    if below:
        activities = planned_with(actor, record, below=below)
    drawn = Timeline(actor, record, ACCOUNTS.page(record.pk), show, before, below, has_below).drawn(activities)
    return {
        **drawn,
        "quick": line(Asking.about(request.actor, account=record), drawn["timeline_url"], own=True, begins=False),
    }


def _neighbours(request: Request, place: Place, record: Account) -> dict[str, str]:
    """The records before and after this one in the list it was opened from."""
    carried = request.GET.get(CARRIED, "")
    if not carried:
        return {}
    try:
        found = listing(place, request.actor, State.carried(carried)).neighbours(record.pk)
    except Refused:
        return {}
    tail = f"?{CARRIED}={quote(carried, safe='')}"
    named = {"previous": found.previous, "next": found.next}
    return {word: place.page(pk) + tail for word, pk in named.items() if pk}


def _more(place: Place, actor: Actor, record: Account, may_edit: bool) -> Iterable[dict[str, str]]:
    """The further verbs of the page's menu, as far as they make sense now and the actor may."""
    line = record.line
    assign, delete = actor.scope(line, "assign") != "none", actor.scope(line, "delete") != "none"
    rests = record.cycle_paused
    offered = (
        ("reassign", _("Assign"), "user-check", "a", assign), ("add-responsible", _("Add a responsible"), "user-plus", "", assign),
        ("claim", _("Take from the pool"), "user", "", record.owner_id is None),
        ("add-tags", _("Tag"), "tag", "t", may_edit),
        ("relate", _("Relate to an account"), "link", "", may_edit), ("set-referrer", _("Say who brought it"), "user-plus", "", may_edit), ("resume", _("Resume the cycle"), "player-play", "", may_edit and rests),
        ("pause", _("Pause the cycle"), "player-pause", "", may_edit and not rests), ("restart-cycle", _("Restart the cycle"), "refresh", "", may_edit and not rests),
        ("restore", _("Take out of the archive"), "archive", "", may_edit and record.archived), ("archive", _("Archive"), "archive", "", may_edit and not record.archived),
        ("disqualify", _("Disqualify"), "ban", "", may_edit and record.is_lead and not record.archived),
        ("merge", _("Merge with another"), "git-merge", "", may_merge(actor, ACCOUNTS, line)), ("trash", _("Delete"), "trash", "", delete),
    )  # fmt: skip
    return [
        {"label": label, "icon": icon, "key": key, "url": f"/accounts/{record.pk}/do/{name}"}
        for name, label, icon, key, allowed in offered
        if allowed
    ]
