"""What SQLite's planner knows of indexes: ANALYZE says nothing of one that holds no row yet, and such a one is then not taken."""

from __future__ import annotations

from typing import Any

from django.db import connection

SAMPLE = 1000  # entries of each index
FEW = "1 1 1 1 1 1"  # a row in all, and one for each value of each column

_UNSAID = """
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT tbl_name, name, %s FROM sqlite_master
WHERE type = 'index' AND sql LIKE %s
AND tbl_name IN (SELECT tbl FROM sqlite_stat1) AND name NOT IN (SELECT idx FROM sqlite_stat1 WHERE idx IS NOT NULL)
"""


def count_anew() -> None:
    """After work that made very many rows: the planner is told now, not at night. PostgreSQL does so by itself.

    Only a sample of each index is read, so that nobody who writes waits for long.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
        cursor.execute("ANALYZE")
        say_empty_indexes(cursor)


def say_empty_indexes(cursor: Any) -> None:
    """After ANALYZE: note of indexes over some rows of a table that has rows, but none of these, that they are short.

    Without a note SQLite takes an index over some rows for half of its table: among all open calls it would look for those
    that were tried, while their own index holds none.
    """
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if cursor.fetchone() is None:
        return  # nothing was counted yet
    cursor.execute(_UNSAID, [FEW, "% WHERE %"])
    cursor.execute("ANALYZE sqlite_schema")  # read what is noted; counts nothing
