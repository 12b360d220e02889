"""A small portfolio is walked by itself: no planner then walks a million names in the hope of meeting thirty accounts.

`Entity.extra["portfolio"]` is a function of actor and action that gives queries of ids which together hold every record in
that actor's reach (more does no harm, the scope is applied all the same), or None when his reach has no such bound.
"""

from __future__ import annotations

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity

FEW = 2000  # a list of more records than this is dense enough to be walked in its own order


def reachable(entity: Entity, actor: Actor, action: str) -> list[int] | None:
    """The ids of all records in reach when there are few; None when there are many or nobody can tell."""
    portfolio = entity.extra.get("portfolio")
    queries = portfolio(actor, action) if portfolio else None
    if queries is None:
        return None
    found: set[int] = set()
    for ids in queries:
        found.update(ids[: FEW + 1])
        if len(found) > FEW:
            return None
    return sorted(found)
