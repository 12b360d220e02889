"""What was answered is kept: every process is killed while people write, again and again, and nothing answered is missing."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.site.offices import TEND, Office, offices

__all__ = ["offices"]
WRITERS = 4
PATIENCE = 90  # seconds for a start on a busy machine


@dataclass
class Told:
    """What one writer was answered, and the request that got no answer before the server died."""

    kept: dict[str, int] = field(default_factory=dict)  # name → id
    open: tuple[str, str] | None = None  # key and name
    odd: list[str] = field(default_factory=list)


@pytest.mark.parametrize("kills", [1, pytest.param(30, marks=pytest.mark.soak)])
def test_what_was_answered_is_found_after_every_kill(offices: Callable[[], Office], kills: int) -> None:
    office = offices()
    filled = office.tend("demo", "--accounts", "20")
    assert filled.returncode == 0, filled.stderr
    token = office.tend("token", *_first_administrator(office), "--name", "writer")
    assert token.returncode == 0, token.stderr
    secret = token.stdout.strip().splitlines()[-1].split()[-1]
    port = _free_port()
    told = [Told() for _n in range(WRITERS)]
    chance = random.Random(7)
    for _turn in range(kills):
        running = _start(office, port)
        end = threading.Event()
        threads = [threading.Thread(target=_write, args=[port, secret, mine, end]) for mine in told]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.6, 2.5))
        _kill_all(running)
        end.set()
        for thread in threads:
            thread.join()
    running = _start(office, port)
    try:
        for (
            mine
        ) in told:  # the last unanswered request is sent again: one effect, whichever side of the kill it fell on
            if mine.open is not None:
                _send(port, secret, mine, *mine.open)
    finally:
        _kill_all(running)
    assert not [odd for mine in told for odd in mine.odd]
    kept = {name: pk for mine in told for name, pk in mine.kept.items()}
    assert len(kept) >= kills, "the writers got through at all"
    database = office.connect()
    rows = database.execute("SELECT id, name FROM accounts_account WHERE name LIKE 'Kept %'").fetchall()
    database.close()
    found: dict[str, list[int]] = {}
    for pk, name in rows:
        found.setdefault(name, []).append(pk)
    assert {name: found.get(name) for name in kept} == {name: [pk] for name, pk in kept.items()}
    doctor = office.tend("doctor")
    assert doctor.returncode == 0, doctor.stdout


def _write(port: int, secret: str, mine: Told, end: threading.Event) -> None:
    if mine.open is not None:  # first what was left unanswered last time
        _send(port, secret, mine, *mine.open)
    while not end.is_set():
        name = f"Kept {uuid.uuid4().hex[:10]}"
        mine.open = (uuid.uuid4().hex, name)
        if not _send(port, secret, mine, *mine.open):
            return


def _send(port: int, secret: str, mine: Told, key: str, name: str) -> bool:
    """Ask for one account; whether there was an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Idempotency-Key": key}
        connection.request("POST", "/api/v1/accounts", json.dumps({"name": name, "lifecycle": "customer"}), headers)
        answer = connection.getresponse()
        body: Any = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    if answer.status == http.HTTPStatus.CREATED:
        mine.kept[name] = body["id"]
        mine.open = None
    elif answer.status != http.HTTPStatus.SERVICE_UNAVAILABLE:
        mine.odd.append(f"{answer.status} {body}")
    return True


def _start(office: Office, port: int) -> subprocess.Popen[bytes]:
    running = subprocess.Popen(
        [*TEND, "up", "--port", str(port)],
        env=office.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert running.poll() is None, "tend up ended by itself"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return running
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    _kill_all(running)
    raise AssertionError("the server does not answer")


def _kill_all(running: subprocess.Popen[bytes]) -> None:
    """SIGKILL to every process of the session at once, so that nobody can clean up."""
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first_administrator(office: Office) -> list[str]:
    database = office.connect()
    try:
        row = database.execute(
            "SELECT u.email FROM people_user u JOIN people_userrole ur ON ur.record_id = u.id"
            " JOIN people_role r ON r.id = ur.role_id WHERE r.code = 'administrator' ORDER BY u.id"
        ).fetchone()
    finally:
        database.close()
    return [str(row[0])]
