"""The indexes behind search, made in migrations: FTS5 with trigrams on SQLite, GIN with trigrams on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from tend.kernel.search.models import COLUMNS


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
