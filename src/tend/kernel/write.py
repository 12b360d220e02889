"""How a unit writes: ids reserved in blocks, inserts by COPY or executemany, updates grouped by value."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection, models

Converter = Callable[[Any], Any] | None
COPY_FROM = 20  # rows from which COPY beats VALUES
_PLAIN = (
    models.IntegerField, models.CharField, models.TextField, models.BooleanField, models.ForeignKey, models.AutoField,
)  # fmt: skip
_plans: dict[tuple[type[models.Model], str], list[tuple[str, str, Converter]]] = {}


def reserve_ids(model: type[models.Model], count: int, taken: int) -> list[int]:
    """Ids nobody else will get. On SQLite the caller holds the write lock and `taken` is the last id it was given."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [f'"{table}"', count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = max(row[0] if row else 0, taken)
        return list(range(last + 1, last + 1 + count))


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert instances. Their ids are set unless nobody points to the table (then the database gives them)."""
    plan = _plan(model)
    if rows[0].pk is None:
        plan = [column for column in plan if column[1] != model._meta.pk.column]
    insert_values(
        model._meta.db_table, [column for _a, column, _c in plan], (_values(row, plan) for row in rows), len(rows)
    )


def insert_values(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], count: int) -> None:
    """Insert tuples that are already in the database's own types."""
    names = ", ".join(connection.ops.quote_name(c) for c in columns)
    into = f"{connection.ops.quote_name(table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and count >= COPY_FROM:
            with cursor.cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        mark = "(" + ", ".join(["%s"] * len(columns)) + ")"
        if connection.vendor == "postgresql" or count == 1:
            given = list(rows)
            cursor.execute(
                f"INSERT INTO {into} VALUES " + ", ".join([mark] * len(given)), [v for r in given for v in r]
            )
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES {mark}", list(rows))


def update(model: type[models.Model], fields: Sequence[str], rows: Sequence[models.Model]) -> None:
    """Write the named attributes of instances: one statement per distinct set of values, or one for all."""
    plan = [column for column in _plan(model) if column[0] in fields]
    groups: dict[tuple[Any, ...], list[int]] = {}
    hashable = True
    for row in rows:
        values = tuple(_values(row, plan))
        try:
            groups.setdefault(values, []).append(row.pk)
        except TypeError:
            hashable = False
            break
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if hashable and len(groups) <= max(1, len(rows) // 8):
            sets = ", ".join(f"{quote(c)} = %s" for _a, c, _ in plan)
            for values, ids in groups.items():
                cursor.execute(f"UPDATE {table} SET {sets} WHERE id {_in(len(ids))}", [*values, _ids(ids)])
            return
        if connection.vendor == "sqlite":
            sets = ", ".join(f"{quote(c)} = %s" for _a, c, _ in plan)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", [[*_values(r, plan), r.pk] for r in rows])
            return
        types = [f.db_type(connection) for f in model._meta.concrete_fields if f.attname in [a for a, _c, _x in plan]]
        sets = ", ".join(f"{quote(c)} = given.v{i}::{_base_type(types[i])}" for i, (_a, c, _x) in enumerate(plan))
        heads = ", ".join(["pk", *(f"v{i}" for i in range(len(plan)))])
        mark = "(%s::bigint, " + ", ".join(f"%s::{_base_type(t)}" for t in types) + ")"
        cursor.execute(
            f"UPDATE {table} AS target SET {sets} FROM (VALUES {', '.join([mark] * len(rows))}) AS given ({heads}) "
            "WHERE target.id = given.pk",
            [v for r in rows for v in (r.pk, *_values(r, plan))],
        )


def free(model: type[models.Model], shapes: Mapping[tuple[str, ...], Sequence[models.Model]]) -> None:
    """Take off first the flags of which a record has one only (the main address), so that another row may get them."""
    for flag in _flags(model):
        rows = [row for names, group in shapes.items() if flag in names for row in group]
        losing = [row for row in rows if not row.__dict__[flag]]
        if losing and len(losing) < len(rows):
            update(model, (flag,), losing)


def _flags(model: type[models.Model]) -> tuple[str, ...]:
    """The yes/no columns that may be set on one row only of those that a unique constraint holds together."""
    found = _FLAGS.get(model)
    if found is None:
        named = {f.name for f in model._meta.concrete_fields if isinstance(f, models.BooleanField)}
        conditions = [c.condition for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
        said = {child[0] for q in conditions if q is not None for child in q.children if isinstance(child, tuple)}
        found = _FLAGS[model] = tuple(sorted(said & named))
    return found


_FLAGS: dict[type[models.Model], tuple[str, ...]] = {}


def delete(model: type[models.Model], ids: Sequence[int]) -> None:
    """Delete rows by id; only parts are ever deleted while people work, records go to the trash."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"DELETE FROM {table} WHERE id {_in(len(ids))}", [_ids(ids)])


def db_json(value: Any) -> Any:
    """JSON in the form both drivers take."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _in(count: int) -> str:
    return "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def _ids(ids: Sequence[int]) -> Any:
    return list(ids) if connection.vendor == "postgresql" else db_json(list(ids))


def _base_type(db_type: str | None) -> str:
    return (db_type or "text").split(" GENERATED")[0]


def _plan(model: type[models.Model]) -> list[tuple[str, str, Converter]]:
    key = (model, connection.vendor)
    if key not in _plans:
        _plans[key] = [(f.attname, str(f.column), _converter(f)) for f in model._meta.concrete_fields]
    return _plans[key]


def _converter(field: models.Field[Any, Any]) -> Converter:
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else db_json(value)
    if isinstance(field, _PLAIN):
        return None
    if connection.vendor == "postgresql" and isinstance(
        field, (models.DateField, models.DecimalField, models.FloatField, models.TimeField)
    ):
        return None
    return functools.lru_cache(4096)(lambda value: field.get_db_prep_save(value, connection))


def _values(row: models.Model, plan: Sequence[tuple[str, str, Converter]]) -> list[Any]:
    known = row.__dict__
    return [known[name] if convert is None else convert(known[name]) for name, _column, convert in plan]
