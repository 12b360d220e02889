"""The same office with and without what is hidden from a viewer answers him with the same bytes, on every surface."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.contract.two_worlds.office import PLANS, AccountPlan, build, hide
from tests.contract.two_worlds.surfaces import Answers, Asker, taken_back

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
PLAIN = AccountPlan(0, 1, 0, frozenset({0, 1}), 2, 0, 0, 2, 0, False, "A-1")
FEW = settings(
    max_examples=3, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
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
            dark = Asker(office, unseen, client).ask(only, lot)
        bright = Asker(office, unseen, client).ask(only, lot)
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
            told.append("\n".join([name, *[line[:400] for line in lines][:12]]))
    return "\n\n".join(told)


def _lines(said: bytes) -> list[str]:
    return said.decode(errors="replace").splitlines()


@pytest.mark.parametrize(("viewer", "only"), [("junior", None), ("manager", 400)])
def test_a_small_office_keeps_its_secrets(office_cast: Cast, viewer: str, only: int | None) -> None:
    seen = [
        PLAIN,
        AccountPlan(1, 2, 1, frozenset({2}), None, 1, 1, -2, 1, True, ""),
        AccountPlan(4, 0, 2, frozenset(), 1, 2, None, 0, 2, False, "A-2"),
    ]
    hidden = [PLAIN, AccountPlan(3, 0, 2, frozenset({2}), 3, 2, 2, 5, 3, True, "A-2")]
    compare(office_cast, viewer, seen, hidden, only, lot=7)


@pytest.mark.parametrize("viewer", ["junior", "manager"])
@FEW
@given(
    seen=st.lists(PLANS, min_size=1, max_size=3),
    hidden=st.lists(PLANS, min_size=1, max_size=3),
    lot=st.integers(0, 10**6),
)
def test_offices_drawn_at_random_keep_their_secrets(
    office_cast: Any, viewer: str, seen: list[AccountPlan], hidden: list[AccountPlan], lot: int
) -> None:
    compare(office_cast, viewer, seen, hidden, 50, lot)
