"""The best hits of one record type in their order, and no further than asked.

The order: the name itself; names that begin with the words; names in which each word begins a word; names that hold each
word; within each of them by the folded name. Then what was found elsewhere (other names, numbers, addresses, telephone
numbers, text), in the order of entry. Of words that few texts hold all hits are read and put in order; for common ones an
index is walked until there are enough. Which of the two changes the time, never the hits: they are the same for whoever sees
the same records, whatever else is in the table.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OrderBy,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat, Left
from django.db.models.lookups import Exact

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.search.matching import (
    Wanted,
    anywhere,
    batches,
    beginning_with,
    beginning_words,
    condition,
    fts_query,
    in_heads,
    listed,
)
from tend.kernel.search.models import SearchText

EXACT, BEGINS, WORDS, WITHIN, ELSEWHERE = range(5)
SET = 2000  # up to so many hits are read and put in order; of more the index of names is walked
WIDE_FOR = 60.0  # seconds for which somebody's reach is not measured again


@dataclass(frozen=True)
class Found:
    """A record that holds the words: its rank (see above), its folded name and its name."""

    record_id: int
    rank: int
    head: str
    title: str


class Holds(Func):
    """Is a text part of another? No index answers this, so the planner takes it as a test of the rows it walks."""

    output_field = BooleanField()
    conditional = True
    template = "(%(function)s(%(expressions)s) > 0)"
    function = "strpos"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="instr", **context)


class ByteOrder(OrderBy):
    """The order of `text_pattern_ops` on PostgreSQL; SQLite and Python order texts so by themselves.

    Django looks for the word that says the direction; with USING there is none, so it stands in a remark.
    """

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expression)s USING ~<~ /* ASC */")


def best(
    entity: Entity, model: type[SearchText], actor: Actor, said: Wanted, columns: list[str], limit: int
) -> list[Found]:
    """Up to `limit` records in the actor's sight that hold the words, in the order above."""
    asked = _Asked(entity, model, actor, said, columns)
    few = _few(entity, actor)
    if few is not None:
        return asked.ranked(Q(pk__among=few) & (asked.begins | asked.whole), limit)
    found = asked.walked(asked.begins, limit, BEGINS) if asked.named else []
    if len(found) >= limit or not (said.long or said.digits):
        return found
    hits = asked.listed(ELSEWHERE)
    if hits is not None:
        return found + asked.ranked(hits & asked.whole & ~asked.begins, limit - len(found))
    if asked.words:
        found += asked.in_names(limit - len(found))
    return found + asked.elsewhere(limit - len(found)) if len(found) < limit else found


class _Asked:
    """One search in one record type: its conditions, and the two ways to read what fulfils them."""

    def __init__(self, entity: Entity, model: type[SearchText], actor: Actor, said: Wanted, columns: list[str]) -> None:
        self.model, self.said, self.columns = model, said, columns
        self.named = bool("head" in columns and said.text)
        self.words = (*said.long, *said.short) if said.long and self.named else ()
        sees = entity.model.objects.seen_by(actor, each=True).filter(pk=OuterRef("pk"))  # type: ignore[attr-defined]
        self.rows = model.objects.filter(Exists(sees.order_by()))
        self.title = f"record__{entity.title}"
        self.whole = condition(said, columns) if said.long or said.digits else Q(pk__in=[])
        self.begins = Q(Exact(Left(F("head"), len(said.text)), said.text)) if self.named else Q(pk__in=[])
        spaced = Concat(Value(" "), F("head"))
        self.at_words = _every(Holds(spaced, Value(f" {w}")) for w in self.words)
        self.within = _every(Holds(F("head"), Value(w)) for w in self.words)

    def in_names(self, limit: int) -> list[Found]:
        """Names that hold each word but do not begin with them: first those in which each word begins a word."""
        hits = self.listed(WITHIN)
        if hits is not None:
            return self.ranked(hits & self.within & ~self.begins, limit)
        hits = self.listed(WORDS) or Q()
        found = self.walked(hits & self.at_words & ~self.begins, limit, WORDS)
        if len(found) < limit:
            found += self.walked(self.within & ~self.at_words, limit - len(found), WITHIN)
        return found

    def walked(self, condition: Q, limit: int, rank: int) -> list[Found]:
        """The first ones by folded name; the index on names is walked until there are enough."""
        found = self.rows.filter(beginning_with(self.said.text) if rank == BEGINS else condition)
        rows: Any = found.order_by(ByteOrder(F("head")), "pk").values_list("pk", "head", self.title)[:limit]
        return [Found(pk, self._exactly(rank, head), head, title) for pk, head, title in rows]

    def ranked(self, condition: Q, limit: int) -> list[Found]:
        """The best of few, by rank and folded name."""
        tiers = [When(Exact(F("head"), Value(self.said.text)), then=EXACT), When(self.begins, then=BEGINS)]
        if self.words:
            tiers += [When(self.at_words, then=WORDS), When(self.within, then=WITHIN)]
        rank = Case(*tiers, default=ELSEWHERE, output_field=IntegerField()) if self.named else Value(ELSEWHERE)
        named = Case(When(rank=ELSEWHERE, then=Value("")), default=F("head"), output_field=TextField())
        rows = self.rows.filter(condition).annotate(rank=rank).order_by("rank", ByteOrder(named), "pk")
        return [
            Found(pk, rank, head, title)
            for pk, rank, head, title in rows.values_list("pk", "rank", "head", self.title)[:limit]
        ]

    def elsewhere(self, limit: int) -> list[Found]:
        """The first ones by key whose words are not all in the name."""
        before = self.within if self.words else self.begins
        rows = self.rows.filter(self.whole & ~before).order_by("pk").values_list("pk", "head", self.title)
        if connection.vendor != "sqlite":
            return [Found(pk, ELSEWHERE, head, title) for pk, head, title in rows[:limit]]
        query = fts_query(self.said, self.columns)
        if self.words and not self.said.short:  # the index knows no part shorter than three letters
            query = f"({query}) NOT ({in_heads(self.said)[-1].query})"
        found: list[Found] = []
        for ids in batches(self.model, query, SET):
            more = rows.filter(pk__among=ids)[: limit - len(found)]
            found += [Found(pk, ELSEWHERE, head, title) for pk, head, title in more]
            if len(found) >= limit:
                break
        return found

    def _exactly(self, rank: int, head: str) -> int:
        return EXACT if rank == BEGINS and head == self.said.text else rank

    def listed(self, rank: int) -> Q | None:
        """The texts that may be of a rank or a better one, by the index of parts, when they are no more than `SET`."""
        if rank == WORDS:
            sieves = beginning_words(self.said)
        else:
            sieves = in_heads(self.said) if rank == WITHIN else anywhere(self.said, self.columns)
        return listed(self.model, sieves, SET)


def _every(conditions: Any) -> Q:
    found = Q()
    for one in conditions:
        found &= Q(one)
    return found


def _few(entity: Entity, actor: Actor) -> list[int] | None:
    """The ids of all in reach when there are few. That there are many is known for a minute: it chooses the way, not the hits."""
    from tend.kernel.listing.portfolio import reachable

    if actor.is_system or entity.extra.get("portfolio") is None:
        return None
    wide: dict[str, float] = actor.kept.setdefault("wide", {})
    if wide.get(entity.code, 0.0) > time.monotonic():
        return None
    few = reachable(entity, actor, "view")
    if few is None:
        wide[entity.code] = time.monotonic() + WIDE_FOR
    return few
