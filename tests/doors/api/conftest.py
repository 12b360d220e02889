"""A caller with a token for each of the cast."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tend.kernel.actor import system
from tend.people.models import User
from tend.people.tokens import issue_token
from tests.cast import Cast, cast

__all__ = ["Cast", "cast"]


class Caller:
    """Speaks JSON with a bearer token."""

    def __init__(self, user: User) -> None:
        self.token = issue_token(system("test"), user=user, name="test").value.secret
        self.client = Client(headers={"authorization": f"Bearer {self.token}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = json.dumps(body) if body is not None else ""
        response = self.client.generic(
            method, f"/api/v1{path}", data, content_type="application/json", headers=headers or None
        )
        response.data = json.loads(response.content) if response.content else None
        return response


@pytest.fixture
def caller() -> Any:
    return Caller
