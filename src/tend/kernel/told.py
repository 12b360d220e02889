"""What an operation tells its reader: of one's own work everything, of a colleague's what concerns records in one's sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from tend.kernel.actor import Actor
from tend.kernel.operations import Operation, Refusal
from tend.kernel.sight import changes_in_sight, records_in_sight, sees_everything
from tend.kernel.undo import changes_of

COUNTED = 10_000  # a colleague's records in sight are counted no further


@dataclass(frozen=True)
class Told:
    """The numbers for one reader; `is_whole` when they are those of the work itself."""

    total: int
    done: int
    changed: int
    failed: int
    is_whole: bool


def is_whole(actor: Actor, operation: Operation) -> bool:
    """Is all that an operation counted the reader's to know: is it his own, or is no record out of his sight?"""
    return operation.actor_id == actor.user_id or sees_everything(actor)


def told_of(actor: Actor, operation: Operation) -> Told:
    """An operation's numbers for a reader who may look at it.

    Of a colleague's work under way it is not told how much is left: that would count what is out of sight.
    """
    if is_whole(actor, operation):
        return Told(operation.total, operation.done_through, operation.changed, operation.failed, True)
    rows = changes_in_sight(actor, changes_of(operation.pk).filter(record_type=operation.record_type))
    changed = len(rows.order_by().values_list("record_id").distinct()[:COUNTED])
    failed = refusals_of(actor, operation).order_by()[:COUNTED].count()
    return Told(changed + failed, changed + failed, changed, failed, False)


def refusals_of(actor: Actor, operation: Operation) -> Any:
    """Every refusal of an operation that its reader may look at, in the order of the work.

    Whoever asked for the work named the records; a leader is told of those in his sight.
    """
    rows = Refusal.objects.as_system("of an operation that was found in sight").filter(operation=operation)
    if not is_whole(actor, operation):
        rows = rows.filter(Exists(records_in_sight(actor, operation.record_type).filter(pk=OuterRef("record_id"))))
    return rows.order_by("pk")
