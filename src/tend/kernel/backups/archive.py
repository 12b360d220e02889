"""The shape of a backup: a compressed tar with the manifest first, so that a cut or altered file is known before use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, connections

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
KEY = "secret-key"
FILES = "files"
PIECE = 1024 * 1024


@dataclass
class Manifest:
    """What a backup holds: each file with its size and SHA-256, each table with its number of rows."""

    made_at: str
    vendor: str  # sqlite, postgresql
    migrations: list[list[str]]
    rows: dict[str, int]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        """The manifest with its own checksum in the last line."""
        body = json.dumps(asdict(self), indent=1, sort_keys=True).encode() + b"\n"
        return body + hashlib.sha256(body).hexdigest().encode() + b"\n"

    @classmethod
    def of_bytes(cls, text: bytes) -> Manifest:
        """Raises ValueError when it is not what was written."""
        body, _line, checksum = text.rstrip(b"\n").rpartition(b"\n")
        body += b"\n"
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            raise ValueError("checksum")
        return cls(**json.loads(body))


def sha256_of(place: Path) -> str:
    """The checksum of a file, read in pieces."""
    found = hashlib.sha256()
    with place.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def tables() -> list[str]:
    """The tables of all record types, parts and machinery, by name."""
    return sorted({m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed})


def count_rows(execute: Any, present: set[str]) -> dict[str, int]:
    """Rows by table, through a function that runs a statement and gives its cursor."""
    return {name: execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables() if name in present}  # noqa: S608 - names from the models


def applied_migrations() -> list[list[str]]:
    """Every migration that this database has seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [list(row) for row in cursor.fetchall()]


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a folder with its path inside it."""
    for place in sorted(folder.rglob("*")):
        if place.is_file() and not place.is_symlink():
            yield place.relative_to(folder).as_posix(), place


def postgres_environment() -> dict[str, str]:
    """How PostgreSQL's own programs reach this database; the password does not stand on a command line."""
    import os

    given = connections["default"].settings_dict
    named = {
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": given["NAME"],
    }
    return {**os.environ, **{name: str(value) for name, value in named.items() if value}}
