"""`tend up`: ready on an empty folder, quick again, and gone within six seconds whenever it is told to go."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import free_port, status

TEND = [sys.executable, "-m", "tend.site.main"]
ENDED = 6.5  # seconds; the promise is six
Running = tuple[subprocess.Popen[str], int]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    """Starts `tend up` on demand; whatever is left is killed at the end."""
    running: list[Running] = []
    yield running
    for process, _port in running:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is set up already, to be copied: making the tables is not what is tested."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    subprocess.run([*TEND, "migrate", "--data", str(data)], env=clean(), check=True, capture_output=True)
    return data


def clean() -> dict[str, str]:
    return {n: v for n, v in os.environ.items() if not n.startswith(("TEND_", "DJANGO_")) and n != "DATABASE_URL"}


def start(running: list[Running], data: Path, *options: str) -> Running:
    port = free_port()
    process = subprocess.Popen(
        [*TEND, "up", "--port", str(port), "--data", str(data), *options], env=clean(), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    running.append((process, port))
    return process, port


def wait_ready(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + 90
    while status(port) != http.HTTPStatus.OK:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.1)


def members(group: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(place.parent.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_with_everything_it_started(tmp_path: Path, started: list[Running], number: int) -> None:
    process, port = start(started, tmp_path / "data")
    wait_ready(process, port)
    assert len(members(process.pid)) >= 4  # watcher, web server, its process, worker
    begin = time.monotonic()
    process.send_signal(number)
    said = process.communicate(timeout=20)[0]
    assert time.monotonic() - begin < ENDED
    assert process.returncode == 0
    assert members(process.pid) == []
    assert re.search(rf"http://127\.0\.0\.1:{port}/welcome/[\w-]{{40,}}", said), said


@pytest.mark.parametrize("after", [0.3, 0.8, 1.3, 1.8, 2.4])
def test_a_signal_in_the_first_seconds_does_not_hang(
    prepared: Path, tmp_path: Path, started: list[Running], after: float
) -> None:
    data = shutil.copytree(prepared, tmp_path / "data")
    process, _port = start(started, data)
    time.sleep(after)
    begin = time.monotonic()
    process.terminate()
    process.communicate(timeout=20)
    assert time.monotonic() - begin < ENDED
    assert members(process.pid) == []


def test_the_rest_ends_when_the_watcher_is_killed(prepared: Path, tmp_path: Path, started: list[Running]) -> None:
    process, port = start(started, shutil.copytree(prepared, tmp_path / "data"))
    wait_ready(process, port)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 12
    while members(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert members(process.pid) == []
    assert status(port) is None


def test_a_port_in_use_is_said(prepared: Path, tmp_path: Path, started: list[Running]) -> None:
    process, port = start(started, shutil.copytree(prepared, tmp_path / "data"))
    wait_ready(process, port)
    done = subprocess.run(
        [*TEND, "up", "--port", str(port), "--data", str(tmp_path / "b")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert not (tmp_path / "b").exists()
