"""Signing in by e-mail and password; the same time and answer for known and unknown addresses."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password, make_password

from tend.kernel.prepared import Prepared
from tend.people.models import User
from tend.people.security_log import log

WHY = "signing in happens before there is an actor"
_USER = Prepared(lambda pk: User.objects.as_system(WHY).filter(pk=pk), int)


class Backend:
    """Django's authentication backend over our users."""

    def authenticate(
        self, request: Any, email: str | None = None, password: str | None = None, **_rest: Any
    ) -> User | None:
        if not email or not password:
            return None
        user: User | None = User.objects.as_system(WHY).filter(email=email.strip().lower(), trashed_at=None).first()
        if user is None:
            make_password(password)  # as long as checking one
            return None
        return user if check_password(password, user.password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        user: User | None = _USER.first(int(user_id))
        return user if user is not None and user.is_active else None


def log_failed_sign_in(email: str) -> None:
    """Write down that an address and a password did not fit: in as many questions for an unknown address as for a known one.

    An unknown address is kept by its first letter and its domain, for it may be a password typed into the wrong field.
    """
    known = User.objects.as_system(WHY).filter(email=email, trashed_at=None).values_list("pk", flat=True).first()
    name, _at, domain = email.partition("@")
    log("sign-in-failed", user=None, about=known, typed="" if known else f"{name[:1]}…@{domain}"[:80])
