"""The scope asked row by row answers as the scope asked as a set, for every record type, person and action."""

from __future__ import annotations

from typing import Any

import pytest

from tend.kernel.entity import entities
from tests.cast import Cast, make
from tests.contract.stage import actor_with

pytestmark = pytest.mark.django_db
LINES = ("leads", "accounts", "contacts", "activities", "documents")


def test_both_ways_show_the_same_records(cast: Cast) -> None:
    owners: list[Any] = [cast.manager, cast.junior, cast.leader, cast.stranger, None]
    for n in range(15):
        owner = owners[n % 5]
        account = make(
            "accounts", name=f"Account {n}", owner=owner, lifecycle="lead" if n % 3 == 0 else "customer",
            team=cast.team if n % 4 == 0 else None,
        )  # fmt: skip
        person = make(
            "contacts", first_name="Person", last_name=str(n), owner=owner, accounts=[account] if n % 2 else []
        )
        hung: dict[str, Any] = ({"accounts": [account]}, {"contacts": [person]}, {})[n % 3]
        make("documents", title=f"Paper {n}", url="https://papers.example/one", owner=owner, **hung)
        for place in ({"account": account}, {}):
            make(
                "activities",
                kind="task",
                subject=f"Do {n}",
                planned_on="2030-01-07",
                responsible=owner or cast.admin,
                **place,
            )
    actors = [cast.actor(u) for u in (cast.admin, cast.leader, cast.manager, cast.junior, cast.stranger)]
    for scopes in ("own team", "team own", "all none", "none own", "team all"):
        leads, accounts = scopes.split()
        given = {(line, a): accounts for line in LINES for a in ("view", "edit")}
        given |= {("leads", a): leads for a in ("view", "edit")}
        actors.append(actor_with(cast.manager, given))
    asked = [e for e in entities() if "each" in e.extra]
    assert {e.plural for e in asked} == {"accounts", "contacts", "activities", "documents"}
    for entity in asked:
        for actor in actors:
            for action in ("view", "edit", "delete"):
                for trashed in (False, True):
                    ways = [
                        set(
                            entity.model.objects.seen_by(actor, action, trashed=trashed, each=each).values_list(  # type: ignore[attr-defined]
                                "pk", flat=True
                            )
                        )
                        for each in (False, True)
                    ]
                    assert ways[0] == ways[1], (entity.plural, actor.name, action)
