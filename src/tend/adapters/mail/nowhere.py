"""No mail: where the operator named no server, nobody is written to and nothing waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tend.engines.reminders.ports import Letter, Session, Unreached


class Nowhere:
    """Stands where a server would."""

    def is_there(self) -> bool:
        return False

    @contextmanager
    def session(self) -> Iterator[Session]:
        yield self

    def carry(self, letter: Letter, hand_over: Callable[[], None]) -> None:
        raise Unreached("no mail server is named")
