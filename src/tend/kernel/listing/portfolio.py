"""A small portfolio is walked by itself: no planner then walks a million names in the hope of meeting thirty accounts.

`Entity.extra["portfolio"]` is a function of actor and action that gives queries of ids which together hold every record in
that actor's reach (more does no harm, the scope is applied all the same), or None when his reach has no such bound.
"""

from __future__ import annotations

import time

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.prepared import of_actor

FEW = 2000  # a list of more records than this is dense enough to be walked in its own order
MANY_FOR = 30.0  # seconds for which a portfolio that was large is taken for large: another way to the same records


def reachable(entity: Entity, actor: Actor, action: str) -> list[int] | None:
    """The ids of all records in reach when there are few; None when there are many or nobody can tell."""
    portfolio = entity.extra.get("portfolio")
    if portfolio is None or actor.is_system:
        return None
    many: dict[tuple[str, str], float] = actor.kept.setdefault("large portfolios", {})
    if many.get((entity.code, action), 0.0) > time.monotonic():
        return None
    queries = portfolio(actor, action)
    if queries is None:
        many[entity.code, action] = float("inf")  # his rights say so
        return None
    found: set[int] = set()
    for nth in range(len(queries)):
        ids = of_actor(
            actor, ("portfolio", entity.code, action, nth), lambda n=nth: portfolio(actor, action)[n][: FEW + 1]
        )
        found.update(pk for (pk,) in ids())
        if len(found) > FEW:
            many[entity.code, action] = time.monotonic() + MANY_FOR
            return None
    return sorted(found)
