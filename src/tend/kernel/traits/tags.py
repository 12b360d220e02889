"""Tags: administrators make them, whoever may edit a record attaches them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.books import Book
from tend.kernel.entity import Field
from tend.kernel.record import Part
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit


class Tag(Book):
    """A word that an administrator allows on records."""

    class Meta(Book.Meta):
        verbose_name = _("Tag")
        verbose_name_plural = _("Tags")
        constraints = [models.UniqueConstraint(fields=["name"], name="tag_name_is_unique")]


class TagLink(Part):
    """Tag × record. Subclasses define `record`."""

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Tags(Trait):
    name = "tags"
    base = TagLink

    def fields(self) -> tuple[Field, ...]:
        return (Field("tags", label=_("Tags"), kind="links", many=True, to=Tag, sort=False, facet=True),)

    def through(self, name: str) -> Through | None:
        return Through(self.model, "tag_id") if name == "tags" else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Iterable[Tag | int] | None) -> None:
        """Set exactly these tags."""
        wanted = {v if isinstance(v, int) else v.pk for v in value or ()}
        rows = self.rows(unit, record)
        for row in list(rows):
            if row.tag_id not in wanted:
                self.drop(unit, record, row)
        known = {row.tag_id for row in rows}
        for pk in sorted(wanted - known):
            self.add(unit, record, tag_id=pk)

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [r.tag_id for r in rows]
