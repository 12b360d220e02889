"""The databases that are measured: kept in a cache folder outside the repository, one per kind and size."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import Account, find_binaries

VERSION = 2  # a new number makes every kept database anew
# As an operator would set a machine with 8 GB: safe from a power cut, statistics kept, planner told of solid-state disks.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "512MB",
    "work_mem": "16MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
}
FILLING = {"max_wal_size": "1GB"}  # what is left of filling a million is not to be eight gigabytes of log


@dataclass(frozen=True)
class Ground:
    """One database of one size: its data folder, its URL (blank for SQLite), and the process of its server."""

    kind: str
    accounts: int
    data: Path
    url: str
    server: int = 0

    def environment(self) -> dict[str, str]:
        found = {
            n: v for n, v in os.environ.items() if n not in ("DATABASE_URL", "TEND_DATA", "TEND_TESTING", "TEND_DEBUG")
        }
        found |= {
            "TEND_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "tend.site.settings",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH", "")])),
        }
        return found | ({"DATABASE_URL": self.url} if self.url else {})


def home() -> Path:
    """The cache folder: TEND_BENCH_DIR, else one below the system's folder for temporary files."""
    place = Path(os.environ.get("TEND_BENCH_DIR") or Path(tempfile.gettempdir()) / "tend-bench")
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextlib.contextmanager
def ground(kind: str, accounts: int) -> Iterator[Ground]:
    """The database of one size, running; empty when it was not filled before (`is_filled`)."""
    place = home() / f"{kind}-{accounts}-v{VERSION}"
    with locked(place, shared=kind == "sqlite" and (place / "filled").exists()) as lock:
        if place.exists() and not (place / "filled").exists():
            shutil.rmtree(place)
        place.mkdir(exist_ok=True)
        data = place / "data"
        data.mkdir(exist_ok=True)
        if kind == "sqlite":
            yield Ground(kind, accounts, data, "")
            return
        with _postgresql(place, lock) as (url, process):
            yield Ground(kind, accounts, data, url, process)


@contextlib.contextmanager
def locked(place: Path, *, shared: bool = False) -> Iterator[int]:
    """Wait until no other run works in a folder, then keep them out; gives the descriptor that holds the lock.

    `shared` lets in others who share. A server that inherits the descriptor keeps the lock for as long as it lives, so
    that one left behind by a killed run is never joined by a second one over the same files.
    """
    with place.with_name(f"{place.name}.lock").open("a") as lock:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError:
            left = place / "cluster" / "postmaster.pid"
            server = f" (its server is process {left.read_text().split()[0]})" if left.exists() else ""
            print(f"  {place} is used by another run{server}; waiting", file=sys.stderr, flush=True)
            fcntl.flock(lock, how)
        yield lock.fileno()


def is_filled(found: Ground) -> bool:
    return (found.data.parent / "filled").exists()


def mark_filled(found: Ground, words: str) -> None:
    (found.data.parent / "filled").write_text(words)


@contextlib.contextmanager
def copy_of(found: Ground) -> Iterator[Ground]:
    """A database that may be written to and is thrown away: what bulk work is measured on."""
    with tempfile.TemporaryDirectory(prefix="copy-", dir=found.data.parent) as folder:
        data = Path(folder)
        shutil.copy(found.data / "secret-key", data / "secret-key")
        if found.kind == "sqlite":
            for name in ("tend.sqlite3", "tend.sqlite3-wal"):
                if (found.data / name).exists():
                    shutil.copy(found.data / name, data / name)
            yield Ground(found.kind, found.accounts, data, "")
            return
        other = found.url.replace("/tend?", "/work?")
        with psycopg.connect(found.url.replace("/tend?", "/postgres?"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS work WITH (FORCE)")
            connection.execute("CREATE DATABASE work TEMPLATE tend STRATEGY file_copy")  # not through the log
        try:
            yield Ground(found.kind, found.accounts, data, other, found.server)
        finally:
            with psycopg.connect(found.url.replace("/tend?", "/postgres?"), autocommit=True) as connection:
                connection.execute("DROP DATABASE IF EXISTS work WITH (FORCE)")


@contextlib.contextmanager
def _postgresql(place: Path, lock: int) -> Iterator[tuple[str, int]]:
    """A server of our own over the kept cluster, reached by a socket. It holds the lock of the folder as well."""
    account = Account.unprivileged() if os.geteuid() == 0 else None
    identity = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    cluster = place / "cluster"
    # The path of a socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="tend-bench-", dir="/tmp") as room:
        binaries = find_binaries(Path(room))
        fresh = not cluster.exists()
        if fresh:
            cluster.mkdir(mode=0o700)
        if account:
            account.take(Path(room))
            os.chown(cluster, account.uid, account.gid)
            for above in (place, *place.parents[:1]):
                above.chmod(above.stat().st_mode | 0o011)  # the server's account passes through, it may not look around
        if fresh:
            subprocess.run(
                [binaries / "initdb", "-D", cluster, "-U", "postgres", "-E", "UTF8", "-A", "trust", "--locale=C.UTF-8"],
                check=True, capture_output=True, cwd=room, **identity,
            )  # fmt: skip
        (cluster / "postmaster.pid").unlink(
            missing_ok=True
        )  # of a machine that went down: whoever serves holds the lock
        settings = SETTINGS if (place / "filled").exists() else SETTINGS | FILLING
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (place / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", cluster, "-k", room, *options],
                stdout=log,
                stderr=log,
                cwd=room,
                process_group=0,
                pass_fds=(lock,),
                **identity,
            )
        try:
            _wait(process, room, fresh)
            yield f"postgresql://postgres@/tend?host={room}", process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=120)


def _wait(process: subprocess.Popen[bytes], room: str, fresh: bool) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with psycopg.connect(f"postgresql://postgres@/postgres?host={room}", autocommit=True) as connection:
                if fresh:
                    connection.execute("CREATE DATABASE tend")
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
