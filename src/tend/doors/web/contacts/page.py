"""The page of a contact: how to reach her, where she works and worked, and what was said with her."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.past import planned_with
from tend.domains.contacts.apart import keep_apart
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.models import Membership
from tend.domains.contacts.queries import people_alike
from tend.domains.contacts.referrals import brought_by
from tend.doors.web import remarks
from tend.doors.web.accounts.places import ACCOUNTS
from tend.doors.web.activities.asking import Asking
from tend.doors.web.activities.quick import line
from tend.doors.web.activities.timeline import Timeline
from tend.doors.web.contacts.duplicates import PAIRS, in_words, twins
from tend.doors.web.contacts.places import CONTACTS
from tend.doors.web.merging.parting import may_merge, merged_here
from tend.doors.web.pages import Request, show
from tend.doors.web.records.detail import fetch, panels, record_context
from tend.doors.web.records.fieldset import writable
from tend.doors.web.records.places import Place, claims
from tend.doors.web.templatetags.tend import short_day
from tend.kernel.actor import Actor

ALWAYS = ("title", "phones", "emails", "addresses")  # shown although blank to whoever may fill them in


@claims("contacts", "views")
def views(actor: Actor, place: Place) -> list[tuple[str, str]]:
    """The views that everybody has over contacts."""
    return [("owner:me", _("Mine")), ("no:accounts", _("Without a company"))]


@claims("contacts", "alike")
def alike(actor: Actor, raw: Mapping[str, Any], record: Any = None) -> list[dict[str, Any]]:
    """People in sight of the same name, phone or e-mail. Where a company is given, the known one can be placed there."""
    if record is not None and not {"first_name", "last_name"} & raw.keys():
        return []
    said = {
        n: str(raw.get(n, getattr(record, n, "") if record is not None else "") or "")
        for n in ("first_name", "last_name")
    }
    lines = [
        (kind, v)
        for kind, many in (("phone", "phones"), ("email", "emails"))
        for v in (raw.get(many) or (), [raw.get(kind)])
    ]
    points = [
        (kind, p.get("value", "") if isinstance(p, Mapping) else str(p)) for kind, listed in lines for p in listed if p
    ]
    found = people_alike(
        actor,
        f"{said['first_name']} {said['last_name']}".strip(),
        points,
        but=record.pk if record is not None else None,
    )
    company = next((str(getattr(a, "pk", a)) for a in raw.get("accounts") or ()), "")
    return [
        {
            "pk": person.pk, "name": person.name, "url": CONTACTS.page(person.pk), "note": in_words(signs, actor),
            "act_url": f"{CONTACTS.page(person.pk, 'do', 'join')}?account={company}" if company.isdigit() else "", "act_label": _("Place her or him there"),
        }
        for person, signs in found
    ]  # fmt: skip


@claims("contacts", "told apart")
def told_apart(actor: Actor, record: Any, others: list[dict[str, Any]]) -> None:
    """Who was asked and said "It is another one" need not be asked again."""
    for other in others:
        keep_apart(actor, record.pk, other=CONTACT.model.objects.seen_by(actor).get(pk=other["pk"]))  # type: ignore[attr-defined]


@claims("contacts", "detail")
def contact(request: Request, place: Place, pk: int) -> HttpResponse:
    """One person; companies out of sight are absent as if she had never worked there."""
    actor = request.actor
    record = fetch(place, actor, pk)
    context = record_context(request, place, record)
    present, former = companies(actor, record)
    may_edit = context["may_edit"]
    shown = _facts(actor, record, panels(place, actor, record), may_edit)
    may_delete = actor.scope("contacts", "delete") != "none"
    merges = may_merge(actor, place, "contacts")
    named = [
        ("join", _("Place at a company"), "briefcase", may_edit), ("merge", _("Merge with another"), "git-merge", merges), ("trash", _("Delete"), "trash", may_delete),
        ("erase", _("Erase this person"), "user-off", actor.scope("contacts", "erase") != "none"),
    ]  # fmt: skip
    context.update(
        panels=[p for p in shown if p["facts"]], present=present, former=former, brought=[{"name": a.name, "url": ACCOUNTS.page(a.pk)} for a in brought_by(actor, record)], header_fact=record.title if CONTACT.right(actor, "title") != "hidden" else "",
        more=[{"label": label, "icon": icon, "url": place.page(pk, "do", name)} for name, label, icon, allowed in named if allowed],
        merged=merged_here(actor, place, record) if merges else [],
        join_url=place.page(pk, "do", "join") if may_edit else "", twins=twins(actor, record), twins_url=PAIRS.url,
    )  # fmt: skip
    context.update(_timeline(request, record), **remarks.shown_on(CONTACT, actor, pk))
    context["remark_url"] = (
        place.page(pk, "do", "write-remark") if may_edit and CONTACT.right(actor, "remarks") == "edit" else ""
    )
    return show(request, "contacts/page.html", context, regions={"timeline": "activities/_timeline.html"})


def _timeline(request: Request, record: Any) -> dict[str, Any]:
    """What was said with her, planned first, and the line that logs the next talk."""
    actor, chosen, before = request.actor, request.GET.get("show", ""), request.GET.get("before", "")
    drawn = Timeline(actor, record, CONTACTS.page(record.pk), chosen, before).drawn(planned_with(actor, record))
    may_log = actor.scope("activities", "create") != "none"
    quick = (
        line(Asking.about(actor, contact=record), drawn["timeline_url"], own=True, begins=False) if may_log else None
    )
    return {**drawn, "quick": quick, "may_log": may_log}


def _facts(actor: Actor, record: Any, shown: list[dict[str, Any]], may_edit: bool) -> list[dict[str, Any]]:
    """The facts of the panels: each opens in its place for whoever may change it, those that one often adds though blank."""
    names = [f["name"] for panel in shown for f in panel["facts"]]
    editable = {f.name for f in writable(CONTACT, actor, names)} if may_edit else set()
    for panel in shown:
        for fact in panel["facts"]:
            fact["url"] = CONTACTS.page(record.pk, "edit", fact["name"]) if fact["name"] in editable else ""
        panel["facts"] = [
            f
            for f in panel["facts"]
            if f["name"] not in ("accounts", "first_name", "last_name")
            and (f["shown"] or (f["name"] in ALWAYS and f["url"]))
        ]
    return shown


def companies(actor: Actor, record: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Where she works and where she worked, as far as the accounts are in sight."""
    rows = list(Membership.objects.of([record]).order_by("-is_primary", "pk"))
    seen = {
        a.pk: a for a in Account.objects.seen_by(actor).filter(pk__in={r.account_id for r in rows}).only("id", "name")
    }
    known = [(r, seen[r.account_id]) for r in rows if r.account_id in seen]
    present = [(r, a) for r, a in known if r.until is None]
    main = next((r for r, _account in present if r.is_main), present[0][0] if present else None)
    shown = {r.pk: _company(record, r, a, is_main=r is main and len(present) > 1) for r, a in known}
    present.sort(key=lambda pair: pair[0] is not main)
    return [shown[r.pk] for r, _a in present], [shown[r.pk] for r, _a in known if r.until is not None]


def _company(record: Any, row: Membership, account: Account, *, is_main: bool) -> dict[str, Any]:
    marks = [_("main company") if is_main else "", _("main contact there") if row.is_primary else ""]
    days = [
        _("since %(day)s") % {"day": short_day(row.since)} if row.since else "",
        _("until %(day)s") % {"day": short_day(row.until)} if row.until else "",
    ]
    given = {"account": account.pk, "role": row.role, "since": row.since, "until": row.until}
    flags = {n: "on" for n in ("is_primary", "is_main") if getattr(row, n) and row.until is None}
    said = urlencode({k: v for k, v in {**given, **flags}.items() if v})
    return {
        "pk": account.pk, "name": account.name, "url": ACCOUNTS.page(account.pk),
        "note": ", ".join(filter(None, [row.role, *marks, *days])),
        "change_url": f"{CONTACTS.page(record.pk, 'do', 'change-place')}?{said}",
    }  # fmt: skip
