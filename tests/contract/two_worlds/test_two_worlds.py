"""The same office with and without what is hidden from a viewer answers him with the same bytes, on every surface."""

from __future__ import annotations

import datetime as dt
import difflib
import inspect
import os
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tend.doors.api.v1 import description
from tests.cast import Cast
from tests.contract.two_worlds.asking import Answers, taken_back
from tests.contract.two_worlds.office import PLANS, AccountPlan, build, hide
from tests.contract.two_worlds.surfaces import OUTSIDE, everything

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
PLAIN = AccountPlan(0, 1, 0, frozenset({0, 1}), 2, 0, 0, 2, 0, False, "A-1")
POSTGRES = os.environ.get("TEND_TEST_DB") == "postgres"  # asks a part of what SQLite has answered in full
OFFICES = int(os.environ.get("TEND_OFFICES", "1" if POSTGRES else "3"))  # offices drawn for each viewer
ASKED = int(os.environ.get("TEND_QUESTIONS", "60"))  # questions drawn for each of them
FEW = settings(
    max_examples=OFFICES, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)


@pytest.fixture
def still() -> Iterator[None]:
    """Time stands, so that only what is hidden can make a difference."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office_cast(still: None, cast: Cast) -> Cast:
    return cast


def compare(
    cast: Cast, viewer: str, seen: list[AccountPlan], hidden: list[AccountPlan], only: int | None = None, lot: int = 0
) -> None:
    """Ask in the world with secrets, take them back, and ask the same again."""
    user = getattr(cast, viewer)
    with taken_back():
        office = build(cast, user, seen)
        client = Client()
        client.force_login(user)
        with taken_back():
            unseen = hide(office, hidden)
            dark = everything(office, unseen, client).ask(only, lot)
        bright = everything(office, unseen, client).ask(only, lot)
    if told := differences(bright, dark):
        pytest.fail(told, pytrace=False)


def differences(bright: Answers, dark: Answers) -> str:
    """Which answers differ, and in which lines."""
    assert bright.keys() == dark.keys()
    told = []
    for name, said in bright.items():
        if said != dark[name]:
            lines = difflib.unified_diff(
                _lines(said), _lines(dark[name]), "without", "with what is hidden", n=0, lineterm=""
            )
            shown = [line[:400] for line in lines][:12]
            told.append("\n".join([name, *shown, *_spots(_lines(said), _lines(dark[name]))]))
    return "\n\n".join(told)


def _spots(bright: list[str], dark: list[str]) -> Iterator[str]:
    """Where within a line the first few differences lie: an answer of the API is one line of thousands of letters."""
    apart = [pair for pair in zip(bright, dark, strict=False) if pair[0] != pair[1]]
    for one, other in apart[:4]:
        at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        yield f"at letter {at}: {one[max(0, at - 80) : at + 80]!r} and {other[max(0, at - 80) : at + 80]!r}"


def _lines(said: bytes) -> list[str]:
    return said.decode(errors="replace").splitlines()


@pytest.mark.parametrize(("viewer", "only"), [("junior", 500 if POSTGRES else None), ("manager", 300), ("leader", 400)])
def test_a_small_office_keeps_its_secrets(office_cast: Cast, viewer: str, only: int | None) -> None:
    seen = [
        PLAIN,
        AccountPlan(1, 2, 1, frozenset({2}), None, 1, 1, -2, 1, True, ""),
        AccountPlan(4, 0, 2, frozenset(), 1, 2, None, 0, 2, False, "A-2"),
    ]
    hidden = [PLAIN, AccountPlan(3, 0, 2, frozenset({2}), 3, 2, 2, 5, 3, True, "A-2")]
    compare(office_cast, viewer, seen, hidden, only, lot=7)


@pytest.mark.parametrize("viewer", ["junior", "manager", "leader"])
@FEW
@given(
    seen=st.lists(PLANS, min_size=1, max_size=3),
    hidden=st.lists(PLANS, min_size=1, max_size=3),
    lot=st.integers(0, 10**6),
)
def test_offices_drawn_at_random_keep_their_secrets(
    office_cast: Any, viewer: str, seen: list[AccountPlan], hidden: list[AccountPlan], lot: int
) -> None:
    compare(office_cast, viewer, seen, hidden, ASKED, lot)


def test_every_address_and_operation_is_in_a_room(office_cast: Cast) -> None:
    """Whoever adds a page or an operation is told here, until some room of the surfaces asks it in both worlds."""
    with taken_back():
        office = build(office_cast, office_cast.leader, [PLAIN, PLAIN])
        asked = everything(office, hide(office, [PLAIN]), Client()).asked
    at: set[tuple[str, str]] = set()
    for method, path in asked:
        try:
            at.add((method, "/" + resolve(path.partition("?")[0]).route))
        except Resolver404:  # a question about an address that Tend does not have
            continue
    there = pages_there() | operations_there()
    assert sorted(there - at - OUTSIDE.keys()) == []
    assert sorted(OUTSIDE.keys() - there) == []


def pages_there() -> set[tuple[str, str]]:
    """Every page with the methods that it takes."""
    found: set[tuple[str, str]] = set()
    for route, view in views(get_resolver().url_patterns):
        if not route.startswith("/api/v1/") or route in ("/api/v1/openapi.json", "/api/v1/docs"):
            allowed = inspect.getclosurevars(view).nonlocals.get("allowed", ("GET",))
            found |= {(method, route) for method in allowed}
    return found


def operations_there() -> set[tuple[str, str]]:
    """Every operation of the API's description."""
    return {
        (method.upper(), "/" + resolve(template.replace("{pk}", "1").replace("{act}", "1")).route)
        for template, methods in description()["paths"].items()
        for method in methods
    }


def views(found: list[Any], before: str = "/") -> Iterator[tuple[str, Any]]:
    for one in found:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, route)
        else:
            yield route, one.callback
