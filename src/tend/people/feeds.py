"""Private addresses of a person's calendar, for programs that subscribe: revocable, shown once, stored as a hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, register
from tend.kernel.errors import Refused
from tend.kernel.record import Record
from tend.kernel.taking import take
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.events import calendar_opened, calendar_revoked

WHY = "the address of a calendar is looked up before there is an actor"
SEEN_EVERY = dt.timedelta(hours=1)
LONGEST = 64  # characters of the secret part that are worth looking up


class CalendarFeed(Record):
    """One address. Whoever knows it reads this calendar, so it can be ended alone."""

    class Shows(models.TextChoices):
        MINE = "mine", gettext_lazy("my own calendar")
        TEAM = "team", gettext_lazy("my team’s calendar")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=gettext_lazy("Of")
    )
    name = models.CharField(gettext_lazy("Name"), max_length=80)
    shows = models.CharField(gettext_lazy("Shows"), max_length=4, choices=Shows.choices, default=Shows.MINE)
    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    revoked_at = models.DateTimeField(gettext_lazy("Revoked"), null=True, editable=False)
    last_used_at = models.DateTimeField(gettext_lazy("Last used"), null=True, editable=False)

    untold = Record.untold | {"address_hash", "last_used_at"}
    secret = ""  # the secret part of the address, on the instance that has just been made and nowhere else

    class Meta:
        ordering = ["-id"]
        verbose_name = gettext_lazy("Calendar address")
        verbose_name_plural = gettext_lazy("Calendar addresses")

    def __str__(self) -> str:
        return self.name


@verb("people.calendarfeed", needs="view", creates=True, label=gettext_lazy("New calendar address"))
def open_feed(unit: Unit, *, name: str, shows: str = CalendarFeed.Shows.MINE) -> CalendarFeed:
    """Make a private address of one's own calendar; its text is on the answer's `secret` and cannot be read again.

    Refused without a name, and for something that no calendar shows.
    """
    if unit.actor.user_id is None:
        raise Refused(_("A calendar belongs to a person."))
    if not name.strip():
        raise Refused(_("A name is required."), field="name", code="required")
    if shows not in CalendarFeed.Shows.values:
        raise Refused(_("“%(value)s” is no calendar.") % {"value": shows}, field="shows", code="choice")
    secret = secrets.token_urlsafe(32)
    feed: CalendarFeed = unit.create(
        CalendarFeed, user_id=unit.actor.user_id, name=name.strip()[:80], shows=shows, address_hash=_hash(secret)
    )
    feed.secret = secret
    unit.announce(calendar_opened(unit.actor.user_id, feed.name))
    return feed


@verb("people.calendarfeed", needs="edit", label=gettext_lazy("Revoke"))
def revoke_feed(unit: Unit, feed: CalendarFeed) -> None:
    """End an address at once: it answers like one that never was."""
    if feed.revoked_at is None:
        feed.revoked_at = unit.now
        unit.announce(calendar_revoked(feed.user_id, feed.name))


def feed_at(secret: str) -> CalendarFeed | None:
    """The feed at an address with its user; None when it is unknown or ended, or its person may not sign in."""
    if not 1 <= len(secret) <= LONGEST:
        return None
    rows = CalendarFeed.objects.as_system(WHY).filter(address_hash=_hash(secret), revoked_at=None, trashed_at=None)
    found: CalendarFeed | None = rows.select_related("user").first()
    if found is None or not found.user.is_active or found.user.trashed_at is not None:
        return None
    return found


def feed_was_read(feed: CalendarFeed, now: dt.datetime) -> None:
    """Note when a calendar was last fetched, at most once an hour."""
    if feed.last_used_at is None or now - feed.last_used_at > SEEN_EVERY:
        take(CalendarFeed.objects.as_system(WHY).filter(pk=feed.pk), last_used_at=now)


def feeds_of(user_ids: list[int]) -> Any:
    """The open feeds of these people."""
    return CalendarFeed.objects.as_system(WHY).filter(user_id__in=user_ids, revoked_at=None, trashed_at=None)


def _own(rows: Any, actor: Actor, action: str) -> Any:
    """One's own; everybody's for who has the right `users`, who may have to end them."""
    return rows if actor.has_right("users") else rows.filter(user_id=actor.user_id)


def _hash(secret: str) -> str:
    return hashlib.sha256(f"calendar:{secret}".encode()).hexdigest()


def declare() -> None:
    """Register calendar addresses as a record type; whoever may have tokens for programs may have them."""
    register(
        Entity(
            model=CalendarFeed, plural="calendar-feeds", rows=_own, icon="calendar-share", lines=("tokens",), sort="-id",
            fields=(
                Field("name", column=True, edit=False), Field("user", column=True, edit=False), Field("shows", column=True, edit=False),
                Field("last_used_at", column=True, edit=False), Field("revoked_at", edit=False), Field("created_at", edit=False),
            ),
            verbs=(open_feed, revoke_feed),
        )
    )  # fmt: skip
