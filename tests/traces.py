"""Looking for secret words in all that is kept: every table of the database, and the files of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.db import connection


def traces_in_tables(secrets: Sequence[str]) -> list[tuple[str, str]]:
    """Where one of the words stands: the table and what is around it. Trigrams of a search index are no words."""
    met = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                said = " ".join(
                    bytes(v).decode("latin-1") if isinstance(v, (bytes, memoryview)) else str(v) for v in row
                ).casefold()
                places = [said.find(secret) for secret in secrets if secret in said]
                if places:
                    met.append((table, said[max(0, min(places) - 80) : min(places) + 80]))
    return met


def traces_in_files(folder: Path, secrets: Sequence[str]) -> list[str]:
    """The names of the files below a folder that hold one of the words."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    return [p.name for p in files if any(s in p.read_bytes().decode("latin-1").casefold() for s in secrets)]
