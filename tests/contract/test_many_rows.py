"""As many queries for a hundred rows as for ten, on the list and over the API, for every record type."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.contract.stage import sample

pytestmark = pytest.mark.django_db
ROWS = {
    "accounts": {"phone": "+34600555001", "email": "desk@marisol.example"},
    "contacts": {"phone": "+34600555001"},
    "activities": {},
    "plants": {},
    "users": {},
    "tags": {},
}


def queries(client: Client, path: str) -> int:
    client.get(path)  # what is kept per process is kept now
    with CaptureQueriesContext(connection) as counted:
        response = client.get(path)
    assert response.status_code == 200
    return len(counted)


@pytest.mark.parametrize("plural", ROWS)
def test_a_hundred_rows_ask_no_more_than_ten(cast: Cast, plural: str) -> None:
    client = cast.client(cast.admin)
    paths = [f"/api/v1/{plural}?limit=200&count=true"]
    if plural in ("accounts", "contacts", "activities"):
        paths.append(f"/{plural}")
    for n in range(10):
        sample(plural, cast.admin, n, **ROWS[plural])
    few = {path: queries(client, path) for path in paths}
    for n in range(10, 100):
        sample(plural, cast.admin, n, **ROWS[plural])
    for path in paths:
        assert queries(client, path) <= few[path], path
