"""One line that logs an activity from anywhere: it finds the account, reads the kind and the outcome, and keeps the rest."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tend.domains.activities.commands import log_call
from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Direction, Effect, Kind
from tend.doors.web.accounts.places import ACCOUNTS
from tend.doors.web.activities.asking import Asking
from tend.doors.web.activities.timeline import ICONS, title_of
from tend.doors.web.cadence.offers import offers_of
from tend.doors.web.pages import Request, after, next_url, page, show, undo_of, wants_fragment
from tend.doors.web.templatetags.tend import day
from tend.engines.cadence.consequences import Foresight
from tend.engines.cadence.talks import counts
from tend.kernel import clock
from tend.kernel.errors import Refused, RefusedFields
from tend.kernel.values import create_record
from tend.kernel.verbs import Done

MOST = 9  # outcomes of a kind that are offered


@page("GET", "POST")
def log(request: Request) -> HttpResponse:
    """The line as a page or a dialog; sent, it logs what it says. What was typed comes back when a rule says no."""
    asked = Asking.of(request)
    if request.method != "POST":
        context = {
            "quick": line(asked, next_url(request, asked.here), own=not wants_fragment(request)),
            "header_title": _title(asked),
            "subject": _subject(asked),
        }
        return show(request, "activities/log.html", context, regions={"dialog": "activities/_log_dialog.html"})
    try:
        if (
            asked.outcome is not None
            and asked.outcome.effect == Effect.DO_NOT_CONTACT
            and not request.POST.get("confirmed")
        ):
            raise Refused(_("Say that this is meant: nothing is planned from then on."), field="confirmed")
        done = _log(asked)
    except Refused as no:
        told = next(iter(no.errors.values())) if isinstance(no, RefusedFields) else no
        return _again(request, asked, told)
    to = next_url(request, _home(asked))
    offers = offers_of(asked.actor, asked.account, done) if asked.account is not None else ()
    return after(request, to, _sentence(asked, done), undo_of(done), offers)


@page("POST")
def read(request: Request) -> HttpResponse:
    """What the line says so far: its kind, how it may end, and what would follow. Nothing is written.

    It is posted because remarks do not belong into addresses, which are logged.
    """
    asked = Asking.of(request)
    context = {"quick": {**choices(asked), "quick_id": str(asked.given.get("quick", ""))[:60]}}
    return show(request, "activities/_quick_choices.html", context)


def line(asked: Asking, back: str = "", *, own: bool = False, begins: bool = True) -> dict[str, Any]:
    """What the template of the line asks for. `own`: it stands in a page of its own or of what it is about, not in a dialog.

    `begins`: one writes at once, so that it takes the focus.
    """
    about = f"reply-{asked.parent.pk}" if asked.parent else f"contact-{asked.contact.pk}" if asked.contact else ""
    account = asked.account
    if not about:
        about = f"account-{account.pk}" if asked.is_about_one and account else "anywhere"
    return {
        **choices(asked), "quick_id": f"{'here' if own else 'log'}-{about}", "draft": f"quick-{about}", "parent": asked.parent, "contact": asked.contact,
        "finds": not asked.is_about_one, "companies": asked.companies, "typed": asked.given.get("text", ""), "next": back, "is_own": own, "begins": begins and (asked.is_about_one or account is not None),
    }  # fmt: skip


def choices(asked: Asking) -> dict[str, Any]:
    """The kinds and the outcomes of the present one, each with what it would plan."""
    follows = _follows(asked)
    to_be_planned = asked.kind == Kind.TASK
    return {
        "kinds": [{"code": code, "label": label, "icon": ICONS[code], "chosen": code == asked.kind} for code, label in Kind.choices],
        "kind": asked.kind, "read_kind": asked.read_kind, "read_outcome": asked.line.ending or "",
        "outcomes": [{"outcome": o, "chosen": o == asked.outcome, "follows": follows.get(o.pk, "")} for o in asked.offered[:MOST]],
        "must_say_how": asked.must_say_how, "asks_to_confirm": asked.outcome is not None and asked.outcome.effect == Effect.DO_NOT_CONTACT,
        "account": asked.account, "planned_on": day(asked.planned_on[0] or clock.day_in(clock.now(), asked.actor.zone)) if to_be_planned else "",
        "confirmed": bool(asked.given.get("confirmed")),
    }  # fmt: skip


def _follows(asked: Asking) -> dict[int, str]:
    """What each outcome would plan, where the account's status counts it."""
    account = asked.account
    if account is None or not asked.offered or ACCOUNTS.entity.right(asked.actor, "next_contact_on") == "hidden":
        return {}
    foresight = Foresight(account, account.interaction_status, clock.now())
    direction = Direction.OUT if asked.kind in (Kind.CALL, Kind.MEETING) else Direction.IN
    counted = [
        o
        for o in asked.offered
        if o.effect != Effect.CONTACT or counts(asked.kind, direction, "", account.interaction_status)
    ]
    return foresight.of_outcomes(counted)


def _log(asked: Asking) -> Done:
    """Through the verb that fits: one that ended is logged on the account, a task is planned, anything else is entered."""
    account = asked.account
    if account is None and asked.contact is None and asked.parent is None:
        raise Refused(_("Choose the account."), field="account", code="required")
    if asked.must_say_how:
        raise Refused(_("Choose how it ended."), field="outcome", code="required")
    people = [asked.contact] if asked.contact is not None else []
    if asked.outcome is not None and account is not None:
        done: Done = log_call(
            asked.actor, account, outcome=asked.outcome, text=asked.line.rest, kind=asked.kind, contacts=people, parent=asked.parent
        )  # fmt: skip
        return done
    raw: dict[str, Any] = {
        "kind": asked.kind,
        "account": account.pk if account else None,
        "contacts": [p.pk for p in people],
    }
    raw = {name: value for name, value in raw.items() if value}
    if asked.parent is not None:
        raw["parent"] = asked.parent.pk
    if asked.kind == Kind.TASK:
        on, words = asked.planned_on
        first, _break, rest = words.partition("\n")
        raw |= {"subject": first[:200], "text": rest.strip() if len(first) <= 200 else words}
        raw |= {"planned_on": on.isoformat()} if on is not None else {}
    else:
        raw |= {"text": asked.line.rest, "done_at": timezone.now().isoformat()}
        raw |= {"outcome": asked.outcome.pk} if asked.outcome is not None else {}
    if not asked.line.rest and asked.outcome is None:
        raise Refused(_("Write something first."), field="text", code="required")
    made: Done = create_record(asked.actor, ACTIVITY, raw)
    return made


def _again(request: Request, asked: Asking, no: Refused) -> HttpResponse:
    own = bool(request.POST.get("is_own"))
    elsewhere = no.field in ("account", "outcome", "confirmed")  # has the focus then
    said = {
        **line(asked, next_url(request, ""), own=own, begins=not elsewhere),
        "refusal": no.message,
        "refused_field": no.field,
    }
    context = {"quick": said, "header_title": _title(asked), "subject": _subject(asked)}
    template = "activities/_quick.html" if wants_fragment(request) else "activities/log.html"
    return show(request, template, context, status=422)


def _title(asked: Asking) -> str:
    return _("Answer") if asked.parent is not None else _("Log a talk")


def _subject(asked: Asking) -> str:
    if asked.parent is not None:
        about = asked.account.name if asked.account is not None else ""
        return " · ".join(filter(None, [title_of(asked.parent), about]))
    if not asked.is_about_one:
        return ""
    return asked.contact.name if asked.contact is not None else asked.account.name if asked.account is not None else ""


def _home(asked: Asking) -> str:
    if asked.contact is not None:
        return f"/contacts/{asked.contact.pk}"
    return ACCOUNTS.page(asked.account.pk) if asked.account is not None else "/today"


def _sentence(asked: Asking, done: Done) -> str:
    whom = asked.account or asked.contact
    words = done.sentence or (_("planned.") if asked.kind == Kind.TASK else _("logged."))
    return f"{whom}: {words}" if whom is not None else words
