"""Nothing in an export is run, and importing it gives every text back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.cells import neutralise, restore

TRICKY = st.text(alphabet="'=+-@\t\r\n\x00 \ufeff＝1a.,", max_size=8)


@given(st.text() | TRICKY)
def test_every_text_comes_back(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(TRICKY)
def test_twice_neutralised_comes_back_in_two_steps(text: str) -> None:
    assert restore(restore(neutralise(neutralise(text)))) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("https://bad.example")',
        "+1+1",
        "-1+1",
        "-2-3",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\ufeff=1",
        "＝1",
        "+cmd|' /C calc'!A0",
        "+1-202-555-0123",
        "+49 (0)30",
        "'=1",
        "- call back",
        "=",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "Hotel", "-5", "-1.234,50", "+493012345", "+49 30 12345", "a=b", "'quoted'", "5-3", "x@hotel.example"]
)
def test_harmless_text_stays(text: str) -> None:
    assert neutralise(text) == text


@given(TRICKY)
def test_what_leaves_begins_with_no_formula(text: str) -> None:
    left = neutralise(text)
    is_signed_number = left[:1] in ("+", "-") and left[1:2].isdigit() and "-" not in left[1:] and "+" not in left[1:]
    assert not left.startswith(("\t", "\r", "\n", "\x00"))
    assert not left.lstrip("\ufeff \t\r\n\x00").startswith(("=", "@", "＝"))
    assert is_signed_number or not left.lstrip("\ufeff \t\r\n\x00").startswith(("+", "-"))
