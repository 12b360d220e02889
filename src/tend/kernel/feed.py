"""The one ordered reading of the history: every change once, none left out that is committed late. No rights are asked here.

The order is that of the entries' ids. SQLite has one writer, so ids become visible in their order. On PostgreSQL an id is
taken some moments before its transaction commits, and a later id may be seen first. Whoever inserts into the history holds a
lock of its table from before he takes an id until he has committed: while one of those who held it when we looked still
does, nothing beyond the first missing id is given. No clock is asked. docs/decisions/0011 says why.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection

from tend.kernel.history import Change

Mark = int  # how far a reader is: an id that is settled, as are all before it
START: Mark = 0
PATIENCE, LOOK = 0.15, 0.003  # seconds that we wait for those who are about to commit, and between two looks
GAP_LOOK = 10_000  # ids looked at for a gap; a reader that far behind asks again
WHY = "the feed reads the history in order, and each reader asks the scope"
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
    if limit < 1:
        raise ValueError("a feed is read in steps of at least one")
    end = last_settled(after)
    rows = Change.objects.as_system(WHY).filter(pk__gt=after, pk__lte=end).order_by("pk")
    if not only:
        found = list(rows[:limit])
        return found, found[-1].pk if len(found) == limit else end
    ids = list(rows.values_list("pk", flat=True)[:limit])
    if not ids:
        return [], end
    found = list(rows.filter(pk__lte=ids[-1], record_type__in=only))
    return found, ids[-1] if len(ids) == limit else end


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
