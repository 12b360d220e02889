"""Empty offices for stories about whole processes: a folder with SQLite, or a database of the tests' PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import postgres

TEND = [sys.executable, "-m", "tend.site.main"]
ON_POSTGRES = os.environ.get("TEND_TEST_DB") == "postgres"


@dataclass(frozen=True)
class Office:
    """A data folder and, on PostgreSQL, a database of its own."""

    data: Path
    url: str = ""
    binaries: str = ""

    def environment(self) -> dict[str, str]:
        """What a process of this office needs to know; nothing of the tests' own."""
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("TEND_", "DJANGO_")) and n != "DATABASE_URL"}
        own = {"TEND_DATA": str(self.data)}
        if self.url:
            own |= {"DATABASE_URL": self.url, "PATH": f"{self.binaries}{os.pathsep}{clean.get('PATH', '')}"}
        return clean | own

    def tend(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*TEND, *words], env=self.environment(), capture_output=True, text=True, check=False)

    def connect(self) -> Any:
        if self.url:
            return psycopg.connect(self.url)
        return sqlite3.connect(self.data / "tend.sqlite3", timeout=20)

    def one(self, question: str) -> tuple[Any, ...]:
        database = self.connect()
        try:
            return tuple(database.execute(question).fetchone())
        finally:
            database.close()

    def is_empty(self) -> bool:
        if self.url:
            return self.one("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == (0,)
        return not (self.data / "tend.sqlite3").exists()


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Office]]:
    """Makes empty offices; their databases go with the module."""
    folder = tmp_path_factory.mktemp("offices")
    if not ON_POSTGRES:
        yield lambda: Office(folder / uuid.uuid4().hex)
        return
    # pg_dump must be of the server's version; the folder where the tests found the server has it.
    binaries = str(postgres.find_binaries(folder))
    if shutil.which("pg_dump", path=binaries) is None:
        pytest.fail(f"{binaries} has no pg_dump")
    server = os.environ["DATABASE_URL"]
    made: list[str] = []

    def fresh() -> Office:
        name = f"office_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as database:
            database.execute(f"CREATE DATABASE {name}")
        made.append(name)
        return Office(folder / name, server.replace("/tend?", f"/{name}?"), binaries)

    yield fresh
    with psycopg.connect(server, autocommit=True) as database:
        for name in made:
            database.execute(f"DROP DATABASE {name} WITH (FORCE)")
