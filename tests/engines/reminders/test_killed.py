"""A worker killed while it sends: real processes, a real database file, a real SMTP server. No letter goes out twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import smtp

LETTERS = 4
FILL = f"""
import django; django.setup()
from tend.kernel.actor import system
from tend.kernel.entity import entity_by_plural
from tend.kernel.notices import notify
user = entity_by_plural("users").create(system("test"), values={{"name": "Olga", "email": "olga@tend.example"}}).record
for n in range({LETTERS}):
    notify([user.pk], "disk", "Notice %(n)s.", {{"n": str(n)}})
"""
SEND = """
import datetime as dt, sys
import django; django.setup()
from tend.engines.reminders.sending import send_due
from tend.kernel import clock
print(send_due(clock.now() + dt.timedelta(minutes=int(sys.argv[1]))))
"""


@pytest.mark.parametrize(
    ("command", "reached", "expected"),
    [
        ("RCPT olga@tend.example", lambda s: "RCPT olga@tend.example" in s.seen, {"sent": LETTERS}),
        (".", lambda s: len(s.got) == 1, {"sent": LETTERS - 1, "doubtful": 1}),
    ],
    ids=["before the letter", "between the letter and its mark"],
)
def test_a_killed_worker_sends_nothing_twice(
    tmp_path: Path, command: str, reached: Callable[[smtp.Server], bool], expected: dict[str, int]
) -> None:
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("TEND_", "DJANGO_")) and n != "DATABASE_URL"}
    with smtp.server() as server:
        environment = {
            **inherited, "TEND_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "tend.site.settings",
            "EMAIL_URL": server.url, "TEND_URL": "https://crm.example",
        }  # fmt: skip

        def python(code: str, *words: str) -> list[str]:
            return [sys.executable, "-c", code, *words]

        (tmp_path / "data").mkdir()
        subprocess.run(
            [sys.executable, "-m", "tend.site.main", "migrate"], env=environment, check=True, capture_output=True
        )
        subprocess.run(python(FILL), env=environment, check=True, capture_output=True)
        server.wait[command] = 60
        worker = subprocess.Popen(
            python(SEND, "3"), env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while not reached(server) and time.monotonic() < deadline:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert reached(server)
        server.wait.clear()
        for _ in range(3):
            subprocess.run(python(SEND, "15"), env=environment, check=True, capture_output=True)
    ids = [got.message["Message-ID"] for got in server.got]
    assert len(ids) == len(set(ids)) == LETTERS
    database = sqlite3.connect(tmp_path / "data/tend.sqlite3")
    states = dict(database.execute("SELECT state, count(*) FROM reminders_mail GROUP BY state").fetchall())
    database.close()
    assert states == expected
