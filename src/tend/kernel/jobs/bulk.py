"""A verb over many records as a job: resumed where it was when the worker died, without doing anything twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models, transaction

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_by_code
from tend.kernel.jobs.declared import job
from tend.kernel.jobs.queue import enqueue
from tend.kernel.jobs.run import Run
from tend.kernel.operations import Operation, close, run_chunk, start
from tend.kernel.taking import take
from tend.kernel.verbs import CHUNK, Verb

AT_ONCE = 200  # records that a request may change while somebody waits
WHY = "a bulk job goes on with its own operation"


def run_or_queue(
    actor: Actor, verb: Verb, ids: list[int], options: dict[str, Any], *, at_once: int = AT_ONCE
) -> Operation:
    """Run a verb over records now when they are few, else as a job; the operation tells which by its state.

    Ids that the actor may not change become refusals of the operation, as in `verb.each`.
    """
    if len(ids) <= at_once:
        return verb.each(actor, ids, **options)
    return queue_each(actor, verb, ids, options)


def queue_each(actor: Actor, verb: Verb, ids: list[int], options: dict[str, Any], *, chunk: int = CHUNK) -> Operation:
    """Queue a verb over records, in the transaction that is open."""
    with transaction.atomic():
        told = {name: str(value) for name, value in options.items()}
        operation = start(actor, verb.name, verb.entity.code, total=len(ids), params=told)
        take(Operation.objects.as_system(WHY).filter(pk=operation.pk), state=Operation.State.WAITING)
        operation.state = Operation.State.WAITING
        packed = {"code": verb.entity.code, "verb": verb.name, "ids": ids, "options": pack(options), "chunk": chunk}
        enqueue("bulk", packed, actor, operation=operation)
    return operation


@job("bulk")
def run_bulk(run: Run, *, code: str, verb: str, ids: list[int], options: Any, chunk: int = CHUNK) -> dict[str, int]:
    """Run the chunks that are not done yet, each in its own transaction with the operation's mark of how far it is."""
    known = entity_by_code(code).verb_by_name[verb]
    rows = Operation.objects.as_system(WHY).filter(pk=run.job.operation_id)
    take(rows.filter(state=Operation.State.WAITING), state=Operation.State.RUNNING)
    operation: Operation = rows.get()
    given = unpack(options)
    while operation.done_through < len(ids):
        with run.chunk():
            operation = rows.select_for_update().get()
            begin = operation.done_through
            run_chunk(known, run.actor, ids[begin : begin + chunk], given, operation, clock.now())
        run.tell(operation.done_through, len(ids))
    if operation.state == Operation.State.RUNNING:
        close(operation, clock.now())
    return {"changed": operation.changed, "failed": operation.failed}


def pack(value: Any) -> Any:
    """Verb options as JSON: records by type and id, dates and decimals by their kind."""
    if isinstance(value, models.Model):
        return {"$": "record", "of": value._meta.label_lower, "id": value.pk}
    if isinstance(value, dt.datetime):
        return {"$": "datetime", "is": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$": "date", "is": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$": "decimal", "is": str(value)}
    if isinstance(value, dict):
        return {"$": "dict", "is": [[pack(k), pack(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [pack(v) for v in value]
    return value


def unpack(value: Any) -> Any:
    """The inverse of `pack`. Records are read anew, so that a job does not work with what they were."""
    if isinstance(value, list):
        return [unpack(v) for v in value]
    if not isinstance(value, dict):
        return value
    kind = value["$"]
    if kind == "record":
        rows = apps.get_model(value["of"])._default_manager
        return rows.as_system("the options of a bulk job were looked up by its actor").get(pk=value["id"])
    if kind == "dict":
        return {unpack(k): unpack(v) for k, v in value["is"]}
    revive: dict[str, Callable[[str], Any]] = {
        "datetime": dt.datetime.fromisoformat,
        "date": dt.date.fromisoformat,
        "decimal": Decimal,
    }
    return revive[kind](value["is"])
