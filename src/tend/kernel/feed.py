"""The one ordered reading of the history: every change once, none left out that is committed late. No rights are asked here.

The order is that of the entries' ids. SQLite has one writer, so ids become visible in their order. On PostgreSQL an id is
taken some moments before its transaction commits, and a later id may be seen first. Whoever inserts into the history holds a
lock of its table from before he takes an id until he has committed: while one of those who held it when we looked still
does, nothing beyond the first missing id is given. No clock is asked. docs/decisions/0011 says why.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from tend.kernel.history import Change

Mark = int  # how far a reader is: an id that is settled, as are all before it
START: Mark = 0
PATIENCE, LOOK = 0.15, 0.003  # seconds that we wait for those who are about to commit, and between two looks
GAP_LOOK = 10_000  # ids looked at for a gap; a reader that far behind asks again
WHY = "the feed reads the history in order, and each reader asks the scope"


class Heading(NamedTuple):
    """One entry: its id and the record that it is about."""

    id: int
    record_type: str
    record_id: int


class Window(NamedTuple):
    """Entries that were looked at, in order, the mark after them, and whether as many were looked at as was allowed."""

    headings: list[Heading]
    mark: Mark
    is_full: bool


_SEQUENCE = """SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {}"""
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation = 'kernel_change'::regclass AND mode = 'RowExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pid IS DISTINCT FROM pg_backend_pid()
"""


def settled(after: Mark, limit: int, *, only: Sequence[str] = ()) -> tuple[list[Change], Mark]:
    """The next changes after a mark, at most `limit` looked at, and the mark to go on from.

    `only` (codes of record types) leaves the others out; the mark passes over them, so that an answer may be empty while
    more follows: the end is reached when the mark stays as it was. Ask outside a transaction that has written.
    """
    window = look(after, limit, only=only)
    if not window.headings:
        return [], window.mark
    first, last = window.headings[0].id, window.headings[-1].id
    rows = Change.objects.as_system(WHY).filter(pk__gte=first, pk__lte=last).order_by("pk")
    return list(rows.filter(record_type__in=only) if only else rows), window.mark


def look(after: Mark, limit: int, *, only: Sequence[str] = ()) -> Window:
    """As `settled`, without what changed: enough to ask the scope about many before a few are read."""
    if limit < 1:
        raise ValueError("a feed is read in steps of at least one")
    end = last_settled(after)
    rows = Change.objects.as_system(WHY).filter(pk__gt=after, pk__lte=end).order_by("pk")
    found = [Heading(*row) for row in rows.values_list("pk", "record_type", "record_id")[:limit]] if end > after else []
    is_full = len(found) == limit
    kept = [one for one in found if not only or one.record_type in only]
    return Window(kept, found[-1].id if is_full else end, is_full)


def newest(limit: int, *, only: Sequence[str] = ()) -> Window:
    """The last entries that are settled, in order; the mark is that from which they are read again."""
    rows = Change.objects.as_system(WHY).filter(pk__lte=last_settled(START)).order_by("-pk")
    found = [Heading(*row) for row in rows.values_list("pk", "record_type", "record_id")[:limit]][::-1]
    kept = [one for one in found if not only or one.record_type in only]
    is_full = len(found) == limit
    return Window(kept, found[0].id if is_full else START, is_full)


def bodies(ids: Sequence[int]) -> list[Change]:
    """The entries of some headings, in their order; the caller has asked the scope."""
    return list(Change.objects.as_system(WHY).filter(pk__among=list(ids)).order_by("pk"))


def changes_of_record(code: str, pk: int, limit: int) -> list[Change]:
    """The first entries about one record, oldest first; the caller has asked the scope."""
    rows = Change.objects.as_system(WHY).filter(record_type=code, record_id=pk)
    return list(rows.order_by("pk")[:limit])


def last_settled(after: Mark) -> Mark:
    """The last id, not below the mark, up to which nothing can appear any more."""
    if connection.vendor != "postgresql":
        newest = Change.objects.as_system(WHY).order_by("-pk").values_list("pk", flat=True).first()
        return max(after, newest or 0)
    taken = _taken()
    if taken <= after:
        return after
    if _all_ended(_writers()):
        return taken
    return _before_first_gap(after, taken)


def _taken() -> int:
    """The last id that anybody has taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('kernel_change', 'id')")
        (name,) = cursor.fetchone()
        cursor.execute(_SEQUENCE.format(name))
        return int(cursor.fetchone()[0])


def _writers() -> set[str]:
    """The other transactions that may hold ids of entries nobody sees yet; read after `_taken`, never before."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return {row[0] for row in cursor.fetchall()}


def _all_ended(writing: set[str]) -> bool:
    """Wait for these transactions (not for later ones), as long as usual ones take. False when one goes on."""
    until = time.monotonic() + PATIENCE
    while writing:
        if time.monotonic() > until:
            return False
        time.sleep(LOOK)
        writing &= _writers()
    return True


def _before_first_gap(after: Mark, taken: int) -> Mark:
    """The last id before the first one that nobody sees: what a transaction under way holds can only be in gaps."""
    rows: Any = Change.objects.as_system(WHY).filter(pk__gt=after, pk__lte=taken).order_by("pk")
    last = after
    for pk in rows.values_list("pk", flat=True)[:GAP_LOOK]:
        if pk != last + 1:
            break
        last = pk
    return last
