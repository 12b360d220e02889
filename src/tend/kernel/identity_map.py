"""The rows a unit of work holds: the same row is the same instance, and what each held when it was read is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import models

from tend.kernel.record import concrete

Values = tuple[Any, ...]


@cache
def values_of(model: type[models.Model]) -> Callable[[dict[str, Any]], Values]:
    """Reads the values of all columns of a model from the `__dict__` of an instance; KeyError when one is deferred."""
    return itemgetter(*concrete(model))


class IdentityMap:
    """Rows by type and key. Comparing is by values: whoever changed an attribute need not say so."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], dict[int, Any]] = {}
        self._before: dict[type[models.Model], dict[int, Values]] = {}
        # Rows of which only some columns were read: their snapshot names them.
        self._partial: dict[type[models.Model], dict[int, dict[str, Any]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def rows(self, model: type[models.Model]) -> list[Any]:
        return list(self._rows.get(model, {}).values())

    def all_rows(self) -> Iterator[Any]:
        for rows in self._rows.values():
            yield from rows.values()

    def read_types(self) -> set[type[models.Model]]:
        """The types of which rows have been read or written, so that they may differ from what is stored."""
        return set(self._before) | set(self._partial)

    def get(self, model: type[models.Model], pk: int) -> Any | None:
        found = self._rows.get(model)
        return found.get(pk) if found is not None else None

    def add_new(self, model: type[models.Model], pk: int, row: Any) -> None:
        """Hold a row that is not stored yet."""
        found = self._rows.get(model)
        if found is None:
            found = self._rows[model] = {}
        found[pk] = row

    def add_read(self, model: type[models.Model], pk: int, row: Any) -> None:
        """Hold a row as it was read: what differs from now on is what will be written."""
        self.add_new(model, pk, row)
        self.remember(model, pk, row)

    def remember(self, model: type[models.Model], pk: int, row: Any) -> None:
        """What the row holds now is what is stored."""
        try:
            self._before.setdefault(model, {})[pk] = values_of(model)(row.__dict__)
        except KeyError:
            kept = {n: row.__dict__[n] for n in concrete(model) if n in row.__dict__}
            self._partial.setdefault(model, {})[pk] = kept

    def drop(self, model: type[models.Model], pk: int) -> None:
        """Let go of a row, stored or not; its snapshot stays, so that it can be held again."""
        self._rows.get(model, {}).pop(pk, None)

    def forget(self, model: type[models.Model], pk: int) -> None:
        """As if the row had never been read."""
        for store in (self._rows, self._before, self._partial):
            store.get(model, {}).pop(pk, None)

    def is_new(self, model: type[models.Model], pk: int) -> bool:
        """Held, but not stored yet."""
        return self.get(model, pk) is not None and not self._is_stored(model, pk)

    def _is_stored(self, model: type[models.Model], pk: int) -> bool:
        return pk in self._before.get(model, ()) or pk in self._partial.get(model, ())

    def before(self, row: models.Model, name: str) -> Any:
        """The value that the attribute had when the row was read or last written; what it is now, for a new one."""
        model, pk = type(row), row.pk
        known = self._before.get(model, {}).get(pk)
        if known is not None:
            names = concrete(model)
            return known[names.index(name)] if name in names else None
        return self._partial.get(model, {}).get(pk, row.__dict__).get(name)

    def differences(
        self, only: Iterable[type[models.Model]] | None = None
    ) -> Iterator[tuple[type[models.Model], int, Any, dict[str, tuple[Any, Any]]]]:
        """Type, key, row and {attribute: (before, now)} of each row that differs; from then on it counts as stored."""
        wanted = None if only is None else set(only)
        for model, known in self._before.items():
            if wanted is not None and model not in wanted:
                continue
            read, names, rows = values_of(model), concrete(model), self._rows.get(model, {})
            for pk, before in known.items():
                row = rows.get(pk)
                if row is None:
                    continue
                now = read(row.__dict__)
                if now != before:
                    told = {n: (b, v) for n, b, v in zip(names, before, now, strict=True) if v is not b and v != b}
                    if told:
                        yield model, pk, row, told
                        known[pk] = read(row.__dict__)  # the caller has set version and time by now
        for model, parts in self._partial.items():
            if wanted is not None and model not in wanted:
                continue
            for pk, kept in parts.items():
                row = self.get(model, pk)
                if row is None:
                    continue
                current = row.__dict__
                told = {n: (b, current[n]) for n, b in kept.items() if current[n] is not b and current[n] != b}
                if told:
                    yield model, pk, row, told
                    parts[pk] = {n: current[n] for n in kept}
