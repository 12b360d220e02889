"""Ids of what a unit makes: known at once, so that others can point to them, and reserved in blocks that grow with use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection, models

from tend.kernel import write

MOST = 1024  # a page takes one id and an import a thousand
FORESEEN = 16  # of one table, from what the last unit that began alike has needed
_usual: dict[type[models.Model], Counter[type[models.Model]]] = {}  # by what a unit makes first: all that it made


class Ids:
    """The stock of one unit, or of all units of a run in chunks: what one leaves, the next one takes.

    A sequence of PostgreSQL gives an id once, whatever becomes of the transaction. On SQLite ids are reserved by the
    write lock, so that a new transaction begins without any.
    """

    def __init__(self) -> None:
        self._stock: dict[type[models.Model], list[int]] = {}
        self._last: dict[type[models.Model], int] = {}
        self._blocks: dict[type[models.Model], int] = {}
        self._needed: Counter[type[models.Model]] = Counter()

    def begin(self) -> None:
        """A new transaction begins."""
        if connection.vendor == "sqlite":
            self._stock.clear()
            self._last.clear()

    def next(self, model: type[models.Model], asking: Callable[[], AbstractContextManager[Any]]) -> int:
        """An id that nobody else gets; `asking` surrounds the query when the stock is used up."""
        if not self._needed:
            with asking():
                self._foresee(model)
        self._needed[model] += 1
        stock = self._stock.get(model)
        if not stock:
            size = self._blocks[model] = min(self._blocks.get(model, 0) * 16 or 1, MOST)
            with asking():
                stock = write.reserve_ids(model, size, self._last.get(model, 0))
            self._last[model] = stock[-1]
            stock.reverse()
            self._stock[model] = stock
        return stock.pop()

    def _foresee(self, first: type[models.Model]) -> None:
        """Reserve in one question what the last unit that began with the same needed: a new account has a call and phones."""
        usual = _usual.get(first, Counter()).copy()
        _usual[first] = self._needed
        if len(usual) > 1 and not self._blocks:
            wanted = {model: min(count, FORESEEN) for model, count in usual.items()}
            for model, ids in write.reserve_ids_of_several(wanted).items():
                self._blocks[model], self._last[model] = len(ids), ids[-1]
                self._stock[model] = ids[::-1]
