"""What long work costs: memory and processor time of each process of ours and of the database, and how long pages take meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

TICKS = os.sysconf("SC_CLK_TCK")
LOOK = 0.5  # seconds between two looks at the memory
PAUSE = 0.1  # seconds between two pages of the visitor


@dataclass
class Cost:
    """Of one step: seconds of wall and processor time, and the most memory of its own that each process held."""

    wall: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    megabytes: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        cpu = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in sorted(self.cpu.items()) if seconds >= 0.5)
        memory = ", ".join(f"{name} {size} MB" for name, size in sorted(self.megabytes.items()))
        return f"{self.wall:.0f} s (processor: {cpu}; memory: {memory})"


class Meter:
    """Watches the descendants of some processes, by name: `{"tend": pid, "database": pid}`."""

    def __init__(self, roots: dict[str, int]) -> None:
        self.roots = roots

    @contextlib.contextmanager
    def watch(self) -> Iterator[Cost]:
        """The cost of what happens in the block; complete when it ends."""
        cost, end = Cost(), threading.Event()

        def look() -> None:
            while True:
                for name, size in self._memory().items():
                    cost.megabytes[name] = max(cost.megabytes.get(name, 0), size)
                if end.wait(LOOK):
                    return

        watcher = threading.Thread(target=look, daemon=True)
        before, began = self._cpu(), time.monotonic()
        watcher.start()
        try:
            yield cost
        finally:
            cost.wall = time.monotonic() - began
            cost.cpu = {name: seconds - before.get(name, 0.0) for name, seconds in self._cpu().items()}
            end.set()
            watcher.join()

    def _family(self) -> Iterator[tuple[str, Path]]:
        below: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                below.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
        for root, pid in self.roots.items():
            todo = [pid]
            while todo:
                one = todo.pop()
                todo += below.get(one, [])
                place = Path("/proc") / str(one)
                with contextlib.suppress(OSError):
                    yield self._name(root, place), place

    @staticmethod
    def _name(root: str, place: Path) -> str:
        words = (place / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        if root != "tend":
            return root
        return "web" if "granian" in words else "worker" if " worker" in words else "tend"

    def _memory(self) -> dict[str, int]:
        """Megabytes that are a process's own; a database file mapped into it belongs to the system's cache."""
        found: dict[str, int] = {}
        for name, place in self._family():
            with contextlib.suppress(OSError):
                own = re.search(r"RssAnon:\s+(\d+)", (place / "status").read_text())
                found[name] = max(found.get(name, 0), int(own[1]) // 1024 if own else 0)
        return found

    def _cpu(self) -> dict[str, float]:
        """Seconds of each name so far, with those of children that have ended."""
        found: dict[str, float] = {}
        for name, place in self._family():
            with contextlib.suppress(OSError, ValueError):
                words = (place / "stat").read_text().rpartition(")")[2].split()
                found[name] = found.get(name, 0.0) + sum(map(int, words[11:15])) / TICKS
        return found


@dataclass
class Visits:
    """How long each page took a person who looked around meanwhile."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)  # how often each status

    def __str__(self) -> str:
        lines = [
            f"    {name:<22} {statistics.median(t) * 1000:7.0f} ms  most {max(t) * 1000:7.0f} ms  ({len(t)} times)"
            for name, t in sorted(self.seconds.items(), key=lambda one: -max(one[1]))
        ]
        return "\n".join(lines)


@contextlib.contextmanager
def visiting(
    url: str, headers: dict[str, str], pages: dict[str, str | Callable[[], tuple[str, str, bytes]]]
) -> Iterator[Visits]:
    """Somebody who opens these pages in turn during the block: an address, or what gives method, address and body."""
    found, end = Visits(), threading.Event()

    def look() -> None:
        while not end.is_set():
            for name, page in pages.items():
                method, address, body = (page if callable(page) else lambda a=page: ("GET", a, b""))()
                began = time.perf_counter()
                try:
                    status = ask(url, headers, method, address, body)
                except (OSError, http.client.HTTPException) as error:
                    found.odd.append(f"{address}: {error!r}")
                    continue
                found.seconds.setdefault(name, []).append(time.perf_counter() - began)
                found.answers[status] += 1
                if status >= http.HTTPStatus.BAD_REQUEST:
                    found.odd.append(f"{address}: {status}")
                if end.wait(PAUSE):
                    return

    visitor = threading.Thread(target=look, daemon=True)
    visitor.start()
    try:
        yield found
    finally:
        end.set()
        visitor.join(timeout=60)


def ask(url: str, headers: dict[str, str], method: str, address: str, body: bytes) -> int:
    """The status of an answer that was read to its end."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request(method, address, body or None, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
