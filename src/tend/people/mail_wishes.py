"""What a person wishes to be told by e-mail: each kind of notice at once, in the morning or never; the hour; reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.models import User

NOW, DIGEST, NEVER = "now", "digest", "never"
MODES = (NOW, DIGEST, NEVER)
REMINDER = "reminder"  # the kind of what is told before something with a time begins
MINUTES = (0, 5, 10, 15, 30, 60, 120, 1440)  # before it begins; 0 is never
HOUR, MINUTES_BEFORE = 7, 15  # until somebody says otherwise
USUAL: Mapping[str, str] = {"operation": NEVER, "import": NEVER, "disk": NOW, REMINDER: NOW}  # all else in the digest
KEY = "mail"


@dataclass(frozen=True)
class MailWishes:
    """`hour` is that of the morning's digest in the person's own zone; None is no digest."""

    hour: int | None = HOUR
    minutes_before: int = MINUTES_BEFORE
    modes: Mapping[str, str] = field(default_factory=dict)

    def mode(self, kind: str) -> str:
        """now, digest or never. Without a digest nothing waits for it."""
        said = self.modes.get(kind, USUAL.get(kind, DIGEST))
        return NEVER if said == DIGEST and self.hour is None else said


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
    )


@verb("people.user", needs="view", label=gettext_lazy("Choose what comes by mail"))
def choose_mail(unit: Unit, user: User, *, hour: int | None, minutes_before: int, modes: dict[str, Any]) -> None:
    """Say what one is told by e-mail, and when. Refused for anybody else, an hour no clock has, and an unknown word."""
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
    user.preferences = {**user.preferences, KEY: {"hour": hour, "minutes_before": minutes_before, "modes": dict(modes)}}


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
