"""One-time links by which a person gets in: first steps, an invitation, a forgotten password, the operator's own."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction

from tend.kernel import clock, write
from tend.kernel.taking import drop, take

KEEP = dt.timedelta(days=7)  # how long a spent link is remembered


class SignInLink(models.Model):
    """A link that works once. Only the hash of its token is stored: who reads the database cannot use it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)  # first-steps, sign-in, invite, reset
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()


def make_link(user: Any, purpose: str, minutes: int) -> str:
    """A token for `/welcome/<token>`, good once and for that many minutes. Nobody can read it again."""
    now = clock.now()
    token = secrets.token_urlsafe(32)
    drop(SignInLink.objects.filter(expires_at__lt=now - KEEP))
    write.insert(
        SignInLink,
        [
            SignInLink(
                user_id=user.pk,
                purpose=purpose,
                token_hash=_hash(token),
                expires_at=now + dt.timedelta(minutes=minutes),
            )
        ],
    )
    return token


def purpose_of(token: str) -> str | None:
    """What an unspent link is for, without spending it: a page may be fetched by a mail scanner first."""
    found = _good().filter(token_hash=_hash(token)).values_list("purpose", flat=True).first()
    return str(found) if found else None


def peek(token: str) -> SignInLink | None:
    """An unspent link with its user and purpose, without spending it."""
    return _good().filter(token_hash=_hash(token)).select_related("user").first()


def redeem(token: str, purpose: str) -> Any | None:
    """Spend a link: its user, or None when it is unknown, spent, too old, for something else, or the user is inactive."""
    with transaction.atomic():
        link = _good().filter(token_hash=_hash(token), purpose=purpose).select_related("user").first()
        if link is None or not link.user.is_active or link.user.trashed_at is not None:
            return None
        if not take(SignInLink.objects.filter(pk=link.pk, used_at=None), used_at=clock.now()):
            return None
    return link.user


def _good() -> models.QuerySet[SignInLink]:
    rows: models.QuerySet[SignInLink] = SignInLink.objects.filter(used_at=None, expires_at__gt=clock.now())
    return rows


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
