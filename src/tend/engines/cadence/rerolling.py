"""Planned calls when days change: a holiday, a working day, an absence, a weekend or a country that comes or goes later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.domains.accounts.models import Account, Responsible
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence import planning, sentences
from tend.engines.cadence.desk import WHY, Desk
from tend.engines.cadence.planning import Place
from tend.kernel import clock
from tend.kernel.actor import Actor, system
from tend.kernel.company_events import organisation_edited
from tend.kernel.events import reacts_to
from tend.kernel.jobs import Run, enqueue, job
from tend.kernel.organisation import Organisation, organisation, organisation_changed
from tend.kernel.undo import writing_undone
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner
from tend.people.calendar_models import Absence, CalendarDay
from tend.people.calendars import COMPANY, forget
from tend.people.events import calendar_changed
from tend.people.models import User

AT_ONCE = 1000  # calls that move in the transaction of the change itself; more go as a job, a chunk at a time
MOVED = "calls planned anew"
REASON = "planned calls follow the calendar"


@dataclass(frozen=True)
class Moves:
    """What a change of the calendar would do: how many calls, and the first and last day they go to."""

    count: int
    later: bool = False  # too many to work out at once: they move in the background
    first: dt.date | None = None
    last: dt.date | None = None


def foresee(
    actor: Actor,
    verb: Any,
    values: dict[str, Any] | None = None,
    *,
    record: Any = None,
    now: dt.datetime | None = None,
) -> Moves:
    """The change itself as a rehearsal: it runs, is counted, and nothing is kept. Raises what the verb refuses.

    Without a record something is entered, without values the record is taken back, with both it is edited.
    """
    with Unit(actor, verb=verb.name, now=now, dry=True) as unit:
        clean = None if values is None else Cleaner(verb.entity, actor, creating=record is None).clean(values)
        options = {} if clean is None else {"values": clean}
        verb(unit, *([] if record is None else [unit.open_one(verb.entity, record, verb.needs)]), **options)
        unit.finish()
        moved: list[dt.date] = unit.memory.get(MOVED, [])
        later: int = unit.memory.get("calls planned anew later", 0)
    return Moves(len(moved) + later, bool(later), min(moved, default=None), max(moved, default=None))


@reacts_to(calendar_changed)
def follow_calendar(unit: Unit, events: list[calendar_changed]) -> None:
    """Calls on days that are not worked any more go on; calls that had rolled over days now worked come back."""
    forget(unit)
    unit.flush(only={Activity, Account, Responsible})
    for user in dict.fromkeys(e.user_id for e in events):
        first = min(e.first for e in events if e.user_id == user)  # an edit has old days and new ones
        last = max(e.last for e in events if e.user_id == user)
        rows = concerned(first, last, user, _today(unit.now))
        ids = list(rows.order_by("account_id").values_list("account_id", flat=True)[: AT_ONCE + 1])
        if len(ids) <= AT_ONCE:
            moved = _roll_again(unit, ids, first, last, user)
            unit.memory.setdefault(MOVED, []).extend(moved)
            continue
        unit.memory["calls planned anew later"] = unit.memory.get("calls planned anew later", 0) + rows.count()
        told = {"first": first.isoformat(), "last": last.isoformat(), "user": user}
        enqueue("plan-calls-anew", told, system(REASON, zone=organisation().zone))
    _say(unit)


@reacts_to(organisation_edited, order=60)
def follow_company(unit: Unit, events: list[organisation_edited]) -> None:
    """Another weekend or another country changes everybody's calendar from today on."""
    for company in [e.company for e in events if _has_other_days(unit, e.company)]:
        unit.memory[COMPANY] = company
        follow_calendar(unit, [calendar_changed(_today(unit.now), dt.date.max)])


def _has_other_days(unit: Unit, company: Organisation) -> bool:
    return any(getattr(company, name) != unit.before(company, name) for name in ("weekend", "country_code"))


@reacts_to(writing_undone, order=60)
def follow_undone_calendar(unit: Unit, events: list[writing_undone]) -> None:
    """Undoing an absence, a day, a weekend or a country changes the calendar like entering it."""
    records = [r for e in events for r in e.records]
    follow_company(unit, [organisation_edited(r) for r in records if isinstance(r, Organisation)])
    moved = [r for r in records if isinstance(r, User) and r.country_code != unit.before(r, "country_code")]
    follow_calendar(unit, [calendar_changed(_today(unit.now), dt.date.max, user.pk) for user in moved])
    found = [calendar_changed(r.first, r.last, r.user_id) for e in events for r in e.records if isinstance(r, Absence)]
    found += [calendar_changed(r.day, r.day) for e in events for r in e.records if isinstance(r, CalendarDay)]
    if found:
        follow_calendar(unit, found)


@job("plan-calls-anew")
def roll_all_again(run: Run, *, first: str, last: str, user: int | None, after: int = 0) -> dict[str, int]:
    """Many calls in chunks, each in its own transaction; a resumed try goes on after the last account."""
    organisation_changed()  # the change may be younger than what this process keeps
    begin, end, moved = dt.date.fromisoformat(first), dt.date.fromisoformat(last), 0
    while True:
        rows = concerned(begin, end, user, _today(clock.now())).filter(account_id__gt=after)
        ids = list(rows.order_by("account_id").values_list("account_id", flat=True)[:AT_ONCE])
        if not ids:
            return {"moved": moved}
        with run.chunk():
            with Unit(system(REASON, zone=organisation().zone), verb="plan-calls-anew") as unit:
                moved += len(_roll_again(unit, ids, begin, end, user))
            after = ids[-1]
            run.keep(after=after)


def concerned(first: dt.date, last: dt.date, user: int | None, today: dt.date) -> Any:
    """Open calls of the cycle, not moved by hand, that stand on these days or have rolled over them."""
    rows = Activity.objects.as_system(WHY).filter(
        origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None, is_pinned=False, planned_on__gte=max(first, today)
    )
    on, over = Q(planned_on__lte=last), Q(due_raw__lte=last, planned_on__gt=F("due_raw"))
    if user is None:
        return rows.filter(on | over)
    calls = Responsible.objects.as_system(WHY).filter(user_id=user, is_caller=True).values("record_id")
    handed = Q(due_raw__gte=first, due_raw__lte=last) & (Q(account__owner_id=user) | Q(account_id__in=calls))
    return rows.filter((Q(responsible_id=user) & (on | over)) | handed)


def _roll_again(unit: Unit, ids: list[int], first: dt.date, last: dt.date, user: int | None) -> list[dt.date]:
    """Move what has to move among the calls of these accounts; the days they went to."""
    if not ids:
        return []
    rows = Account.objects.as_system(WHY).filter(pk__in=ids).order_by("pk")
    desk = Desk(unit, unit.load(rows.select_for_update(of=("self",), no_key=True)))
    moved = []
    for account in desk.accounts.values():
        call = desk.calls.get(account.pk)
        if call is None or call.is_pinned or call.planned_on is None:
            continue
        where = _where(desk, account, call, first, last, user)
        if where is None or (where.day, where.user_id) == (call.planned_on, call.responsible_id):
            continue
        call.planned_on, call.responsible_id = where.day, where.user_id
        moved.append(where.day)
        desk.settle(account)
    return moved


def _where(
    desk: Desk, account: Account, call: Activity, first: dt.date, last: dt.date, user: int | None
) -> Place | None:
    """Where a call belongs by the calendars as they are now; None when nothing about it has changed."""
    assert call.planned_on is not None
    day, raw = call.planned_on, call.due_raw or call.planned_on
    today, who = desk.today(account), desk.who(account)
    if call.responsible_id != who:
        handed = user is not None and user in (who, call.responsible_id) and first <= raw <= last
        if not handed:
            return planning.roll(day, call.responsible_id, desk.workers) if first <= day <= last else None
        where = planning.roll(max(raw, today), who, desk.workers)
        return (
            where if where.user_id in (who, call.responsible_id) else planning.roll(max(day, today), who, desk.workers)
        )
    earlier = planning.roll(raw, who, desk.workers)
    if earlier.user_id == who and earlier.day < day and max(first, today) <= earlier.day <= last:
        return earlier  # a day that it had rolled over is worked now
    return planning.roll(day, who, desk.workers)


def _say(unit: Unit) -> None:
    moved, later = unit.memory.get(MOVED, []), unit.memory.get("calls planned anew later", 0)
    if later:
        unit.say(_("Planned calls on these days are moved in the background."))
    elif moved:
        said = ngettext(
            "%(n)d planned call goes to %(first)s.", "%(n)d planned calls go to %(first)s – %(last)s.", len(moved)
        )
        days = {"first": sentences.say_day(min(moved), unit.today), "last": sentences.say_day(max(moved), unit.today)}
        unit.say(said % {"n": len(moved), **days})


def _today(now: dt.datetime) -> dt.date:
    return clock.day_in(now, organisation().zone)
