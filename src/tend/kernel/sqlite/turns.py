"""Whose turn it is to write: one thread of a process at a time, one process after the other, nobody overtaken for long.

SQLite has one writer. Whoever finds it at work sleeps for up to a tenth of a second before he looks again, and while many
write some are overtaken for seconds. With turns each waits about as long as those before him need.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

if sys.platform != "win32":  # there threads take turns and processes meet in SQLite
    import fcntl

LOOK = 0.0003  # seconds between two looks at another process's turn; only one thread of a process looks
NEXT, TURN = 0, 1  # bytes of the file: who is the next to write, and who writes


class Turns:
    """The turns of one database file, for all threads of this process."""

    def __init__(self, database: Path) -> None:
        self._file = database.with_name(database.name + "-turn")
        self._threads = threading.Lock()
        self._process = 0
        self._handle = -1

    def take(self, patience: float) -> bool:
        """Wait for the turn, `patience` seconds at most. False when it did not come: SQLite's own lock then decides."""
        until = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            return False
        # Who is next keeps that place until the turn is his: the process that has just written queues behind him.
        if self._wait(NEXT, until):
            came = self._wait(TURN, until)
            self._unlock(NEXT)
            if came:
                return True
        self._threads.release()
        return False

    def give(self) -> None:
        """Let the next one write."""
        self._unlock(TURN)
        self._threads.release()

    def _wait(self, place: int, until: float) -> bool:
        while not self._lock(place):
            if time.monotonic() > until:
                return False
            time.sleep(LOOK)
        return True

    def _lock(self, place: int) -> bool:
        if sys.platform == "win32":
            return True
        try:
            if self._process != os.getpid():  # a forked child opens its own
                self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._process = os.getpid()
            fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except (BlockingIOError, PermissionError) as no:
            return isinstance(no, PermissionError) and self._handle < 0
        except OSError:  # no file can be made here, as on a full disk: threads take turns all the same
            pass
        return True

    def _unlock(self, place: int) -> None:
        if sys.platform != "win32" and self._handle >= 0:
            fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, place)


_kept: dict[str, Turns] = {}
_keeping = threading.Lock()


def turns_of(database: str) -> Turns | None:
    """The turns of a database by its name; None for one in memory, which is one connection's own."""
    if not database or database.startswith(("file:", ":")):
        return None
    with _keeping:
        return _kept.setdefault(database, Turns(Path(database)))
