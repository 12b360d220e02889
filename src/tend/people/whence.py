"""Where the present work comes from: network address and browser of a request, for the security log and nothing else.

No rule may read it: who acts is said by the actor, and what he may do hangs on no address.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Whence:
    """Blank for work without a request: the command line and jobs."""

    address: str = ""
    agent: str = ""  # as the browser or program names itself
    looker: int | None = None  # who looks as somebody else


_present: ContextVar[Whence] = ContextVar("whence", default=Whence())  # noqa: B039 - frozen


def whence() -> Whence:
    """Whence the present request comes."""
    return _present.get()


@contextmanager
def coming_from(address: str, agent: str, *, looker: int | None = None) -> Iterator[None]:
    """For the time of one request."""
    token = _present.set(Whence(address[:45], agent[:400], looker))
    try:
        yield
    finally:
        _present.reset(token)
