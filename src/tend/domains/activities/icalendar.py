"""Activities as an iCalendar: the file of a filtered list, and the calendar that other programs subscribe to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _

from tend.base.icalendar import Event, calendar
from tend.domains.activities import agenda
from tend.domains.activities.models import Activity, Kind, State
from tend.kernel.actor import Actor
from tend.kernel.clock import day_in
from tend.kernel.listing import Listing
from tend.kernel.organisation import organisation

BEFORE, AFTER = dt.timedelta(days=92), dt.timedelta(days=366)  # what a subscription holds, around today
CANCELLED_FOR = dt.timedelta(days=30)  # how long a subscriber is told that something is called off
MOST = 2000  # events of each kind in a subscription; programs give up on much larger ones
REFRESH = dt.timedelta(hours=1)
CHUNK = 1000


def feed(actor: Actor, now: dt.datetime, *, team: bool = False) -> bytes:
    """The calendar of a person, or of her team, as she may see it now: the last quarter, and a year ahead."""
    today = day_in(now, actor.zone)
    first, last = today - BEFORE, today + AFTER
    people = actor.team_users if team else [actor.user_id or 0]
    rows = agenda.between(actor, first, last, people)
    planned = rows.filter(state=State.PLANNED).order_by("planned_on", "pk")[:MOST]
    done = rows.filter(state=State.DONE).order_by("-done_at", "-pk")[:MOST]
    gone = agenda.called_off(actor, first, last, people, since=now - CANCELLED_FOR).order_by("-updated_at", "-pk")
    found = sorted([*planned, *done, *gone[:MOST]], key=lambda a: a.pk)
    name = organisation().name or "Tend"
    title = _("%(company)s, the team") % {"company": name} if team else name
    return b"".join(calendar(_events(actor, found), name=title, refresh=REFRESH))


def as_file(listing: Listing, told: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """What a list shows, as a calendar in pieces. What has no day (a note without one) is left out."""
    company = organisation().name or "Tend"
    return calendar(_walked(listing, told), name=company)


def _walked(listing: Listing, told: Callable[[int], None] | None) -> Iterator[Event]:
    scope, last, done = listing.scope.order_by("pk"), 0, 0
    while True:
        ids = list(scope.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK])
        rows = Activity.objects.seen_by(listing.actor, listing.action, each=True).filter(pk__in=ids).order_by("pk")
        yield from _events(listing.actor, rows)
        done += len(ids)
        if told:
            told(done)
        if len(ids) < CHUNK:
            return
        last = ids[-1]


def _events(actor: Actor, rows: Iterable[Activity]) -> Iterator[Event]:
    walk = iter(rows)
    while some := list(islice(walk, CHUNK)):
        for entry in agenda.entries(actor, some):
            yield _event(entry)


def _event(entry: agenda.Entry) -> Event:
    activity = entry.activity
    start: dt.date = entry.day
    end = entry.day + dt.timedelta(days=1) if entry.day < dt.date.max else entry.day
    if entry.starts is not None and entry.ends is not None:
        start, end = entry.starts, entry.ends
    return Event(
        uid=_uid(activity.pk), summary=entry.words, start=start, end=end, description=activity.text,
        url=f"{settings.PUBLIC_URL.rstrip('/')}/activities/{activity.pk}" if settings.PUBLIC_URL else "",
        category=str(Kind(entry.kind).label), changed=activity.updated_at, created=activity.created_at,
        revision=activity.version, is_cancelled=activity.state == State.CANCELLED,
        is_busy=entry.starts is not None and activity.state == State.PLANNED,
    )  # fmt: skip


def _uid(pk: int) -> str:
    """The same for ever, also after a move to another address or machine, and another one for each company."""
    company = organisation()
    seed = f"{company.pk}:{company.created_at.isoformat() if company.pk else ''}:activity:{pk}"
    return str(uuid.uuid5(uuid.NAMESPACE_OID, seed))
