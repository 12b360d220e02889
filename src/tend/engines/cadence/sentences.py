"""What the cycle says: what was planned, and why a call stands where it stands, from stored fields alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tend.base.dates.worded import worded_day
from tend.base.workdays import WorkingCalendar

if TYPE_CHECKING:
    from tend.domains.accounts.models import Account, InteractionStatus
    from tend.domains.activities.models import Activity
    from tend.people.calendars import Worker


def say_day(day: dt.date, today: dt.date, *, weekday: bool = True) -> str:
    """The day in the reader's language: "Mon 14 Dec", in the past "3 Nov"."""
    return worded_day(day, today, get_language() or "en", weekday=weekday)


def rhythm(status: InteractionStatus) -> str:
    """How often: "B – regular, every 30 days"."""
    if status.interval_kind == "working":
        said = ngettext("%(name)s, every working day", "%(name)s, every %(count)d working days", status.interval)
    else:
        said = ngettext("%(name)s, every day", "%(name)s, every %(count)d days", status.interval)
    return said % {"name": status.name, "count": status.interval}


def planned(call: Activity, status: InteractionStatus, today: dt.date) -> str:
    """What was planned: "Call planned for Mon 14 Dec (B – regular, every 30 days)."."""
    return _("Call planned for %(day)s (%(rhythm)s).") % {"day": say_day(_on(call), today), "rhythm": rhythm(status)}


def promise_kept(call: Activity, today: dt.date) -> str:
    return _("Promise of %(day)s kept.") % {"day": say_day(_on(call), today)}


def next_try(call: Activity, outcome: str, today: dt.date) -> str:
    return _("%(outcome)s. Next try %(day)s.") % {"outcome": outcome, "day": say_day(_on(call), today)}


def gone(days: int, interval: int) -> str:
    """How far the cycle is: "48 days of 30"."""
    return ngettext("%(days)d day of %(interval)d", "%(days)d days of %(interval)d", days) % {
        "days": days,
        "interval": interval,
    }


def why(
    call: Activity,
    account: Account,
    today: dt.date,
    calendar: WorkingCalendar,
    attempts: Sequence[Activity] = (),
    stands_in: str = "",
) -> str:
    """Why this call: status, interval, what it counts from, what moved it, and in whose place (`stands_in`)."""
    status = call.interaction_status
    if call.is_promised:
        reason = f": “{call.moved_because}”" if call.moved_because else ""
        return _("Promised for %(day)s") % {"day": say_day(_on(call), today)} + reason
    if status is None or call.cycle_from is None or call.cycle_days is None:
        return call.subject or _("Planned by hand")
    if account.last_contact_at is None and call.cycle_from >= today - dt.timedelta(days=call.cycle_days):
        said = ngettext(
            "%(status)s, first call within %(count)d day of %(day)s",
            "%(status)s, first call within %(count)d days of %(day)s",
            call.cycle_days,
        )
    else:
        said = ngettext(
            "%(status)s, %(count)d day after %(day)s", "%(status)s, %(count)d days after %(day)s", call.cycle_days
        )
    parts = [
        said % {"status": status.name, "count": call.cycle_days, "day": say_day(call.cycle_from, today, weekday=False)}
    ]
    if attempts:
        parts.append(tried(attempts, status, account.cycle_attempts, today))
    elif call.is_pinned:
        parts.append(
            _("moved by hand: %(reason)s") % {"reason": call.moved_because}
            if call.moved_because
            else _("moved by hand")
        )
    elif call.moved_because:
        parts.append(call.moved_because)
    elif (counted := _passed(call, status, today)) is not None:
        parts.append(_("the day counted, %(day)s, has passed") % {"day": say_day(counted, today, weekday=False)})
    elif call.due_raw is not None and call.planned_on is not None and call.due_raw != call.planned_on:
        parts.extend(_moved(call.due_raw, call.planned_on, today, calendar))
    if stands_in:
        parts.append(stands_in)
    return "; ".join(parts)


def _passed(call: Activity, status: InteractionStatus, today: dt.date) -> dt.date | None:
    """The day counted, when it is past and the call was given a later one: after an import, or a shorter interval."""
    if call.cycle_from is None or call.cycle_days is None or call.due_raw is None or status.interval_kind == "working":
        return None
    counted = call.cycle_from + dt.timedelta(days=call.cycle_days)
    return counted if counted < min(call.due_raw, today) else None


def instead(call: Activity, owner: Worker | None, name: str, today: dt.date) -> str:
    """Why somebody else than the owner makes this call: she is away for long, has left, or there is nobody."""
    if call.origin != "cycle" or call.state != "planned":
        return ""
    if owner is None:
        return _("nobody looks after it yet, so it is the team’s") if call.responsible_id is None else ""
    if call.responsible_id == owner.user_id:
        return ""
    if not owner.is_active:
        return _("in place of %(name)s, who has left") % {"name": name}
    day = call.due_raw or _on(call)
    until = next((last for first, last, _who in owner.away if first <= day <= last), None)
    if until is None:
        return ""
    said = {"name": name, "day": say_day(until, today)}
    if call.responsible_id is None:
        return _("%(name)s is away until %(day)s and nobody stands in, so it is the team’s") % said
    return _("in place of %(name)s, away until %(day)s") % said


def tried(attempts: Sequence[Activity], status: InteractionStatus, counted: int, today: dt.date) -> str:
    """The vain attempts of this round: "no answer on 16 Nov and 20 Nov, attempt 3 of 4"."""
    recent = [a for a in attempts if a.done_at is not None][-max(counted, 1) :]
    days = [say_day(a.done_at.date(), today, weekday=False) for a in recent if a.done_at is not None]
    last = recent[-1].outcome.name.lower() if recent and recent[-1].outcome is not None else _("tried")
    listed = (
        days[0]
        if len(days) == 1
        else _("%(days)s and %(last)s") % {"days": ", ".join(days[:-1]), "last": days[-1]}
        if days
        else ""
    )
    return _("%(outcome)s on %(days)s, attempt %(next)d of %(most)d") % {
        "outcome": last, "days": listed, "next": counted + 1, "most": status.max_attempts,
    }  # fmt: skip


def _moved(raw: dt.date, day: dt.date, today: dt.date, calendar: WorkingCalendar) -> list[str]:
    parts = [_("moved from %(day)s") % {"day": say_day(raw, today)}]
    for reason in calendar.roll(raw).reasons:
        if reason.first >= day:
            break
        if reason.kind == "holiday":
            parts.append(_("%(day)s is a holiday") % {"day": say_day(reason.first, today)})
        elif reason.kind == "absence":
            parts.append(_("absent until %(day)s") % {"day": say_day(reason.last, today)})
    return parts


def _on(call: Activity) -> dt.date:
    assert call.planned_on is not None  # a planned activity has a date, the database sees to it
    return call.planned_on
