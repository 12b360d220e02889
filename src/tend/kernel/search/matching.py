"""Which records hold the words: every word somewhere in what the actor may read, telephone numbers in any form.

Fewer than three letters find names that begin with them; no trigram is that short.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.expressions import RawSQL

from tend.base.names import normalise
from tend.base.phones import phone_search_digits
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.organisation import organisation
from tend.kernel.search.models import COLUMNS, SearchText, search_model
from tend.kernel.search.projection import searched

TRIGRAM = 3
MOST_WORDS = 8
LONGEST = 200
PREFIXED = 20_000
NUMBER = 7  # a number of so many digits is looked for by its ends before all of it is
TAIL = 5  # digits of its end
FEW = 200  # texts that are looked at one by one rather than asked for more exactly
COMMON = 1000  # words that are known to be common
COMMON_FOR = 60.0  # seconds for which a common word is not counted again
RARE = 2000  # up to so many hits SQLite lists them first; beyond it walks the list's own order and looks at each


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words of at least three letters, shorter ones, and the digits when it reads as a number."""

    text: str
    long: tuple[str, ...]
    short: tuple[str, ...]
    digits: str


def wanted(words: str) -> Wanted | None:
    """The words to look for; None when nothing was said."""
    words = "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in words[:LONGEST])
    text = normalise(words)
    said = list(dict.fromkeys(text.split()))[:MOST_WORDS]
    if not said:
        return None
    digits = phone_search_digits(words, organisation().country_code or None)
    long = tuple(w for w in said if len(w) >= TRIGRAM)
    return Wanted(text, long, tuple(w for w in said if len(w) < TRIGRAM), digits if len(digits) >= TRIGRAM else "")


def readable_columns(entity: Entity, actor: Actor) -> list[str]:
    """The columns of the searchable text that this actor may read: one hidden field closes its column."""
    groups = searched(entity)
    return [c for c in COLUMNS if groups.get(c) and all(entity.right(actor, f.name) != "hidden" for f in groups[c])]


def narrow(entity: Entity, actor: Actor, rows: Any, words: str) -> Any:
    """The rows of a query (already in the actor's scope) that hold all words. A record type without search finds none."""
    model, said = search_model(entity.model), wanted(words)
    if said is None:
        return rows
    columns = readable_columns(entity, actor)
    if model is None or not columns:
        return rows.none()
    if not said.long and not said.digits:
        return rows.filter(among(beginning(model, said.text), PREFIXED)) if "head" in columns else rows.none()
    if connection.vendor == "sqlite":
        query = fts_query(said, columns)
        if query and _is_rare(model, query):
            listed = _listed(model, query)
            if said.short:
                return rows.filter(pk__in=model.objects.filter(condition(said, columns), pk__in=listed).values("pk"))
            return rows.filter(pk__in=listed)
        return rows.filter(Exists(model.objects.filter(condition(said, columns), pk=OuterRef("pk"))))
    return rows.filter(among(model.objects.filter(condition(said, columns)), RARE))


def among(found: Any, bound: int, *, some: bool = False) -> Q:
    """Records whose text is found. On PostgreSQL up to `bound` of them are read first: its planner would rather walk a
    million names in the hope of meeting them soon. With `some`, `bound` of them are enough and no more are read.
    """
    ids = found.values("pk")
    if some:
        ids = ids[:bound]
        if connection.vendor != "postgresql":
            return Q(pk__in=ids)
    elif connection.vendor != "postgresql" or ids[: bound + 1].count() > bound:
        return Q(pk__in=ids)
    from django.contrib.postgres.expressions import ArraySubquery

    listed = ArraySubquery(ids)
    return Q(Func(F("pk"), listed, arg_joiner=" = ANY(", template="(%(expressions)s))", output_field=BooleanField()))


def beginning(model: type[SearchText], phrase: str) -> Any:
    """The texts whose head begins with a folded phrase, by the index on it."""
    return model.objects.filter(beginning_with(phrase))


def beginning_with(phrase: str) -> Q:
    """The condition that the head begins with a folded phrase, as the index on it answers."""
    if connection.vendor == "sqlite":  # its LIKE with ESCAPE does not use an index
        return Q(head__gte=phrase, head__lt=phrase + "\U0010ffff")
    return Q(head__startswith=phrase)


def condition(said: Wanted, columns: list[str]) -> Q:
    """That a text holds all words, or its telephone numbers the digits."""
    found = Q(pk__in=[])
    if said.long or (said.short and not said.digits):
        found = _holding((*said.long, *said.short), columns)
    if _asks_digits(said, columns):
        found |= Q(phones__contains=said.digits)
    return found


def _asks_digits(said: Wanted, columns: list[str]) -> bool:
    """Whether the digits find more than the words do: not when each word is a part of them, as in "910 555 123"."""
    if not said.digits or "phones" not in columns:
        return False
    return not said.long or any(word not in said.digits for word in (*said.long, *said.short))


def _holding(words: tuple[str, ...], columns: list[str]) -> Q:
    found = Q()
    for word in words:
        anywhere = Q()
        for column in _places(word, columns):
            anywhere |= Q(**{f"{column}__contains": word})
        found &= anywhere
    return found


def _places(word: str, columns: list[str]) -> list[str]:
    """A word of letters is never in the digits of a telephone number."""
    return columns if word.isdigit() else [c for c in columns if c != "phones"] or columns


def beginning_words(said: Wanted) -> list[Sieve]:
    """Texts in whose head each long word begins a word."""
    parts, found = [], Q()
    for word in said.long:
        parts.append(f"({{head}} : {_quoted(' ' + word)} OR {{head}} : ^ {_quoted(word)})")
        found &= Q(head__startswith=word) | Q(head__contains=f" {word}")
    return [Sieve(" AND ".join(parts), found)]


def in_heads(said: Wanted) -> list[Sieve]:
    """Texts whose head holds each long word. SQLite reads the list of one trigram in a fifth of the time of a whole word."""

    def asked(quoted: Callable[[str], str]) -> str:
        return " AND ".join(f"{{head}} : {quoted(w)}" for w in said.long)

    return [
        Sieve(asked(lambda w: _quoted(w[:TRIGRAM])), None, FEW),
        Sieve(asked(_ends), None, FEW),
        Sieve(asked(_quoted), _holding(said.long, ["head"])),
    ]


def anywhere(said: Wanted, columns: list[str]) -> list[Sieve]:
    """Texts that hold the long words or the digits. Coarse sieves know their ends.

    Numbers of one country begin alike, so that all trigrams of one are far more to read than its first and the last three.
    """
    numbers = any(len(w) >= NUMBER and w.isdigit() for w in (*said.long, said.digits))
    return [
        Sieve(fts_query(said, columns, _ends), None, FEW),
        Sieve(fts_query(said, columns, _long_ends) if numbers else "", _coarse(said, columns) if numbers else None),
        Sieve(fts_query(said, columns), condition(said, columns)),
    ]


def _coarse(said: Wanted, columns: list[str]) -> Q:
    found = Q()
    for word in said.long:
        held = Q()
        for column in _places(word, columns):
            held |= Q(_Like(F(column), Value(_pattern(word))))
        found &= held
    if not said.long:
        found = Q(pk__in=[])
    if _asks_digits(said, columns):
        found |= Q(_Like(F("phones"), Value(_pattern(said.digits))))
    return found


def _pattern(word: str) -> str:
    """A pattern in which PostgreSQL's index finds the ends of a number, of a word all."""
    if len(word) >= NUMBER and word.isdigit():
        return f"%{word[:TRIGRAM]}%{word[-TAIL:]}%"
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"


class _Like(Func):
    """A text is like a pattern, on PostgreSQL."""

    output_field = BooleanField()
    conditional = True
    template = "(%(expressions)s)"
    arg_joiner = " LIKE "


@dataclass(frozen=True)
class Sieve:
    """One way to ask an index of parts for texts: for SQLite's index and as a condition; blank or None: not asked there.

    What it lets through is looked at text by text when that is no more than `few`.
    """

    query: str
    condition: Q | None
    few: int | None = None


def listed(model: type[SearchText], sieves: Sequence[Sieve], most: int) -> Q | None:
    """The condition of being among the texts that an index of parts finds; None when these are more than `most`.

    The sieves go from coarse to exact and each lets through all that the next one does: where a coarse one lets through
    few, these hold what is looked for, and a condition on the texts themselves says which. That something is common is
    known for a minute; it chooses the way, not the hits.
    """
    last = sieves[-1]
    key = (model, last.query, str(last.condition), most)
    if _COMMON.get(key, 0.0) > time.monotonic():
        return None
    for sieve in sieves:
        bound = min(most, sieve.few or most)
        rows: list[int] | None = None
        if connection.vendor == "sqlite":
            if sieve.query and (sieve is last or sieve.query != last.query):
                rows = next(batches(model, sieve.query, bound + 1), [])
        elif sieve.condition is not None:
            rows = list(model.objects.filter(sieve.condition).values_list("pk", flat=True)[: bound + 1])
        if rows is not None and len(rows) <= bound:
            return Q(pk__among=rows)
    if len(_COMMON) >= COMMON:
        _COMMON.clear()
    _COMMON[key] = time.monotonic() + COMMON_FOR
    return None


_COMMON: dict[Any, float] = {}


def batches(model: type[SearchText], query: str, size: int) -> Iterator[list[int]]:
    """The ids that SQLite's index finds, in their order: `size` at first, each time four times as many."""
    table, last = f"{model._meta.db_table}_fts", 0
    ids = f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid > %s ORDER BY rowid LIMIT %s"  # noqa: S608 - our own table's name
    while query:
        with connection.cursor() as cursor:
            cursor.execute(ids, [query, last, size])
            found = [pk for (pk,) in cursor.fetchall()]
        if found:
            yield found
        if len(found) < size:
            break
        last, size = found[-1], size * 4


def fts_query(said: Wanted, columns: list[str], quoted: Callable[[str], str] | None = None) -> str:
    """The expression of SQLite's index for the long words and the digits, each as `quoted` writes it."""
    write = quoted or _quoted
    parts = " AND ".join(f"{{{' '.join(_places(w, columns))}}} : {write(w)}" for w in said.long)
    digits = f"phones : {write(said.digits)}" if _asks_digits(said, columns) else ""
    return " OR ".join(p for p in (f"({parts})" if parts else "", digits) if p)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _ends(word: str) -> str:
    """The first and the last trigram of a word, wherever they stand."""
    return _both(word[:TRIGRAM], word[-TRIGRAM:])


def _long_ends(word: str) -> str:
    """The first trigram of a number and its last digits; a word as it is."""
    return _both(word[:TRIGRAM], word[-TAIL:]) if len(word) >= NUMBER and word.isdigit() else _quoted(word)


def _both(one: str, other: str) -> str:
    return f"({_quoted(one)} AND {_quoted(other)})"


def in_index(model: type[SearchText], columns: list[str], word: str) -> RawSQL:
    """Ids of the records whose columns hold a folded text of at least three letters, by SQLite's index."""
    return _listed(model, f"{{{' '.join(columns)}}} : {_quoted(word)}")


def _listed(model: type[SearchText], query: str) -> RawSQL:
    table = f"{model._meta.db_table}_fts"
    return RawSQL(f"SELECT rowid FROM {table} WHERE {table} MATCH %s", [query])  # noqa: S608, S611 - our own table's name


def _is_rare(model: type[SearchText], query: str) -> bool:
    table = f"{model._meta.db_table}_fts"
    with connection.cursor() as cursor:
        found = f"SELECT rowid FROM {table} WHERE {table} MATCH %s LIMIT %s"  # noqa: S608 - our own table's name
        cursor.execute(f"SELECT count(*) FROM ({found})", [query, RARE + 1])  # noqa: S608
        return bool(cursor.fetchone()[0] <= RARE)
