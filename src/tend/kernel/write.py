"""How a unit writes: ids reserved in blocks, inserts by COPY or executemany, updates grouped by value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

import orjson
from django.db import DatabaseError, connection, models

Converter = Callable[[Any], Any] | None
COPY_FROM = 20  # rows from which COPY beats VALUES
TOGETHER = 3500  # values of one statement where the full-text index of SQLite follows; it allows 32,766
_PLAIN = (
    models.IntegerField, models.CharField, models.TextField, models.BooleanField, models.ForeignKey, models.AutoField,
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How the rows of a model reach one kind of database: attributes, columns, and who converts what."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    read: Callable[[dict[str, Any]], tuple[Any, ...]]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]

    def values(self, row: models.Model) -> Sequence[Any]:
        """The values of a row in the database's own types."""
        if not self.converters:
            return self.read(row.__dict__)
        found = list(self.read(row.__dict__))
        for at, convert in self.converters:
            if found[at] is not None:
                found[at] = convert(found[at])
        return found

    def only(self, names: Iterable[str]) -> Plan:
        """The same for some of the attributes."""
        wanted, known = set(names), dict(self.converters)
        at = [i for i, name in enumerate(self.names) if name in wanted]
        kept = tuple(self.names[i] for i in at)
        return Plan(
            kept, tuple(self.columns[i] for i in at), tuple(self.types[i] for i in at), _reader(kept),
            tuple((new, known[old]) for new, old in enumerate(at) if old in known),
        )  # fmt: skip


def _reader(names: Sequence[str]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    if len(names) == 1:
        (name,) = names
        return lambda known: (known[name],)
    return itemgetter(*names)


def reserve_ids(model: type[models.Model], count: int, taken: int) -> list[int]:
    """Ids nobody else will get. On SQLite the caller holds the write lock and `taken` is the last id it was given."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # OFFSET 0: the name of the sequence is looked up once, not for each id.
            cursor.execute(
                "SELECT nextval(own.name) FROM "
                "(SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS own, generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = max(row[0] if row else 0, taken)
        return list(range(last + 1, last + 1 + count))


def reserve_ids_of_several(wanted: Mapping[type[models.Model], int]) -> dict[type[models.Model], list[int]]:
    """So many new ids of each model, in one question; on SQLite the caller holds the write lock and was given none yet."""
    tables = {model._meta.db_table: model for model in wanted}
    found: dict[type[models.Model], list[int]] = {model: [] for model in wanted}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            one = "SELECT %s, nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            given = [v for table, model in tables.items() for v in (table, f'"{table}"', wanted[model])]
            cursor.execute(" UNION ALL ".join([one] * len(tables)), given)
            for table, pk in cursor.fetchall():
                found[tables[table]].append(pk)
            return {model: sorted(ids) for model, ids in found.items()}
        marks = ", ".join(["%s"] * len(tables))
        cursor.execute(f"SELECT name, seq FROM sqlite_sequence WHERE name IN ({marks})", list(tables))
        last = dict(cursor.fetchall())
    return {m: list(range(last.get(t, 0) + 1, last.get(t, 0) + 1 + wanted[m])) for t, m in tables.items()}


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert instances. Their ids are set unless nobody points to the table (then the database gives them)."""
    plan = _plan(model, connection.vendor)
    if rows[0].pk is None:
        assert model._meta.pk is not None
        plan = _plan_of_some(model, connection.vendor, tuple(n for n in plan.names if n != model._meta.pk.attname))
    insert_values(model._meta.db_table, plan.columns, map(plan.values, rows), len(rows))


def insert_values(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], count: int) -> None:
    """Insert tuples that are already in the database's own types."""
    names = ", ".join(connection.ops.quote_name(c) for c in columns)
    into = f"{connection.ops.quote_name(table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and count >= COPY_FROM:
            with cursor.cursor.copy(f"COPY {into} FROM STDIN") as copy:
                write_row = copy.write_row
                for row in rows:
                    write_row(row)
            return
        mark = "(" + ", ".join(["%s"] * len(columns)) + ")"
        if connection.vendor == "postgresql" or count == 1:
            given = list(rows)
            cursor.execute(
                f"INSERT INTO {into} VALUES " + ", ".join([mark] * len(given)), [v for r in given for v in r]
            )
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES {mark}", list(rows))


def insert_indexed(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """As `insert_values`, for tables that a full-text index follows by triggers.

    SQLite sets a savepoint for each statement that fires triggers, and the index then writes out all that it has gathered:
    one statement for many rows takes a tenth of the time of one for each (measured: 13 instead of 174 µs a row).
    """
    if connection.vendor != "sqlite":
        insert_values(table, columns, rows, len(rows))
        return
    names = ", ".join(connection.ops.quote_name(c) for c in columns)
    mark = "(" + ", ".join(["%s"] * len(columns)) + ")"
    size = max(1, TOGETHER // len(columns))
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), size):
            some = rows[begin : begin + size]
            cursor.execute(
                f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES " + ", ".join([mark] * len(some)),
                [v for row in some for v in row],
            )


def update(model: type[models.Model], fields: Sequence[str], rows: Sequence[models.Model]) -> None:
    """Write the named attributes of instances: one statement per distinct set of values, or one for all."""
    plan = _plan_of_some(model, connection.vendor, tuple(fields))
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    sets = ", ".join(f"{quote(c)} = %s" for c in plan.columns)
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(f"UPDATE {table} SET {sets} WHERE id = %s", [*plan.values(rows[0]), rows[0].pk])
            return
        groups = _alike(plan, rows)
        if groups is not None:
            for values, ids in groups.items():
                cursor.execute(f"UPDATE {table} SET {sets} WHERE id {_in()}", [*values, _ids(ids)])
        elif connection.vendor == "sqlite":
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", [[*plan.values(r), r.pk] for r in rows])
        else:
            _update_each(cursor, table, plan, rows)


def _alike(plan: Plan, rows: Sequence[models.Model]) -> dict[tuple[Any, ...], list[int]] | None:
    """Ids of the rows by the values they get; None when there are too many sorts of them."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    most = max(1, len(rows) // 8)
    for row in rows:
        try:
            groups.setdefault(tuple(plan.values(row)), []).append(row.pk)
        except TypeError:
            return None  # a value that is no key, such as a list
        if len(groups) > most:
            return None
    return groups


def _update_each(cursor: Any, table: str, plan: Plan, rows: Sequence[models.Model]) -> None:
    """Rows that each get values of their own, as one JSON document: the driver looks at one value, not at thousands."""
    quote = connection.ops.quote_name
    columns = [f"v{at}" for at in range(len(plan.columns))]
    sets = ", ".join(f"{quote(c)} = given.{v}" for c, v in zip(plan.columns, columns, strict=True))
    shape = ", ".join(["pk bigint", *(f"{v} {t}" for v, t in zip(columns, plan.types, strict=True))])
    given = [dict(zip(columns, plan.read(r.__dict__), strict=True), pk=r.pk) for r in rows]
    cursor.execute(
        f"UPDATE {table} AS target SET {sets} FROM json_to_recordset(%s::json) AS given ({shape}) "
        "WHERE target.id = given.pk",
        [db_json(given)],
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


@contextmanager
def not_waiting_for_the_disk() -> Iterator[None]:
    """For work in chunks that can be taken up again: their commits reach the disk later, in order, nothing half.

    The next commit outside waits for the disk again, and with it for all of these: say that the work is done after it. Does
    nothing inside a transaction. The settings belong to the connection; one that breaks has lost them, which is fine.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        calm, strict = ["SET synchronous_commit = off"], ["RESET synchronous_commit"]
    else:
        names = ("synchronous", "wal_autocheckpoint")
        with connection.cursor() as cursor:
            kept = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
        # 1 is NORMAL. Pages: each chunk changes some eight thousand, many of them again and again, and the usual mark is a thousand.
        calm = ["PRAGMA synchronous = 1", "PRAGMA wal_autocheckpoint = 32000"]
        strict = [f"PRAGMA {name} = {int(value)}" for name, value in kept.items()]
    _set(calm)
    try:
        yield
    finally:
        try:
            _set(strict)
        except DatabaseError:
            connection.close()


def _set(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def filling() -> Iterator[None]:
    """For work that fills a database: SQLite keeps more in memory and tidies its log less often; statistics at the end."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            kept = [
                (name, cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("cache_size", "wal_autocheckpoint")
            ]
            cursor.execute("PRAGMA cache_size = -786432")
            cursor.execute("PRAGMA wal_autocheckpoint = 32000")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, value in kept:
                cursor.execute(f"PRAGMA {name} = {int(value)}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("ANALYZE")


def delete(model: type[models.Model], ids: Sequence[int]) -> None:
    """Delete rows by id; only parts are ever deleted while people work, records go to the trash."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"DELETE FROM {table} WHERE id {_in()}", [_ids(ids)])


def db_json(value: Any) -> Any:
    """JSON in the form both drivers take."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _in() -> str:
    return "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def _ids(ids: Sequence[int]) -> Any:
    return list(ids) if connection.vendor == "postgresql" else db_json(list(ids))


def _base_type(db_type: str | None) -> str:
    return (db_type or "text").split(" GENERATED")[0]


@cache
def _plan(model: type[models.Model], vendor: str) -> Plan:
    fields = model._meta.concrete_fields
    names = tuple(f.attname for f in fields)
    converters = ((at, _converter(f)) for at, f in enumerate(fields))
    types = tuple(_base_type(f.db_type(connection)) for f in fields)
    columns = tuple(str(f.column) for f in fields)
    return Plan(names, columns, types, _reader(names), tuple((at, c) for at, c in converters if c is not None))


@cache
def _plan_of_some(model: type[models.Model], vendor: str, names: tuple[str, ...]) -> Plan:
    return _plan(model, vendor).only(names)


def _converter(field: models.Field[Any, Any]) -> Converter:
    if isinstance(field, models.JSONField):
        return db_json
    if isinstance(field, _PLAIN):
        return None
    if connection.vendor == "postgresql" and isinstance(
        field, (models.DateField, models.DecimalField, models.FloatField, models.TimeField)
    ):
        return None
    return lru_cache(4096)(lambda value: field.get_db_prep_save(value, connection))
