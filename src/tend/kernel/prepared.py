"""Questions that every write asks: Django works out their SQL once, later only the values are put in.

Working out a statement takes half a millisecond, answering it on an index a tenth; a write asks about twenty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import RelatedPopulator, get_related_populators

from tend.kernel.actor import Actor
from tend.kernel.among import array_of
from tend.kernel.errors import Misuse

LARGEST = 2**63 - 1  # that a database keeps as a number
MARK, _WORD, _LONG_AGO = 7_919_000_000_000, "\x01given\x01", 19  # stand for the values while the SQL is worked out


@dataclass(frozen=True)
class _Statement:
    """SQL with the places of the values: what each place wants, a constant or (which value, in what form)."""

    sql: str
    places: tuple[tuple[int, str, Any], ...]  # value's number or -1, form, constant
    model: type[models.Model] | None  # None: plain tuples
    names: tuple[str, ...]
    first: int  # the column with which the record itself begins
    related: tuple[RelatedPopulator, ...]  # what makes the records that come with it (`select_related`)
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    tables: frozenset[str]
    fixed: str  # the same with its constants in it, as far as they can be said: only what is left is given
    left: tuple[tuple[int, str, Any], ...]  # the places of that
    kept: bool  # for a database that keeps plans


class Prepared:
    """A question as a function of its values: numbers, words, days, instants, and lists of numbers for the lookup `among`.

    The kinds are int, str, dt.date, dt.datetime, list (of numbers) and list[str]. `ask` builds the query set; it may branch
    on nothing but its own closure. Rows come as instances, with what `select_related` names beside them; with `values_list`
    as tuples.
    """

    def __init__(self, ask: Callable[..., Any], *kinds: Any) -> None:
        self._ask = ask
        self._kinds = kinds
        self._statements: dict[str, _Statement | None] = {}

    @property
    def tables(self) -> frozenset[str]:
        """The tables that the question reads."""
        statement = self._statement()
        return statement.tables if statement is not None else frozenset()

    def raw(self, *given: Any) -> tuple[list[Sequence[Any]], tuple[tuple[int, tuple[Any, ...], Any], ...]]:
        """The rows as the database gives them, and what would make Python of some columns: place, functions, column."""
        statement = self._statement()
        if statement is None:
            return [], ()  # nobody may see any
        return _fetched(statement, given), statement.converters

    def column(self, *given: Any) -> list[Any]:
        """The first column as the driver gives it: days and numbers by the thousand."""
        return [row[0] for row in self.raw(*given)[0]]

    def count(self, *given: Any) -> int:
        """How many rows there are for these values, without reading them; how far that goes the question says itself."""
        statement = self._statement()
        return _fetched(statement, given, "SELECT COUNT(*) FROM ({}) counted")[0][0] if statement is not None else 0

    def __call__(self, *given: Any) -> list[Any]:
        """The rows for these values, one for each kind that was named."""
        statement = self._statement()
        if statement is None:
            return []
        found_rows, converters = self.raw(*given)
        rows: Iterable[Sequence[Any]] = found_rows
        if converters:
            rows = (_converted(row, converters) for row in rows)
        model = statement.model
        if model is None:
            return [tuple(row) for row in rows]
        start, end = statement.first, statement.first + len(statement.names)
        if not statement.related:
            return [model.from_db(connection.alias, statement.names, row[start:end]) for row in rows]
        found = []
        for row in rows:
            record = model.from_db(connection.alias, statement.names, row[start:end])
            for populator in statement.related:
                populator.populate(row, record)
            found.append(record)
        return found

    def of_each(self, givens: Sequence[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
        """The tuples for each of several sets of values, in one statement: one day of a calendar after the other, say."""
        statement = self._statement()
        found: list[list[tuple[Any, ...]]] = [[] for _given in givens]
        if statement is None or not givens:
            return found
        if statement.model is not None:
            raise Misuse("several questions in one give tuples")
        sql, params = (_lateral if connection.vendor == "postgresql" else _united)(statement, givens, self._kinds)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            for nth, *row in cursor.fetchall():
                found[nth].append(tuple(_converted(row, statement.converters) if statement.converters else row))
        return found

    def first(self, *given: Any) -> Any | None:
        """The first of the rows; the question should ask for no more than it needs."""
        return next(iter(self(*given)), None)

    def _statement(self) -> _Statement | None:
        try:
            return self._statements[connection.vendor]
        except KeyError:
            found = self._statements[connection.vendor] = self._work_out()
            return found

    def _work_out(self) -> _Statement | None:
        marks: list[Any] = []
        for at, kind in enumerate(self._kinds):
            mark = _mark(at, kind)
            marks.append([mark] if kind in (list, list[str]) else mark)
        rows = self._ask(*marks)
        if getattr(rows, "why", "-") == "":
            raise Misuse(f"{rows.model.__name__} was asked without an actor")
        compiler = rows.query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        times = [(at, _formed(m, "time")) for at, m in enumerate(marks) if isinstance(m, dt.date)]
        places = tuple(_place(param, marks, times) for param in params)
        if missing := set(range(len(marks))) - {at for at, _form, _constant in places}:
            raise Misuse(f"a prepared question does not use its value {min(missing)} as it is")
        converters = compiler.get_converters([column[0] for column in compiler.select])
        plain = issubclass(rows._iterable_class, models.query.ModelIterable)
        names: tuple[str, ...] = ()
        first = 0
        related: tuple[RelatedPopulator, ...] = ()
        if plain:
            if compiler.klass_info is None or rows.query.annotation_select:
                raise Misuse("a prepared question reads records as they are, or tuples")
            columns = compiler.klass_info["select_fields"]
            first = columns[0]
            names = tuple(compiler.select[at][0].target.attname for at in columns)
            related = tuple(get_related_populators(compiler.klass_info, compiler.select, connection.alias))  # type: ignore[call-arg]
        joined = {rows.model._meta.db_table} | {
            join.table_name for alias, join in rows.query.alias_map.items() if rows.query.alias_refcount.get(alias)
        }
        return _Statement(
            sql, places, rows.model if plain else None, names, first, related,
            tuple((at, tuple(found), column) for at, (found, column) in converters.items()), frozenset(joined),
            *_fixed(sql, places), keeps_plans(),
        )  # fmt: skip


def _fetched(statement: _Statement, given: Sequence[Any], around: str = "{}") -> list[Sequence[Any]]:
    """The rows as the database gives them, of the statement or of what stands around it."""
    params = [constant if at < 0 else _formed(given[at], form) for at, form, constant in statement.left]
    if statement.kept:
        with keeping_plans() as cursor:
            cursor.execute(around.replace("{}", statement.fixed), [_numbered(value) for value in params])
            return cursor.fetchall()  # type: ignore[no-any-return]
    with connection.cursor() as cursor:
        cursor.execute(around.replace("{}", statement.fixed), params)
        return cursor.fetchall()  # type: ignore[no-any-return]


def keeps_plans() -> bool:
    """Does the database keep the plan of a statement? PostgreSQL does, unless a pooler stands before it (`prepare_threshold`)."""
    if connection.vendor != "postgresql":
        return False
    connection.ensure_connection()
    return connection.connection.prepare_threshold is not None


@contextmanager
def keeping_plans() -> Iterator[Any]:
    """A cursor of PostgreSQL that hands values over apart from the SQL, so that what is asked often is planned once.

    Django's own puts the values into the text, and each question is planned anew, which takes longer than answering it. It
    goes through Django's wrapper like any other: whoever counts or forbids questions sees it.
    """
    connection.ensure_connection()
    with connection._prepare_cursor(_planning_cursor()(connection.connection)) as cursor:  # type: ignore[attr-defined]
        yield cursor


@cache
def _planning_cursor() -> Any:
    import psycopg

    class PlanningCursor(psycopg.Cursor[Any]):
        def _convert_query(self, query: Any, params: Any = None) -> Any:
            self._query = super()._convert_query(query, params)  # where Django's log looks for what was asked
            return self._query

    return PlanningCursor


def _fixed(sql: str, places: Sequence[tuple[int, str, Any]]) -> tuple[str, tuple[tuple[int, str, Any], ...]]:
    """The SQL with its constants in it, and the places that are left.

    An index over some rows serves only what says its condition in so many words: SQLite would plan the question anew each
    time that it is given the words apart, and a team of two hundred is not handed over two hundred at a time.
    """
    if not keeps_plans() and connection.vendor != "sqlite":
        return sql, tuple(places)
    words = _sqlite_word if connection.vendor == "sqlite" else _postgresql_word
    said = [words(constant) if at < 0 else None for at, _form, constant in places]
    pieces = sql.split("%s")
    whole = "".join(piece + ("%s" if word is None else word) for piece, word in zip(pieces, [*said, ""], strict=True))
    return whole, tuple(place for place, word in zip(places, said, strict=True) if word is None)


def _postgresql_word(constant: Any) -> str:
    from psycopg.sql import Literal

    return Literal(constant).as_string(connection.connection).replace("%", "%%")


def _sqlite_word(constant: Any) -> str | None:
    """A number or a text as SQLite reads it; None for what has to be given as it is."""
    if isinstance(constant, (bool, int)):
        return str(int(constant))
    if isinstance(constant, str) and "\x00" not in constant:
        return "'" + constant.replace("'", "''").replace("%", "%%") + "'"
    return None


def _numbered(value: Any) -> Any:
    """Numbers always as the same type: one by their size would make a plan for each of them."""
    if type(value) is not int:
        return value
    from psycopg.types.numeric import Int8

    return Int8(value)


def _united(statement: _Statement, givens: Sequence[tuple[Any, ...]], _kinds: Sequence[Any]) -> tuple[str, list[Any]]:
    """The question once for each set of values, one after the other."""
    one, params = "SELECT {0} AS nth, part{0}.* FROM ({1}) AS part{0}", []
    constants = [constant for _at, _form, constant in statement.places]
    moving = [(place, at, form) for place, (at, form, _constant) in enumerate(statement.places) if at >= 0]
    for given in givens:
        for place, at, form in moving:
            constants[place] = _formed(given[at], form)
        params += constants
    return " UNION ALL ".join(one.format(n, statement.sql) for n in range(len(givens))), params


_TYPES = {
    dt.datetime: "timestamptz",
    dt.date: "date",
    int: "bigint",
    str: "text",
    list: "bigint[]",
    list[str]: "text[]",
}


def _lateral(statement: _Statement, givens: Sequence[tuple[Any, ...]], kinds: Sequence[Any]) -> tuple[str, list[Any]]:
    """The question beside a table of the values, which PostgreSQL plans once: planning it for each takes longer than the answer."""
    forms = {at: form for at, form, _constant in statement.places if at >= 0}
    row = ", ".join(["%s", *(f"%s::{_TYPES[kind]}" for kind in kinds)])
    names = ", ".join(["nth", *(f"v{at}" for at in range(len(kinds)))])
    pieces = statement.sql.split("%s")
    marks = [f"given.v{at}" if at >= 0 else "%s" for at, _form, _constant in statement.places]
    question = "".join(piece + mark for piece, mark in zip(pieces, [*marks, ""], strict=True))
    params: list[Any] = []
    for nth, given in enumerate(givens):
        params += [nth, *(_formed(value, forms[at]) for at, value in enumerate(given))]
    params += [constant for at, _form, constant in statement.places if at < 0]
    table = ", ".join([f"({row})"] * len(givens))
    beside = f"FROM (VALUES {table}) AS given ({names}), LATERAL ({question}) AS part"  # Django's own SQL, and places for values
    return f"SELECT given.nth, part.* {beside}", params


def _mark(at: int, kind: Any) -> Any:
    """A value that stands for the one to come and is met nowhere else."""
    if kind is dt.datetime:
        return dt.datetime(_LONG_AGO, 1, 1 + at, tzinfo=dt.UTC)
    if kind is dt.date:
        return dt.date(_LONG_AGO, 1, 1 + at)
    return MARK + at if kind in (int, list) else f"{_WORD}{at}"


def _place(param: Any, marks: Sequence[Any], times: Sequence[tuple[int, Any]]) -> tuple[int, str, Any]:
    for at, time in times:
        if param == time:
            return at, "time", None
    for at, mark in enumerate(marks):
        if param == mark:
            return at, "as it is", None
        if isinstance(mark, list) and param == orjson.dumps(mark).decode():
            return at, "json", None
        if isinstance(mark, list) and isinstance(mark[0], int) and param == array_of(mark):
            return at, "array", None
    return -1, "", param


def _formed(value: Any, form: str) -> Any:
    if form == "json":
        return orjson.dumps(list(value)).decode()
    if form == "array":
        return array_of(value)
    if form == "time":
        adapt: Any = connection.ops.adapt_datetimefield_value
        return adapt(value) if isinstance(value, dt.datetime) else connection.ops.adapt_datefield_value(value)
    if type(value) is int and not -LARGEST <= value <= LARGEST:
        return LARGEST if value > 0 else -LARGEST  # no id is as large, and the database could not read it
    return list(value) if isinstance(value, (set, frozenset, tuple)) else value


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, tuple[Any, ...], Any]]) -> list[Any]:
    found = list(row)
    for at, functions, column in converters:
        value = found[at]
        for function in functions:
            value = function(value, column, connection)
        found[at] = value
    return found


@cache
def parts_of(model: Any) -> Prepared:
    """The parts of one type that hang on records already seen, by the list of their ids, in key order."""
    return Prepared(lambda ids: model.objects.of(ids).order_by("pk"), list)


def record_of(actor: Actor, model: Any, action: str = "view", *, trashed: bool = False, lock: bool = False) -> Prepared:
    """The record of an id when the actor may do `action`; worked out once for an actor, whose rights do not change."""

    def ask(pk: int) -> Any:
        rows = model.objects.seen_by(actor, action, trashed=trashed, each=True).filter(pk=pk)
        return rows.select_for_update(of=("self",), no_key=True) if lock else rows.order_by()

    return of_actor(actor, ("record of", model, action, trashed, lock), ask, int)


def records_of(actor: Actor, model: Any, ids: Iterable[int | None]) -> dict[int, Any]:
    """Those of some records that the actor sees, by id, in one question for any number."""
    wanted = [pk for pk in ids if pk is not None]

    def ask(pks: list[int]) -> Any:
        return model.objects.seen_by(actor, each=True).filter(pk__among=pks).order_by()

    return {r.pk: r for r in of_actor(actor, ("records of", model), ask, list)(wanted)} if wanted else {}


def reaches(actor: Actor, model: Any, action: str) -> Prepared:
    """The id of a record again when the actor may do `action`, nothing when not."""

    def ask(pk: int) -> Any:
        return model.objects.seen_by(actor, action, each=True).filter(pk=pk).order_by().values_list("pk")

    return of_actor(actor, ("reaches", model, action), ask, int)


def of_actor(actor: Actor, key: Any, ask: Callable[..., Any], *kinds: Any) -> Prepared:
    """A question in the scope of one actor, worked out once for him under `key`; his rights do not change."""
    found: Prepared | None = actor.kept.get(key)
    if found is None:
        found = actor.kept[key] = Prepared(ask, *kinds)
    return found
