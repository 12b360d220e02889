"""What can happen to a value of a book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tend.kernel.events import Event


@dataclass(frozen=True)
class value_saved(Event):  # noqa: N801
    """A value was made or changed; `marked`: whether its mark was chosen by hand."""

    value: Any
    is_new: bool = False
    marked: bool = True


@dataclass(frozen=True)
class value_placed(Event):  # noqa: N801
    """A value is to stand at a place (1 is first)."""

    value: Any
    place: int


@dataclass(frozen=True)
class value_retired(Event):  # noqa: N801
    """A value is not offered any more, or deleted."""

    value: Any


@dataclass(frozen=True)
class value_replaced(Event):  # noqa: N801
    """A value is deleted and another takes its place."""

    value: Any
    to: Any
