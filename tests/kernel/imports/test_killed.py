"""An import that is killed anywhere and resumed ends as one that nobody disturbed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.domains.contacts.messy import messy

ROWS = 400


def list_of(rows: int) -> str:
    chance = random.Random(7)
    lines = ["Firma;E-Mail;Telefon;PLZ;Ort;Straße;Ansprechpartner;Umsatz;Branche;Notiz"]
    for i in range(rows):
        n = chance.randrange(int(rows * 0.8))
        mail = "info(at)broken" if i % 37 == 0 else f"info@firma{n}.example"
        lines.append(
            f"Firma {n};{mail};030 {5550000 + n};{4103 + n};Berlin;Weg {i % 3};Anna Muster{i};12.4{i % 100:02},50;Neu {i % 5};a=b"
        )
    return "\n".join(lines)


@contextmanager
def world(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """A data folder and database of its own."""
    data = folder / name
    data.mkdir()
    told = {**os.environ, "TEND_DATA": str(data), "TEND_TESTING": "1", "DJANGO_SETTINGS_MODULE": "tend.site.settings"}
    told.pop("TEND_TEST_APPS", None)
    server = told.pop("DATABASE_URL", "")
    if not server:
        yield told
        return
    import psycopg

    database = f"killed_{uuid.uuid4().hex[:12]}_{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}"')
    yield {**told, "DATABASE_URL": server.replace("/tend?", f"/{database}?")}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def process(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kernel.imports.process", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def told(environment: dict[str, str]) -> Any:
    return json.loads(process(environment, "dump"))


def kill_and_resume(environment: dict[str, str], chunk: int, kills: int, longest: float) -> int:
    """Start the run again and again and kill it at a random moment, then let it end; how often it was killed."""
    chance, killed = random.Random(), 0
    for _try in range(40):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.kernel.imports.process", "run", str(chunk)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.random() * longest)
        child.kill()
        killed += child.wait() != 0
        child.communicate()
        if child.returncode == 0 or killed == kills:
            break
    process(environment, "run", str(chunk))
    return killed


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(list_of(ROWS).encode(), id="tidy"),
        pytest.param(messy(ROWS).content, id="messy", marks=pytest.mark.soak),
    ],
)
def test_killed_at_any_moment_and_resumed_it_equals_an_undisturbed_run(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "list.csv"
    source.write_bytes(content)
    with world(tmp_path, "calm") as calm, world(tmp_path, "storm") as storm:
        process(calm, "prepare", str(source))
        process(calm, "run")
        process(storm, "prepare", str(source))
        assert kill_and_resume(storm, 40, 4, 0.8)
        assert told(storm) == told(calm)


@pytest.mark.soak
def test_the_messy_list_at_full_size(tmp_path: Path) -> None:
    """Killed and resumed it equals an undisturbed run; once more it changes nothing; undo leaves no account. -s tells times."""
    file = messy(int(os.environ.get("TEND_SOAK_ROWS", "100000")))
    source = tmp_path / "list.csv"
    source.write_bytes(file.content)
    with world(tmp_path, "calm") as calm, world(tmp_path, "storm") as storm:
        process(calm, "prepare", str(source))
        print("first run", process(calm, "run", "1000").splitlines()[-1])
        first = told(calm)
        assert (first["summary"]["created"], first["summary"]["failed"]) == (file.accounts, len(file.refused))
        process(storm, "prepare", str(source))
        print("killed", kill_and_resume(storm, 1000, 5, 20.0))
        assert told(storm) == first
        process(calm, "prepare", str(source))
        print("once more", process(calm, "run", "1000").splitlines()[-1])
        again = told(calm)
        assert again["summary"]["unchanged"] == file.rows - len(file.refused)
        assert again["summary"]["created"] == again["summary"]["updated"] == 0
        for table in (t for t in first if t.split(".")[0] in ("accounts", "contacts", "activities")):
            assert again[table] == first[table], table
        began = time.monotonic()
        assert process(calm, "undo").strip() == "0"
        print("undo", round(time.monotonic() - began, 1))
