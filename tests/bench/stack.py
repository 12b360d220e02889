"""The whole stack under measurement: the web server as `tend up` starts it, signed-in sessions, processor time by /proc."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WORKERS, THREADS = 2, 8  # as `tend up` on two processors
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Visitor:
    """A signed-in person: what every request carries."""

    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    url: str
    body: bytes = b""
    accept: str = "text/html"
    expect: int = 200
    kind: str = "application/json"  # of the body


Asking = Callable[[int], Ask]


class Stack:
    """A running web server; `database` is the process of the PostgreSQL server, 0 for SQLite."""

    def __init__(self, port: int, process: int, database: int) -> None:
        self.port = port
        self.process = process
        self.database = database

    def cpu(self) -> tuple[float, float]:
        """Seconds of processor time that the web processes and the database server have used so far."""
        return _cpu(self.process), _cpu(self.database) if self.database else 0.0

    def one(self, visitor: Visitor, asking: Asking, *, most: int, seconds: float) -> dict[str, float]:
        """One client after three warm requests; bounded by count and time."""
        client = Client(self.port, visitor)
        for number in range(4):
            client.send(asking(-1 - number))
        web, database = self.cpu()
        times, began = [], time.perf_counter()
        while len(times) < most and (time.perf_counter() - began < seconds or len(times) < 5):
            times.append(client.send(asking(len(times))))
        after_web, after_database = self.cpu()
        count = len(times)
        times.sort()
        return {
            "p50": statistics.median(times) * 1000, "p95": times[int(count * 0.95)] * 1000, "n": count,
            "web_cpu": (after_web - web) / count * 1000, "database_cpu": (after_database - database) / count * 1000,
            "kilobytes": client.last / 1000,
        }  # fmt: skip

    def eight(self, visitor: Visitor, asking: Asking, *, seconds: float) -> dict[str, float]:
        """Eight clients at once for some seconds."""
        found: list[float] = []
        lock, end = threading.Lock(), time.perf_counter() + seconds

        def run(place: int) -> None:
            client, times, number = Client(self.port, visitor), [], 0
            while time.perf_counter() < end:
                times.append(client.send(asking(1000 + place * 100_000 + number)))
                number += 1
            with lock:
                found.extend(times)

        began = time.perf_counter()
        threads = [threading.Thread(target=run, args=[n]) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
        found.sort()
        return {"per_second": len(found) / took, "p95_of_eight": found[int(len(found) * 0.95)] * 1000 if found else 0.0}


class Client:
    """One kept connection."""

    def __init__(self, port: int, visitor: Visitor) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.visitor = visitor
        self.last = 0

    def send(self, ask: Ask) -> float:
        """Send and read to the end; seconds. An answer of another status is an error, not a figure."""
        headers = {**self.visitor.headers, "Accept": ask.accept}
        if ask.body:
            headers["Content-Type"] = ask.kind
        began = time.perf_counter()
        self.connection.request(ask.method, ask.url, ask.body or None, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        if answer.status != ask.expect:
            raise RuntimeError(f"{ask.method} {ask.url}: {answer.status} {body[:400]!r}")
        self.last = len(body)
        return took


@contextlib.contextmanager
def running() -> Iterator[Stack]:
    """The web server over the database that the environment names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS),
        "--blocking-threads", str(THREADS), "--backpressure", str(THREADS * 8), "--no-ws", "--workers-kill-timeout", "5",
        "--log-level", "warning", "tend.site.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, process_group=0, stdout=sys.stderr)
    try:
        _wait(port, process)
        yield Stack(port, process.pid, int(os.environ.get("TEND_BENCH_SERVER", "0")))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def signed_in(user: Any) -> Visitor:
    """A session of this person, as the sign-in page would begin it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "tend.people.signin.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = "bench" * 6 + "be"
    return Visitor({"Cookie": f"tend_session={session.session_key}; csrftoken={token}", "X-CSRFToken": token})


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            Client(port, Visitor()).send(Ask("GET", "/healthz"))
            time.sleep(1.0)  # the second process is up as well
            return
        except (OSError, RuntimeError):
            time.sleep(0.2)
    raise RuntimeError("the web server does not answer")


def database_cpu() -> float:
    """Processor time of the database server that the environment names, in seconds; 0 for SQLite."""
    server = int(os.environ.get("TEND_BENCH_SERVER", "0"))
    return _cpu(server) if server else 0.0


def _cpu(top: int) -> float:
    """Processor time of a process and all below it, in seconds; ended children count through their parent."""
    total, todo = 0.0, [top]
    while todo:
        pid = todo.pop()
        try:
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(w) for w in words[11:15]) / TICKS
            for task in Path(f"/proc/{pid}/task").iterdir():
                todo += [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total
