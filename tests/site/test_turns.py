"""A web process works on few requests at once, and nobody who works long keeps the others out."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import pytest

from tend.site.turns import Turns


class Office:
    """Counts who is inside; `slow` ones stay until they are let go."""

    def __init__(self) -> None:
        self.inside = self.most = self.done = 0
        self.lock, self.go = threading.Lock(), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        if environ.get("slow"):
            assert self.go.wait(20)
        with self.lock:
            self.inside -= 1
            self.done += 1
        if environ.get("fails"):
            raise RuntimeError
        return [b"answer"]


def begin(turns: Turns, *asked: dict[str, Any]) -> list[threading.Thread]:
    threads = [threading.Thread(target=turns, args=(one, None)) for one in asked]
    for thread in threads:
        thread.start()
    return threads


def test_two_at_once_and_the_next_when_one_is_done() -> None:
    office = Office()
    threads = begin(Turns(office, at_once=2, patience=20), *[{"slow": True}] * 6)
    while office.inside < 2:
        pass
    assert office.inside == 2
    office.go.set()
    for thread in threads:
        thread.join(20)
    assert (office.most, office.done) == (2, 6)


def test_whoever_has_waited_long_enough_goes_in() -> None:
    office = Office()
    turns = Turns(office, at_once=1, patience=0.01)
    slow = begin(turns, {"slow": True})
    while office.inside < 1:
        pass
    assert list(turns({}, None)) == [b"answer"]
    office.go.set()
    slow[0].join(20)
    assert office.done == 2


def test_a_turn_is_given_back_after_a_failure() -> None:
    office = Office()
    turns = Turns(office, at_once=1, patience=20)
    for _try in range(3):
        with pytest.raises(RuntimeError):
            turns({"fails": True}, None)
    assert list(turns({}, None)) == [b"answer"]


def test_turns_are_given_in_the_order_of_coming() -> None:
    office, order = Office(), []
    turns = Turns(
        lambda environ, _start: order.append(environ["name"]) or office(environ, None), at_once=1, patience=20
    )
    threads = begin(turns, {"name": 0, "slow": True})
    while office.inside < 1:
        pass
    for name in range(1, 6):
        threads += begin(turns, {"name": name})
        while len(turns._waiting) < name:
            pass
    office.go.set()
    for thread in threads:
        thread.join(20)
    assert order == [0, 1, 2, 3, 4, 5]
