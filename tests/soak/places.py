"""Offices with some customers in them, each a copy of one that was filled once: on SQLite, or on a PostgreSQL that lasts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests import postgres
from tests.browser import ROOT
from tests.domains.contacts.messy import HEADER, Messy, messy
from tests.site.offices import ON_POSTGRES, Office

ADA, PASSWORD = "ada@tend.example", "harbour-lantern-42"
ROWS = int(os.environ.get("TEND_SOAK_ROWS", "100000"))
KNOWN = ("Firma", "E-Mail", "PLZ", "Ort")  # what an earlier list has told of the first tenth of the firms
Told = dict[str, list[Any]]


@dataclass(frozen=True)
class Place(Office):
    """An office and the process of its database server, 0 on SQLite."""

    server: int = 0

    def told(self, mode: str) -> Told:
        """What its database says, see `told`."""
        asked = [sys.executable, "-m", "tests.soak.told", mode]
        environment = self.environment() | {"DJANGO_SETTINGS_MODULE": "tend.site.settings"}
        done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return dict(json.loads(done.stdout))

    def is_healthy(self) -> str:
        """What the doctor complains of, nothing when all holds."""
        doctor = self.tend("doctor")
        return "" if doctor.returncode == 0 else doctor.stdout


@pytest.fixture(scope="module")
def file() -> Messy:
    return messy(ROWS)


@pytest.fixture(scope="module")
def source(file: Messy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "liste.csv"
    path.write_bytes(file.content)
    return path


@pytest.fixture(scope="module")
def mapping(source: Path) -> Path:
    """What the browser's story chooses, for the command line."""
    path = source.with_name("mapping.json")
    made = {name: {"unknown": "create"} for name in ("Branche", "Schlagworte")}
    path.write_text(json.dumps({"columns": made, "country": "DE"}))
    return path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Place]]:
    """Gives copies of an office with 300 customers, Ada, and a poorer list of the first tenth of the firms."""
    folder = tmp_path_factory.mktemp("soak")
    with ExitStack() as stack:
        url = "" if not ON_POSTGRES else stack.enter_context(postgres.server(postgres.LASTING))
        first = _place(folder, url)
        _fill(first, folder)

        def copy() -> Place:
            made = _place(folder, url, first)
            shutil.copytree(first.data, made.data)
            return made

        yield copy
        shutil.rmtree(folder, ignore_errors=True)


def _place(folder: Path, server: str, like: Place | None = None) -> Place:
    name = f"office_{uuid.uuid4().hex[:12]}"
    if not server:
        return Place(folder / name)
    made = f"CREATE DATABASE {name}" + (f" TEMPLATE {like.data.name}" if like is not None else "")
    with psycopg.connect(server, autocommit=True) as database:
        database.execute(made)
    host = parse_qs(urlsplit(server).query).get("host", [""])[0]
    lock = Path(host) / "data/postmaster.pid"
    pid = int(lock.read_text().split()[0]) if host and lock.exists() else 0
    return Place(folder / name, server.replace("/tend?", f"/{name}?"), str(postgres.find_binaries(folder)), pid)


def _fill(place: Place, folder: Path) -> None:
    poor = folder / "earlier.csv"
    poor.write_bytes(messy(ROWS // 10).content)
    words = [word for name in HEADER if name not in KNOWN for word in ("--map", f"{name}=")]
    for done in (
        place.tend("demo", "--accounts", "300"),
        subprocess.run(
            [sys.executable, "-m", "tend.site.main", "user", "add", ADA, "--name", "Ada Byrne", "--role", "administrator", "--password-stdin"],
            env=place.environment(), input=PASSWORD, capture_output=True, text=True, check=False,
        ),
    ):  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(place.tend("import", "accounts", str(poor), *words, "--as", ADA, "--json").stdout)
    assert told["created"] > ROWS // 20, told
    place.tend("worker", "--drain")  # the work of the night, so that it is done in every copy
