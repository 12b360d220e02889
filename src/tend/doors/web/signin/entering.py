"""Beginning a session: a new key, and a note of whose it is and in which browser."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest

from tend.people import sessions

BACKEND = "tend.people.signin.Backend"


def enter(request: HttpRequest, user: Any) -> None:
    """Sign a person in."""
    login(request, user, backend=BACKEND)
    sessions.began(user.pk, str(request.session.session_key), request.headers.get("User-Agent", ""))


def stay(request: HttpRequest, user: Any) -> None:
    """Stay signed in here after a change of password; every other session has ended by it."""
    old = str(request.session.session_key)
    update_session_auth_hash(request, user)
    sessions.renewed(old, str(request.session.session_key))
    sessions.end_others(user.pk, str(request.session.session_key))
