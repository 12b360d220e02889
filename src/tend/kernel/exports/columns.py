"""The answer of a query as columns: a value that stands in many rows is turned into Python once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

Values = list[Any]


def columns_of(rows: Any) -> list[Values]:
    """The columns of a `values_list`, in its order; none when there are no rows.

    Django converts cell by cell, which is half the time of reading fifty columns for a file.
    """
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: Sequence[Sequence[Any]] = cursor.fetchall()
    if not found:
        return []
    columns = list(map(list, zip(*found, strict=True)))
    for at, (functions, column) in compiler.get_converters([told[0] for told in compiler.select]).items():
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
