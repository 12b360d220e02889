"""A list as a board: one column for each value of a field, the first records of each; constant questions whatever the columns.

The heads are the counts of `groups`, the first records of all columns come with one question, and what follows in a column
is a list of its own, from the cursor of the last record shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, OrderBy, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Refused
from tend.kernel.listing.access import keys_on
from tend.kernel.listing.branches import merged_of_each
from tend.kernel.listing.cursors import seal
from tend.kernel.listing.grouped import BLANK, GroupKey, heads_of
from tend.kernel.listing.groups import Group, group_counts, grouping, groups_offered, path_of
from tend.kernel.listing.keys import Key, sort_keys
from tend.kernel.listing.keyset import Stretch, ordered, stretches
from tend.kernel.listing.listing import Listing, Page, usual_order
from tend.kernel.listing.sums import Sum, kept_while
from tend.kernel.prepared import MARK, Prepared
from tend.kernel.query.tree import All, Condition, as_json, read_tree

CARDS = 20  # records of a column at first, and with each further step
CROWDED = 12  # columns with records from which on each begins with half as many
OPEN = 24  # columns that show their records; further ones stand folded
FEW = 5_000  # records of a list that are ranked in one pass: no walk then looks for the few among all others


@dataclass(frozen=True)
class Column:
    """One column: its value and count, and as far as it is open its first records with their values."""

    group: Group
    is_folded: bool = False
    records: list[Any] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    next_cursor: str | None = None


class Board:
    """A list that one actor sees, by the values of one field. Nothing is read until `columns` or `column` is asked for.

    `by` names a field of a book, a choice or people; `sort` is obeyed as far as it names columns of the records. `folded`
    are keys of groups of which no records are wanted. Without a `limit` a column begins with 20 records, and with 10 where
    more than 12 columns have any. Raises Refused for an unknown field, a wrong value or order.
    """

    def __init__(
        self, entity: Entity, actor: Actor, by: str, *, filter: Any = None, sort: str = "", columns: Iterable[str] | None = None,  # noqa: A002 - the word of every surface
        words: str = "", limit: int | None = None, beside: Iterable[str] = (), folded: Collection[str] = (),
        now: dt.datetime | None = None, as_of: int | None = None,
    ) -> None:  # fmt: skip
        self.entity, self.actor = entity, actor
        self.field = grouping(entity, actor, by)
        if self.field.name not in {f.name for f in groups_offered(entity, actor)}:
            raise Refused(_("There is no board by “%(name)s”.") % {"name": by}, field=by, code="not_groupable")
        self.filter, self.words, self.now = filter, words, now
        self.limit, self._is_free = limit or CARDS, limit is None
        self.as_of = as_of
        self.shown, self.beside, self.folded = columns, frozenset(beside), frozenset(folded)
        self.sort = plain_order(entity, actor, sort)

    @cached_property
    def listing(self) -> Listing:
        """All records of the board as a list."""
        return self._list(self.filter)

    @cached_property
    def groups(self) -> list[Group]:
        """The values with their counts, in the order of the columns; those of a moment ago when nobody wrote since."""
        kept_as = ("columns", self.listing.key, self.field.name, get_language())
        return kept_while(self.listing, kept_as, lambda: group_counts(self.listing, self.field.name))

    def sums(self, fields: Sequence[Field]) -> dict[str, dict[str, Sum]]:
        """What these fields add up to in each column, by the key of its group, in one question for all columns.

        Columns without records are absent. Raises Refused when they cannot be added up in time.
        """
        heads = heads_of(self.listing, GroupKey(self.field.name, self.field), fields) if fields else []
        return {"" if h.key == BLANK else h.key: h.sums for h in heads}

    def columns(self) -> list[Column]:
        """Every column, with the first records of those that are open."""
        opened = [g for g in self.groups if g.key not in self.folded]
        filled = [g for g in opened if g.count][:OPEN]
        if self._is_free and len(filled) > CROWDED:
            self.limit = CARDS // 2
        ids = self._first_ids(filled)
        records = {r.pk: r for r in self.listing.records_of([pk for one in ids for pk in one[: self.limit]])}
        found: dict[str, Column] = {}
        for group, pks in zip(filled, ids, strict=True):
            own = [records[pk] for pk in pks[: self.limit] if pk in records]
            cursor = self._seal(own[-1]) if own and len(pks) > self.limit else None
            found[group.key] = Column(group, False, own, [], cursor)
        rows = self.listing.reader.read([r for c in found.values() for r in c.records])
        for column in found.values():
            column.rows.extend(rows[: len(column.records)])
            del rows[: len(column.records)]
        empty = {g.key for g in opened if not g.count}
        return [found.get(g.key) or Column(g, g.key not in empty) for g in self.groups]

    def column(self, key: str, cursor: str | None = None) -> Page:
        """The records of one column from a cursor on. Refused for a key that is no value of the field."""
        return self._list(self.within(key), cursor=cursor).page()

    def movable(self, ids: Collection[int]) -> set[int]:
        """Those of these records whose value of the field the actor may change; none when the field is not his to write."""
        return movable(self.entity, self.actor, self.field, ids)

    def within(self, key: str) -> dict[str, Any]:
        """The filter of one column: the board's, and its value."""
        name = self.field.name
        if key == "":
            one = Condition(name, "empty", None)
        elif self.field.kind == "link":
            if not key.isdigit() or len(key) > 18:
                raise Refused(_("“%(value)s” is no value here.") % {"value": key}, field=name, code="choice")
            one = Condition(name, "is", int(key))
        else:
            one = Condition(name, "is", key)
        return as_json(All((read_tree(self.filter), one)))

    def _list(self, filter: Any, cursor: str | None = None) -> Listing:  # noqa: A002
        return Listing(
            self.entity, self.actor, filter=filter, sort=self.sort, columns=self.shown, cursor=cursor, limit=self.limit,
            words=self.words, beside=self.beside, now=self.now, as_of=self.as_of,
        )  # fmt: skip

    def _seal(self, record: Any) -> str:
        return seal(self.entity, self.actor, self.sort, self.listing.keys, record)

    def _first_ids(self, groups: Sequence[Group]) -> list[list[int]]:
        """For each of these columns the ids of its first records, one more than it shows."""
        if not groups:
            return []
        whole = sum(g.count for g in self.groups)
        if (whole <= FEW and not any(g.is_more for g in self.groups)) or str(MARK) in repr(self.filter):
            return self._ranked(groups)
        return self._walked(groups) if self.listing.branches is None else self._merged(groups)

    def _merged(self, groups: Sequence[Group]) -> list[list[int]]:
        """Of somebody who reaches the records of several people: each column merged from their walks."""
        branches = self.listing.branches
        assert branches is not None
        found: list[list[int]] = [[] for _group in groups]
        for part in stretches(self.listing.keys):
            lacking = [at for at, ids in enumerate(found) if len(ids) <= self.limit]

            def within(rows: Any, walk: Any, value: Any, part: Stretch = part) -> Any:
                rows = self.listing.branch(rows, walk)
                path = path_of(rows, self.field)
                rows = rows.filter(**{path: value}) if value is not None else self._blank(rows, path)
                on = Stretch(tuple(keys_on(rows, part.blank)), tuple(keys_on(rows, part.keys)))
                return ordered(on.narrow(rows), on.keys).values_list(*(F(k.path) for k in on.keys))

            kind = int if self.field.kind == "link" else str
            values = [groups[at].value for at in lacking]
            several = merged_of_each(self.entity, self.actor, branches, part, within, kind, values, self.limit + 1)
            for at, ids in zip(lacking, several, strict=True):
                found[at] += ids
        return [ids[: self.limit + 1] for ids in found]

    def _blank(self, rows: Any, path: str) -> Any:
        """Those of these rows that have no value of the field."""
        return rows.filter(**({path: ""} if self.field.kind == "choice" else {f"{path}__isnull": True}))

    def _ranked(self, groups: Sequence[Group]) -> list[list[int]]:
        """Of a short list: each record by its number within its column."""
        rows = self.listing.scope
        keys = keys_on(rows, self.listing.keys)
        path = path_of(rows, self.field)
        order = [OrderBy(F(k.path), descending=k.down, **({"nulls_last": True} if k.nullable else {})) for k in keys]
        nth = Window(RowNumber(), partition_by=[F(path)], order_by=order)
        first = rows.annotate(_nth=nth).filter(_nth__lte=self.limit + 1).order_by("_nth")
        by_value: dict[Any, list[int]] = {}
        own = str(getattr(rows.model._meta.get_field(self.field.orm), "attname", self.field.orm))
        for value, pk in first.values_list(own, "pk"):
            by_value.setdefault(None if value == "" else value, []).append(pk)
        return [by_value.get(g.value, []) for g in groups]

    def _walked(self, groups: Sequence[Group]) -> list[list[int]]:
        """Of a long list: each column from the index that has its order, all in one question for each part of the order."""
        rows = self.listing.scope
        path = path_of(rows, self.field)
        keys = keys_on(rows, self.listing.keys)
        found: list[list[int]] = [[] for _group in groups]
        kind = int if self.field.kind == "link" else str
        for part in stretches(keys):
            lacking = [at for at, ids in enumerate(found) if len(ids) <= self.limit]

            def walk(narrowed: Any, part: Any = part) -> Any:
                return ordered(part.narrow(narrowed), part.keys).values_list("pk")[: self.limit + 1]

            valued = [at for at in lacking if groups[at].value is not None]
            if valued:
                ask = Prepared(lambda value, walk=walk: walk(rows.filter(**{path: value})), kind)
                for at, ids in zip(valued, ask.of_each([(groups[at].value,) for at in valued]), strict=True):
                    found[at] += [pk for (pk,) in ids]
            for at in lacking:
                if groups[at].value is None:
                    found[at] += [pk for (pk,) in walk(self._blank(rows, path))]
        return [ids[: self.limit + 1] for ids in found]


def movable(entity: Entity, actor: Actor, of: Field, ids: Collection[int]) -> set[int]:
    """Those of some records of which the actor may change one field."""
    verb = entity.verb_by_name[of.verb] if of.verb else entity.edit
    if verb is None or not of.edit or entity.right(actor, of.name) != "edit" or not ids:
        return set()
    seen = entity.model.objects.seen_by(actor, verb.action(actor), each=True)  # type: ignore[attr-defined]
    return set(seen.filter(pk__among=list(ids)).order_by().values_list("pk", flat=True))


def plain_order(entity: Entity, actor: Actor, sort: str) -> str:
    """An order as far as it names columns of the records themselves; the usual one when nothing is left of it."""

    def kept(keys: Sequence[Key]) -> str:
        plain = [k for k in keys if k.link is None and k.through is None]
        return ",".join(f"-{k.name}" if k.down else k.name for k in plain if k.name != "id")

    return kept(sort_keys(entity, actor, sort)) or kept(sort_keys(entity, actor, usual_order(entity, actor))) or "id"
