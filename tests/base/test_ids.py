"""Ids grow with time, fit a signed 64-bit column and do not repeat in a batch."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.ids import RANDOM_BITS, milliseconds_of, time_ordered_id, time_ordered_ids

MILLISECONDS = st.integers(0, 2**42 - 1)
RANDOM = st.integers(0, 2**RANDOM_BITS - 1)


@given(MILLISECONDS, RANDOM)
def test_an_id_is_63_bits_and_tells_its_time(now_ms: int, bits: int) -> None:
    made = time_ordered_id(now_ms, bits)
    assert 0 <= made < 2**63
    assert milliseconds_of(made) == now_ms


@given(MILLISECONDS, MILLISECONDS, RANDOM, RANDOM)
def test_later_ids_are_greater(one: int, other: int, bits: int, more_bits: int) -> None:
    if one < other:
        assert time_ordered_id(one, bits) < time_ordered_id(other, more_bits)


@pytest.mark.parametrize(("now_ms", "bits"), [(-1, 0), (2**42, 0), (0, -1), (0, 2**21)])
def test_what_does_not_fit_is_refused(now_ms: int, bits: int) -> None:
    with pytest.raises(ValueError):
        time_ordered_id(now_ms, bits)


def test_a_batch_grows_without_repeats_or_steady_steps() -> None:
    ids = time_ordered_ids(1_790_000_000_000, 20_000, random.Random(1).randrange)
    assert ids == sorted(set(ids))
    assert len({b - a for a, b in pairwise(ids)}) > 100
    assert milliseconds_of(ids[-1]) - 1_790_000_000_000 <= 4
    assert time_ordered_ids(0, 0, random.Random(1).randrange) == []
