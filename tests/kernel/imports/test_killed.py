"""An import that is killed anywhere and resumed ends as one that nobody disturbed."""

from __future__ import annotations

import datetime as dt
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
    """Start the run again and again and kill it in one of its first chunks, at a random moment of up to `longest` seconds,
    then let it end; how often it was killed.
    """
    chance, killed = random.Random(), 0
    for _try in range(40):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.kernel.imports.process", "run", str(chunk)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout is not None
        for _said in range(1 + chance.randrange(3)):
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
        process(calm, "run", "40", "alone")
        process(storm, "prepare", str(source))
        assert kill_and_resume(storm, 40, 3, 0.05)
        assert told(storm) == told(calm)


def talks_of(rows: int) -> str:
    """Talks of years with firms of the list, some of them several times, and calls that are promised."""
    chance = random.Random(11)
    lines = ["Company email;Done at;Due on;Result;Remark"]
    today = dt.datetime.now(dt.UTC).date()
    for i in range(rows):
        firm, ago = chance.randrange(int(rows * 0.8)), chance.randrange(1, 900)
        done, due = ("", today + dt.timedelta(days=ago)) if i % 9 == 0 else (today - dt.timedelta(days=ago), "")
        lines.append(f"info@firma{firm}.example;{done};{due};;talk {i}")
    return "\n".join(lines)


@pytest.mark.soak
def test_an_import_of_activities_that_is_killed_and_resumed_equals_an_undisturbed_one(tmp_path: Path) -> None:
    firms, talks = tmp_path / "list.csv", tmp_path / "talks.csv"
    firms.write_text(list_of(ROWS))
    talks.write_text(talks_of(ROWS))
    with world(tmp_path, "calm") as calm, world(tmp_path, "storm") as storm:
        for one in (calm, storm):
            process(one, "prepare", str(firms))
            process(one, "run", "1000")
            process(one, "prepare", str(talks), "activities")
        process(calm, "run")
        assert kill_and_resume(storm, 40, 3, 0.05)
        whole = told(calm)
        assert told(storm) == whole
        assert whole["summary"]["created"] > ROWS / 2
