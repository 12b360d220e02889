"""What a person wishes to be told: each kind of notice in the page only, by e-mail at once, in the morning or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.notices import Notice
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.models import User

NOW, DIGEST, NEVER, OFF = "now", "digest", "never", "off"  # never: no mail, the page only; off: not even there
MODES = (NOW, DIGEST, NEVER, OFF)
REMINDER = "reminder"  # the kind of what is told before something with a time begins
MINUTES = (0, 5, 10, 15, 30, 60, 120, 1440)  # before it begins; 0 is never
HOUR, MINUTES_BEFORE = 7, 15  # until somebody says otherwise
USUAL: Mapping[str, str] = {
    "operation": NEVER,
    "import": NEVER,
    "disk": NOW,
    "mention": NOW,
    REMINDER: NOW,
}  # all else in the digest
KEY = "mail"


@dataclass(frozen=True)
class MailWishes:
    """`hour` is that of the morning's digest in the person's own zone; None is no digest.

    `quiet` are two hours of that zone between which no mail tells of a notice; it waits. `follows_own` is whether the
    records that the person is responsible for count as followed.
    """

    hour: int | None = HOUR
    minutes_before: int = MINUTES_BEFORE
    modes: Mapping[str, str] = field(default_factory=dict)
    quiet: tuple[int, int] | None = None
    follows_own: bool = False

    def mode(self, kind: str) -> str:
        """now, digest, never or off. Without a digest nothing waits for it."""
        said = self.modes.get(kind, USUAL.get(kind, DIGEST))
        return NEVER if said == DIGEST and self.hour is None else said

    def quiet_until(self, now: dt.datetime, zone: str) -> dt.datetime | None:
        """When the quiet hours end in which this instant lies; None outside of them."""
        if self.quiet is None:
            return None
        begin, end = self.quiet
        here = now.astimezone(ZoneInfo(zone))
        inside = begin <= here.hour < end if begin < end else here.hour >= begin or here.hour < end
        if not inside:
            return None
        day = here.date() + dt.timedelta(days=1 if here.hour >= end else 0)
        return dt.datetime.combine(day, dt.time(end), ZoneInfo(zone)).astimezone(dt.UTC)


def wishes_of(user: User) -> MailWishes:
    """What a person wishes, read from her preferences; what makes no sense there counts as not said."""
    kept = user.preferences.get(KEY) if isinstance(user.preferences, dict) else None
    if not isinstance(kept, dict):
        return MailWishes()
    hour, minutes, modes = kept.get("hour", HOUR), kept.get("minutes_before"), kept.get("modes")
    return MailWishes(
        hour if hour is None or hour in range(24) else HOUR,
        minutes if minutes in MINUTES else MINUTES_BEFORE,
        {k: v for k, v in modes.items() if v in MODES} if isinstance(modes, dict) else {},
        _hours(kept.get("quiet")),
        kept.get("follows_own") is True,
    )


def _hours(said: Any) -> tuple[int, int] | None:
    """Two different hours of a clock."""
    if not isinstance(said, (list, tuple)) or len(said) != 2 or said[0] == said[1]:
        return None
    return (said[0], said[1]) if all(type(h) is int and h in range(24) for h in said) else None


@verb("people.user", needs="view", label=gettext_lazy("Choose what comes by mail"))
def choose_mail(
    unit: Unit, user: User, *, hour: int | None, minutes_before: int, modes: dict[str, Any],
    quiet_from: int | None = None, quiet_until: int | None = None, follows_own: bool = False,
) -> None:  # fmt: skip
    """Say what one is told, by e-mail or in the page, and when; whether one's own records count as followed.

    Refused for anybody else, an hour no clock has, quiet hours of which one is missing, and an unknown word.
    """
    if user.pk != unit.actor.user_id:
        raise NotAllowed("choose-mail")
    if hour is not None and hour not in range(24):
        raise Refused(_("An hour lies between 0 and 23."), field="hour", code="range")
    if minutes_before not in MINUTES:
        raise Refused(_("Choose one of the offered times."), field="minutes_before", code="choice")
    for kind, mode in modes.items():
        if mode not in MODES:
            raise Refused(
                _("“%(value)s” is none of: %(offered)s.") % {"value": mode, "offered": ", ".join(MODES)}, field=kind
            )
    quiet = None if quiet_from is None and quiet_until is None else [quiet_from, quiet_until]
    if quiet is not None and _hours(quiet) is None:
        raise Refused(_("Quiet hours have a beginning and another end."), field="quiet_until", code="range")
    user.preferences = {
        **user.preferences,
        KEY: {"hour": hour, "minutes_before": minutes_before, "modes": dict(modes), "quiet": quiet, "follows_own": follows_own},
    }  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """A person who may be written to."""

    user: User
    wishes: MailWishes


def readers(user_ids: Any = None) -> dict[int, Reader]:
    """Those who may sign in (of these, or all), with what they wish. One question."""
    rows = User.objects.as_system("mail goes to whoever may sign in, as he wishes").filter(
        is_active=True, trashed_at=None
    )
    if user_ids is not None:
        rows = rows.filter(pk__in=list(user_ids))
    return {user.pk: Reader(user, wishes_of(user)) for user in rows.order_by("pk")}


def wished(notices: list[Notice]) -> list[Notice]:
    """The notices that their readers wish to have at all. One question."""
    known = readers({n.user_id for n in notices})
    return [n for n in notices if n.user_id not in known or known[n.user_id].wishes.mode(n.kind) != OFF]
