"""Which functions run in the background, how often they are tried, and which of them come round by the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from tend.kernel.errors import Misuse

Body = Callable[..., Any]
FIRST_WAIT = 5  # seconds before the second try; each further wait is four times as long
LONGEST_WAIT = 3600


class Again(Exception):
    """Raised by a job that could not do its work now: try again after so many seconds."""

    def __init__(self, seconds: float, why: str = "") -> None:
        super().__init__(why or f"again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Declared:
    """A function that can be queued by name. `run(run, **payload)` may be called several times for one job."""

    name: str
    run: Callable[..., Any]
    tries: int

    def wait_after(self, attempt: int) -> float:
        """Seconds between a failed try (the first is 1) and the next."""
        return float(min(FIRST_WAIT * 4 ** (attempt - 1), LONGEST_WAIT))


@dataclass(frozen=True)
class Periodic:
    """Work that comes round: every so many seconds, or once a day at a time of the organisation's clock."""

    name: str
    seconds: int = 0
    at: dt.time | None = None

    def slot(self, now: dt.datetime, zone: str) -> str:
        """The name of the turn that is due; turns that were missed while nothing ran are not made up for."""
        if self.at is None:
            return str(int(now.timestamp()) // self.seconds)
        here = now.astimezone(ZoneInfo(zone))
        day = here.date() if here.time() >= self.at else here.date() - dt.timedelta(days=1)
        return day.isoformat()


_jobs: dict[str, Declared] = {}
_periodic: dict[str, Periodic] = {}


def job(name: str, *, tries: int = 5) -> Callable[[Body], Body]:
    """Let a function be queued as `name`. It must bear being run again: what a killed try has done stays done."""

    def declare(run: Body) -> Body:
        known = _jobs.get(name)
        if known is not None and known.run.__module__ != run.__module__:
            raise Misuse(f"two jobs are called {name}")
        _jobs[name] = Declared(name, run, tries)
        return run

    return declare


def every(*, seconds: int = 0, daily_at: str = "") -> Callable[[Body], Body]:
    """Let a declared job come round by itself: `@every(daily_at="03:10") @job("sweep")`. Queued once per turn."""

    def declare(run: Body) -> Body:
        name = next(j.name for j in _jobs.values() if j.run is run)
        _periodic[name] = Periodic(name, seconds, dt.time.fromisoformat(daily_at) if daily_at else None)
        return run

    return declare


def declared(name: str) -> Declared | None:
    return _jobs.get(name)


def all_jobs() -> tuple[Declared, ...]:
    return tuple(_jobs.values())


def periodic_jobs() -> tuple[Periodic, ...]:
    return tuple(_periodic.values())


def forget(*names: str) -> None:
    """Take made-up jobs of tests out again."""
    for name in names:
        _jobs.pop(name, None)
        _periodic.pop(name, None)


__all__ = ["Again", "Declared", "Periodic", "all_jobs", "declared", "every", "forget", "job", "periodic_jobs"]
