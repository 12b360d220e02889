"""A verb over all records of a list: its filter is asked when the work begins, and walked by id until nothing is left.

Which records are meant is settled by the run, not by the click: the ids of a million records are neither sent nor kept.
What the run itself moves in or out of the filter does not change its way, because it goes by id and only to the last one
that was there when it began.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.jobs.bulk import run_or_queue
from tend.kernel.jobs.stages import AT_ONCE, Stage, deed, queue_stages
from tend.kernel.listing import Count, Listing
from tend.kernel.operations import Operation, run_chunk, said_of, start
from tend.kernel.verbs import CHUNK, Verb


@dataclass(frozen=True)
class Listed:
    """All records of a list: a filter (JSON), words that search, and how many there were when they were chosen.

    `action` says within which scope they are looked for; what may be done to each is asked by the verb.
    """

    filter: Any = None
    words: str = ""
    action: str = "bulk"
    shown: Count | None = None


def count_listed(actor: Actor, entity: Entity, listed: Listed) -> Count:
    """How many records of a list the actor may change in bulk, counted no further than lists are."""
    return _listing(actor, entity, listed).count()


def run_or_queue_listed(
    actor: Actor, verb: Verb, listed: Listed, options: Mapping[str, Any], *, at_once: int = AT_ONCE, chunk: int = CHUNK
) -> Operation:
    """Run a verb over a list now when it is short, else as a job; the operation tells which by its state.

    Raises Refused for a wrong filter.
    """
    listing = _listing(actor, verb.entity, listed)
    few = listing.ids(at_once + 1)
    if len(few) <= at_once:
        operation = run_or_queue(actor, verb, sorted(few), dict(options), at_once=at_once)
        return _keep_shown(operation, listed)
    count = listing.count()
    given = {
        "code": verb.entity.code, "verb": verb.name, "options": dict(options), "filter": listed.filter, "words": listed.words, "action": listed.action,
    }  # fmt: skip
    with transaction.atomic():
        params: dict[str, Any] = {name: said_of(value) for name, value in options.items()}
        operation = start(actor, verb.name, verb.entity.code, total=count.number, params=params)
        _keep_shown(operation, listed)
        stage = Stage("listed", size=max(count.number, 1), given=given, is_open=True)
        return queue_stages(actor, operation, [stage], chunk=chunk)


def _keep_shown(operation: Operation, listed: Listed) -> Operation:
    if listed.shown is not None and not listed.shown.is_more:
        operation.params = {**operation.params, "shown": listed.shown.number}
        operation.save(update_fields=["params"])
    return operation


@deed("listed")
def run_over_list(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, code: str, verb: str,
    options: Mapping[str, Any], filter: Any, words: str, action: str, chunk: int,  # noqa: A002 - the word of every surface
) -> bool:  # fmt: skip
    """The next records of the list; False when it is at its end. The first time it is settled which ones these are."""
    entity = entity_by_code(code)
    walk: dict[str, Any] | None = operation.params.get("walk")
    listing = _listing(
        actor, entity, Listed(filter, words, action), dt.datetime.fromisoformat(walk["at"]) if walk else now
    )
    if walk is None:
        through = listing.scope.aggregate(last=Max("pk"))["last"]
        walk = {"at": now.isoformat(), "after": 0, "through": through or 0}
        operation.total = listing.scope.filter(pk__lte=walk["through"]).count()
    rows = listing.scope.filter(pk__gt=walk["after"], pk__lte=walk["through"]).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:chunk])
    if found:
        run_chunk(entity.verb_by_name[verb], actor, found, dict(options), operation, now)
        walk = {**walk, "after": found[-1]}
    more = len(found) == chunk
    if not more or operation.done_through > operation.total:
        operation.total = operation.done_through  # others may have left the list since
    operation.params = {**operation.params, "walk": walk}
    operation.save(update_fields=["params", "total"])
    return more


def _listing(actor: Actor, entity: Entity, listed: Listed, now: dt.datetime | None = None) -> Listing:
    return Listing(
        entity,
        actor,
        filter=listed.filter,
        words=listed.words,
        action=listed.action,
        now=now or clock.now(),
        columns=(),
    )
