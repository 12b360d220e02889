"""What somebody did last that can still be taken back: his single writes and his operations, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse
from tend.kernel.history import Change
from tend.kernel.operations import UNDO_DAYS, Operation, operations_of
from tend.kernel.sight import records_in_sight

WHY = "one's own writes, narrowed to the records in one's sight"
SHOWN = 10
LOOKED_AT = 300  # single writes; whoever wrote more since the tenth that can be taken back does not see that one


@dataclass(frozen=True)
class Deed:
    """One write (`changes`, about `record` and others) or one `operation`."""

    at: dt.datetime
    verb: str
    changes: Sequence[Change] = ()
    record: Any = None
    operation: Operation | None = None

    @property
    def code(self) -> str:
        """The record type that it is about."""
        return self.operation.record_type if self.operation is not None else self.main.record_type

    @property
    def main(self) -> Change:
        """The entry of the record that the verb was called on; what followed from it stands beside."""
        return _main(self.changes)

    @property
    def others(self) -> int:
        """How many further records of the same type it changed."""
        return len({c.record_id for c in self.changes if c.record_type == self.main.record_type}) - 1


def deeds_of(actor: Actor, now: dt.datetime, *, limit: int = SHOWN) -> list[Deed]:
    """The last deeds of a person that Undo can take back now, as far as their records are in her sight."""
    since = now - dt.timedelta(days=UNDO_DAYS)
    mine = operations_of(actor).filter(actor_id=actor.user_id, started_at__gt=since).exclude(kind="undo")
    found = [Deed(o.started_at, o.kind, operation=o) for o in mine.order_by("-id")[:limit] if o.may_be_undone_at(now)]
    found += _writes(actor, since, limit)
    return sorted(found, key=lambda d: d.at, reverse=True)[:limit]


def _writes(actor: Actor, since: dt.datetime, limit: int) -> list[Deed]:
    """Single writes, newest first; those that something has written over since are no longer one's to take back."""
    rows = Change.objects.as_system(WHY).filter(actor_id=actor.user_id, operation_id=None, at__gt=since)
    changes = list(rows.order_by("-id")[:LOOKED_AT])
    seen = _seen(actor, changes)
    touched = _written_since(changes)
    acts: dict[int, list[Change]] = {}
    for change in changes:
        if (change.record_type, change.record_id) in seen:
            acts.setdefault(change.act, []).append(change)
    found = []
    for told in acts.values():
        if told[0].verb != "undo" and any(_stands(change, touched) for change in told):
            main = _main(told)
            found.append(Deed(main.at, main.verb, told, seen[main.record_type, main.record_id]))
            if len(found) == limit:
                break
    return found


def _seen(actor: Actor, changes: Sequence[Change]) -> dict[tuple[str, int], Any]:
    """The records in sight that these entries are about."""
    ids: dict[str, set[int]] = {}
    for change in changes:
        ids.setdefault(change.record_type, set()).add(change.record_id)
    return {
        (code, record.pk): record for code, pks in ids.items() for record in records_in_sight(actor, code).filter(pk__in=pks)
    }  # fmt: skip


def _written_since(changes: Sequence[Change]) -> dict[tuple[str, int], list[tuple[int, int, set[str]]]]:
    """For each record its entries since the oldest of these: (id, act, what was touched)."""
    found: dict[tuple[str, int], list[tuple[int, int, set[str]]]] = {}
    ids: dict[str, set[int]] = {}
    for change in changes:
        ids.setdefault(change.record_type, set()).add(change.record_id)
    for code, pks in ids.items():
        rows = Change.objects.as_system(WHY).filter(record_type=code, record_id__in=pks, pk__gte=changes[-1].pk)
        for change in rows:
            found.setdefault((code, change.record_id), []).append((change.pk, change.act, _touches(change)))
    return found


def _touches(change: Change) -> set[str]:
    return {*change.body.get("fields", {}), *(f"{label}/{pk}" for label, pk, *_rest in change.body.get("parts", ()))}


def _stands(change: Change, touched: dict[tuple[str, int], list[tuple[int, int, set[str]]]]) -> bool:
    """Would Undo find anything of this entry as it was written? A new record stands until somebody works on it."""
    later = [
        (act, what)
        for pk, act, what in touched[change.record_type, change.record_id]
        if pk > change.pk and act != change.act
    ]
    if change.kind == "create":
        return not later
    return bool(_touches(change) - {name for _act, what in later for name in what})


def _main(changes: Sequence[Change]) -> Change:
    def is_of_verb(change: Change) -> bool:
        try:
            entity = entity_by_code(change.record_type)
        except Misuse:
            return False
        return change.verb in entity.verb_by_name

    oldest_first = sorted(changes, key=lambda c: c.pk)
    return next((c for c in oldest_first if is_of_verb(c)), oldest_first[0])
