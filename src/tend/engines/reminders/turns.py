"""What falls due by the clock: reminders before something begins, and digests in the morning of each person's zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop as N_

from tend.domains.activities import agenda
from tend.domains.activities.models import Activity, State
from tend.engines.reminders import outbox
from tend.engines.reminders.models import Mail
from tend.engines.reminders.ports import carrier
from tend.kernel.notices import notify
from tend.people.access import actor_for
from tend.people.calendars import calendars_for
from tend.people.mail_wishes import NOW, REMINDER, Reader, readers

WHY = "whoever has planned something is reminded of it"
MORNING = dt.timedelta(hours=6)  # a digest that could not be sent so long is none any more
BEGINS = N_("%(what)s begins at %(time)s.")


def remind(now: dt.datetime) -> int:
    """Leave a reminder in the page, and in the outbox, for what begins soon; how many. Each beginning has one slot."""
    people = {pk: r for pk, r in readers().items() if r.wishes.minutes_before}
    if not people:
        return 0
    farthest = dt.timedelta(minutes=max(r.wishes.minutes_before for r in people.values()))
    days = (now - dt.timedelta(days=1)).date(), (now + farthest + dt.timedelta(days=1)).date()
    rows = Activity.objects.as_system(WHY).filter(
        state=State.PLANNED,
        planned_on__range=days,
        planned_time__isnull=False,
        trashed_at=None,
        responsible_id__in=people,
    )
    count = 0
    for activity in rows.order_by("planned_on", "planned_time", "pk"):
        reader = people[activity.responsible_id]
        starts = beginning(activity, reader)
        if starts - dt.timedelta(minutes=reader.wishes.minutes_before) <= now < starts:
            count += _remind_of(reader, activity, starts, now)
    return count


def _remind_of(reader: Reader, activity: Activity, starts: dt.datetime, now: dt.datetime) -> int:
    slot = f"reminder:{activity.pk}:{starts.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}"
    by_mail = carrier().is_there() and reader.wishes.mode(REMINDER) == NOW
    state = Mail.State.WAITING if by_mail else Mail.State.SILENT
    actor = actor_for(reader.user)
    with transaction.atomic():  # the slot and the notice, or neither
        row = outbox.letter(
            reader.user.pk, Mail.Kind.REMINDER, slot, now, activity_id=activity.pk, starts_at=starts, state=state
        )
        seen = Activity.objects.seen_by(actor, each=True).filter(pk=activity.pk)
        shown = agenda.entries(actor, seen)
        if not shown or shown[0].starts is None or not outbox.add([row]):
            return 0
        with translation.override(reader.user.language):
            values = {"what": shown[0].words, "time": f"{starts.astimezone(ZoneInfo(reader.user.zone)):%H:%M}"}
        notify([reader.user.pk], REMINDER, BEGINS, values, record=activity)
    return 1


def beginning(activity: Activity, reader: Reader) -> dt.datetime:
    """When a planned activity with a time begins, for whoever does it."""
    assert activity.planned_on is not None
    assert activity.planned_time is not None
    return dt.datetime.combine(activity.planned_on, activity.planned_time, ZoneInfo(reader.user.zone))


def wake(now: dt.datetime) -> int:
    """Put the digests whose hour has come into the outbox; how many. One a day and person, on working days only."""
    if not carrier().is_there():
        return 0
    due: dict[int, dt.date] = {}
    for pk, reader in readers().items():
        hour = reader.wishes.hour
        here = now.astimezone(ZoneInfo(reader.user.zone))
        if hour is not None and hour <= here.hour < hour + MORNING.total_seconds() // 3600:
            due[pk] = here.date()
    slots = {digest_slot(day) for day in due.values()}
    told = set(outbox.all_mail().filter(slot__in=slots).values_list("user_id", "slot")) if due else set()
    left = {pk: day for pk, day in due.items() if (pk, digest_slot(day)) not in told}
    calendars = calendars_for(None, left) if left else {}
    rows = [
        outbox.letter(pk, Mail.Kind.DIGEST, digest_slot(day), now)
        for pk, day in left.items()
        if calendars[pk].is_working(day)
    ]
    return len(outbox.add(rows))


def digest_slot(day: dt.date) -> str:
    return f"digest:{day.isoformat()}"


def day_of_digest(mail: Mail) -> dt.date:
    return dt.date.fromisoformat(mail.slot.partition(":")[2])
