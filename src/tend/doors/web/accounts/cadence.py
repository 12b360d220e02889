"""The cadence line of accounts, and what a change of their interaction status would do to the planned call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account, InteractionStatus, Responsible
from tend.domains.activities.queries import planned_of, promises_among
from tend.doors.web.records import cells
from tend.doors.web.records.columns import Drawn
from tend.doors.web.records.widgets import Choice, note_of
from tend.doors.web.templatetags.tend import day as day_words
from tend.engines.cadence import planning
from tend.engines.cadence.sight import statuses
from tend.kernel.actor import Actor
from tend.people.calendars import workers_for

WEEK, WORKING_WEEK = 7, 5
JUST_OVER = 1.04  # a late end mark stands beyond the tick


@dataclass(frozen=True)
class Line:
    """What the drawing needs: the fraction of the interval that is gone, the state, and the words."""

    gone: float | None
    state: str
    label: str

    def drawn(self) -> SafeString:
        return cells.cadence(self.gone, self.state, self.label, get_language() or "en")


NO_CYCLE = Line(None, "", "")


def line(
    status: InteractionStatus | None,
    anchor: dt.date | None,
    next_on: dt.date | None,
    today: dt.date,
    *,
    promised: bool = False,
) -> Line:
    """The line of one account, from four stored fields."""
    if status is None or not status.plans_calls or not status.interval:
        return NO_CYCLE
    interval = status.interval * WEEK / WORKING_WEEK if status.interval_kind == "working" else status.interval
    began = anchor or (next_on - dt.timedelta(days=round(interval)) if next_on else today)
    days = max((today - began).days, 0)
    late, due = next_on is not None and next_on < today, next_on == today
    state = "promised" if promised else "late" if late else "due" if due else "kept"
    gone = days / interval
    gone = max(gone, JUST_OVER) if late and not promised else min(gone, 1.0) if not promised else gone
    label = ngettext("%(days)d day of %(interval)d", "%(days)d days of %(interval)d", days) % {
        "days": days,
        "interval": round(interval),
    }
    return Line(round(gone, 2), state, label)


def lines(actor: Actor, accounts: Sequence[Any]) -> dict[int, Line]:
    """The lines of accounts that the actor has before him, in one query."""
    known = statuses(actor)
    promised, today = promises_among(actor, [a.pk for a in accounts]), timezone.localdate()
    return {
        a.pk: line(
            known.get(a.interaction_status_id), a.cycle_anchor, a.next_contact_on, today, promised=a.pk in promised
        )
        for a in accounts
    }


def _draw(actor: Actor, records: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> dict[int, SafeString]:
    return {pk: found.drawn() for pk, found in lines(actor, records).items()}


COLUMN = Drawn(
    gettext_lazy("Cadence"), ("interaction_status", "next_contact_on", "last_contact_at"), _draw, "wide-8",
    columns=("interaction_status_id", "cycle_anchor", "next_contact_on"),
)  # fmt: skip


def status_options(actor: Actor, account: Account, field: Any) -> list[Choice]:
    """The interaction statuses that serve this account, each with the day to which it would move the call."""
    today = timezone.localdate()
    caller = Responsible.objects.of([account]).filter(is_caller=True).values_list("user_id", flat=True).first()
    who = caller or account.owner_id
    workers = workers_for(None, {who})
    now = next((a for a in planned_of(actor, account) if a.origin == "cycle"), None)
    found = []
    for status in InteractionStatus.objects.seen_by(actor).order_by("position", "pk"):
        current = status.pk == account.interaction_status_id
        if not current and not (status.is_active and status.serves(account.lifecycle)):
            continue
        words = (
            ""
            if current
            else _consequence(
                status, account, now, planning.next_due(today, status, who, workers).day if status.plans_calls else None
            )
        )
        found.append(
            Choice(str(status.pk), status.name, status.mark or status.name[:1], status.hue, note_of(status), words)
        )
    return found


def _consequence(status: InteractionStatus, account: Account, call: Any, day: dt.date | None) -> str:
    if account.do_not_contact or account.archived or account.cycle_paused:
        return _("Nothing is planned while the cycle rests")
    if call is not None and call.is_promised:
        return _("Promise of %(day)s kept") % {"day": day_words(call.planned_on)}
    if day is None:
        return _("The call of %(day)s is cancelled") % {"day": day_words(call.planned_on)} if call is not None else ""
    if call is None:
        return _("First call %(day)s") % {"day": day_words(day)}
    if call.planned_on == day:
        return _("Call stays on %(day)s") % {"day": day_words(day)}
    return _("Call moves from %(old)s to %(new)s") % {"old": day_words(call.planned_on), "new": day_words(day)}
