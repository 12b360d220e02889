"""The lookup `among`: a column equals one of many values, given to the database as one parameter and not as a thousand.

`filter(pk__among=ids)` reads as `pk__in` does; it takes plain integers or texts only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.lookups import Lookup


class Among(Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """`= ANY (array)` on PostgreSQL, a table made of JSON on SQLite; both use an index of the column."""
        left, params = self.process_lhs(compiler, connection)
        values: Any = self.rhs
        given = list(values)
        if not given:
            raise EmptyResultSet  # as `in` does: nothing is asked
        if connection.vendor == "postgresql":
            if all(isinstance(v, int) for v in given):
                return f"{left} = ANY(%s::bigint[])", [*params, array_of(given)]
            return f"{left} = ANY(%s::text[])", [*params, given]
        return f"{left} IN (SELECT value FROM json_each(%s))", [*params, orjson.dumps(given).decode()]  # noqa: S608 - the column is ours


def array_of(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL writes an array of them; its driver would look at each by itself."""
    return "{" + ",".join(map(str, numbers)) + "}"


def learn() -> None:
    """Make the lookup known; called once at start-up."""
    for kind in (models.IntegerField, models.CharField, models.TextField, models.ForeignKey):
        kind.register_lookup(Among)
