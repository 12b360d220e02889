"""What reminders want of the post: carry a letter, and say in time when it can no longer be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Letter:
    """One mail to one person, ready to be sent. `message_id` stays the same over all tries."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Unreached(Exception):
    """The server could not be reached: nothing was handed over, and other letters need not be tried now."""


class Later(Exception):
    """The server took nothing and asks to try this letter again later."""


class TurnedDown(Exception):
    """The server will never take this letter."""


class Unsure(Exception):
    """The letter was on its way when the connection broke: nobody knows whether it arrived."""


class Session(Protocol):
    def carry(self, letter: Letter, hand_over: Callable[[], None]) -> None:
        """Send one letter. `hand_over` is called after the server took the address and before it gets a word of the letter.

        Raises Unreached, Later, TurnedDown (nothing was sent) or Unsure; what `hand_over` raises goes through.
        """


class Carrier(Protocol):
    def is_there(self) -> bool:
        """Whether mail can be sent at all. Without a server nobody is written to, and nothing waits."""

    def session(self) -> AbstractContextManager[Session]:
        """Some letters over one connection, which is opened with the first."""


@cache
def _made(path: str) -> Carrier:
    found: Carrier = import_string(path)()
    return found


def carrier() -> Carrier:
    """The one that the settings name."""
    return _made(settings.MAIL_CARRIER)
