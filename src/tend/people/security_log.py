"""The security log: who came in, who took data along, who changed rights. Rows are added and, when old, forgotten;
never changed, except that what they say of a person goes when she is erased.

What is written to records stands in the history; this is about doors and rights.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen
from tend.kernel.organisation import organisation
from tend.kernel.taking import drop
from tend.people.sessions import device_of
from tend.people.whence import Whence, whence

RIGHT = "audit"
GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "entering": (
        _("Signing in and out"),
        {
            "sign-in": pgettext_lazy("security event", "Signed in"), "sign-in-by-link": _("Signed in by a link"), "sign-in-failed": _("Sign-in failed"),
            "sign-out": _("Signed out"), "sessions-ended": _("Ended other sessions"),
        },
    ),
    "secrets": (
        _("Passwords and tokens"),
        {
            "password-changed": _("Password changed"), "link-sent": _("Link sent"), "token-issued": _("Token made"),
            "token-revoked": _("Token revoked"), "calendar-opened": _("Calendar address made"), "calendar-revoked": _("Calendar address revoked"),
        },
    ),
    "data": (
        _("Data taken out or erased"),
        {
            "exported": _("List exported"), "person-exported": _("Data of a person exported"), "erased": _("Person erased"),
            "backup-made": _("Backup made"), "backup-restored": _("Backup restored"), "log-exported": _("Security log exported"),
        },
    ),
    "rights": (
        _("People and rights"),
        {
            "invited": _("Invited"), "address-changed": _("Address or manager changed"), "roles-changed": _("Roles changed"),
            "teams-changed": _("Teams changed"), "role-changed": _("Role changed"), "role-deleted": _("Role deleted"),
            "team-changed": _("Team changed"), "team-deleted": _("Team deleted"), "deactivated": _("Deactivated"),
            "reactivated": _("Reactivated"), "rights-undone": _("Change of rights undone"),
        },
    ),
    "looking": (_("Looking as somebody"), {"look-begun": _("Began to look as"), "look-ended": _("Stopped looking as")}),
}  # fmt: skip
WORDS = {kind: word for _title, kinds in GROUPS.values() for kind, word in kinds.items()}
OWN = ("sign-in", "sign-in-by-link", "sign-in-failed", "sign-out", "sessions-ended", "password-changed", "link-sent",
       "token-issued", "token-revoked", "look-begun", "look-ended")  # fmt: skip


class SecurityEvent(models.Model):
    """One thing that happened at a door or to a right. `user` did it (nobody: the system or a stranger), `about` met it."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["about", "-id"], name="security_event_about"),  # one's own, newest first
            models.Index(fields=["at"], name="security_event_at"),  # what is too old to be kept
        ]

    @property
    def word(self) -> Any:
        """What happened, in words."""
        return WORDS.get(self.kind, self.kind)


def log(
    kind: str, *, user: int | None, about: int | None = None, now: dt.datetime | None = None, at: Whence | None = None,
    **detail: Any,
) -> None:  # fmt: skip
    """Write one event down, in the transaction that is open. Without `about` it is about whoever did it.

    What is done while looking as somebody was done by whoever looks.
    """
    if kind not in WORDS:
        raise ValueError(f"there is no kind {kind} in the security log")
    from_where = at or whence()
    about = about if about is not None else user
    user = from_where.looker or user
    write.insert(
        SecurityEvent,
        [
            SecurityEvent(
                at=now or clock.now(), kind=kind, user_id=user, about_id=about,
                address=from_where.address, device=device_of(from_where.agent) or from_where.agent[:80], detail={n: v for n, v in detail.items() if v not in (None, "")},
            )
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What of the log is wanted: a group of kinds or one kind, a person (who did it or met it), times from and before."""

    group: str = ""
    person: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    kind: str = ""


def events(actor: Actor, asked: Asked, *, before: int | None = None, limit: int) -> list[SecurityEvent]:
    """The log, newest first. NotSeen without the right to it."""
    if not actor.has_right(RIGHT):
        raise NotSeen("security log")
    rows = SecurityEvent.objects.all()
    if asked.group:
        rows = rows.filter(kind__in=list(GROUPS[asked.group][1]))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.person is not None:
        rows = rows.filter(Q(user_id=asked.person) | Q(about_id=asked.person))
    if asked.since is not None:
        rows = rows.filter(at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(at__lt=asked.until)
    return _newest(rows, before, limit)


def own_events(actor: Actor, *, before: int | None = None, limit: int) -> list[SecurityEvent]:
    """What concerns one's own ways in: sign-ins, passwords, tokens, and who looked as oneself."""
    if actor.user_id is None:
        return []
    return _newest(SecurityEvent.objects.filter(about_id=actor.user_id, kind__in=OWN), before, limit)


def forget_old(now: dt.datetime) -> int:
    """Drop what is older than the company keeps it; how many rows that were."""
    months = organisation().security_log_months
    return drop(SecurityEvent.objects.filter(at__lt=now - dt.timedelta(days=round(months * 30.44))))


def _newest(rows: Any, before: int | None, limit: int) -> list[SecurityEvent]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("user", "about").order_by("-pk")[:limit])
