"""Numbers for the telephone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.numbering import format_number, read_number


def test_a_number_has_a_prefix_and_leading_zeros() -> None:
    assert format_number(418) == "K-00418"
    assert format_number(1_234_567) == "K-1234567"
    assert format_number(7, "of", 3) == "OF-007"


@given(st.integers(1, 10**15), st.sampled_from(["K", "OF", "А"]))
def test_a_number_is_read_back(sequence: int, prefix: str) -> None:
    assert read_number(format_number(sequence, prefix), prefix) == sequence


@pytest.mark.parametrize("text", ["K-00418", "k-418", "k 418", "K418", "418", " 00418 "])
def test_a_number_is_found_however_it_is_typed(text: str) -> None:
    assert read_number(text) == 418


@pytest.mark.parametrize("text", ["", "K-", "K-0", "X-418", "K-41a", "-418", "K-1 2", "٤١٨"])
def test_other_text_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(("sequence", "prefix"), [(0, "K"), (-1, "K"), (1, ""), (1, "K1")])
def test_a_number_that_cannot_be_is_refused(sequence: int, prefix: str) -> None:
    with pytest.raises(ValueError):
        format_number(sequence, prefix)
