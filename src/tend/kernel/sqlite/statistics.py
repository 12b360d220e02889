"""What the planner knows of tables and indexes, SQLite's above all, which counts nothing by itself.

Its ANALYZE says nothing of an index that holds no row yet, and such a one is then not taken.
"""

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


_GROWN = "SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE n_mod_since_analyze > 1000 + n_live_tup / 10"


def count_anew() -> None:
    """After work that made very many rows: the planner is told now, not at night, or by PostgreSQL itself in a minute or two.

    Only a sample is read, of each index of SQLite and of each table of PostgreSQL that has grown by a tenth, so that nobody
    who writes waits for long.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_GROWN)
            for (table,) in cursor.fetchall():
                cursor.execute(f"ANALYZE {table}")
            return
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
