"""Who calls the API: a bearer token, or the session of a signed-in page on the same site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from tend.people.tokens import actor_of_token


class Token(HttpBearer):
    """A personal token: it can never do more than its user."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        actor = actor_of_token(token)
        if actor is None:
            return None
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class Page(SessionAuth):
    """The session cookie, with the CSRF check that goes with it."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return getattr(request, "actor", None)
