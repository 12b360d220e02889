"""What was said, written and changed on an account: planned first, then the past by month, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import gettext as _

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Direction, Kind
from tend.domains.activities.queries import past_of
from tend.doors.web.records.history import Step, steps
from tend.doors.web.records.typed import locale
from tend.doors.web.templatetags.tend import clock, day, due, due_state, short_day
from tend.kernel.actor import Actor

ICONS = {
    "call": "phone",
    "meeting": "calendar",
    "email": "mail",
    "message": "message",
    "letter": "file-text",
    "note": "note",
    "task": "checklist",
}
SHOWN = 30
LONG = 420  # characters from which a text is cut
FOLLOWING = (
    "last_contact_at",
    "next_contact_on",
    "unreachable",
    "team",
    "lifecycle_since",
)  # they follow from talks and verbs that stand here already


@dataclass
class Moment:
    """One entry of the timeline."""

    at: dt.datetime
    icon: str
    title: str
    meta: str = ""
    text: str = ""
    url: str = ""
    undo_url: str = ""
    lines: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    is_change: bool = False

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG


def views(url: str, chosen: str) -> list[dict[str, Any]]:
    """The filled tabs over the timeline."""
    named = (("", _("Everything")), ("talks", _("Talks")), ("changes", _("Changes")))
    return [
        {"label": label, "url": f"{url}?show={name}" if name else url, "current": name == chosen}
        for name, label in named
    ]


def planned(activities: Iterable[Activity]) -> list[dict[str, Any]]:
    """What is planned, each with its state and the address where it can be moved or done."""
    return [
        {
            "icon": ICONS.get(a.kind, "circle"), "title": _("%(what)s, %(day)s") % {"what": a.subject or Kind(a.kind).label, "day": day(a.planned_on)}, "state": "promised" if a.is_promised else due_state(a.planned_on),
            "due": due(a.planned_on), "by": a.responsible.name if a.responsible else "", "text": a.text, "url": f"/activities/{a.pk}",
            "pk": a.pk, "is_cycle": a.origin == "cycle", "kind": a.kind,
        }
        for a in activities
    ]  # fmt: skip


def past(
    actor: Actor, account: Account, show: str, before: dt.datetime | None = None
) -> tuple[list[dict[str, Any]], dt.datetime | None]:
    """Months with their moments, and the instant from which to go on; None when nothing is left."""
    talks = past_of(actor, account, before=before, limit=SHOWN + 1) if show != "changes" else []
    changes = (
        steps(ACCOUNT, actor, account.pk, limit=SHOWN, created=False) if show != "talks" and before is None else []
    )
    more = talks[SHOWN - 1].done_at if len(talks) > SHOWN else None
    moments = [_talk(a) for a in talks[:SHOWN]]
    floor = more or None
    moments += [_change(s) for s in _own(changes) if floor is None or s.change.at >= floor]
    moments.sort(key=lambda m: m.at, reverse=True)
    months = [list(group) for _key, group in groupby(moments, key=_key_of)]
    return [{"label": _month(group[0]), "moments": group} for group in months], more


def _own(changes: Sequence[Step]) -> list[Step]:
    """Changes that say something beside the talks: without what the cycle keeps by itself."""
    following = {str(ACCOUNT.by_name[n].label) for n in FOLLOWING}
    found = []
    for step in changes:
        step.lines = [line for line in step.lines if line[0] not in following]
        if step.lines:
            found.append(step)
    return found


def _key_of(moment: Moment) -> tuple[int, int]:
    local = timezone.localtime(moment.at)
    return local.year, local.month


def _month(moment: Moment) -> str:
    local = timezone.localtime(moment.at)
    pattern = "LLLL" if local.year == timezone.localdate().year else "LLLL y"
    text = format_date(local.date(), pattern, locale=locale())
    return text[:1].upper() + text[1:]


def _talk(activity: Activity) -> Moment:
    assert activity.done_at is not None
    when = f"{short_day(activity.done_at)}, {clock(activity.done_at)}"
    minutes = _("%(n)d min") % {"n": activity.duration} if activity.duration else ""
    by = activity.responsible.name.split()[0] if activity.responsible else ""
    return Moment(
        activity.done_at, ICONS.get(activity.kind, "circle"), _title(activity), " · ".join(filter(None, [", ".join(filter(None, [when, minutes])), by])),
        activity.text, f"/activities/{activity.pk}",
    )  # fmt: skip


def _title(activity: Activity) -> str:
    """What took place, in words: the outcome when there is one."""
    if activity.outcome is not None:
        return (
            f"{Kind(activity.kind).label}: {activity.outcome.name}"
            if activity.kind != Kind.CALL
            else activity.outcome.name
        )
    if activity.kind == Kind.EMAIL:
        return activity.subject or (_("E-mail received") if activity.direction == Direction.IN else _("E-mail sent"))
    return activity.subject or str(Kind(activity.kind).label)


def _change(step: Step) -> Moment:
    only = step.lines[0] if len(step.lines) == 1 else None
    title = only[0] if only else step.verb
    when = f"{short_day(step.change.at)}, {clock(step.change.at)}"
    return Moment(
        step.change.at, "arrows-exchange", title, f"{when} · {step.by.split()[0]}", undo_url=step.undo_url if step.may_undo else "",
        lines=step.lines, is_change=True,
    )  # fmt: skip
