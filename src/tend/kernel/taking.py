"""Taking rows that only one process may have: an update with a condition, whose count tells who was first."""

from __future__ import annotations

from typing import Any

from django.db import models


def take(rows: models.QuerySet[Any], **values: Any) -> int:
    """Write `values` into rows that still meet the query's condition; how many that were.

    Two processes that take the same row at once never both get 1: the second waits and then meets no row.
    """
    return rows.update(**values)


def drop(rows: models.QuerySet[Any]) -> int:
    """Delete spent rows (old links, keys, slots): rows of the machinery, never records. How many that were."""
    return rows.delete()[0]
