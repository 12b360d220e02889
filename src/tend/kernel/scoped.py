"""The one scoped door: a queryset that answers nothing until somebody says for whom, or why not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models

from tend.kernel.actor import Actor
from tend.kernel.errors import Misuse

log = logging.getLogger("tend.scope")
M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """Refuses to run without `seen_by(actor)` or `as_system(why)`; in production it answers nothing and logs."""

    why: str = ""

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.why = self.why
        return clone  # type: ignore[no-any-return]

    def seen_by(self, actor: Actor, action: str = "view", *, trashed: bool = False, each: bool = False) -> Self:
        """The rows on which the actor may do `action`; those in the trash only when asked for.

        `each` is for rows that are few already, or walked in an order until there are enough: the scope is then asked row
        by row where the record type can (`Entity.extra["each"]`). The same rows, another way to find them.
        """
        from tend.kernel.entity import entity_of

        rows = self._because(f"seen by {actor.user_id}")
        if not trashed:
            rows = rows.filter(trashed_at__isnull=True)
        entity = entity_of(self.model)
        found: Self = (entity.extra.get("each", entity.rows) if each else entity.rows)(rows, actor, action)
        return found

    def reached_by(
        self, actor: Actor, rows: Callable[[Any, Actor, str], Any], action: str = "view", *, trashed: bool = False
    ) -> Any:
        """What `rows` makes of the rows of an actor: those in his reach, or None when it cannot say which these are."""
        if actor.is_system:
            return None
        mine = self._because(f"reached by {actor.user_id}")
        return rows(mine if trashed else mine.filter(trashed_at__isnull=True), actor, action)

    def as_system(self, why: str) -> Self:
        """Every row, trash included: work without a user, with its reason."""
        if not why:
            raise Misuse("as_system needs a reason")
        return self._because(why)

    def _because(self, why: str) -> Self:
        clone = self._clone()
        clone.why = why
        return clone

    def _refuse(self) -> bool:
        if self.why:
            return False
        message = f"{self.model.__name__} was asked without an actor"
        if settings.SCOPE_RAISES:
            raise Misuse(message)
        log.error(message)
        self.query.set_empty()
        return True

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._refuse()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Any:
        self._refuse()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._refuse()
        return super().count()

    def exists(self) -> bool:
        self._refuse()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._refuse()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._refuse()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse()
        return super().delete()


class Scoped(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Default manager of a record type."""


class PartQuerySet(ScopedQuerySet[M]):
    """Rows that hang on a record: reached from records that went through the door, or as the system."""

    def of(self, records: Iterable[models.Model] | Iterable[int]) -> Self:
        """The parts of records that the caller has already read through the scope (or of their ids)."""
        ids = {r if isinstance(r, int) else r.pk for r in records}  # a set, because Django looks into lists one by one
        return self._because("parts of records already seen").filter(record_id__among=ids)


class Parts(models.Manager.from_queryset(PartQuerySet)):  # type: ignore[misc]
    """Default manager of a part."""
