"""What happened, and who answers to it inside the same transaction: events and printed reactions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tend.kernel.unit import Unit


class Event:
    """Base of every event; subclasses are frozen dataclasses named in the past tense."""


@dataclass(frozen=True)
class Reaction:
    event: type[Event]
    run: Callable[[Unit, list[Any]], None]
    order: int

    @property
    def name(self) -> str:
        return f"{self.run.__module__}.{self.run.__name__}"


_reactions: dict[type[Event], list[Reaction]] = {}


def reacts_to(
    *events: type[Event], order: int = 50
) -> Callable[[Callable[[Unit, list[Any]], None]], Callable[[Unit, list[Any]], None]]:
    """Register a function over all occurrences of one event in a chunk. Lower `order` runs first."""

    def register(run: Callable[[Unit, list[Any]], None]) -> Callable[[Unit, list[Any]], None]:
        for event in events:
            registered = _reactions.setdefault(event, [])
            registered.append(Reaction(event, run, order))
            registered.sort(key=lambda r: (r.order, r.name))
        return run

    return register


def reactions(event: type[Event]) -> list[Reaction]:
    """The reactions to an event, in the order in which they run."""
    return _reactions.get(event, [])


def all_reactions() -> list[Reaction]:
    """Every reaction, for printing and for the contract tests."""
    return [reaction for registered in _reactions.values() for reaction in registered]
