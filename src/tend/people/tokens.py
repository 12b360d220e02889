"""Tokens by which a program speaks for a user: named, limited, expiring, shown once, stored as a hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel import clock
from tend.kernel.actor import Actor, Grants
from tend.kernel.entity import Entity, Field, register
from tend.kernel.errors import Refused
from tend.kernel.record import Record
from tend.kernel.taking import take
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.events import token_issued, token_revoked
from tend.people.models import User

PREFIX = "tend_"  # so that a leaked token is recognised by scanners
LONGEST = 3650  # days
SEEN_EVERY = dt.timedelta(hours=1)
WHY = "a token is looked up before there is an actor"


class ApiToken(Record):
    """One token. `limits` holds what it may at most: "read", or "accounts:read", "contacts:write"; empty is all."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=gettext_lazy("Of")
    )
    name = models.CharField(gettext_lazy("Name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(gettext_lazy("Ends with"), max_length=4, editable=False)
    limits = models.JSONField(gettext_lazy("Limited to"), default=list, blank=True)
    expires_at = models.DateTimeField(gettext_lazy("Expires"), null=True)
    revoked_at = models.DateTimeField(gettext_lazy("Revoked"), null=True, editable=False)
    last_used_at = models.DateTimeField(gettext_lazy("Last used"), null=True, editable=False)

    untold = Record.untold | {"token_hash", "last_used_at"}
    secret = ""  # the token itself, on the instance that has just been made and nowhere else

    class Meta:
        ordering = ["-id"]
        verbose_name = gettext_lazy("Token")
        verbose_name_plural = gettext_lazy("Tokens")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class LimitedGrants(Grants):
    """The grants of a user, cut down to what a token names. A limit can only take away."""

    reads: frozenset[str] = field(default_factory=frozenset)  # lines, "*" for all
    writes: frozenset[str] = field(default_factory=frozenset)

    def scope(self, line: str, action: str) -> str:
        wanted = self.reads | self.writes if action in ("view", "export") else self.writes
        return super().scope(line, action) if line in wanted or "*" in wanted else "none"


@verb("people.apitoken", needs="view", creates=True, label=gettext_lazy("New token"))
def issue_token(unit: Unit, *, user: User, name: str, days: int = 90, limits: list[str] | None = None) -> ApiToken:
    """Make a token for a user; its text is on the answer's `secret` and cannot be read again.

    Refused for another user unless one has the right `users`, for an inactive user, and for a life of no days.
    """
    if user.pk != unit.actor.user_id and not unit.actor.has_right("users"):
        raise Refused(_("You may make tokens for yourself only."), field="user", code="not_allowed")
    if not user.is_active:
        raise Refused(_("An inactive user cannot have a token."), field="user")
    if not 1 <= days <= LONGEST:
        raise Refused(_("A token lives between 1 and %(days)d days.") % {"days": LONGEST}, field="days")
    if not name.strip():
        raise Refused(_("A name is required."), field="name", code="required")
    for limit in limits or ():
        if limit.rpartition(":")[2] not in ("read", "write"):
            raise Refused(
                _("“%(limit)s” is no limit: write read, write, or a record type before them.") % {"limit": limit},
                field="limits",
            )
    text = PREFIX + secrets.token_urlsafe(32)
    token: ApiToken = unit.create(
        ApiToken, user_id=user.pk, name=name.strip()[:80], token_hash=_hash(text), ending=text[-4:], limits=limits or [],
        expires_at=unit.now + dt.timedelta(days=days),
    )  # fmt: skip
    token.secret = text
    unit.announce(token_issued(user.pk, token.name))
    return token


@verb("people.apitoken", needs="edit", label=gettext_lazy("Revoke"))
def revoke_token(unit: Unit, token: ApiToken) -> None:
    """End a token at once."""
    if token.revoked_at is None:
        token.revoked_at = unit.now
        unit.announce(token_revoked(token.user_id, token.name))


def actor_of_token(text: str) -> Actor | None:
    """The actor that a token speaks for, never more than its user may; None when it is unknown, spent or stopped."""
    from tend.people.access import actor_for

    if not text.startswith(PREFIX):
        return None
    now = clock.now()
    token = (
        ApiToken.objects.as_system(WHY)
        .filter(token_hash=_hash(text), revoked_at=None, trashed_at=None, expires_at__gt=now)
        .select_related("user")
        .first()
    )
    if token is None or not token.user.is_active or token.user.trashed_at is not None:
        return None
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        take(ApiToken.objects.as_system(WHY).filter(pk=token.pk), last_used_at=now)
    actor = actor_for(token.user)
    return replace(actor, grants=limited(actor.grants, token.limits)) if token.limits else actor


def limited(grants: Grants, limits: list[str]) -> Grants:
    """Grants cut down to "read", "write", "accounts:read" …; other rights go with anything less than a full token."""
    named: Mapping[str, set[str]] = {"read": set(), "write": set()}
    for limit in limits:
        line, _colon, kind = limit.rpartition(":")
        named.get(kind, set()).add(line or "*")
    rights = grants.rights if "*" in named["write"] else frozenset()
    return LimitedGrants(
        grants.scopes, grants.fields, grants.assign_to, rights, frozenset(named["read"]), frozenset(named["write"])
    )


def _own(rows: Any, actor: Actor, action: str) -> Any:
    """One's own tokens; everybody's for who has the right `users`."""
    return rows if actor.has_right("users") else rows.filter(user_id=actor.user_id)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def declare() -> None:
    """Register tokens as a record type."""
    register(
        Entity(
            model=ApiToken, plural="tokens", rows=_own, icon="key", lines=("tokens",), sort="-id",
            fields=(
                Field("name", column=True, edit=False), Field("user", column=True, edit=False),
                Field("ending", column=True, edit=False), Field("limits", kind="json", edit=False, filter=False, sort=False),
                Field("expires_at", column=True, edit=False), Field("last_used_at", column=True, edit=False),
                Field("revoked_at", edit=False), Field("created_at", edit=False),
            ),
            verbs=(issue_token, revoke_token),
        )
    )  # fmt: skip
