"""The answer of a query as columns, in the form from which a file is made quickest: nothing becomes an object that need not.

Django converts cell by cell, which is half the time of reading fifty columns. Here a value that stands in many rows is turned
into Python once, a moment stays the text that the database gives, and a link stays an id beside the names of all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, Func, TextField
from django.db.models.functions import Cast

from tend.kernel.prepared import Prepared
from tend.kernel.reading import Linked

Values = list[Any]


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of moments as the database writes them: UTC, "2026-03-29 00:59:59.25", on PostgreSQL with "+00" behind."""

    texts: list[str | None]

    def objects(self) -> Values:
        known: dict[str | None, Any] = {None: None}
        for text in self.texts:
            if text is not None and text not in known:
                known[text] = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
        return [known[text] for text in self.texts]


@dataclass(frozen=True, slots=True)
class Links:
    """A column of links: the ids, and of those in sight what they are called."""

    ids: list[int | None]
    named: Mapping[int, Linked]

    def objects(self) -> Values:
        named: Mapping[Any, Linked] = self.named
        return [named.get(pk) for pk in self.ids]


@dataclass(frozen=True, slots=True)
class Several:
    """A column of fields that link to several records each. One empty list serves all who have none."""

    ids: Sequence[Sequence[int]]
    named: Mapping[int, Linked]

    def objects(self) -> Values:
        named = self.named
        return [[named[pk] for pk in ids if pk in named] if ids else [] for ids in self.ids]


Column = Values | Moments | Links | Several


def objects(column: Column) -> Values:
    """The values of a column as lists and the API have them."""
    return column if isinstance(column, list) else column.objects()


def picked(column: Column, order: Sequence[int]) -> Column:
    """A column as it was read, its rows in another order."""
    if isinstance(column, Moments):
        return Moments([column.texts[at] for at in order])
    assert isinstance(column, list)
    return [column[at] for at in order]


class Columns:
    """Chosen columns of a model, asked in the form that is quickest to read."""

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        fields = {f.attname: f for f in model._meta.concrete_fields}
        self.names = list(names)
        self.asked = [_asked(fields[name]) for name in names]
        self._moments = [at for at, name in enumerate(names) if isinstance(fields[name], models.DateTimeField)]

    def of(self, rows: Any) -> dict[str, Column]:
        """The columns of a query by name; none at all when it has no rows."""
        return self._named(columns_of(rows.values_list(*self.asked)))

    def prepared(self, ask: Callable[[list[int]], Any]) -> Callable[[list[int]], dict[str, Column]]:
        """The same for a query over ids that is asked again and again."""
        question = Prepared(lambda ids: ask(ids).values_list(*self.asked), list)
        return lambda ids: self._named(_columns(*question.raw(ids)))

    def _named(self, columns: list[Values]) -> dict[str, Column]:
        if not columns:
            return {}
        found: list[Column] = [*columns]
        for at in self._moments:
            found[at] = Moments(columns[at])
        return dict(zip(self.names, found, strict=True))


class _Bare(Func):
    """A column whose type SQLite's driver is not told: it would call Python for every cell."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def _asked(field: Any) -> Any:
    if isinstance(field, models.DateTimeField):
        return Cast(F(field.attname), TextField())
    if isinstance(field, (models.BooleanField, models.DateField)):
        return _Bare(F(field.attname), output_field=field)
    return field.attname


def columns_of(rows: Any) -> list[Values]:
    """The columns of a `values_list`, in its order; none when there are no rows."""
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: Sequence[Sequence[Any]] = cursor.fetchall()
    converters = compiler.get_converters([told[0] for told in compiler.select])
    return _columns(found, [(at, functions, column) for at, (functions, column) in converters.items()])


def _columns(rows: Sequence[Sequence[Any]], converters: Sequence[tuple[int, Sequence[Any], Any]]) -> list[Values]:
    if not rows:
        return []
    columns = list(map(list, zip(*rows, strict=True)))
    for at, functions, column in converters:
        columns[at] = _converted(columns[at], functions, column)
    return columns


def _converted(values: Values, functions: Sequence[Callable[..., Any]], column: Any) -> Values:
    def one(value: Any) -> Any:
        return reduce(lambda known, function: function(known, column, connection), functions, value)

    try:
        known = {value: one(value) for value in set(values)}
    except TypeError:  # a value that is no key, such as a list
        return [one(value) for value in values]
    return [known[value] for value in values]
