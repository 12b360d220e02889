"""What was said, written and changed: planned first, then the past by month, newest first; conversations hold together.

One timeline for accounts and for people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Activity, Direction, Kind, State
from tend.domains.activities.past import About, Place, beside, past_with
from tend.doors.web.activities.exporting import of_timeline
from tend.doors.web.mentions import draw_in, draw_in_lines, drawn
from tend.doors.web.records.history import Step, steps
from tend.doors.web.records.typed import locale
from tend.doors.web.templatetags.tend import clock, day, due, due_state, short_day
from tend.engines.following.mentioned import names_in
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.prepared import of_actor
from tend.kernel.reading import Reader

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
BELOW = "below"  # in an address: with the talks of subsidiaries
LONG = 420  # characters from which a text is cut
AT_ONCE = 3  # answers that stand open under what they follow
DEEPEST = 4  # answers to answers are drawn no deeper
FOLLOWING = {
    "accounts.account": ("last_contact_at", "next_contact_on", "unreachable", "team", "lifecycle_since", "followers"),
    "contacts.contact": ("followers",),
}  # they follow from talks and verbs that stand here already


@dataclass
class Moment:
    """One entry of the timeline, with the answers under it: those that are folded first, then those that stand open."""

    at: dt.datetime
    icon: str
    title: str
    pk: int = 0
    meta: str = ""
    text: str = ""
    url: str = ""
    undo_url: str = ""
    reply_url: str = ""
    follow_url: str = ""
    level: int = 0
    is_planned: bool = False
    lines: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    is_change: bool = False
    folded: Sequence[Moment] = field(default_factory=tuple)
    answers: Sequence[Moment] = field(default_factory=tuple)

    @property
    def whole(self) -> list[Moment]:
        """This one and the answers under it."""
        return [self, *self.folded, *self.answers]

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG

    @property
    def drawn_level(self) -> int:
        return min(self.level, DEEPEST)


@dataclass(frozen=True)
class Timeline:
    """Draws what is about one account or one person for one reader.

    `url` is the page on which it stands, `show` what of it ("", "talks", "changes" or a kind), `before` where to go on.
    `below` are the subsidiaries whose talks stand here as well; `has_below`: there are some, and a switch for them.
    """

    actor: Actor
    about: About
    url: str
    show: str = ""
    before: str = ""
    below: tuple[int, ...] = ()
    has_below: bool = False

    @property
    def kind(self) -> str:
        return self.show if self.show in Kind.values else ""

    def drawn(self, planned: Iterable[Activity]) -> dict[str, Any]:
        """All that the template asks for."""
        months, more = self.past()
        draw_in(Activity, [m for month in months for moment in month["moments"] for m in moment.whole if m.pk])
        return {
            "segments": self.segments(), "kinds": self.kinds(), "kind": Kind(self.kind).label if self.kind else "",
            "planned": [] if self.show == "changes" or self.before else self.planned(planned),
            "months": months, "more_url": self._address(self.show, more) if more else "",
            "timeline_url": self._address(self.show), "exports": of_timeline(self.actor, self.about, self.show, self.below), "switches": self.switches(),
        }  # fmt: skip

    def switches(self) -> list[dict[str, Any]]:
        """The one that brings the talks of subsidiaries in, where there are any."""
        if not self.has_below:
            return []
        other = replace(self, below=() if self.below else (0,))
        return [{"label": _("With subsidiaries"), "url": other._address(self.show), "current": bool(self.below)}]

    def segments(self) -> list[dict[str, Any]]:
        """The filled tabs over the timeline."""
        named = (("", _("Everything")), ("talks", _("Talks")), ("changes", _("Changes")))
        chosen = "talks" if self.kind else self.show
        return [{"label": label, "url": self._address(name), "current": name == chosen} for name, label in named]

    def kinds(self) -> list[dict[str, Any]]:
        """The kinds of activity, each to be looked at alone."""
        return [
            {"label": label, "icon": ICONS[code], "url": self._address(code), "current": code == self.kind}
            for code, label in Kind.choices
        ]

    def planned(self, activities: Iterable[Activity]) -> list[dict[str, Any]]:
        """What is planned, each with its state, what it follows, and the address where it can be moved or done."""
        found = [a for a in activities if not self.kind or a.kind == self.kind]
        follows = self._follows(found)
        named = names_in(Activity, {a.pk: a.text for a in found})
        return [
            {
                "icon": ICONS.get(a.kind, "circle"), "title": _("%(what)s, %(day)s") % {"what": a.subject or Kind(a.kind).label, "day": day(a.planned_on)}, "state": "promised" if a.is_promised else due_state(a.planned_on),
                "due": due(a.planned_on), "by": a.responsible.name if a.responsible else "", "text": drawn(a.text, named.get(a.pk)), "url": f"/activities/{a.pk}",
                "pk": a.pk, "is_cycle": a.origin == "cycle", "kind": a.kind, "follows": follows.get(a.pk), "place": a.place, "with": self._with(a),
            }
            for a in found
        ]  # fmt: skip

    def past(self) -> tuple[list[dict[str, Any]], str]:
        """Months with their moments, and where to go on; blank when nothing is left."""
        talks_before, changes_before = _read(self.before)
        talks: list[Activity] = []
        changes: list[Step] = []
        if self.show != "changes":
            talks = past_with(
                self.actor, self.about, kind=self.kind, before=talks_before, limit=SHOWN + 1, below=self.below
            )
        if self.show in ("", "changes"):
            changes = steps(
                entity_of(type(self.about)), self.actor, self.about.pk, limit=SHOWN + 1, before=changes_before, created=False
            )  # fmt: skip
        floors = [_at(talks[SHOWN - 1])] if len(talks) > SHOWN else []
        floors += [changes[SHOWN - 1].change.at] if len(changes) > SHOWN else []
        floor = max(floors, default=None)
        talks = [t for t in talks[:SHOWN] if floor is None or _at(t) >= floor]
        changes = [c for c in changes[:SHOWN] if floor is None or c.change.at >= floor]
        moments = [*self.conversations(talks), *(_change(s) for s in self._own(changes))]
        moments.sort(key=lambda m: m.at, reverse=True)
        months = [list(group) for _key, group in groupby(moments, key=_month_of)]
        shown = [{"label": _month(group[0]), "moments": group} for group in months]
        if floor is None:
            return shown, ""
        last = Place.of(talks[-1]) if talks else talks_before
        return shown, f"{last or ''}_{changes[-1].change.pk if changes else changes_before or ''}"

    def conversations(self, talks: Sequence[Activity]) -> list[Moment]:
        """Each talk with the conversation that it belongs to, at the time of its newest one."""
        whole = beside(self.actor, self.about, talks, kind=self.kind, below=self.below)
        editable = self._editable({a.account_id for found in whole.values() for a in found})
        return [
            conversation(whole[t.conversation], self.actor, editable, url=self.url, at=_at(t), named=self._with)
            for t in talks
        ]

    def _with(self, activity: Activity) -> str:
        """With which account it was, where that is not plain: on the page of a person, and among subsidiaries."""
        if isinstance(self.about, Account) and activity.account_id == self.about.pk:
            return ""
        return account_name(self.actor, activity)

    def _editable(self, accounts: Collection[int | None]) -> set[int | None]:
        return editable_accounts(self.actor, accounts)

    def _follows(self, found: Sequence[Activity]) -> dict[int, Any]:
        if not any(a.parent_id for a in found):
            return {}
        rows = Reader(ACTIVITY, self.actor, ["parent"]).read(found)
        return {r["id"]: r["parent"] for r in rows if r.get("parent")}

    def _own(self, changes: Sequence[Step]) -> list[Step]:
        """Changes that say something beside the talks: without what the cycle keeps by itself."""
        entity = entity_of(type(self.about))
        following = {str(entity.by_name[n].label) for n in FOLLOWING.get(entity.code, ())}
        found = []
        for step in changes:
            step.lines = [line for line in step.lines if line[0] not in following]
            if step.lines:
                found.append(step)
        draw_in_lines(entity, self.about.pk, found)
        return found

    def _address(self, show: str, before: str = "") -> str:
        given = {n: v for n, v in (("show", show), (BELOW, "1" if self.below else ""), ("before", before)) if v}
        return f"{self.url}?{urlencode(given)}" if given else self.url


def conversation(
    activities: Sequence[Activity], actor: Actor, editable: Collection[int | None], *, url: str, at: dt.datetime | None = None, named: Any = None,
) -> Moment:  # fmt: skip
    """One moment with the answers under it, in the order in which they were given. At least one activity is wanted."""
    children: dict[int | None, list[Activity]] = {}
    ids = {a.pk for a in activities}
    for activity in sorted(activities, key=_when):
        children.setdefault(activity.parent_id if activity.parent_id in ids else None, []).append(activity)
    flat: list[Moment] = []
    drawn: set[int] = set()

    def draw(activity: Activity, level: int) -> None:
        if activity.pk in drawn:
            return
        drawn.add(activity.pk)
        flat.append(_talk(activity, level, url, activity.account_id in editable, named(activity) if named else ""))
        for below in children.get(activity.pk, ()):
            draw(below, level + 1)

    for first in children.get(None, list(activities[:1])):
        draw(first, 1 if flat else 0)
    head, answers = flat[0], flat[1:]
    head.folded, head.answers = answers[:-AT_ONCE], answers[-AT_ONCE:]
    head.at = at or head.at
    return head


def account_name(actor: Actor, activity: Activity) -> str:
    """The account of an activity, as far as the reader may know its name."""
    if activity.account is None or entity_of(Account).right(actor, "name") == "hidden":
        return ""
    return activity.account.name


def editable_accounts(actor: Actor, accounts: Collection[int | None]) -> set[int | None]:
    """Those of these accounts on which the actor may log; None, what has no account, is his own to answer."""

    def ask(ids: list[int]) -> Any:
        return Account.objects.seen_by(actor, "edit", each=True).filter(pk__among=ids).order_by().values_list("pk")

    wanted = sorted(pk for pk in accounts if pk is not None)
    found = of_actor(actor, "accounts to log on", ask, list)(wanted) if wanted else []
    return {None, *(pk for (pk,) in found)}


def _read(before: str) -> tuple[Place | None, int | None]:
    talks, _bar, changes = before.partition("_")
    return Place.read(talks), int(changes) if changes.isdecimal() and len(changes) < 19 else None


def _when(activity: Activity) -> tuple[dt.datetime, int]:
    at = activity.done_at
    if at is None:
        at = dt.datetime.combine(activity.planned_on or dt.date.max, dt.time.max, dt.UTC)
    return at, activity.pk


def _at(activity: Activity) -> dt.datetime:
    assert activity.done_at is not None
    return activity.done_at


def _month_of(moment: Moment) -> tuple[int, int]:
    local = timezone.localtime(moment.at)
    return local.year, local.month


def _month(moment: Moment) -> str:
    local = timezone.localtime(moment.at)
    pattern = "LLLL" if local.year == timezone.localdate().year else "LLLL y"
    text = format_date(local.date(), pattern, locale=locale())
    return text[:1].upper() + text[1:]


def _talk(activity: Activity, level: int, url: str, may_answer: bool, account: str) -> Moment:
    planned = activity.state == State.PLANNED
    when = day(activity.planned_on) if planned else f"{short_day(_at(activity))}, {clock(_at(activity))}"
    minutes = _("%(n)d min") % {"n": activity.duration} if activity.duration else ""
    by = activity.responsible.name.split()[0] if activity.responsible else ""
    spent = ", ".join(filter(None, [when, minutes]))
    own = f"/activities/{activity.pk}"
    back = urlencode({"next": url})
    return Moment(
        at=_when(activity)[0], icon=ICONS.get(activity.kind, "circle"), title=title_of(activity), pk=activity.pk,
        meta=" · ".join(filter(None, [spent, by, account, activity.place])), text=activity.text, url=own, level=level, is_planned=planned,
        reply_url=f"/log?parent={activity.pk}&{back}" if may_answer and not planned else "",
        follow_url=f"{own}/follow-up?{back}" if may_answer else "",
    )  # fmt: skip


def title_of(activity: Activity) -> str:
    """What took place, in words: the outcome when there is one."""
    kind = str(Kind(activity.kind).label)
    if activity.state == State.CANCELLED:
        return _("%(what)s, cancelled") % {"what": activity.subject or kind}
    if activity.outcome is not None:
        named = activity.kind == Kind.CALL or kind.casefold() in activity.outcome.name.casefold()
        said = activity.outcome.name if named else f"{kind}: {activity.outcome.name}"
        return f"{said}: {activity.subject}" if activity.subject else said
    if activity.kind == Kind.EMAIL and activity.state == State.DONE:
        return activity.subject or (_("E-mail received") if activity.direction == Direction.IN else _("E-mail sent"))
    return activity.subject or kind


def _change(step: Step) -> Moment:
    only = step.lines[0] if len(step.lines) == 1 else None
    title = only[0] if only else step.verb
    when = f"{short_day(step.change.at)}, {clock(step.change.at)}"
    return Moment(
        step.change.at, "arrows-exchange", title, meta=f"{when} · {step.by.split()[0]}", undo_url=step.undo_url if step.may_undo else "",
        lines=step.lines, is_change=True,
    )  # fmt: skip
