"""The indexes behind search, made in migrations: FTS5 with trigrams on SQLite, GIN with trigrams on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from tend.base.names import normalise
from tend.kernel.search.models import COLUMNS

LONGEST = 20_000
CHUNK = 1000


def search_index(table: str) -> migrations.RunPython:
    """The migration operation that indexes a table of SearchText; put it right after the table is made."""

    def make(apps: Any, schema_editor: Any) -> None:
        for statement in _sqlite(table) if schema_editor.connection.vendor == "sqlite" else _postgresql(table):
            schema_editor.execute(statement)

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for name in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
            schema_editor.execute(f"DROP TABLE IF EXISTS {table}_fts")
        else:
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_trigrams")
        schema_editor.execute(f"DROP INDEX IF EXISTS {table}_head")

    return migrations.RunPython(make, drop)


def remarks_searched(texts: str, remarks: str) -> migrations.RunPython:
    """The migration operation that puts what was remarked on records into their searchable text, for those there are."""

    def fill(apps: Any, schema_editor: Any) -> None:
        connection, last = schema_editor.connection, 0
        while True:
            with connection.cursor() as cursor:
                records = (
                    f"SELECT DISTINCT record_id FROM {remarks} WHERE record_id > %s ORDER BY record_id LIMIT {CHUNK}"  # noqa: S608 - names of ours only
                )
                said = f"SELECT record_id, text FROM {remarks} WHERE record_id IN (SELECT record_id FROM ({records}) AS chosen) ORDER BY id"  # noqa: S608
                cursor.execute(said, [last])
                lines: dict[int, list[str]] = {}
                for pk, text in cursor.fetchall():
                    lines.setdefault(pk, []).extend(filter(None, map(normalise, text.splitlines())))
                if not lines:
                    return
                rows = [("\n".join(found)[:LONGEST], pk) for pk, found in sorted(lines.items())]
                cursor.executemany(f"UPDATE {texts} SET body = %s WHERE record_id = %s", rows)  # noqa: S608
                last = max(lines)

    return migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)


def _sqlite(table: str) -> list[str]:
    """The index holds no text of its own; triggers keep it equal to the table whoever writes there."""
    names = ", ".join(COLUMNS)
    new, old = (", ".join(f"{row}.{c}" for c in COLUMNS) for row in ("new", "old"))
    add = f"INSERT INTO {table}_fts(rowid, {names}) VALUES (new.record_id, {new});"  # noqa: S608 - names of ours only
    take = f"INSERT INTO {table}_fts({table}_fts, rowid, {names}) VALUES ('delete', old.record_id, {old});"  # noqa: S608
    options = f"content='{table}', content_rowid='record_id', tokenize='trigram case_sensitive 1'"
    return [
        f"CREATE INDEX {table}_head ON {table} (head)",
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5({names}, {options})",
        f"CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN {take} END",
        f"CREATE TRIGGER {table}_update AFTER UPDATE ON {table} BEGIN {take} {add} END",
    ]


def _postgresql(table: str) -> list[str]:
    columns = ", ".join(f"{c} gin_trgm_ops" for c in COLUMNS)
    return [
        f"CREATE INDEX {table}_head ON {table} (head text_pattern_ops)",
        f"CREATE INDEX {table}_trigrams ON {table} USING gin ({columns})",
    ]
