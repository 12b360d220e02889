"""Record ids: 63-bit whole numbers that grow with time and cannot be counted through.

42 bits of milliseconds since 1970 (until the year 2109) before 21 random bits, so
that new rows stand together in an index and an id tells no number of records.
Time and chance are arguments.
"""

from __future__ import annotations

from collections.abc import Callable

RANDOM_BITS = 21
_TIME_BITS = 42
_WIDEST_GAP = 1 << 9


def time_ordered_id(now_ms: int, random_bits: int) -> int:
    """One id from Unix milliseconds and a random number of 21 bits.

    Later milliseconds give greater ids. Raises ValueError outside these ranges.
    """
    if not 0 <= now_ms < 1 << _TIME_BITS:
        raise ValueError("milliseconds out of range")
    if not 0 <= random_bits < 1 << RANDOM_BITS:
        raise ValueError("random bits out of range")
    return now_ms << RANDOM_BITS | random_bits


def time_ordered_ids(now_ms: int, count: int, draw: Callable[[int], int]) -> list[int]:
    """`count` different, growing ids for rows made in one go.

    `draw(n)` gives a random number from 0 to n - 1 (`secrets.randbelow`). Chance
    alone would repeat an id within some thousand rows of one millisecond; here
    each id is the one before plus a random gap, running ahead of the clock by
    about a millisecond per eight thousand rows.
    """
    ids: list[int] = []
    current = time_ordered_id(now_ms, draw(1 << RANDOM_BITS))
    for _ in range(count):
        ids.append(current)
        current += 1 + draw(_WIDEST_GAP)
    return ids


def milliseconds_of(record_id: int) -> int:
    """The Unix milliseconds that an id was made at."""
    return record_id >> RANDOM_BITS
