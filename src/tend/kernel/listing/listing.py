"""One list of records: filtered, sorted, paged, counted; the same for pages, API, exports and bulk edits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count as Counted
from django.db.models import F
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_of
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing.access import Branches, Walk, keys_on, parts_of, walk_of
from tend.kernel.listing.branches import branches_of, merged
from tend.kernel.listing.cursors import seal, unseal
from tend.kernel.listing.keys import prepared, sort_keys
from tend.kernel.listing.keyset import Stretch, beyond, ordered, stretches
from tend.kernel.listing.portfolio import reachable
from tend.kernel.listing.ranked import is_ranked, walk_ranked
from tend.kernel.listing.totals import KEPT, Asked, Count, Totals, asked, keep, kept, totals_of
from tend.kernel.prepared import MARK, Prepared
from tend.kernel.query import compile_filter, find_target
from tend.kernel.query.tree import Node, conditions, read_tree
from tend.kernel.reading import Linked, Reader

LIMIT = 50
MOST = 500
FACETS = 100
FIRST_PAGES = 50  # whose questions are kept for one person


@dataclass(frozen=True)
class Page:
    """Records of one page with the values of the chosen columns, and the cursors of its neighbours."""

    records: list[Any]
    rows: list[dict[str, Any]]
    next_cursor: str | None
    previous_cursor: str | None

    @property
    def has_next(self) -> bool:
        return self.next_cursor is not None

    @property
    def has_previous(self) -> bool:
        return self.previous_cursor is not None


@dataclass(frozen=True)
class Neighbours:
    """The records before and after one inside a list; None at its ends."""

    previous: int | None
    next: int | None


def usual_order(entity: Entity, actor: Actor) -> str:
    """The order of a list for which nobody named one, as far as its fields are there for this actor."""
    said = [name.strip() for name in entity.sort.split(",")]
    return ",".join(n for n in said if entity.right(actor, n.lstrip("+-")) != "hidden") or "id"


def _stretch(rows: Any, part: Stretch, place: Sequence[Any] | None, *, backward: bool) -> Any:
    """Rows of one part of a list in its order, beyond the sort values of a record."""
    part = part.walked()
    rows = part.narrow(rows)
    if place is not None:
        rows = rows.filter(beyond(part.keys, place, backward=backward))
    return ordered(rows, part.keys, backward=backward)


class Listing:
    """A list that one actor sees. Nothing is read until a page, a count, ids or neighbours are asked for.

    `filter` is JSON of the query language, `sort` names fields ("-next_contact_on,name"), `words` searches,
    `trashed` shows the trash instead, `beside` names columns that are read with the records although nothing shows them. Raises Refused for an unknown field, a wrong value or a forged cursor.
    """

    def __init__(
        self, entity: Entity, actor: Actor, *, filter: Any = None, sort: str = "", columns: Iterable[str] | None = None,  # noqa: A002 - the word of every surface
        cursor: str | None = None, limit: int = LIMIT, trashed: bool = False, words: str = "", now: dt.datetime | None = None,
        action: str = "view", as_of: int | None = None, beside: Iterable[str] = (),
    ) -> None:  # fmt: skip
        if not 1 <= limit <= MOST:
            raise Refused(_("A page holds 1 to %(limit)d records.") % {"limit": MOST}, field="limit", code="range")
        self.entity = entity
        self.actor = actor
        self.filter = filter
        self.sort = sort or usual_order(entity, actor)
        self.cursor = cursor or None
        self.limit = limit
        self.trashed = trashed
        self.words = words.strip()
        self.action = action
        self.now = now or clock.now()
        self.as_of = as_of
        self.beside = frozenset(beside)
        self.keys = sort_keys(entity, actor, self.sort)
        chosen = [f.name for f in entity.readable(actor) if f.column] if columns is None else list(columns)
        self.reader = Reader(entity, actor, chosen)

    @cached_property
    def walk(self) -> Walk | None:
        """The actor's own access rows, when they are his whole reach."""
        return walk_of(self.entity, self.actor, self.action, trashed=self.trashed)

    @cached_property
    def scope(self) -> Any:
        """The records of the list without an order, in the actor's scope."""
        if self.walk is not None:
            copied, rest = self.walk.split(self._node, self.now)
            return self._narrowed(self.walk.rows.filter(copied), rest)
        rows = self.entity.model.objects.seen_by(self.actor, self.action, trashed=self.trashed)  # type: ignore[attr-defined]
        few = self._few
        return self._narrowed(rows if few is None else rows.filter(pk__in=few))

    @cached_property
    def _few(self) -> list[int] | None:
        return reachable(self.entity, self.actor, self.action)

    @cached_property
    def _node(self) -> Node:
        return read_tree(self.filter)

    def _narrowed(self, rows: Any, node: Node | None = None) -> Any:
        """Rows of the scope, narrowed to those of the list."""
        if self.trashed:
            rows = rows.filter(trashed_at__isnull=False)
        node = self._node if node is None else node
        rows = rows.filter(compile_filter(self.entity, self.actor, node, now=self.now))
        if self.words:
            from tend.kernel.search import narrow

            rows = narrow(self.entity, self.actor, rows, self.words)
        return rows.order_by()

    def _asked(self, sums: Sequence[str] = (), earliest: Sequence[str] = (), spread: str = "") -> Asked:
        """The question for totals; put together once a day for a person, where the filter means the same all that time."""
        columns = (*sums, *earliest, *([spread] if spread else []))
        if self.as_of is None or self.actor.is_system or not self._is_settled():
            return asked(self.parts(), columns)
        known: dict[Any, Asked] = self.actor.kept.setdefault("asked", {})
        key = (self._key, columns)
        if key not in known:
            if len(known) >= KEPT:
                known.clear()
            known[key] = asked(self.parts(), columns)
        return known[key]

    def _is_settled(self) -> bool:
        """Whether the filter names nothing but what the actor keeps: its own columns, books and people."""
        return not self.words and type(self).scope is Listing.scope and self._is_own(kept=True)

    def _is_own(self, *, kept: bool = False) -> bool:
        """Whether the filter names nothing but columns of the records; with `kept` no other records than books and people."""
        for condition in conditions(self._node):
            target = find_target(self.entity, self.actor, condition.field)
            to = target.field.to
            if target.hops or (not kept and target.through is not None):
                return False
            if kept and to is not None and not any(f.name == "hue" for f in to._meta.concrete_fields):
                return False
        return True

    def parts(self) -> list[Any]:
        """The list as queries that share no record: for counts and sums, which ask for no order."""
        if type(self).scope is not Listing.scope:
            return [self.scope]  # a list with a scope of its own
        parts = parts_of(self.entity, self.actor, self.action, trashed=self.trashed)
        return [self.scope] if parts is None else [self._narrowed(rows) for rows in parts]

    @cached_property
    def _sorted(self) -> Any:
        return prepared(self.scope, self.entity, self.actor, self.keys)

    @cached_property
    def _filled(self) -> Any:
        return prepared(self.scope, self.entity, self.actor, self.keys, filled=True)

    # --- pages ------------------------------------------------------------------------------------------------------
    def page(self) -> Page:
        """One page of records and rows; as many queries for 500 records as for 5."""
        values, backward = (None, False)
        if self.cursor:
            values, backward = unseal(self.entity, self.actor, self.sort, self.keys, self.cursor)
        found = self._walk(values, self.limit + 1, backward=backward)
        further = len(found) > self.limit
        found = found[: self.limit]
        if backward:
            found.reverse()
        has_next, has_previous = (bool(values), further) if backward else (further, bool(values))
        return Page(
            found,
            self.reader.read(found),
            self._seal(found[-1]) if found and has_next else None,
            self._seal(found[0], backward=True) if found and has_previous else None,
        )

    def _seal(self, record: Any, *, backward: bool = False) -> str:
        return seal(self.entity, self.actor, self.sort, self.keys, record, backward=backward)

    def _walk(
        self, values: Sequence[Any] | None, count: int, *, backward: bool = False, ids: bool = False
    ) -> list[Any]:
        """Up to `count` records from a place on, stretch by stretch until there are enough."""
        if not values and not backward and not ids and self._is_kept:
            return self._first_page(count)
        if is_ranked(self.keys):
            return self._walk_ranked(values, count, backward=backward, ids=ids)
        parts = stretches(self.keys if self.branches else keys_on(self._sorted, self.keys))
        if backward:
            parts.reverse()
        start = next((i for i, p in enumerate(parts) if p.holds(values)), 0) if values else 0
        found: list[Any] = []
        for index, part in enumerate(parts[start:]):
            place = values[len(part.blank) :] if values and index == 0 else None
            lacking = count - len(found)
            if self.branches:
                found.extend(self._merged(part, place, lacking, backward=backward, ids=ids))
            else:
                rows = _stretch(self._filled if part.leads else self._sorted, part, place, backward=backward)
                found.extend((rows.values_list("pk", flat=True) if ids else rows.only(*self._columns()))[:lacking])
            if len(found) >= count:
                break
        return found

    @cached_property
    def _is_kept(self) -> bool:
        """Whether the question for the first page is put together once a day for a person, as that for its totals is."""
        if type(self) is not Listing or self.as_of is None or self.actor.is_system or self.trashed:
            return False
        if any(k.link is not None or k.through is not None for k in self.keys) or not self._is_settled():
            return False
        # The ids of a small portfolio would be part of the question, and change.
        return self.branches is None and (self.walk is not None or self._few is None)

    def _first_page(self, count: int) -> list[Any]:
        known: dict[Any, list[Prepared]] = self.actor.kept.setdefault("first pages", {})
        columns = self._columns()
        key = (self._key, self.sort, tuple(columns), count)
        if key not in known:
            if len(known) >= FIRST_PAGES:
                known.clear()
            known[key] = [
                Prepared(lambda p=part: _stretch(self._sorted, p, None, backward=False).only(*columns)[:count])
                for part in stretches(keys_on(self._sorted, self.keys))
            ]
        found: list[Any] = []
        for question in known[key]:
            found += question()
            if len(found) >= count:
                break
        return found[:count]

    @cached_property
    def branches(self) -> Branches | None:
        """The walks of several people whose records he reaches."""
        if self.trashed or self.words or not self._may_branch():
            return None
        if str(MARK) in repr(self._node):
            return None  # who asks for this very number would be taken for the person of a walk
        found = branches_of(self.entity, self.actor, self.action, self.keys)
        # A condition on parts gathers them first; each walk would gather them anew.
        return found if found is not None and self._few is None and self._is_own() else None

    def _may_branch(self) -> bool:
        """Whether walks of several people are a way to this list: not for one with a scope of its own."""
        return type(self).scope is Listing.scope

    def _leveled(self, rows: Any) -> Any:
        """Rows of the list as far as they stand at this place of it; a tree has such places."""
        return rows

    def branch(self, rows: Any, walk: Walk | None) -> Any:
        """The rows of one walk that are in the list."""
        if walk is None:
            return self._leveled(self._narrowed(rows))
        copied, rest = walk.split(self._node, self.now)
        return self._leveled(self._narrowed(rows.filter(copied), rest))

    def _merged(
        self, part: Stretch, place: Sequence[Any] | None, count: int, *, backward: bool, ids: bool
    ) -> list[Any]:
        assert self.branches is not None

        def narrow(rows: Any, walk: Walk | None) -> Any:
            rows = self.branch(rows, walk)
            on = Stretch(tuple(keys_on(rows, part.blank)), tuple(keys_on(rows, part.keys)))
            return _stretch(rows, on, place, backward=backward).values_list(*(F(k.path) for k in on.keys))

        found = merged(self.entity, self.actor, self.branches, part, narrow, count, backward=backward)
        if ids:
            return found
        return self.records_of(found)

    def records_of(self, ids: Sequence[int]) -> list[Any]:
        """The records of these ids that the actor sees, with the columns of the list, in the order of the ids."""
        seen = self.entity.model.objects.seen_by(self.actor, self.action, each=True)  # type: ignore[attr-defined]
        records = {r.pk: r for r in seen.filter(pk__among=ids).order_by().only(*self._columns())}
        return [records[pk] for pk in ids if pk in records]

    def _walk_ranked(self, values: Sequence[Any] | None, count: int, *, backward: bool, ids: bool) -> list[Any]:
        """The same for an order that begins with a book or with people: value by value."""
        found: list[Any] = []
        for rows, key, rank_of in walk_ranked(self.scope, self.keys, values, backward=backward):
            if ids:
                found.extend(rows.values_list("pk", flat=True)[: count - len(found)])
            else:
                assert key.link is not None
                value = self.entity.model._meta.get_field(key.link.orm).attname  # type: ignore[union-attr]
                for record in rows.only(*self._columns(), value)[: count - len(found)]:
                    setattr(record, key.attribute, rank_of.get(getattr(record, value)))
                    found.append(record)
            if len(found) >= count:
                break
        return found

    def _columns(self) -> list[str]:
        own = {f.name: f.attname for f in self.entity.model._meta.concrete_fields}
        wanted = {*self.reader.columns, "version", *self.beside}
        wanted |= {own[n] for n in (self.entity.title, *(k.path for k in self.keys)) if n in own}
        return sorted(wanted & set(own.values()))

    # --- the whole list ---------------------------------------------------------------------------------------------
    def count(self) -> Count:
        """How many records the list has, at most "10,000+"."""
        return self.totals().count

    def known_count(self) -> Count | None:
        """The count when it was asked a moment ago and still holds."""
        found = kept(self.actor, self._key, self.as_of)
        return found.count if found is not None else None

    def question(self) -> Asked:
        """The question of the count, to be asked together with others; `know_count` keeps its answer."""
        return self._asked()

    def know_count(self, count: Count) -> None:
        """Keep the answer to `question`."""
        keep(self.actor, self._key, self.as_of, Totals(count))

    def totals(self, *, sums: Sequence[str] = (), earliest: Sequence[str] = (), spread: str = "") -> Totals:
        """The count with sums, earliest days and the spread over the values of one own column, in one question.

        With `as_of`, the number of the last write of all, what was counted since is not counted again.
        """
        key = self._key
        known = kept(self.actor, key, self.as_of)
        if known is not None and known.count.is_more:
            return known
        whole = (key, *sums, "", *earliest, "", spread)
        if (sums or earliest or spread) and (known := kept(self.actor, whole, self.as_of)) is None:
            found = totals_of(self.entity.model, self._asked(sums, earliest, spread), sums, earliest, spread)
            keep(self.actor, whole, self.as_of, found)
            keep(self.actor, key, self.as_of, Totals(found.count))
            return found
        if known is None:
            known = totals_of(self.entity.model, self._asked())
            keep(self.actor, key, self.as_of, known)
        return known

    @property
    def key(self) -> str:
        """What tells the records of this list from those of another list of the same actor."""
        return self._key

    @property
    def _key(self) -> str:
        day = clock.day_in(self.now, self.actor.zone)
        return repr((self.entity.code, self.action, self.trashed, self.words, self.filter, day))

    def ids(self, limit: int | None = None) -> list[int]:
        """The ids of the list in its order, for a bulk edit over a filter; all of them without a limit."""
        if limit is None:
            return list(self.scope.order_by("pk").values_list("pk", flat=True))
        return self._walk(None, limit, ids=True)

    def chunks_of_ids(self, count: int) -> Iterator[list[int]]:
        """The ids of the whole list in its order, `count` at a time; each goes on from the sort values of the last one."""
        values: list[Any] | None = None
        while found := self._walk(values, count):
            yield [record.pk for record in found]
            if len(found) < count:
                return
            values = [getattr(found[-1], key.attribute) for key in self.keys]

    def neighbours(self, record_id: int) -> Neighbours:
        """The records before and after one in this list, by its present sort values. NotSeen when it is out of sight."""
        seen = self.entity.model.objects.seen_by(self.actor, trashed=self.trashed).filter(pk=record_id)  # type: ignore[attr-defined]
        record = prepared(seen, self.entity, self.actor, self.keys).only(*self._columns()).first()
        if record is None:
            raise NotSeen(self.entity.code)
        values = [getattr(record, k.attribute) for k in self.keys]
        after, before = self._walk(values, 1, ids=True), self._walk(values, 1, backward=True, ids=True)
        return Neighbours(before[0] if before else None, after[0] if after else None)

    def facet(self, name: str) -> list[tuple[Linked | str | bool, int]]:
        """How many records of the list each value of a field has, the most frequent first; blanks are left out."""
        target = find_target(self.entity, self.actor, name)
        if target.hops or target.kind not in ("link", "links", "choice", "option", "options", "yesno", "text"):
            raise Refused(_("There are no counts by “%(name)s”.") % {"name": name}, field=name, code="not_facetable")
        if target.through is None:
            rows = self.scope.values_list(target.column).annotate(n=Counted("pk"))
        else:
            parts = target.through.model.objects.as_system("counts by a value of the parts of records in scope")  # type: ignore[attr-defined]
            parts = parts.filter(**dict(target.through.where), record_id__in=self.scope.values("pk"))
            rows = parts.values_list(target.column).annotate(n=Counted("pk"))
        if (
            target.field.to is not None and not entity_of(target.field.to).book
        ):  # what is out of sight takes nobody's place
            seen = target.field.to.objects.seen_by(self.actor).order_by()  # type: ignore[attr-defined]
            rows = rows.filter(**{f"{target.column}__in": seen.values("pk")})
        rows = rows.order_by("-n", target.column)
        counts = [(value, n) for value, n in rows[: FACETS + 2] if value not in (None, "")][:FACETS]
        if target.field.to is not None:
            found = self.reader.linked(target.field, [value for value, _n in counts])
            return [(found[value], n) for value, n in counts if value in found]
        return [(bool(v) if target.kind == "yesno" else v, n) for v, n in counts]
