"""The way back: a backup is read and proved as a whole before anything is put in place."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.backups import archive
from tend.kernel.backups.archive import DATABASE, FILES, FORMAT, KEY, MANIFEST, Manifest
from tend.kernel.errors import Refused

UNPACKED = ".restore-"


def read_backup(place: Path, folder: Path) -> Manifest:
    """Unpack a backup into a folder and prove every file of it. Refused with the reason when it is cut or altered."""
    if not place.exists():
        raise Refused(_("There is no file %(name)s.") % {"name": place})
    try:
        with tarfile.open(place, "r|gz") as tar:
            manifest = _first(tar)
            found: set[str] = set()
            while (member := tar.next()) is not None:
                if member.name not in manifest.files or not member.isfile():
                    raise Refused(
                        _("The backup holds %(name)s, which its manifest does not name.") % {"name": member.name}
                    )
                tar.extract(member, folder, filter="data")
                found.add(member.name)
    except (EOFError, tarfile.TarError, zlib.error, OSError) as broken:
        raise Refused(_("The backup is cut short or damaged: %(why)s.") % {"why": broken}) from None
    for name, told in manifest.files.items():
        if name not in found:
            raise Refused(_("The backup is cut short: %(name)s is missing.") % {"name": name})
        if archive.sha256_of(folder / name) != told["sha256"]:
            raise Refused(_("The backup was altered: %(name)s is not what was backed up.") % {"name": name})
    return manifest


def restore_backup(place: Path, *, replace: bool = False) -> Manifest:
    """Put a backup in place of an empty Tend. Refused when there are data already (unless `replace`), when the backup
    is cut or altered, comes from the other kind of database, or from a newer Tend.

    Data that are replaced are kept beside, in a folder `before-restore-…` (SQLite).
    """
    data = Path(settings.DATA_DIR)
    data.mkdir(parents=True, exist_ok=True)
    for left in data.glob(f"{UNPACKED}*"):  # by a restore that was killed; as large as everything
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=UNPACKED) as name:
        folder = Path(name)
        manifest = read_backup(place, folder)
        if manifest.vendor != connection.vendor:
            raise Refused(
                _("This backup is of %(its)s, and this Tend uses %(ours)s.")
                % {"its": manifest.vendor, "ours": connection.vendor}
            )
        _refuse_newer(manifest)
        if not replace and _has_people():
            raise Refused(_("There are data here already. Choose an empty folder or database, or say --replace."))
        if connection.vendor == "sqlite":
            _sqlite(folder, data)
        else:
            _postgresql(folder, replace)
        _files(folder, data)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def count_differences(manifest: Manifest) -> dict[str, tuple[int, int]]:
    """Tables whose number of rows is not what the manifest says: (then, now). The list of migrations may have grown."""
    with connection.cursor() as cursor:

        def execute(statement: str) -> Any:
            cursor.execute(statement)
            return cursor

        now = archive.count_rows(execute, set(connection.introspection.table_names(cursor)))
    return {name: (then, now.get(name, 0)) for name, then in manifest.rows.items() if now.get(name) != then}


def _first(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    body = tar.extractfile(member) if member is not None and member.name == MANIFEST else None
    if body is None:
        raise Refused(_("This is no backup of Tend."))
    try:
        manifest = Manifest.of_bytes(body.read())
    except (ValueError, TypeError):
        raise Refused(_("The backup was altered: its manifest is not what was written.")) from None
    if manifest.format > FORMAT:
        raise Refused(_("This backup is of a newer Tend; update Tend first."))
    return manifest


def _refuse_newer(manifest: Manifest) -> None:
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    ours = {app for app, _name in known}
    unknown = [f"{app} {name}" for app, name in manifest.migrations if app in ours and (app, name) not in known]
    if unknown:
        raise Refused(_("This backup is of a newer Tend (%(what)s); update Tend first.") % {"what": unknown[-1]})


def _has_people() -> bool:
    from django.contrib.auth import get_user_model

    with connection.cursor() as cursor:
        table = get_user_model()._meta.db_table
        if table not in connection.introspection.table_names(cursor):
            return False
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name of ours
        return bool(cursor.fetchone()[0])


def _sqlite(folder: Path, data: Path) -> None:
    proof = sqlite3.connect(folder / DATABASE)
    try:
        said = proof.execute("PRAGMA integrity_check(1)").fetchone()[0]
    finally:
        proof.close()
    if said != "ok":
        raise Refused(_("The database in the backup is damaged: %(why)s.") % {"why": said})
    target = Path(str(settings.DATABASES["default"]["NAME"]))
    connection.close()
    old = [p for p in (target, Path(f"{target}-wal"), Path(f"{target}-shm"), data / FILES) if p.exists()]
    if old:
        aside = data / f"before-restore-{clock.now().astimezone(dt.UTC):%Y%m%dT%H%M%S}"
        aside.mkdir()
        for place in old:
            place.rename(aside / place.name)
    (folder / DATABASE).rename(target)


def _postgresql(folder: Path, replace: bool) -> None:
    if shutil.which("pg_restore") is None:
        raise Refused(_("Restoring PostgreSQL needs its program pg_restore: install the PostgreSQL client."))
    connection.close()
    command = [
        "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--clean", "--if-exists",
        f"--dbname={settings.DATABASES['default']['NAME']}", str(folder / DATABASE),
    ]  # fmt: skip
    done = subprocess.run(command, env=archive.postgres_environment(), capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise Refused(_("pg_restore refused: %(why)s") % {"why": done.stderr.strip()[:500]})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a dump has no statistics, and without them the first hour is slow


def _files(folder: Path, data: Path) -> None:
    if (folder / FILES).exists():
        (data / FILES).mkdir(exist_ok=True)
        for name, file in archive.files_below(folder / FILES):
            target = data / FILES / name
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
    if (folder / KEY).exists():
        (folder / KEY).replace(data / KEY)
        (data / KEY).chmod(0o600)
