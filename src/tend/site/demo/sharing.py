"""Making the sample company in several processes: each loads Django for itself and makes whole chunks."""

from __future__ import annotations

import datetime as dt
import gc
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from typing import Any

# The module that makes chunks imports models, so it is imported in a process only once Django is there.


def shared(chunks: Sequence[tuple[int, int]], seed: int, now: dt.datetime, processes: int) -> Iterator[int]:
    """How many records each chunk (its first account and size) made, in the order of the chunks."""
    fresh = multiprocessing.get_context("spawn")  # a forked child would share the connection to the database
    with ProcessPoolExecutor(processes, fresh, initializer=_begin) as pool:
        yield from pool.map(partial(_chunk, seed, now), chunks)


def _begin() -> None:
    import django

    django.setup()
    gc.collect()
    gc.freeze()
    gc.disable()  # cycles are looked for between chunks


def _chunk(seed: int, now: dt.datetime, chunk: tuple[int, int]) -> int:
    made = int(_maker(seed, now).chunk(*chunk))
    gc.collect()
    return made


@cache
def _maker(seed: int, now: dt.datetime) -> Any:
    from tend.site.demo.company import maker

    return maker(seed, now)
