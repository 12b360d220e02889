"""What happens when records are merged and parted; reactions of domains and engines answer in the printed order.

To `merge_asked`: 10 whose values count, 20 to 40 what others must settle while both records still stand apart, 50 all
that hangs on the one moves to the other. `records_merged` and `records_parted` follow when that is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tend.kernel.events import Event


@dataclass(frozen=True)
class merge_asked(Event):  # noqa: N801
    """`loser` is to become one with `winner`; `take`: the fields whose value is the loser's (None: the better one each)."""

    code: str
    loser: Any
    winner: Any
    take: frozenset[str] | None = None


@dataclass(frozen=True)
class records_merged(Event):  # noqa: N801
    """All that hung on `loser` hangs on `winner`; the loser is in the trash and leads there."""

    code: str
    loser: Any
    winner: Any


@dataclass(frozen=True)
class part_asked(Event):  # noqa: N801
    """A merged record is to stand for itself again."""

    code: str
    loser: Any


@dataclass(frozen=True)
class records_parted(Event):  # noqa: N801
    """What had moved is back where it was; `winner` is the record that the other one was a part of."""

    code: str
    loser: Any
    winner: Any
