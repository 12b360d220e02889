"""Questions over a whole list that may take as long as the list is: they are given some seconds and then broken off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from tend.kernel.errors import Refused

SECONDS = 8.0  # what somebody waits at most; a million records take less than one on a machine with little else to do
STEPS = 20_000  # of SQLite's machine between two looks at the clock
CANCELLED = "57014"  # query_canceled, PostgreSQL's word for a statement that took too long


def too_many() -> Refused:
    """What is said when a list is too long to be added up while somebody waits."""
    return Refused(_("These are too many to add up in time. Narrow the filter first."), code="too_long")


@contextmanager
def in_time(seconds: float | None = None) -> Iterator[None]:
    """Let the statements of this block take so many seconds of time (`SECONDS` unless said) together on SQLite, each on PostgreSQL.

    Raises Refused when they take longer. They must only read: what they would have written is taken back.
    """
    limit = SECONDS if seconds is None else seconds
    if connection.vendor == "sqlite":
        with _interrupted(limit):
            yield
        return
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(max(int(limit * 1000), 1))])
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == CANCELLED:
            raise too_many() from None
        raise


@contextmanager
def _interrupted(limit: float) -> Iterator[None]:
    connection.ensure_connection()
    driver: Any = connection.connection
    end = time.monotonic() + limit
    driver.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error):
            raise too_many() from None
        raise
    finally:
        driver.set_progress_handler(None, 0)
