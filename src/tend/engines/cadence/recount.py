"""Contacts counted anew: a talk entered later, corrected, deleted, moved to another account, or opened again."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.events import call_reopened, talk_changed, talk_logged
from tend.domains.activities.models import Activity, Effect, Origin, State
from tend.engines.cadence import sentences, talks
from tend.engines.cadence.desk import WHY, Desk
from tend.engines.cadence.late_calls import spread_late
from tend.engines.cadence.planning import Place
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit

CLOSED = (State.DONE, State.CANCELLED)


@reacts_to(talk_changed, order=60)
def recount(unit: Unit, events: list[talk_changed]) -> None:
    """The last contact is the latest that remains; the plan follows when that is another one. Each account once."""
    changed: dict[int, list[Activity]] = {}
    for event in events:
        for pk in event.accounts:
            changed.setdefault(pk, []).append(event.activity)
    desk = Desk(unit, _locked(unit, changed))
    last = last_contacts(desk)
    turned: list[Account] = []
    ended = _rounds_ended(desk, [a for a in desk.accounts.values() if _is_lost(a, last.get(a.pk))])
    for account in desk.accounts.values():
        before, now = account.last_contact_at, last.get(account.pk)
        if any(_forbids(unit, a, account) for a in changed[account.pk]):
            account.do_not_contact = True
            desk.cancel(account, _("asked not to be contacted"))
        if now == before:
            desk.settle(account)
        elif before is None or (now is not None and now > before):
            assert now is not None
            talks.turn_by_contact(desk, account, talk_logged(changed[account.pk][-1], account, None, now))
            turned.append(account)
        else:
            held = [a for a in changed[account.pk] if a.origin == Origin.CYCLE and a.cycle_from is not None]
            _go_back(desk, account, before, now, held, ended.get(account.pk, []))
    _unreachable_again(desk, [a for a in desk.accounts.values() if _was_lost(unit, a)], last)
    if talks.is_import(unit):
        spread_late(desk, turned)


def _was_lost(unit: Unit, account: Account) -> bool:
    before = unit.before(account, "last_contact_at")
    now = account.last_contact_at
    return before is not None and (now is None or now < before)


def _unreachable_again(desk: Desk, accounts: list[Account], last: dict[int, dt.datetime]) -> None:
    """Whom nobody had reached before the contact that is taken away, nobody has reached now; in one query."""
    if not accounts:
        return
    rows = Activity.objects.as_system(WHY).filter(
        account_id__in=[a.pk for a in accounts], state=State.DONE, trashed_at=None, outcome__effect=Effect.ATTEMPT
    )
    tried: dict[int, int] = {}
    for pk, at in rows.values_list("account_id", "done_at"):
        if pk is not None and at is not None and (pk not in last or at > last[pk]):
            tried[pk] = tried.get(pk, 0) + 1
    for account in accounts:
        status = desk.status(account)
        most = status.max_attempts if status is not None else 0
        if most and (count := tried.get(account.pk, 0)):
            account.unreachable, account.cycle_attempts = count >= most, count % most


@reacts_to(call_reopened, order=60)
def open_again(unit: Unit, events: list[call_reopened]) -> None:
    """The held call is open again at its old date; the one that followed goes. Refused when that was worked on."""
    desk = Desk(unit, _locked(unit, {e.activity.account_id for e in events if e.activity.account_id is not None}))
    held = [(desk.accounts[e.activity.account_id], e.activity) for e in events if e.activity.account_id is not None]
    for account, activity in held:
        if desk.rhythm(account) is None:
            raise Refused(_("Nothing is to be planned for this account, so the call stays held."))
        follower = desk.calls.pop(account.pk, None)
        if account.last_contact_at != activity.done_at or (follower is not None and not _untouched(account, follower)):
            raise Refused(_("The call that followed has been worked on since."))
        if follower is not None:
            follower.trashed_at = unit.now
    unit.flush(only={Activity})  # the followers go before the calls open, so that no account has two in between
    for account, activity in held:
        activity.state, activity.done_at, activity.outcome = State.PLANNED, None, None
        activity.responsible_id = desk.who(account)
        desk.calls[account.pk] = activity
    last = last_contacts(desk)
    tried = _attempts(desk, [a.pk for _account, a in held])
    for account, activity in held:
        account.last_contact_at = last.get(account.pk)
        account.cycle_anchor, account.cycle_attempts = activity.cycle_from, tried.get(activity.pk, 0)
        desk.settle(account)
        assert activity.planned_on is not None
        desk.say(_("The call of %(day)s is open again.") % {"day": sentences.say_day(activity.planned_on, unit.today)})


def last_contacts(desk: Desk) -> dict[int, dt.datetime]:
    """When somebody of each account was last spoken to, by what its status counts; in one query."""
    desk.unit.flush(only={Activity})
    rows = Activity.objects.as_system(WHY).filter(
        account_id__in=list(desk.accounts), state=State.DONE, trashed_at=None, outcome__effect=Effect.CONTACT
    )
    found: dict[int, dt.datetime] = {}
    for row in rows.order_by().values("account_id", "kind", "direction", "origin").annotate(at=Max("done_at")):
        account = desk.accounts[row["account_id"]]
        status = desk.status(account)
        counted = talks.counts(row["kind"], row["direction"], row["origin"], status)
        if counted and (account.pk not in found or row["at"] > found[account.pk]):
            found[account.pk] = row["at"]
    return found


def _is_lost(account: Account, now: dt.datetime | None) -> bool:
    return account.last_contact_at is not None and (now is None or now < account.last_contact_at)


def _rounds_ended(desk: Desk, accounts: list[Account]) -> dict[int, list[Activity]]:
    """The closed calls of accounts, the newest first; in one query."""
    found: dict[int, list[Activity]] = {}
    if accounts:
        rows = Activity.objects.as_system(WHY).filter(
            account_id__in=[a.pk for a in accounts], origin=Origin.CYCLE, state__in=CLOSED, trashed_at=None
        )
        for call in rows.order_by("-pk"):
            found.setdefault(call.account_id or 0, []).append(call)
    return found


def _go_back(
    desk: Desk,
    account: Account,
    before: dt.datetime,
    now: dt.datetime | None,
    held: list[Activity],
    ended: list[Activity],
) -> None:
    """What was the last contact is none: the call stands again where it stood before that talk.

    `held`: the calls of the cycle that are taken away; `ended`: the other closed ones, the newest first.
    """
    worker = desk.worker(account)
    account.last_contact_at = now
    turned = worker.today(before)
    status, call = desk.rhythm(account), desk.calls.get(account.pk)
    if account.cycle_anchor != turned:
        desk.settle(account)  # a status, a pause or a skipped round has turned the cycle since: the plan stays
        return
    old = next((c for c in (*held, *ended) if c.cycle_from is not None and c.cycle_from < turned), None)
    known = [d for d in (worker.today(now) if now else None, old.cycle_from if old else None) if d is not None]
    account.cycle_anchor = max(known, default=account.cycle_anchor)
    if status is None or call is None or account.cycle_anchor is None:
        desk.settle(account)
        return
    if not _untouched(account, call, turned):
        if held:
            raise Refused(_("The call that followed has been worked on since."))
        desk.count_from(call, account, status)
        desk.settle(account)
        return
    if old is not None and old.cycle_from == account.cycle_anchor and old.planned_on is not None:
        desk.place(account, status, Place(desk.who(account), old.due_raw or old.planned_on, old.planned_on))
    else:
        desk.turn(account, status, account.cycle_anchor)
    desk.say_planned(call, status)


def _untouched(account: Account, call: Activity, turned: dt.date | None = None) -> bool:
    """Has nobody worked on the call that followed: not moved, not promised, not tried, nothing written?"""
    anchor = turned if turned is not None else account.cycle_anchor
    return not (call.is_pinned or call.is_promised or call.text or account.cycle_attempts or call.cycle_from != anchor)


def _forbids(unit: Unit, activity: Activity, account: Account) -> bool:
    """A talk entered later in which somebody asked not to be contacted."""
    outcome = activity._state.fields_cache.get("outcome") if activity.outcome_id else None
    return (
        activity.created_at == unit.now
        and activity.account_id == account.pk
        and outcome is not None
        and outcome.effect == Effect.DO_NOT_CONTACT
    )


def _attempts(desk: Desk, ids: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    rows = Activity.objects.as_system(WHY).filter(
        parent_id__in=ids, state=State.DONE, trashed_at=None, outcome__effect=Effect.ATTEMPT
    )
    for pk in rows.values_list("parent_id", flat=True):
        found[pk] = found.get(pk, 0) + 1
    for activity in desk.calls.values():
        status = desk.statuses.get(activity.interaction_status_id or 0)
        if activity.pk in found and status is not None:
            found[activity.pk] %= max(status.max_attempts, 1)
    return found


def _locked(unit: Unit, ids: object) -> list[Account]:
    rows = Account.objects.as_system(WHY).filter(pk__in=list(ids)).order_by("pk")  # type: ignore[call-overload]
    return unit.load(rows.select_for_update(of=("self",), no_key=True))
