"""Threads and processes over one SQLite file, as it is in the house of a company: one call for each account remains."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

TEND = [sys.executable, "-m", "tend.site.main"]
TOGETHER = """
import threading
import django; django.setup()
from django.db import connections
from tend.domains.accounts.commands import set_status
from tend.domains.accounts.models import Account, InteractionStatus
from tend.kernel.actor import system
ids = list(Account.objects.as_system("test").exclude(lifecycle="lead").values_list("pk", flat=True)[:4])
chosen = list(InteractionStatus.objects.as_system("test").filter(for_accounts=True, plans_calls=True)[:3])
wait, faults = threading.Barrier(len(chosen)), []
def change(turn):
    try:
        wait.wait()
        for n in range(4):
            for pk in ids:
                set_status(system("test"), pk, to=chosen[(n + turn) % len(chosen)])
    except Exception as fault:
        faults.append(fault)
    finally:
        connections.close_all()
threads = [threading.Thread(target=change, args=(n,)) for n in range(len(chosen))]
[t.start() for t in threads]
[t.join() for t in threads]
print(len(faults), *faults)
"""
BREAK = "UPDATE activities_activity SET trashed_at = '2026-01-01' WHERE origin = 'cycle' AND state = 'planned' AND id % 3 = 0"
SWEEP = """
import django; django.setup()
from tend.engines.cadence import doctor
doctor.CHUNK = 5
doctor.check_cycle(True)
"""
OPEN = "origin = 'cycle' AND state = 'planned' AND trashed_at IS NULL"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("TEND_", "DJANGO_")) and n != "DATABASE_URL"}
    found = {**inherited, "TEND_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "tend.site.settings"}
    subprocess.run([*TEND, "demo", "--accounts", "60"], env=found, check=True, capture_output=True)
    return found


def ask(environment: dict[str, str], question: str) -> int:
    database = sqlite3.connect(Path(environment["TEND_DATA"]) / "tend.sqlite3", timeout=20)
    try:
        found = database.execute(question).fetchone()
        database.commit()
        return int(found[0]) if found else 0
    finally:
        database.close()


def doubles(environment: dict[str, str]) -> int:
    return ask(
        environment,
        f"SELECT count(*) FROM (SELECT account_id FROM activities_activity WHERE {OPEN} GROUP BY 1 HAVING count(*) > 1)",
    )


def test_threads_on_one_file_leave_one_call_and_sweeps_that_are_killed_leave_no_gap(
    environment: dict[str, str],
) -> None:
    run = [sys.executable, "-c", TOGETHER]
    said = subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout
    assert said.split()[0] == "0", said
    assert doubles(environment) == 0
    whole = ask(environment, f"SELECT count(*) FROM activities_activity WHERE {OPEN}")

    ask(environment, BREAK)
    assert ask(environment, f"SELECT count(*) FROM activities_activity WHERE {OPEN}") < whole
    sweepers = [subprocess.Popen([sys.executable, "-c", SWEEP], env=environment) for _ in range(2)]
    try:
        sweepers[0].wait(timeout=1.5)
    except subprocess.TimeoutExpired:
        sweepers[0].kill()  # in the middle of its work, or before it has begun
    assert sweepers[1].wait(timeout=60) == 0
    sweepers[0].wait()
    assert ask(environment, f"SELECT count(*) FROM activities_activity WHERE {OPEN}") == whole
    assert doubles(environment) == 0
