"""Ids of what a unit makes: known at once, so that others can point to them, and reserved in blocks that grow with use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection, models

from tend.kernel import write

MOST = 1024  # a page takes one id and an import a thousand


class Ids:
    """The stock of one unit, or of all units of a run in chunks: what one leaves, the next one takes.

    A sequence of PostgreSQL gives an id once, whatever becomes of the transaction. On SQLite ids are reserved by the
    write lock, so that a new transaction begins without any.
    """

    def __init__(self) -> None:
        self._stock: dict[type[models.Model], list[int]] = {}
        self._last: dict[type[models.Model], int] = {}
        self._blocks: dict[type[models.Model], int] = {}

    def begin(self) -> None:
        """A new transaction begins."""
        if connection.vendor == "sqlite":
            self._stock.clear()
            self._last.clear()

    def next(self, model: type[models.Model], asking: Callable[[], AbstractContextManager[Any]]) -> int:
        """An id that nobody else gets; `asking` surrounds the query when the stock is used up."""
        stock = self._stock.get(model)
        if not stock:
            size = self._blocks[model] = min(self._blocks.get(model, 0) * 16 or 1, MOST)
            with asking():
                stock = write.reserve_ids(model, size, self._last.get(model, 0))
            self._last[model] = stock[-1]
            stock.reverse()
            self._stock[model] = stock
        return stock.pop()
