"""All hits of one record type, page by page: by keyset, however many there are, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.finding.everywhere import Hit, explained
from tend.kernel.finding.typed import Typed, in_filter, meant
from tend.kernel.finding.values import ways
from tend.kernel.listing import LIMIT, Listing
from tend.kernel.query.tree import Node, as_json


@dataclass(frozen=True)
class Stretch:
    """One part of the hits: a list with its condition and words, and the fields that explain it."""

    node: Node | None
    words: str
    fields: tuple[str, ...]

    def listing(self, entity: Entity, actor: Actor, *, cursor: str | None = None, limit: int = LIMIT) -> Listing:
        node = as_json(self.node) if self.node is not None else None
        return Listing(
            entity, actor, filter=node, words=self.words, columns=list(self.fields), cursor=cursor, limit=limit
        )


@dataclass(frozen=True)
class Hits:
    """A page of hits and the cursor of the next one; None at the end."""

    hits: list[Hit]
    next_cursor: str | None


def page_of_hits(
    entity: Entity, actor: Actor, typed: Typed, *, within: Mapping[str, Any] | None = None, cursor: str = "",
    limit: int = LIMIT,
) -> Hits:  # fmt: skip
    """The hits of one record type by name, first those that hold the words, then those with a shared value of that name.

    A record stands in one stretch only. Refused for a cursor that is none.
    """
    stretches = _stretches(entity, actor, typed, within)
    at, place = _read(cursor, len(stretches))
    hits: list[Hit] = []
    while at < len(stretches) and len(hits) < limit:
        stretch = stretches[at]
        page = stretch.listing(entity, actor, cursor=place, limit=limit - len(hits)).page()
        found = explained(entity, actor, page.records, page.rows, stretch.node, stretch.words)
        earlier = _in_earlier(entity, actor, stretches[:at], [hit.record_id for *_order, hit in found])
        hits += [hit for *_order, hit in found if hit.record_id not in earlier]
        place = page.next_cursor
        if place is None:
            at += 1
    return Hits(hits, f"{at}.{place or ''}" if at < len(stretches) else None)


def _stretches(entity: Entity, actor: Actor, typed: Typed, within: Mapping[str, Any] | None) -> list[Stretch]:
    means = meant(entity, actor, typed)
    if means is None or typed.is_blank:
        return []
    condition = in_filter(means.node, within)
    further = [
        Stretch(in_filter(way.node, condition), way.words, (way.field, *means.fields))
        for way in ways(entity, actor, typed.words)
    ]
    return [Stretch(condition, typed.words, tuple(means.fields)), *further]


def _in_earlier(entity: Entity, actor: Actor, stretches: Sequence[Stretch], ids: list[int]) -> set[int]:
    known: set[int] = set()
    for stretch in stretches if ids else ():
        rows = stretch.listing(entity, actor).scope.filter(pk__in=ids)
        known.update(rows.values_list("pk", flat=True))
    return known


def _read(cursor: str, stretches: int) -> tuple[int, str | None]:
    at, _dot, place = cursor.partition(".")
    if not cursor:
        return 0, None
    if not at.isdecimal() or not at.isascii() or len(at) > 3 or int(at) > stretches:
        raise Refused(_("This page of the list is not known any more."), field="cursor", code="cursor")
    return int(at), place or None
