"""Only a line that is just key=value is data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.remarks import LONGEST_VALUE, format_remark, is_remark_key, parse_remark


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("stage=mature", ("stage", "mature")),
        ("Stage=Mature", ("stage", "Mature")),
        ("  rooms=120  ", ("rooms", "120")),
        ("city=New York", ("city", "New York")),
        ("стадія=зріла", ("стадія", "зріла")),
        ("check-in.time=14:00", ("check-in.time", "14:00")),
        ('note="a = b; (c)"', ("note", "a = b; (c)")),
        ('note="say ""yes"""', ("note", 'say "yes"')),
        ("note='it''s'", ("note", "it's")),
        ("note=«так»", ("note", "так")),
        ("site=https://hotel.example/?a=b", ("site", "https://hotel.example/?a=b")),
        ("discount=-5", ("discount", "-5")),
        ("rooms=120 (2024)", ("rooms", "120 (2024)")),
        ("year='99", ("year", "'99")),
    ],
)
def test_a_line_that_is_just_a_pair_counts(line: str, pair: tuple[str, str]) -> None:
    assert parse_remark(line) == [pair]


@pytest.mark.parametrize(
    "line",
    [
        "He said stage=mature",
        "stage=mature.and more=less",
        "https://hotel.example/?a=b",
        "www.hotel.example/?stage=mature",
        "stage = mature",
        "stage= mature",
        "stage=",
        'stage=""',
        "=mature",
        "1st=x",
        "_x=1",
        "a==b",
        "a=>b",
        "a<=b",
        "a!=b",
        "x+=1",
        "x=1;",
        "x=f(1)",
        "x={",
        "total=a=b",
        "let x=1",
        "> stage=mature",
        "    stage=mature",
        "\tstage=mature",
        "- stage=mature",
        'x="open',
        "k" * 61 + "=x",
        "x=" + "v" * (LONGEST_VALUE + 1),
        "key-=x",
        "",
    ],
)
def test_other_lines_are_only_text(line: str) -> None:
    assert parse_remark(line) == []


def test_pairs_stand_among_text_and_keep_their_order() -> None:
    text = "Met at the fair.\nstage=mature\r\nThey want a = b.\nrooms=120\n```\ncode=1\n```\nstage=closed"
    assert parse_remark(text) == [("stage", "mature"), ("rooms", "120"), ("stage", "closed")]


KEYS = st.from_regex(r"[a-zа-яіїє][a-z0-9_.-]{0,20}[a-z0-9]", fullmatch=True)
VALUES = st.text(min_size=1, max_size=LONGEST_VALUE // 2).map(lambda v: " ".join(v.split())).filter(bool)


@given(KEYS, VALUES)
def test_a_formatted_pair_is_read_back(key: str, value: str) -> None:
    line = format_remark(key, value)
    assert "\n" not in line
    assert parse_remark(line) == [(key, value)]


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    for key, value in parse_remark(text):
        assert is_remark_key(key)
        assert value == value.strip() != ""


@pytest.mark.parametrize(
    ("key", "value"), [("", "x"), ("a b", "x"), ("a", ""), ("a", " \n"), ("a", "v" * 201), ("a=b", "c")]
)
def test_a_pair_that_no_line_can_hold_is_refused(key: str, value: str) -> None:
    with pytest.raises(ValueError):
        format_remark(key, value)
