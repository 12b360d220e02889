"""Numbers, amounts and yes/no as files and people write them."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.numbers import DecimalMark, guess_decimal, parse_bool, parse_money, parse_number
from tend.base.unreadable import Unreadable


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12", None, "12"),
        ("-12", None, "-12"),
        ("12.5", None, "12.5"),
        ("12,5", None, "12.5"),
        ("1,234.50", None, "1234.50"),
        ("1.234,50", None, "1234.50"),
        ("1 234,50", None, "1234.50"),
        ("1\u00a0234,50", None, "1234.50"),
        ("1\u202f234\u202f567", None, "1234567"),
        ("1'234.50", None, "1234.50"),
        ("1’234’567", None, "1234567"),
        ("1.234.567", None, "1234567"),
        ("12,34,567", None, "1234567"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", None, "1.234"),
        ("12.5", ",", "12.5"),
        ("12 %", None, "12"),
        ("12,5%", None, "12.5"),
        ("(12.50)", None, "-12.50"),
        ("12.50-", None, "-12.50"),
        ("−5", None, "-5"),
        ("– 5", None, "-5"),
        ("+5", None, "5"),
        (".5", None, "0.5"),
        ("5.", None, "5"),
        ("4.5E+3", None, "4500"),
        ("1e-2", None, "0.01"),
        ("٣٤", None, "34"),
        ("'42", None, "42"),
        (" 42 ", None, "42"),
        ("007", None, "7"),
    ],
)
def test_a_number_is_read(text: str, decimal: DecimalMark | None, value: str) -> None:
    assert parse_number(text, decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number"),
        ("abc", "number"),
        ("12 rooms", "number"),
        ("--5", "number"),
        ("1O0", "number_letters"),
        ("2OO", "number_letters"),
        ("1О0", "number_letters"),
        ("l2", "number_letters"),
        ("12.34.56", "number_groups"),
        ("1,23,4", "number_groups"),
        ("1 2", "number_groups"),
        ("1.2,3.4", "number_marks"),
        ("1" * 41, "number_long"),
        ("NaN", "number"),
        ("Infinity", "number"),
        (".", "number"),
        ("$5", "number"),
    ],
)
def test_other_text_says_why_it_is_no_number(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_number(text)
    assert refused.value.code == code


def test_a_letter_in_place_of_a_zero_is_named() -> None:
    with pytest.raises(Unreadable, match="letter O where a digit belongs: 100"):
        parse_number("1O0")


@given(
    st.decimals(min_value=-(10**15), max_value=10**15, places=2),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (",", "\u00a0"), (".", "'"), (",", "\u202f"), (".", "")]),
)
def test_a_written_number_is_read_back(value: Decimal, marks: tuple[DecimalMark, str]) -> None:
    decimal, thousands = marks
    text = f"{value:,.2f}".replace(",", "\x00").replace(".", decimal).replace("\x00", thousands)
    assert parse_number(text, decimal) == value
    assert parse_number(text) == value


@given(st.text(max_size=30), st.sampled_from([None, ".", ","]))
def test_no_text_breaks_the_reader(text: str, decimal: DecimalMark | None) -> None:
    with suppress(Unreadable):
        assert parse_number(text, decimal).is_finite()


@pytest.mark.parametrize(
    ("samples", "mark"),
    [
        (["1.234,50", "12"], ","),
        (["1,234.50"], "."),
        (["12,5", "1.234"], ","),
        (["1.234", "12.345", "12.5"], "."),
        (["1.234.567"], ","),
        (["1.234", "2.345"], None),
        (["12", "abc", ""], None),
        (["€ 12,50"], ","),
        (["0.125"], "."),
        (["1 234,56", "1.5", "2,25"], ","),
    ],
)
def test_the_decimal_mark_of_a_column_is_guessed(samples: list[str], mark: str | None) -> None:
    assert guess_decimal(samples) == mark


@given(st.lists(st.decimals(min_value=1, max_value=10**9, places=2), min_size=1))
def test_the_guess_fits_what_was_written(values: list[Decimal]) -> None:
    texts = [f"{v:,.2f}".replace(",", "\x00").replace(".", ",").replace("\x00", ".") for v in values]
    mark = guess_decimal(texts)
    assert [parse_number(t, mark) for t in texts] == values


@pytest.mark.parametrize(
    ("text", "default", "shown"),
    [
        ("12.50", "EUR", "12.50 EUR"),
        ("€ 1.234,50", "USD", "1234.50 EUR"),
        ("1 234,50 грн", "EUR", "1234.50 UAH"),
        ("USD 1,200.00", "EUR", "1200.00 USD"),
        ("1200 usd", "EUR", "1200.00 USD"),
        ("$12.5", "EUR", "12.50 USD"),
        ("$12.5", "CAD", "12.50 CAD"),
        ("R$ 1.234,56", "EUR", "1234.56 BRL"),
        ("-€5", "USD", "-5.00 EUR"),
        ("€-5", "USD", "-5.00 EUR"),
        ("(5.00)", "EUR", "-5.00 EUR"),
        ("($5.00)", "EUR", "-5.00 USD"),
        ("$12k", "USD", "12000.00 USD"),
        ("1,5 млн грн", "EUR", "1500000.00 UAH"),
        ("100 kr", "NOK", "100.00 NOK"),
        ("100 kr", "EUR", "100.00 SEK"),
        ("CHF 1'200.-", "EUR", "1200.00 CHF"),
        ("12.50 zł", "EUR", "12.50 PLN"),
    ],
)
def test_an_amount_is_read_with_its_currency(text: str, default: str, shown: str) -> None:
    assert str(parse_money(text, default)) == shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 apples", "money_currency"),
        ("", "number"),
        ("1O0", "number_letters"),
        ("EUR 5 USD", "money_currency"),
        ("many", "number"),
        ("12 %", "money_currency"),
    ],
)
def test_an_amount_that_is_none_says_why(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_money(text, "EUR")
    assert refused.value.code == code


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader_of_amounts(text: str) -> None:
    with suppress(Unreadable):
        assert parse_money(text, "EUR").amount.is_finite()


@pytest.mark.parametrize("word", ["yes", "Y", "TRUE", "1", "x", "sí", "Si", "sim", "так", "Да", "ja", "1.0", "✓"])
def test_yes(word: str) -> None:
    assert parse_bool(word) is True


@pytest.mark.parametrize("word", ["no", "N", "False", "0", "não", "ні", "нет", "nein", "0.0", "-"])
def test_no(word: str) -> None:
    assert parse_bool(word) is False


@pytest.mark.parametrize("word", ["", "maybe", "2"])
def test_neither_yes_nor_no(word: str) -> None:
    with pytest.raises(Unreadable):
        parse_bool(word)
