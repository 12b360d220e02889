"""A list as a tree: each record of the list stands under its parent when that is in the list as well, else at the top.

So every record stands exactly once, a parent out of sight or outside of the filter is absent as if never entered, and the
tree counts what the list counts. Each level is a list of its own, with the same order and cursors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import NotSeen
from tend.kernel.listing.groups import counts_at
from tend.kernel.listing.listing import Listing, Page
from tend.kernel.listing.totals import COUNTED, Count
from tend.kernel.prepared import reaches
from tend.kernel.query.targets import unknown


@dataclass(frozen=True)
class Level(Page):
    """One page of a level, and how many records of the list hang under each of its records."""

    below: dict[int, Count]


def parent_field(entity: Entity, actor: Actor) -> Field:
    """The field that says under which record another one hangs. Refused where there is none for this actor."""
    name = str(entity.extra.get("tree") or "")
    if not name or entity.right(actor, name) == "hidden":
        raise unknown(entity, actor, name or "parent")
    return entity.by_name[name]


class Tree(Listing):
    """One level of the tree of a list: what stands at the top, or with `under` what hangs under that record.

    Takes what a list takes. Raises NotSeen when `under` is out of the actor's sight.
    """

    def __init__(self, entity: Entity, actor: Actor, *, under: int | None = None, **options: Any) -> None:
        self.parent = parent_field(entity, actor)
        self.under = under
        super().__init__(entity, actor, **options)
        if under is not None and not (under < 2**63 and reaches(actor, entity.model, self.action)(under)):
            raise NotSeen(entity.code)

    @cached_property
    def scope(self) -> Any:
        """The records of this level without an order."""
        return self._leveled(super().scope)

    def _may_branch(self) -> bool:
        return self.under is None  # what hangs under a record is found by the record

    def _leveled(self, rows: Any) -> Any:
        if self.under is not None:
            return rows.filter(**{self.parent.orm: self.under})
        return rows.filter(Q(**{f"{self.parent.orm}__isnull": True}) | ~Q(Exists(self._parents)))

    @property
    def _parents(self) -> Any:
        return self.listed.filter(pk=OuterRef(self._column)).values("pk")

    @property
    def _column(self) -> str:
        return str(getattr(self.entity.model._meta.get_field(self.parent.orm), "attname", self.parent.orm))

    @cached_property
    def listed(self) -> Any:
        """All records of the whole list, asked one by one."""
        rows = self.entity.model.objects.seen_by(self.actor, self.action, each=True)  # type: ignore[attr-defined]
        return self._narrowed(rows)

    def level(self) -> Level:
        """One page of this level with the numbers below; as many questions for 500 records as for 5."""
        found = self.page()
        return Level(**vars(found), below=self.below([r.pk for r in found.records]))

    def below(self, ids: Sequence[int]) -> dict[int, Count]:
        """How many records of the list hang under each of these, counted no further than any list is."""
        counts = counts_at(self.listed, self._column, self.entity.model._meta.pk, ids)
        return {pk: Count(min(n, COUNTED), n > COUNTED) for pk, n in counts.items()}
