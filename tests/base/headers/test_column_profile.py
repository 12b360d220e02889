"""Facts about one column."""

from __future__ import annotations

import pytest

from tend.base.headers.kinds import kinds_of
from tend.base.headers.profile import MAX_DISTINCT, profile


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a.b@acorn.example", "email"), ("mailto:a@acorn.example", "email"), ("https://acorn.example/x?y=1", "url"),
        ("www.acorn.example", "url"), ("+44 (0)113 496-0000", "phone"), ("0113 4960000 ext 12", "phone"),
        ("2026-03-01", "date"), ("01.03.2026", "date"), ("3/14/26", "date"), ("1/3/2026 9:30", "date"),
        ("1.234,50 €", "money"), ("USD 12", "money"), ("$1,200", "money"), ("12 грн", "money"), ("1 234,5", "number"),
        ("-12.5", "number"), ("01067", "postal_code"), ("SW1A 1AA", "postal_code"), ("30-001", "postal_code"),
        ("1011 AB", "postal_code"), ("4000-123", "postal_code"), ("01067 Dresden", "postal_city"), ("D-01067 Dresden", "postal_city"),
        ("Alemania", "country"), ("DE", "country"), ("Nein", "yes_no"), ("так", "yes_no"), ("stage=mature", "key_value"),
        ("rooms = 120", "key_value"),
    ],
)  # fmt: skip
def test_looks_of_a_cell(text: str, kind: str) -> None:
    assert kind in kinds_of(text)


@pytest.mark.parametrize(
    "text",
    ["Acorn Ltd", "see https://acorn.example/?a=b", "5 = 5", "Call me = maybe\nand a second line", "a@b", "32.13.2026", "", "  "],
)  # fmt: skip
def test_plain_text_has_no_kind(text: str) -> None:
    assert kinds_of(text) == set()


def test_counts_examples_and_shares() -> None:
    facts = profile(["Hot", "Warm", "", " ", "Hot", "Cold", "Hot", "Warm"])
    assert (facts.total, facts.blank, facts.filled, facts.distinct) == (8, 2, 6, 3)
    assert facts.values == (("Hot", 3), ("Warm", 2), ("Cold", 1))
    assert facts.examples[0] == "Hot"
    assert facts.is_choice
    assert facts.to_json()["total"] == 8


def test_many_values_are_no_choice() -> None:
    facts = profile([f"value {n}" for n in range(MAX_DISTINCT + 1)] * 3)
    assert facts.values == ()
    assert not facts.is_choice


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1.234,50", "99,00"], ","), (["1,234.50", "99.00"], "."), (["1,234", "5,678"], ""), (["0,5"], ","),
        (["1.234.567"], ","), (["12"], ""), (["1,5", "1.5"], ""), (["1.234,50 €", "7,5 €"], ","), (["1'234.50"], "."),
    ],
)  # fmt: skip
def test_decimal_sign(cells: list[str], sign: str) -> None:
    assert profile(cells).decimal == sign


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["13/02/2026", "01/02/2026"], "dmy"), (["02/13/2026", "01/02/2026"], "mdy"), (["2026-02-13"], "ymd"),
        (["01/02/2026", "03/04/2026"], ""), (["01.02.2026"], "dmy"), (["13/02/2026", "02/13/2026"], ""), (["x"], ""),
    ],
)  # fmt: skip
def test_order_of_dates(cells: list[str], order: str) -> None:
    assert profile(cells).date_order == order


def test_share_of_key_value_remarks() -> None:
    assert profile(["stage=mature", "rooms=12\nstars=4", "called today", ""]).share("key_value") == pytest.approx(2 / 3)
    assert profile([]).share("email") == 0.0
