"""One record of a batch under trial: what it did to the unit in memory, so that a refusal leaves nothing behind."""

from __future__ import annotations

from typing import Any

from django.db import models

from tend.kernel.identity_map import IdentityMap

FEW = 64  # up to so many held rows all of them are copied; beyond it the record under way and its parts
Rows = dict[type[models.Model], dict[int, models.Model]]


class Attempt:
    """A log of what was held, made and removed, and the values that rows had when it began."""

    def __init__(self, rows: IdentityMap, new: Rows, gone: Rows, made: dict[type[models.Model], set[int]]) -> None:
        self._rows, self._new, self._gone, self._made = rows, new, gone, made
        self._log: list[tuple[str, type[models.Model], int, Any]] = []
        self._kept: list[tuple[Any, dict[str, Any]]] = []
        self.keeps_all = len(rows) < FEW
        if self.keeps_all:
            for row in rows.all_rows():
                self._remember(row)

    def keep(self, row: models.Model) -> None:
        """Remember a record with the parts that are loaded for it."""
        for rows in self._remember(row).values():
            if isinstance(rows, list):
                self._kept.extend((part, dict(part.__dict__)) for part in rows if isinstance(part, models.Model))

    def _remember(self, row: models.Model) -> dict[str, Any]:
        loaded = row.__dict__.get("_traits")
        if loaded is None:
            self._kept.append((row, dict(row.__dict__)))
            return {}
        copied = {name: (list(rows) if isinstance(rows, list) else rows) for name, rows in loaded.items()}
        self._kept.append((row, {**row.__dict__, "_traits": copied}))
        return copied

    def held(self, model: type[models.Model], pk: int) -> None:
        self._log.append(("held", model, pk, None))

    def created(self, model: type[models.Model], pk: int) -> None:
        self._log.append(("created", model, pk, None))

    def removed(self, model: type[models.Model], part: models.Model, *, was_new: bool) -> None:
        self._log.append(("unmade" if was_new else "removed", model, part.pk, part))

    def absorb(self, inner: Attempt) -> None:
        """Take over what an attempt within this one did."""
        self._log += inner._log

    def take_back(self) -> None:
        """Put the unit back, latest first."""
        for what, model, pk, part in reversed(self._log):
            if what == "created":
                self._new[model].pop(pk, None)
                self._made[model].discard(pk)
                self._rows.forget(model, pk)
            elif what == "held":
                self._rows.forget(model, pk)
            elif what == "unmade":
                self._new[model][pk] = part
                self._rows.add_new(model, pk, part)
            else:
                self._gone[model].pop(pk, None)
                self._rows.add_new(model, pk, part)
        self._log.clear()
        for row, values in self._kept:
            row.__dict__.clear()
            row.__dict__.update(values)
