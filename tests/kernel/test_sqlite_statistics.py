"""SQLite takes a short index although it holds nothing yet."""

from __future__ import annotations

import pytest
from django.db import connection

from tend.kernel.sqlite.statistics import say_empty_indexes

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts its indexes by itself"),
]


def test_an_index_over_rows_that_are_not_there_yet_is_taken() -> None:
    def taken() -> str:
        cursor.execute("EXPLAIN QUERY PLAN SELECT 1 FROM jar WHERE state = 'open' AND tried AND day > 0")
        return str(cursor.fetchall()[0][-1])

    with connection.cursor() as cursor:
        say_empty_indexes(cursor)  # nothing was counted yet: nothing to say
        cursor.execute("CREATE TABLE jar (day integer, state text, tried bool)")
        cursor.execute("CREATE INDEX jar_open ON jar (day) WHERE state = 'open'")
        cursor.execute("CREATE INDEX jar_tried ON jar (day) WHERE state = 'open' AND tried")
        cursor.execute("CREATE INDEX jar_state ON jar (state)")
        cursor.executemany("INSERT INTO jar VALUES (%s, %s, 0)", [(n, "open" if n % 5 else "done") for n in range(500)])
        cursor.execute("ANALYZE")
        assert "jar_open" in taken()
        say_empty_indexes(cursor)
        assert "jar_tried" in taken()
