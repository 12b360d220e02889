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


UNDO = """
import django; django.setup()
from tend.kernel.actor import system
from tend.kernel.jobs.undoing import undo_or_queue
from tend.kernel.operations import Operation
done = Operation.objects.as_system("test").get(pk={operation})
print(undo_or_queue(system("test"), done, at_once=1, chunk=5).pk)
"""
LEAVE = """
import django; django.setup()
from tend.domains.activities import leaving
from tend.kernel.actor import system
from tend.kernel.jobs import stages
from tend.people.models import User
leaving.queue_stages = lambda *a: stages.queue_stages(*a, chunk=3)
people = User.objects.as_system("test")
busiest = max(people.filter(is_active=True), key=lambda u: leaving.portfolio_of(u).owned)
to = people.filter(is_active=True).exclude(pk=busiest.pk).order_by("pk").first()
print(leaving.deactivate_with_handover(system("test"), busiest, to=to, at_once=1).pk, busiest.pk, to.pk)
"""
MAPPED = """
import django; django.setup()
from tend.kernel import uses
from tend.kernel.actor import system
from tend.kernel.entity import entity_by_plural
from tend.kernel.jobs import stages
uses.queue_stages = lambda *a: stages.queue_stages(*a, chunk=5)
categories = entity_by_plural("categories").model.objects.as_system("test")
used = {c.pk: entity_by_plural("accounts").model.objects.as_system("test").filter(category=c).count() for c in categories}
value = categories.get(pk=max(used, key=used.get))
to = categories.filter(is_active=True, trashed_at=None).exclude(pk=value.pk).order_by("pk").first()
print(uses.delete_mapped(system("test"), value, to, at_once=1).pk, value.pk, to.pk, used[value.pk], used[to.pk])
"""


def run_with_kills(environment: dict[str, str], operation: int, seed: int) -> int:
    """Let workers run an operation to its end, killing four of them in the middle; how many were killed."""
    chance, kills = random.Random(seed), 0
    for _ in range(40):
        worker = subprocess.Popen([*TEND, "worker"], env=environment, stderr=subprocess.DEVNULL)
        before = ask(environment, f"SELECT done_through FROM kernel_operation WHERE id = {operation}")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            now = ask(environment, f"SELECT done_through, state FROM kernel_operation WHERE id = {operation}")
            if now[1] == "done" or (now[:1] != before and kills < 4):
                break
            time.sleep(0.05)
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
    return kills


def queued(environment: dict[str, str], code: str) -> list[int]:
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    return [int(word) for word in done.stdout.split()]


def test_long_work_survives_kills_and_does_nothing_twice(environment: dict[str, str]) -> None:
    """A bulk change, its undo and the handover of a leaver, each with its worker killed four times."""
    subprocess.run([*TEND, "demo", "--accounts", str(ACCOUNTS)], env=environment, check=True, capture_output=True)
    (operation,) = queued(environment, QUEUE)
    assert run_with_kills(environment, operation, 7) >= 3
    told = "SELECT state, total, done_through, changed, failed FROM kernel_operation WHERE id = {}"
    history = "SELECT count(*), count(DISTINCT record_id) FROM kernel_change WHERE operation_id = {}"
    written = "SELECT count(*) FROM accounts_account WHERE description = 'called by a job'"
    assert ask(environment, told.format(operation)) == ("done", ACCOUNTS, ACCOUNTS, ACCOUNTS, 0)
    assert ask(environment, history.format(operation)) == (ACCOUNTS, ACCOUNTS)
    assert ask(environment, written) == (ACCOUNTS,)
    assert ask(environment, "SELECT state, attempts > 3 FROM kernel_job WHERE name = 'operation'") == ("done", 1)

    (undoing,) = queued(environment, UNDO.format(operation=operation))
    assert run_with_kills(environment, undoing, 8) >= 3
    assert ask(environment, told.format(undoing)) == ("done", ACCOUNTS, ACCOUNTS, ACCOUNTS, 0)
    assert ask(environment, history.format(undoing)) == (ACCOUNTS, ACCOUNTS)
    assert ask(environment, written) == (0,)
    assert ask(environment, f"SELECT state FROM kernel_operation WHERE id = {operation}") == ("undone",)

    leaving, leaver, _to = queued(environment, LEAVE)
    owned = f"SELECT count(*) FROM accounts_account WHERE trashed_at IS NULL AND owner_id = {leaver}"
    before = ask(environment, owned)
    assert ask(environment, f"SELECT is_active FROM people_user WHERE id = {leaver}") == (0,)
    assert run_with_kills(environment, leaving, 9) >= 3
    assert (before > (0,), ask(environment, owned)) == (True, (0,))
    assert ask(environment, f"SELECT failed FROM kernel_operation WHERE id = {leaving}") == (0,)
    twice = f"SELECT count(*) FROM (SELECT 1 FROM kernel_change WHERE operation_id = {leaving} AND verb = 'reassign' AND record_type = 'accounts.account' GROUP BY record_id HAVING count(*) > 1)"
    assert ask(environment, twice) == (0,)
    assert ask(environment, "PRAGMA integrity_check") == ("ok",)


@pytest.mark.soak
def test_a_mapped_deletion_survives_kills_and_maps_each_record_once(environment: dict[str, str]) -> None:
    """A category that many accounts have is deleted by giving them another, with the worker killed four times."""
    subprocess.run([*TEND, "demo", "--accounts", str(ACCOUNTS)], env=environment, check=True, capture_output=True)
    operation, value, to, users, already = queued(environment, MAPPED)
    assert users > 20
    retired = f"SELECT is_active, trashed_at IS NULL FROM accounts_category WHERE id = {value}"
    assert ask(environment, retired) == (0, 1)  # at once, so that nobody takes it meanwhile
    assert run_with_kills(environment, operation, 10) >= 3
    told = f"SELECT state, total = done_through, failed FROM kernel_operation WHERE id = {operation}"
    assert ask(environment, told) == ("done", 1, 0)
    having = "SELECT count(*) FROM accounts_account WHERE category_id = {}"
    assert ask(environment, having.format(value)) == (0,)
    assert ask(environment, having.format(to)) == (users + already,)
    assert ask(environment, retired) == (0, 0)
    history = f"SELECT count(*), count(DISTINCT record_id) FROM kernel_change WHERE operation_id = {operation} AND record_type = 'accounts.account'"
    assert ask(environment, history) == (users, users)
    assert ask(environment, "PRAGMA integrity_check") == ("ok",)
