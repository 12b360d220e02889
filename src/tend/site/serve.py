"""`tend up`: web server and background worker as one thing, started together and ended together within six seconds.

This process loads no Django: it prepares in a child, starts the two, and watches.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

GRACE = 4.5  # seconds between asking the processes to end and ending them
THREADS = 8  # per web process: the number of database connections it may hold
LOOK = 0.1
RESTART_PAUSE = 2.0


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `up` to the command line."""
    up = commands.add_parser(
        "up", parents=[common], help="set up if needed, then serve: web server and background worker"
    )
    up.add_argument("--demo", action="store_true", help="fill an empty Tend with a sample company")
    up.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    up.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    up.add_argument("--workers", type=int, default=0, help="web processes (two where there are two processors)")
    up.set_defaults(run=run, django=False)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes. 0 after an orderly end, 1 when something failed."""
    watch = Watch()
    if not _is_free(options.host, options.port):
        print(f"Port {options.port} is in use. Choose another with --port.", file=sys.stderr)
        return 1
    url = os.environ.get("TEND_URL") or f"http://{_shown(options.host)}:{options.port}"
    told = _prepare(watch, options)
    if watch.stopping:
        return 0
    if told is None:
        return 1
    watch.start("web", _web_command(options))
    watch.start("worker", [sys.executable, "-m", "tend.site.main", "worker"])
    if watch.wait_until_healthy(options.host, options.port):
        print(f"Tend is ready: {url}", flush=True)
        if not told["quiet"] or sys.stdout.isatty():
            for who, path in told["ways"]:
                print(f"Sign in once as {who}, within an hour: {url}{path}", flush=True)
    elif not watch.stopping:
        print("The web server does not answer.", file=sys.stderr)
        watch.end()
        return 1
    return watch.keep()


def _web_command(options: argparse.Namespace) -> list[str]:
    workers = options.workers or min(2, os.cpu_count() or 1)
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host, "--port", str(options.port),
        "--workers", str(workers), "--blocking-threads", str(THREADS), "--backpressure", str(THREADS * 8), "--no-ws",
        "--workers-kill-timeout", "5", "--respawn-failed-workers", "--log-level", "warning", "tend.site.wsgi:application",
    ]  # fmt: skip


def _prepare(watch: Watch, options: argparse.Namespace) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "tend.site.prepare", *(["--demo"] if options.demo else [])]
    child = watch.start("setting up", command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    said = child.stdout.read().decode()
    failed = child.wait() != 0
    watch.children.pop("setting up")
    if failed or not said.strip():
        return None
    told: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return told


class Watch:
    """The processes that belong together, and the signal that ends them."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, list[str]] = {}
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    def start(self, name: str, command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        self.commands[name] = command
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent, **more)  # noqa: PLW1509, S603 - one thread here
        self.children[name] = child
        return child

    def wait_until_healthy(self, host: str, port: int, patience: float = 60) -> bool:
        """Whether the web server came to answer before it, or we, were told to stop."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not self.stopping and self.children["web"].poll() is None:
            if _is_healthy(host, port):
                return True
            time.sleep(LOOK)
        return False

    def keep(self) -> int:
        """Watch until told to stop. A worker that died is started again; without the web server all ends."""
        died = 0.0
        while not self.stopping:
            if self.children["web"].poll() is not None:
                print("The web server ended.", file=sys.stderr)
                self.end()
                return 1
            if self.children["worker"].poll() is not None and time.monotonic() - died > RESTART_PAUSE:
                died = time.monotonic()
                print("The background worker ended and is started again.", file=sys.stderr)
                self.start("worker", self.commands["worker"])
            time.sleep(LOOK)
        self.end()
        return 0

    def end(self) -> None:
        """Ask every process to end, and end those that do not: a web server asked while it boots never answers."""
        running = [child for child in self.children.values() if child.poll() is None]
        family = {pid for child in running for pid in _family(child.pid)}
        for child in running:
            child.terminate()
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(child.poll() is None for child in running):
            time.sleep(LOOK / 2)
        family |= {pid for child in running if child.poll() is None for pid in _family(child.pid)}
        for pid in family:
            _kill(pid)
        for child in running:
            child.wait()

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        preparing = self.children.get("setting up")
        if preparing is not None and preparing.poll() is None:
            preparing.terminate()


def _die_with_parent() -> None:
    """In the child, before it becomes another program: be told to end when the watcher is killed (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _family(pid: int) -> set[int]:
    """A process and everything that descends from it."""
    below: dict[int, list[int]] = {}
    if Path("/proc/self/stat").exists():
        for place in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(place.read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            below.setdefault(parent, []).append(int(place.parent.name))
    found, todo = set(), [pid]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo.extend(below.get(one, ()))
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_shown(host).strip("[]"), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _shown(host: str) -> str:
    """An address that a browser on this machine can open."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
