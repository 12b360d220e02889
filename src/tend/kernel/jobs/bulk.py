"""A verb over many records: at once when they are few, else as a job."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from tend.kernel.actor import Actor
from tend.kernel.jobs.stages import AT_ONCE, of_verb, queue_stages
from tend.kernel.operations import Operation, said_of, start
from tend.kernel.verbs import CHUNK, Verb


def run_or_queue(
    actor: Actor, verb: Verb, ids: list[int], options: dict[str, Any], *, at_once: int = AT_ONCE
) -> Operation:
    """Run a verb over records now when they are few, else as a job; the operation tells which by its state.

    The records are those of this moment, what may be done to them is asked when it is done: ids that the actor may not
    change become refusals of the operation, as in `verb.each`.
    """
    if len(ids) <= at_once:
        return verb.each(actor, ids, **options)
    return queue_each(actor, verb, ids, options)


def queue_each(actor: Actor, verb: Verb, ids: list[int], options: dict[str, Any], *, chunk: int = CHUNK) -> Operation:
    """Queue a verb over records, in the transaction that is open."""
    with transaction.atomic():
        params = {name: said_of(value) for name, value in options.items()}
        operation = start(actor, verb.name, verb.entity.code, total=len(ids), params=params)
        return queue_stages(actor, operation, [of_verb(verb, ids, options)], chunk=chunk)
