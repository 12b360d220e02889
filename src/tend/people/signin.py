"""Signing in by e-mail and password; the same time and answer for known and unknown addresses."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password, make_password

from tend.kernel.prepared import Prepared
from tend.people.models import User

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
