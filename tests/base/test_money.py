"""Money keeps every cent and never mixes currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.money import Money, minor_digits
from tend.base.unreadable import Unreadable

CURRENCIES = st.sampled_from(["EUR", "USD", "UAH", "BRL", "JPY", "KWD", "CLF"])
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=4)
MONEY = st.builds(Money, AMOUNTS, CURRENCIES)


@given(MONEY)
def test_json_gives_the_same_money_back(money: Money) -> None:
    assert Money.from_json(money.as_json()) == money


@given(AMOUNTS, AMOUNTS, CURRENCIES)
def test_what_is_added_can_be_taken_away(one: Decimal, other: Decimal, currency: str) -> None:
    a, b = Money(one, currency), Money(other, currency)
    assert a + b - b == a
    assert a + b == b + a


@given(MONEY, st.integers(min_value=1, max_value=50))
def test_shares_add_up_and_differ_by_one_cent_at_most(money: Money, shares: int) -> None:
    parts = money.split(shares)
    assert Money.total(parts, money.currency) == money.rounded()
    units = [p.minor_units for p in parts]
    assert max(units) - min(units) <= 1


@given(MONEY)
def test_rounding_moves_by_half_a_minor_unit_at_most(money: Money) -> None:
    step = Decimal(1).scaleb(-minor_digits(money.currency))
    assert abs(money.rounded().amount - money.amount) <= step / 2
    assert money.rounded().rounded() == money.rounded()


@given(st.integers(min_value=-(10**15), max_value=10**15), CURRENCIES)
def test_minor_units_come_back(units: int, currency: str) -> None:
    assert Money.from_minor(units, currency).minor_units == units


def test_rounding_is_half_to_even() -> None:
    assert Money(Decimal("2.345"), "EUR").rounded().amount == Decimal("2.34")
    assert Money(Decimal("2.355"), "EUR").rounded().amount == Decimal("2.36")
    assert Money(Decimal("2.5"), "JPY").rounded().amount == Decimal("2")


def test_money_in_json_has_the_minor_digits_of_its_currency() -> None:
    assert Money(Decimal("12.5"), "eur").as_json() == {"amount": "12.50", "currency": "EUR"}
    assert Money(Decimal("1E+3"), "JPY").as_json() == {"amount": "1000", "currency": "JPY"}
    assert Money(Decimal("0.1234"), "EUR").as_json() == {"amount": "0.1234", "currency": "EUR"}
    assert str(Money(Decimal("1.2000"), "KWD")) == "1.200 KWD"


def test_currencies_do_not_mix() -> None:
    euro, hryvnia = Money(Decimal(1), "EUR"), Money(Decimal(1), "UAH")
    assert euro != hryvnia
    with pytest.raises(Unreadable, match="EUR and UAH"):
        euro + hryvnia
    with pytest.raises(Unreadable):
        euro < hryvnia  # noqa: B015


@pytest.mark.parametrize("currency", ["", "EURO", "E1R", "€", "ЄВР"])
def test_a_currency_is_three_letters(currency: str) -> None:
    with pytest.raises(Unreadable) as refused:
        Money(Decimal(1), currency)
    assert refused.value.code == "currency"


@pytest.mark.parametrize(
    "value",
    [
        None,
        "12.50",
        {},
        {"amount": "x", "currency": "EUR"},
        {"amount": "NaN", "currency": "EUR"},
        {"amount": "Infinity", "currency": "EUR"},
        {"amount": "1E+99", "currency": "EUR"},
        {"amount": 1.5, "currency": "EUR"},
        {"amount": True, "currency": "EUR"},
        {"amount": "1", "currency": 978},
        {"amount": "1", "currency": "EUR", "cents": 2},
    ],
)
def test_other_json_is_refused(value: object) -> None:
    with pytest.raises(Unreadable):
        Money.from_json(value)


def test_a_float_never_becomes_money() -> None:
    with pytest.raises(TypeError):
        Money(0.1, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(Decimal(1), "EUR") * 0.1  # type: ignore[operator]
