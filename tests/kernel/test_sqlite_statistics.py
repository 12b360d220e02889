"""SQLite takes a short index although it holds nothing yet; after work on very many records the planner is told at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tend.kernel import clock, operations
from tend.kernel.sqlite.statistics import count_anew, say_empty_indexes
from tests.cast import Cast

pytestmark = pytest.mark.django_db
of_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts its indexes by itself")
of_postgres = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite counts all of its tables")


@of_sqlite
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


@of_sqlite
def test_work_on_very_many_records_tells_the_planner_at_its_end(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    def known() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
            if not cursor.fetchone()[0]:
                return False
            cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'accounts_account'")
            return bool(cursor.fetchone()[0])

    cast.account("Kestrel Packaging", cast.junior)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1")
    for changed, told in ((operations.MANY - 1, False), (operations.MANY, True)):
        with django_capture_on_commit_callbacks(execute=True):
            work = operations.start(cast.actor(cast.admin), "redate-calls", "accounts.account", total=changed)
            work.changed = changed
            operations.close(work, clock.now())
        assert known() == told


@of_postgres
def test_tables_that_have_grown_are_counted_before_postgresql_does_so_itself(transactional_db: None) -> None:
    def known() -> int:
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'jar'")
        return int(cursor.fetchone()[0])

    with connection.cursor() as cursor:
        try:
            cursor.execute("CREATE TABLE jar (day integer)")
            cursor.execute("INSERT INTO jar SELECT generate_series(1, 900)")
            cursor.execute("SELECT pg_stat_force_next_flush()")
            count_anew()
            assert not known()  # hardly grown
            cursor.execute("INSERT INTO jar SELECT generate_series(1, 2000)")
            cursor.execute("SELECT pg_stat_force_next_flush()")
            count_anew()
            assert known()
        finally:
            cursor.execute("DROP TABLE IF EXISTS jar")
