"""What the cycle answers to each event, for the whole batch at once (the table "What happens when")."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from tend.domains.accounts.events import (
    account_created,
    account_reassigned,
    account_rests,
    account_wakes,
    interaction_status_set,
    lifecycle_changed,
    responsibles_changed,
)
from tend.domains.accounts.models import Account
from tend.domains.activities.events import activity_cancelled, plan_changed
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence import planning, sentences
from tend.engines.cadence.desk import WHY, Desk, default_status
from tend.engines.cadence.first_calls import spread_on, spreads
from tend.engines.cadence.replacing import is_replacing, take_dates_of
from tend.engines.cadence.taking_up import take_up
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit
from tend.people.events import user_deactivated, user_reactivated


@reacts_to(account_created, order=40)
def plan_first_calls(unit: Unit, events: list[account_created]) -> None:
    """An account that names no status gets the default of its lifecycle; the first call is planned at once."""
    for event in events:
        if not event.names_status and event.account.interaction_status_id is None:
            event.account.interaction_status = default_status(unit, event.account.lifecycle)
    desk = Desk(unit, [e.account for e in events])
    accounts = [a for a in desk.accounts.values() if a.pk not in desk.calls]  # an importer may have planned some itself
    if spreads(unit):
        spread_on(desk, accounts)
        return
    for account in accounts:
        if status := desk.rhythm(account):
            desk.say_planned(desk.turn(account, status, desk.today(account)), status)


@reacts_to(interaction_status_set)
def follow_status(unit: Unit, events: list[interaction_status_set]) -> None:
    """The open call is re-dated or planned from today, or cancelled when the status plans none. Promises are kept.

    Where the status takes the place of a deleted one, calls that are open get its dates from the same anchors.
    """
    accounts = _distinct(e.account for e in events)
    desk = Desk(unit, accounts)
    bulk = spreads(unit)
    first_calls: list[Account] = []
    replaced = {a.pk for a in accounts if a.pk in desk.calls} if is_replacing(unit) else set()
    take_dates_of(desk, [desk.accounts[pk] for pk in replaced])
    for account in accounts:
        status = desk.rhythm(account)
        if status is None:
            _nothing_planned(desk, account)
        elif account.pk in replaced or _stays(desk, account, status, bulk):
            continue
        elif bulk:
            first_calls.append(account)
        else:
            desk.say_planned(desk.turn(account, status, desk.today(account)), status)
    if first_calls:
        spread_on(desk, first_calls)


def _stays(desk: Desk, account: Account, status: planning.Rhythm, bulk: bool) -> bool:
    """A promise stays, and in bulk whatever somebody moved by hand; the call still belongs to the new status."""
    call = desk.calls.get(account.pk)
    if call is None or not (call.is_promised or (bulk and call.is_pinned)):
        return False
    account.cycle_anchor, account.cycle_attempts = desk.today(account), 0
    desk.count_from(call, account, status)  # type: ignore[arg-type]
    desk.settle(account)
    if call.is_promised:
        desk.say(sentences.promise_kept(call, desk.unit.today))
    return True


def _nothing_planned(desk: Desk, account: Account) -> None:
    status = desk.status(account)
    if status is not None and status.plans_calls:
        cancelled = desk.cancel(account, _("nothing is planned for this account"))
        desk.say(_("The cycle of this account rests: nothing is planned."))
    else:
        name = status.name if status is not None else _("no interaction status")
        cancelled = desk.cancel(account, _("changed to %(status)s") % {"status": name})
        desk.say(_("No calls are planned any more.") if cancelled else "")


@reacts_to(lifecycle_changed)
def follow_lifecycle(unit: Unit, events: list[lifecycle_changed]) -> None:
    """The same call goes on under a status that serves the new lifecycle, from the unchanged anchor; promises are kept."""
    accounts = _distinct(e.account for e in events)
    desk = Desk(unit, accounts)
    for account in accounts:
        old = desk.status(account)
        if old is not None and not old.serves(account.lifecycle):
            follower = desk.statuses.get(old.becomes_id) if old.becomes_id else None
            serves = follower is not None and follower.serves(account.lifecycle)
            account.interaction_status = follower if serves else default_status(unit, account.lifecycle)
        new = desk.rhythm(account)
        call = desk.calls.get(account.pk)
        if new is None:
            _nothing_planned(desk, account)
        elif call is not None and (call.is_promised or (call.cycle_days == new.interval and _same_counting(old, new))):
            desk.count_from(call, account, new)
            if call.is_promised:
                desk.say(sentences.promise_kept(call, unit.today))
        else:
            desk.say_planned(desk.turn(account, new, account.cycle_anchor or desk.today(account)), new)


def _same_counting(old: object, new: planning.Rhythm) -> bool:
    return getattr(old, "interval_kind", None) == new.interval_kind


@reacts_to(account_rests)
def rest(unit: Unit, events: list[account_rests]) -> None:
    """Archived, in the trash, paused, not to be contacted: the open call is cancelled with the reason."""
    why = {e.account.pk: e.why for e in events}
    desk = Desk(unit, _distinct(e.account for e in events))
    for account in desk.accounts.values():
        if desk.rhythm(account) is not None:
            continue  # it woke again in the same unit
        reason = str(why[account.pk])
        if account.cycle_paused and account.cycle_paused_until is not None:
            day = sentences.say_day(account.cycle_paused_until, unit.today)
            reason = _("%(reason)s until %(day)s") % {"reason": reason, "day": day}
        if desk.cancel(account, reason) is not None:
            desk.say(_("The open call is cancelled: %(reason)s.") % {"reason": reason})


@reacts_to(account_wakes)
def wake(unit: Unit, events: list[account_wakes]) -> None:
    """Restored, resumed, may be contacted again: one call, at the later of its old date and the next working day."""
    desk = Desk(unit, _distinct(e.account for e in events))
    for account, call in take_up(desk, desk.accounts.values()):
        if (status := desk.rhythm(account)) is not None:
            desk.say_planned(call, status)
            if unit.before(account, "archived") and not account.archived:
                desk.say(_("Restart the cycle if it is to count from today."))


@reacts_to(activity_cancelled)
def skip_round(unit: Unit, events: list[activity_cancelled]) -> None:
    """Cancelling the open call by hand skips this round: the next one is planned from today. Never none."""
    desk = Desk(unit, accounts_of(unit, [e.activity for e in events]))
    by_cycle = {e.activity.account_id for e in events if e.activity.origin == Origin.CYCLE}
    for account in desk.accounts.values():
        status = desk.rhythm(account)
        if account.pk in by_cycle and status is not None:
            desk.say_planned(desk.turn(account, status, desk.today(account)), status)
        else:
            desk.settle(account)


@reacts_to(plan_changed)
def follow_plans(unit: Unit, events: list[plan_changed]) -> None:
    """What was planned or moved by hand changes the next contact; a move to a day off is obeyed, with a warning."""
    desk = Desk(unit, accounts_of(unit, [e.activity for e in events]), more=_people(events))
    for account in desk.accounts.values():
        desk.settle(account)
    for event in events:
        activity = event.activity
        if activity.is_open and activity.is_pinned and activity.planned_on is not None:
            worker = desk.workers.get(activity.responsible_id) or desk.workers[None]
            reason = worker.calendar.why_not(activity.planned_on)
            if reason is not None:
                desk.say(_day_off(activity.planned_on, reason.kind, unit.today))


def _people(events: list[plan_changed]) -> list[int]:
    return [e.activity.responsible_id for e in events if e.activity.responsible_id is not None]


def _day_off(day: dt.date, kind: str, today: dt.date) -> str:
    said = {
        "weekend": _("%(day)s is a weekend."), "holiday": _("%(day)s is a holiday."), "absence": _("%(day)s falls into an absence."),
    }  # fmt: skip
    return said[kind] % {"day": sentences.say_day(day, today)}


def accounts_of(unit: Unit, activities: Iterable[Activity]) -> list[Account]:
    """The accounts of activities, locked in key order."""
    ids = {a.account_id for a in activities if a.account_id is not None}
    rows = Account.objects.as_system(WHY).filter(pk__in=ids).order_by("pk")
    return unit.load(rows.select_for_update(of=("self",), no_key=True)) if ids else []


@reacts_to(account_reassigned, responsibles_changed)
def move_open_calls(unit: Unit, events: list[account_reassigned]) -> None:
    """Open calls go to whoever calls now. Past ones move to the next working days by capacity, done ones stay."""
    hand_over(unit, Desk(unit, _distinct(e.account for e in events)))


@reacts_to(user_deactivated, user_reactivated)
def move_calls_of_leavers(unit: Unit, events: list[user_deactivated]) -> None:
    """Calls of somebody who left show in the team's pool; when she comes back they are hers again."""
    ids = {e.user.pk for e in events}
    unit.memory.pop("working calendars", None)
    unit.flush()
    open_calls = Activity.objects.as_system(WHY).filter(origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None)
    theirs = Account.objects.as_system(WHY).filter(owner_id__in=ids) | Account.objects.as_system(WHY).filter(
        pk__in=open_calls.filter(responsible_id__in=ids).values("account_id")
    )
    accounts = unit.load(theirs.order_by("pk").select_for_update(of=("self",), no_key=True))
    hand_over(unit, Desk(unit, accounts))


def hand_over(unit: Unit, desk: Desk) -> None:
    """Each open call goes to whoever is to make it; past calls that change hands are spread by capacity."""
    past: dict[int | None, list[tuple[Account, Activity]]] = defaultdict(list)
    for account in desk.accounts.values():
        call, to = desk.calls.get(account.pk), desk.who(account)
        if call is None or call.planned_on is None or call.responsible_id == to:
            continue
        call.responsible_id = to
        if call.planned_on < desk.today(account):
            past[to].append((account, call))
        elif not call.is_pinned:
            where = planning.roll(call.planned_on, to, desk.workers)
            call.responsible_id, call.planned_on = where.user_id, where.day
        desk.settle(account)
    if not past:
        return
    load = _load(unit, past)
    for to, moved in past.items():
        worker = desk.workers.get(to) or desk.workers[None]
        moved.sort(key=lambda pair: (not pair[1].is_promised, pair[1].planned_on, pair[0].pk))
        days = planning.fill(len(moved), worker.today(unit.now), worker.calls_per_day, load[to], worker.calendar)
        for (account, call), day in zip(moved, days, strict=True):
            call.planned_on = day
            desk.settle(account)


def _load(unit: Unit, people: Iterable[int | None]) -> dict[int | None, dict[dt.date, int]]:
    """How many open activities each person has on each day ahead."""
    from django.db.models import Count

    found: dict[int | None, dict[dt.date, int]] = defaultdict(dict)
    rows = Activity.objects.as_system(WHY).filter(
        responsible_id__in=[p for p in people if p is not None],
        state=State.PLANNED,
        trashed_at=None,
        planned_on__gte=unit.today,
    )
    for row in rows.order_by().values("responsible_id", "planned_on").annotate(n=Count("pk")):
        found[row["responsible_id"]][row["planned_on"]] = row["n"]
    return found


def _distinct(accounts: Iterable[Account]) -> list[Account]:
    return list({a.pk: a for a in accounts}.values())
