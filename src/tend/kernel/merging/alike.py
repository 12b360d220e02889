"""Pairs of records that look alike, as a record type offers them to its doors: in `Entity.extra["alike"]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity


@dataclass(frozen=True)
class AlikePairs:
    """`pairs_of`: rows with `first_id`, `second_id`, `signs` and `found_at` of which the actor sees both, newest first.

    `signs_in_sight`: what of two records the actor may know to be the same, by the words that `signs` uses.
    """

    pairs_of: Callable[[Actor], Any]
    signs_in_sight: Callable[[Actor], tuple[str, ...]]

    def page(self, actor: Actor, start: int, limit: int) -> tuple[list[tuple[Any, list[str]]], bool]:
        """So many pairs from `start` on, each with the signs that the actor may know, and whether there are more.

        A pair of which he may know no sign is left out.
        """
        rows = list(self.pairs_of(actor)[start : start + limit + 1])
        seen = self.signs_in_sight(actor)
        told = [(row, [s for s in seen if s in row.signs]) for row in rows[:limit]]
        return [(row, signs) for row, signs in told if signs], len(rows) > limit


def alike_pairs(entity: Entity) -> AlikePairs | None:
    """How a record type finds pairs; None when it does not look for any."""
    found: AlikePairs | None = entity.extra.get("alike")
    return found
