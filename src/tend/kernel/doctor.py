"""The checks of `tend doctor`: each floor says what must hold in the whole database, and may be able to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: in how many records, which ones for example, and whether it was mended."""

    text: str
    count: int
    examples: tuple[int, ...] = ()
    mended: bool = False


Check = Callable[[bool], list[Finding]]
_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check. It is called with `repair` and answers what it found; nothing found is a clean answer."""

    def register(run: Check) -> Check:
        _checks[name] = run
        return run

    return register


def checks() -> dict[str, Check]:
    """Every check by name, in the order of registration."""
    return dict(_checks)
