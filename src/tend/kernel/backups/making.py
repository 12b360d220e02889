"""Making a backup while people work: one consistent moment of the database, then the files it may point to."""

from __future__ import annotations

import io
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.backups import archive
from tend.kernel.backups.archive import DATABASE, FILES, KEY, MANIFEST, Manifest
from tend.kernel.errors import Refused

LEVELS = {"sqlite": 3, "postgresql": 0}  # of compression; pg_dump has compressed what it gives


def make_backup(place: Path) -> Manifest:
    """Write a backup to a file that only its owner may read. Refused when PostgreSQL's pg_dump is not there or fails.

    The database comes first: a file that a row of it names has been written before the row was.
    """
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".tend-backup-") as folder:
        copy = Path(folder) / DATABASE
        rows = _sqlite(copy) if connection.vendor == "sqlite" else _postgresql(copy)
        manifest = Manifest(clock.now().isoformat(), connection.vendor, archive.applied_migrations(), rows)
        held: list[tuple[str, Path]] = [(DATABASE, copy)]
        key = Path(settings.DATA_DIR) / "secret-key"
        if key.exists():
            held.append((KEY, key))
        held += [(f"{FILES}/{name}", file) for name, file in archive.files_below(Path(settings.DATA_DIR) / FILES)]
        stable: list[tuple[str, Path]] = []
        for name, file in held:
            try:
                manifest.files[name] = {"size": file.stat().st_size, "sha256": archive.sha256_of(file)}
            except FileNotFoundError:  # taken away by somebody's work meanwhile
                continue
            stable.append((name, file))
        half = Path(folder) / "archive"
        _pack(half, manifest, stable, LEVELS[connection.vendor])
        half.chmod(0o600)
        half.replace(place)
    return manifest


def _pack(place: Path, manifest: Manifest, held: list[tuple[str, Path]], level: int) -> None:
    with tarfile.open(place, "w:gz", compresslevel=level) as tar:
        body = manifest.as_bytes()
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mode = len(body), 0o600
        tar.addfile(head, io.BytesIO(body))
        for name, file in held:
            tar.add(file, arcname=name, recursive=False)


def _sqlite(copy: Path) -> dict[str, int]:
    """SQLite's own backup in one step: a snapshot that does not stop writers."""
    with sqlite3.connect(copy) as target:
        connection.ensure_connection()
        source = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]))
        try:
            source.backup(target)
        finally:
            source.close()
        target.execute("PRAGMA journal_mode=DELETE")
        present = {row[0] for row in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        rows = archive.count_rows(target.execute, present)
    target.close()
    return rows


def _postgresql(copy: Path) -> dict[str, int]:
    """pg_dump of the very snapshot in which the rows are counted."""
    if shutil.which("pg_dump") is None:
        raise Refused(
            _(
                "A backup of PostgreSQL needs its program pg_dump: install the PostgreSQL client, or back up on its server."
            )
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        command = [
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--compress=3",
            f"--snapshot={snapshot}",
            f"--file={copy}",
        ]
        done = subprocess.run(command, env=archive.postgres_environment(), capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        if done.returncode:
            raise Refused(_("pg_dump refused: %(why)s") % {"why": done.stderr.strip()[:500]})

        def execute(statement: str) -> Any:
            cursor.execute(statement)
            return cursor

        return archive.count_rows(execute, set(connection.introspection.table_names(cursor)))
