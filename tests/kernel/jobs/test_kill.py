"""A worker killed at any moment loses nothing and does nothing twice: real processes on a real database file."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

TEND = [sys.executable, "-m", "tend.site.main"]
ACCOUNTS = 400
QUEUE = """
import django; django.setup()
from tend.kernel.actor import system
from tend.kernel.entity import entity_by_plural
from tend.kernel.jobs.bulk import queue_each
accounts = entity_by_plural("accounts")
ids = sorted(accounts.model.objects.as_system("test").values_list("pk", flat=True))
print(queue_each(system("test"), accounts.edit, ids, {"values": {"description": "called by a job"}}, chunk=5).pk)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("TEND_", "DJANGO_")) and n != "DATABASE_URL"}
    return {**inherited, "TEND_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "tend.site.settings"}


def ask(environment: dict[str, str], question: str) -> tuple[object, ...]:
    database = sqlite3.connect(Path(environment["TEND_DATA"]) / "tend.sqlite3", timeout=20)
    try:
        found: tuple[object, ...] = database.execute(question).fetchone()
        database.commit()
        return found
    finally:
        database.close()


def test_a_bulk_job_survives_kills_and_does_nothing_twice(environment: dict[str, str]) -> None:
    subprocess.run([*TEND, "demo", "--accounts", str(ACCOUNTS)], env=environment, check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", QUEUE], env=environment, check=True, capture_output=True, text=True)
    operation = int(done.stdout)
    chance, kills = random.Random(7), 0
    for _ in range(40):
        worker = subprocess.Popen([*TEND, "worker"], env=environment, stderr=subprocess.DEVNULL)
        before = ask(environment, f"SELECT done_through FROM kernel_operation WHERE id = {operation}")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            now = ask(environment, f"SELECT done_through, state FROM kernel_operation WHERE id = {operation}")
            if now[1] == "done" or (now[:1] != before and kills < 4):
                break
            time.sleep(0.02)
        time.sleep(chance.random() * 0.05)
        if now[1] == "done":
            worker.terminate()
            assert worker.wait(timeout=10) == 0
            break
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        kills += 1
        ask(
            environment,
            "UPDATE kernel_job SET heartbeat_at = '2020-01-01 00:00:00' WHERE state = 'running' RETURNING id",
        )
    assert kills >= 3
    told = ask(
        environment, f"SELECT state, total, done_through, changed, failed FROM kernel_operation WHERE id = {operation}"
    )
    assert told == ("done", ACCOUNTS, ACCOUNTS, ACCOUNTS, 0)
    history = ask(
        environment, f"SELECT count(*), count(DISTINCT record_id) FROM kernel_change WHERE operation_id = {operation}"
    )
    assert history == (ACCOUNTS, ACCOUNTS)
    assert ask(environment, "SELECT count(*) FROM accounts_account WHERE description = 'called by a job'") == (
        ACCOUNTS,
    )
    assert ask(environment, "PRAGMA integrity_check") == ("ok",)
    assert ask(environment, "SELECT state, attempts > 3 FROM kernel_job WHERE name = 'bulk'") == ("done", 1)
