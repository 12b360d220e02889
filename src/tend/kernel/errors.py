"""The ways in which the kernel says no; doors turn each into their own protocol's answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class TendError(Exception):
    """Anything a door is expected to answer for, as opposed to a programming mistake."""


class Refused(TendError):
    """A rule says no to this change; `field` names the input that would have to differ."""

    def __init__(self, message: str, *, field: str = "", code: str = "refused") -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field
        self.code = code


class RefusedFields(Refused):
    """Several inputs were refused at once: `errors` maps field names to refusals."""

    def __init__(self, errors: Mapping[str, Refused]) -> None:
        first = next(iter(errors.values()))
        super().__init__(first.message, field=first.field, code=first.code)
        self.errors = dict(errors)


class NotSeen(TendError):
    """The record does not exist or is out of the actor's scope: the two are not told apart."""


class NotAllowed(TendError):
    """The actor sees the record but has no right to do this to it."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


@dataclass
class Stale(TendError):
    """Somebody saved the record after it was read: `record` is what is stored now."""

    record: Any
    expected: object

    def __str__(self) -> str:
        return f"version {self.expected} was expected"


# What a caller expects a record to be when it is locked: a version, or a question that it must answer with yes. The
# question is for readers from whom something may be hidden: a version counts writes of what they cannot see.
Expected = int | Callable[[Any], bool]


def check_expected(record: Any, expect: Expected | None) -> None:
    """Stale when a record is no longer what its caller has read."""
    if expect is None:
        return
    if not (expect(record) if callable(expect) else record.version == expect):
        raise Stale(record, expect)


class Misuse(Exception):
    """A mistake of ours (a verb that reads, a circle of reactions): never shown to a user as advice."""
