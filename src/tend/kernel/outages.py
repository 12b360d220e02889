"""What may fail below us: the disk fills up, the database is busy or away. Doors say so instead of "something is wrong"."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import ngettext

from tend.kernel.doctor import Finding, check

FULL_ON_POSTGRESQL = "53100"  # disk_full
LOW_BYTES = 2 * 1024**3
LOW_SHARE = 0.05  # whichever of the two is less: a small disk is allowed to be small
BUSY_ON_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
AWAY_ON_POSTGRESQL = ("08", "57P", "53300", "55P03", "57014", "25006")  # begin of the SQLSTATE
"""Connection lost, server going down, too many connections, lock or statement waited too long, a standby that only reads."""


def is_full(error: BaseException | None) -> bool:
    """Was this error, or what caused it, a full disk (or quota) of ours or of the database server?"""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        if getattr(cause, "sqlstate", None) == FULL_ON_POSTGRESQL:
            return True
    return False


def is_away(error: BaseException | None) -> bool:
    """Was this error, or what caused it, a database that does not answer now and may answer in a moment?"""
    for cause in _causes(error):
        code = getattr(cause, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in BUSY_ON_SQLITE:
            return True
        if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
            state = cause.sqlstate or ""
            return not state or state.startswith(AWAY_ON_POSTGRESQL)
        if isinstance(cause, psycopg.Error):
            return (cause.sqlstate or "?").startswith(AWAY_ON_POSTGRESQL)
    return isinstance(error, InterfaceError | OperationalError) and error.__cause__ is None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def free_bytes() -> tuple[int, int]:
    """Free and total bytes of the disk with the data folder; PostgreSQL's own disk is watched by its own people."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    return usage.free, usage.total


def is_low() -> bool:
    """Is there so little room that somebody should know?"""
    free, total = free_bytes()
    return free < min(LOW_BYTES, total * LOW_SHARE)


@check("disk")
def check_disk(repair: bool) -> list[Finding]:
    """Is there room to write for some time to come?"""
    if not is_low():
        return []
    left = free_bytes()[0] // 1024**2
    said = ngettext("%(n)d MB left on the disk with the data", "%(n)d MB left on the disk with the data", left)
    return [Finding(said % {"n": left}, 1)]
