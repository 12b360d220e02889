"""Where a person is signed in: one row per session, so that she can see them and end the others."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models

from tend.kernel import clock, write
from tend.kernel.taking import drop, take

SEEN_EVERY = dt.timedelta(minutes=10)  # how exactly "last seen" is kept


class SessionOfUser(models.Model):
    """One browser in which somebody signed in. The session itself is Django's; this says whose it is."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()


@dataclass(frozen=True)
class OpenSession:
    """One place where a person is signed in."""

    device: str
    began_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


def began(user_id: int, session_key: str, agent: str) -> None:
    """Remember a session that has just begun."""
    now = clock.now()
    drop(SessionOfUser.objects.filter(session_key=session_key))
    write.insert(
        SessionOfUser,
        [SessionOfUser(user_id=user_id, session_key=session_key, device=device_of(agent), began_at=now, seen_at=now)],
    )


def renewed(old_key: str, session_key: str) -> None:
    """The same session under a new key (after a change of password)."""
    take(SessionOfUser.objects.filter(session_key=old_key), session_key=session_key)


def seen(session_key: str) -> None:
    """Keep when a session was used last, to some minutes."""
    now = clock.now()
    take(SessionOfUser.objects.filter(session_key=session_key, seen_at__lt=now - SEEN_EVERY), seen_at=now)


def sessions_of(user_id: int, this_key: str) -> list[OpenSession]:
    """The sessions of one person that still hold, this one first."""
    _forget_ended(user_id)
    rows = list(SessionOfUser.objects.filter(user_id=user_id).order_by("-seen_at", "-pk"))
    found = [OpenSession(r.device, r.began_at, r.seen_at, r.session_key == this_key) for r in rows]
    return sorted(found, key=lambda s: not s.is_this)


def end_others(user_id: int, this_key: str) -> int:
    """End every other session of one person; how many that were."""
    keys = list(
        SessionOfUser.objects.filter(user_id=user_id)
        .exclude(session_key=this_key)
        .values_list("session_key", flat=True)
    )
    ended = drop(Session.objects.filter(session_key__in=keys))
    drop(SessionOfUser.objects.filter(session_key__in=keys))
    return ended


def device_of(agent: str) -> str:
    """A browser and its system in two words, as far as it says: "Firefox, Windows"."""
    browsers = (
        (r"Edg[A-Za-z]*/", "Edge"),
        (r"OPR/", "Opera"),
        (r"Firefox/|FxiOS/", "Firefox"),
        (r"Chrome/|CriOS/", "Chrome"),
        (r"Safari/", "Safari"),
    )
    systems = (
        (r"iPhone|iPad", "iOS"),
        (r"Android", "Android"),
        (r"Windows", "Windows"),
        (r"Mac OS X", "macOS"),
        (r"Linux", "Linux"),
    )
    found = [next((name for sign, name in known if re.search(sign, agent)), "") for known in (browsers, systems)]
    return ", ".join(filter(None, found))


def _forget_ended(user_id: int) -> None:
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    drop(SessionOfUser.objects.filter(user_id=user_id).exclude(session_key__in=alive))
