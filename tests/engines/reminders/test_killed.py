"""A worker killed while it sends: real processes, a real database, a real SMTP server. No letter goes out twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import smtp
from tests.kernel.imports.test_killed import world

LETTERS = 4
FILL = f"""
import django; django.setup()
from tend.kernel.actor import system
from tend.kernel.entity import entity_by_plural
from tend.kernel.notices import notify
from tend.people.invitations import send_invitation
user = entity_by_plural("users").create(system("test"), values={{"name": "Olga", "email": "olga@tend.example"}}).record
send_invitation(user)
for n in range({LETTERS - 1}):
    notify([user.pk], "disk", "Notice %(n)s.", {{"n": str(n)}})
"""
SEND = """
import datetime as dt, sys
import django; django.setup()
from tend.engines.reminders.sending import send_due
from tend.kernel import clock
print(send_due(clock.now() + dt.timedelta(minutes=int(sys.argv[1]))))
"""
STATES = """
import collections, json
import django; django.setup()
from tend.engines.reminders.outbox import all_mail
print(json.dumps(collections.Counter(all_mail().values_list("state", flat=True))))
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
    with smtp.server() as server, world(tmp_path, "data") as given:
        environment = {**given, "EMAIL_URL": server.url, "TEND_URL": "https://crm.example"}

        def python(code: str, *words: str) -> list[str]:
            return [sys.executable, "-c", code, *words]

        def run(command: list[str]) -> str:
            done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            return done.stdout

        run([sys.executable, "-m", "tend.site.main", "migrate"])
        run(python(FILL))
        server.wait[command] = 60
        worker = subprocess.Popen(
            python(SEND, "3"), env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while not reached(server) and time.monotonic() < deadline:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert reached(server)
        server.wait.clear()
        for _ in range(3):
            run(python(SEND, "15"))
        states = json.loads(run(python(STATES)))
    ids = [got.message["Message-ID"] for got in server.got]
    assert len(ids) == len(set(ids)) == LETTERS
    assert states == expected
