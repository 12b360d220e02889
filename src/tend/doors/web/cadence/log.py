"""Logging a call: its outcomes and what each will plan, the note, a new status; moving it to another day."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.base.dates.typed import parse_typed_date
from tend.base.unreadable import Unreadable
from tend.domains.accounts.models import Account
from tend.domains.activities.commands import log_call, log_outcome, reschedule
from tend.domains.activities.models import Activity, Effect, Origin, Outcome
from tend.doors.web.cadence import cockpit, rows
from tend.doors.web.cadence.offers import offers_of
from tend.doors.web.pages import Request, after, next_url, page, show, told, undo_of, wants_fragment
from tend.engines.cadence import queries
from tend.engines.cadence.call_rows import draw
from tend.engines.cadence.consequences import Foresight
from tend.engines.cadence.sight import today_of
from tend.kernel import clock
from tend.kernel.errors import Refused
from tend.kernel.verbs import Done


@page("GET")
def call(request: Request, pk: int) -> HttpResponse:
    """One call as a page of its own: who, why, the outcomes."""
    found = queries.call_seen(request.actor, pk)
    return show(request, "cadence/call.html", _card(request, found))


@page("GET")
def opened(request: Request, pk: int) -> HttpResponse:
    """The open row of a list (or card of Today): the same, as a fragment."""
    found = queries.call_seen(request.actor, pk)
    template = "cadence/_open_card.html" if request.GET.get("in") == "today" else "cadence/_open.html"
    return show(request, template, _panel(request, found))


@page("POST")
def log(request: Request, pk: int) -> HttpResponse:
    """Log the outcome. What was typed comes back when a rule says no or a confirmation is asked for."""
    actor, now = request.actor, clock.now()
    found = queries.call_seen(actor, pk)
    account = queries.account_seen(actor, found.account_id or 0)
    try:
        outcome = _outcome(request)
        if not found.is_open:
            raise Refused(_("This call has been logged already."))
        if outcome.effect == Effect.DO_NOT_CONTACT and not request.POST.get("confirmed"):
            return _again(request, found, ask=outcome)
        said = {"outcome": outcome, "text": _note(request), "interaction_status": _status(request, account)}
        done = log_call(actor, account, **said) if found.origin == Origin.CYCLE else log_outcome(actor, found, **said)
    except Refused as no:
        return _again(request, found, refusal=no.message)
    if wants_fragment(request) and request.POST.get("in_list"):
        (row,) = draw(actor, [queries.call_seen(actor, pk)], now) or [None]
        response = show(
            request,
            "cadence/_logged.html",
            {"row": row, "account": account, "outcome": outcome, "sentence": done.sentence},
        )
        return told(response, _sentence(account, done), undo_of(done), offers=offers_of(actor, account, done))
    return _said(request, account, done)


@page("GET", "POST")
def move(request: Request, pk: int) -> HttpResponse:
    """Move a call to another day by hand, or note a promise. A day off is obeyed, with a warning."""
    found = queries.call_seen(request.actor, pk)
    account = queries.account_seen(request.actor, found.account_id or 0)
    typed, refusal = request.POST.get("to", ""), ""
    if request.method == "POST":
        try:
            done = reschedule(
                request.actor,
                found,
                to=_day(request, typed),
                reason=request.POST.get("reason", ""),
                promised=bool(request.POST.get("promised")),
            )
            text = " ".join(filter(None, [_("%(account)s: moved.") % {"account": account.name}, done.sentence]))
            return after(request, next_url(request, "/calls"), text, undo_of(done))
        except Refused as no:
            refusal = no.message
    context = {"call": found, "account": account, "refusal": refusal, "typed": typed, "reason": request.POST.get("reason", ""),
               "promised": bool(request.POST.get("promised")), "next": next_url(request, f"/calls/{pk}")}  # fmt: skip
    return show(request, "cadence/move.html", context, status=422 if refusal else 200)


@page("GET", "POST")
def new(request: Request) -> HttpResponse:
    """Log a talk with any account, whether a call was planned or not."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.get("account", "")
    account = queries.account_seen(request.actor, int(chosen)) if chosen.isdigit() else None
    refusal = ""
    if request.method == "POST":
        try:
            if account is None:
                raise Refused(_("Choose the account."), field="account")
            outcome = _outcome(request)
            if outcome.effect == Effect.DO_NOT_CONTACT and not request.POST.get("confirmed"):
                return show(request, "cadence/new.html", _new(request, account, ask=outcome))
            done = log_call(
                request.actor, account, outcome=outcome, text=_note(request), interaction_status=_status(request, account), at=_at(request),
            )  # fmt: skip
            return _said(request, account, done)
        except Refused as no:
            refusal = no.message
    context = _new(request, account, refusal=refusal)
    return show(request, "cadence/new.html", context, status=422 if refusal else 200)


def _new(request: Request, account: Account | None, *, refusal: str = "", ask: Outcome | None = None) -> dict[str, Any]:
    return {
        "account": account, "refusal": refusal, "ask": ask, "typed": request.POST or request.GET, "outcomes": queries.outcomes(request.actor),
        "statuses": queries.offered_statuses(request.actor, account) if account else [], "next": next_url(request, "/today"),
    }  # fmt: skip


def _card(request: Request, found: Activity, **more: Any) -> dict[str, Any]:
    """The cockpit: the call with all that one looks at while talking."""
    context = _panel(request, found, **more)
    return {**context, **cockpit.beside(request, context["account"], found.pk, clock.now())}


def _panel(request: Request, found: Activity, **more: Any) -> dict[str, Any]:
    actor, now = request.actor, clock.now()
    account = queries.account_seen(actor, found.account_id or 0)
    (row,) = draw(actor, [found], now)
    foresight = Foresight(account, account.interaction_status, now)
    may_log = found.is_open and queries.may_log(actor, account)
    offered = queries.outcomes(actor) if may_log else []
    follows = foresight.of_outcomes(offered)
    return {
        "row": row, "state": rows.state(row), "account": account, "may_log": may_log, "last": cockpit.last_words(actor, account),
        "outcomes": [{"outcome": o, "key": n, "follows": follows[o.pk]} for n, o in enumerate(offered, 1)],
        "statuses": [
            {"value": s.pk, "label": s.name, "mark": s.mark, "hue": s.hue, "note": foresight.of_status(s), "selected": False}
            for s in (queries.offered_statuses(actor, account) if may_log else [])
            if s.pk != account.interaction_status_id
        ],
        "note": request.POST.get("text", ""), "next": next_url(request, ""), **more,
    }  # fmt: skip


def _again(request: Request, found: Activity, **more: Any) -> HttpResponse:
    """The same region once more, with what was typed and what is asked or refused."""
    in_list = wants_fragment(request) and request.POST.get("in_list")
    dressed = _panel if in_list else _card
    context = dressed(request, found, chosen_status=request.POST.get("interaction_status", ""), **more)
    for option in context["statuses"]:
        option["selected"] = str(option["value"]) == context["chosen_status"]
    if in_list:
        context["drawn"] = rows.call_row(context["row"], context["next"], has_cursor=True)
    return show(request, "cadence/_call.html" if in_list else "cadence/call.html", context, status=422)


def _said(request: Request, account: Account, done: Done) -> HttpResponse:
    """On to the next card or page, with the sentence, its Undo and what is offered next."""
    offers = offers_of(request.actor, account, done)
    return after(request, next_url(request, "/today"), _sentence(account, done), undo_of(done), offers)


def _sentence(account: Account, done: Done) -> str:
    return (
        f"{account.name}: {done.sentence}" if done.sentence else _("%(account)s: logged.") % {"account": account.name}
    )


def _note(request: Request) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n").strip()


def _outcome(request: Request) -> Outcome:
    chosen = request.POST.get("outcome", "")
    found = next((o for o in queries.outcomes(request.actor) if str(o.pk) == chosen), None)
    if found is None:
        raise Refused(_("Choose how the call ended."), field="outcome")
    return found


def _status(request: Request, account: Account) -> Any:
    chosen = request.POST.get("interaction_status", "")
    return next((s for s in queries.offered_statuses(request.actor, account) if str(s.pk) == chosen), None)


def _day(request: Request, typed: str) -> dt.date:
    try:
        return parse_typed_date(typed, today_of(request.actor, clock.now()), request.actor.language)
    except Unreadable:
        raise Refused(_("This is not a day. Write one such as 15 Mar or tomorrow."), field="to") from None


def _at(request: Request) -> dt.datetime | None:
    typed = request.POST.get("at", "").strip()
    if not typed:
        return None
    try:
        return dt.datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(request.actor.zone))
    except ValueError:
        raise Refused(_("This is not a time. Write it as 2026-03-15 10:30."), field="at") from None
