"""Every address of the urlconf has an access test: it is walked by a stranger, by somebody without rights, and by an administrator."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import Cast
from tests.contract.stage import kind_of_record, nobody, sample, whole_database

pytestmark = pytest.mark.django_db

# Who is not signed in may ask for these, and for nothing else. A new one is a decision: add it here with its reason.
PUBLIC = {
    "/healthz": "watched by the operator's machines",
    "/sign-in": "the door",
    "/sign-out": "leaving needs no right",
    "/welcome/x": "a one-time link is its own right",
    "/forgotten": "asks for a new password",
    "/api/v1/openapi.json": "names no record",
    "/api/v1/docs": "names no record",
}
# Whoever is signed in may open these without any role: they are about himself, or about words that everybody shares.
OF_EVERYONE = (
    r"/$", r"/today", r"/calls", r"/me", r"/settings$", r"/search", r"/palette", r"/pick/", r"/operations$", r"/notices", r"/counts$", r"/imports$", r"/settings/tokens", r"/calendar$",
    r"/first-steps", r"/views", r"/api/v1/me$", r"/api/v1/today$", r"/accounts/duplicates$", r"/api/v1/accounts/duplicates$", r"/contacts/duplicates$", r"/api/v1/contacts/duplicates$", r"/api/v1/operations$", r"/[a-z-]+$", r"/[a-z-]+/(columns|condition|export|group|totals|views?)$",
)  # fmt: skip
WORDS = {
    "word": "accounts",
    "plural": "tags",
    "name": "name",
    "token": "x",
    "act": "1",
    "status": "none",
    "kind": "csv",
    "format": "csv",
    "step": "match",
}
PLACES = ("accounts", "contacts", "activities")


def patterns(found: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for one in found:
        route = before + str(one.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        else:
            yield route


ROUTES = sorted(set(patterns(get_resolver().url_patterns)))


def filled(route: str, place: str, pk: int) -> str:
    """A route with sample values in its places."""

    def value(found: re.Match[str]) -> str:
        kind, name = found.groups()
        return place if kind == "place" else str(pk) if kind == "int" else WORDS.get(name, "x")

    return re.sub(r"<(?:(\w+):)?(\w+)>", value, route)


def addresses(pk: int) -> list[str]:
    """Every address; the id is that of records that only the administrator has."""
    found = [filled(route, place, pk) for route in ROUTES for place in (PLACES if "<place:" in route else PLACES[:1])]
    return list(dict.fromkeys(found))


@pytest.fixture
def pk(cast: Cast) -> int:
    for plural in ("contacts", "activities", "views", "plants"):
        sample(plural, cast.admin)
    return int(sample("accounts", cast.admin).pk)


def test_every_address_sends_a_stranger_to_the_door(pk: int, client: Client) -> None:
    before = whole_database()
    open_ = []
    for path in addresses(pk):
        for method in ("GET", "POST"):
            response = client.generic(method, path)
            to_door = response.status_code == 302 and response["Location"].startswith("/sign-in")
            if not to_door and response.status_code not in (401, 404, 405) and path not in PUBLIC:
                open_.append((method, path, response.status_code))
    assert open_ == []
    assert whole_database() == before


def test_public_addresses_exist(pk: int) -> None:
    assert set(PUBLIC) <= set(addresses(pk))


def test_somebody_without_rights_opens_only_what_is_everybodys(cast: Cast, pk: int) -> None:
    client = cast.client(nobody())
    before = whole_database()
    opened = []
    for path in addresses(pk):
        if path in PUBLIC:
            continue
        response = client.get(path)
        assert response.status_code < 500, path
        shared = any(re.match(r, path) for r in OF_EVERYONE) or _of_all(path)
        if response.status_code not in (403, 404, 405) and not shared:
            opened.append((path, response.status_code))
    assert opened == []
    assert whole_database() == before


def test_lists_of_what_one_may_not_see_are_empty_on_pages_as_in_the_api(cast: Cast, pk: int) -> None:
    """A question about records is answered with none; a room that is not one's own does not exist."""
    client = cast.client(nobody())
    for word in ("accounts", "leads", "contacts", "activities", "views"):
        listed = client.get(f"/api/v1/{word}?count=true")
        assert (listed.status_code, listed.json()["items"], listed.json()["count"]["number"]) == (200, [], 0), word
        page = client.get(f"/{word}")
        assert page.status_code == 200, word
        assert 'data-row="' not in page.content.decode(), word
    for room in (
        "/coverage",
        "/coverage/accounts",
        "/coverage/silent",
        "/imports",
        "/settings/tags",
        "/settings/people",
    ):
        assert client.get(room).status_code == 404, room


def _of_all(path: str) -> bool:
    """The API's lists of books, colleagues and one's own; their records are seen by everybody or empty."""
    return re.fullmatch(r"/api/v1/[a-z-]+(/\d+|/board)?", path) is not None


def test_somebody_without_rights_changes_nothing_by_posting_anywhere(cast: Cast, pk: int) -> None:
    client = cast.client(nobody())
    before = whole_database()
    for path in addresses(pk):
        if path in PUBLIC or path.startswith(("/me", "/first-steps")):
            continue
        kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
        for method in ("POST", "PATCH", "DELETE") if path.startswith("/api/") else ("POST",):
            response = client.generic(
                method, path, "{}" if method != "DELETE" and kind == "application/json" else "", content_type=kind
            )
            assert response.status_code in (200, 302, 303, 403, 404, 405, 409, 422), (
                method,
                path,
                response.status_code,
            )
    assert whole_database() == before


def test_asking_never_changes_anything(cast: Cast, pk: int) -> None:
    client = cast.client(cast.admin)
    sample("tags", cast.admin)
    before = whole_database()
    for path in addresses(pk):
        if path != "/sign-out":
            assert client.get(path).status_code < 500, path
    assert whole_database() == before


def test_every_record_type_is_reached_over_the_api_or_stands_aside() -> None:
    api = {route.split("/")[3] for route in ROUTES if route.startswith("/api/v1/")}
    from tests.contract.stage import TYPES

    assert set(TYPES) <= api
    assert kind_of_record("accounts").plural in api
