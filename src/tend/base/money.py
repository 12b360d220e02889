"""Amounts of money: exact decimals with a currency, added only like to like.

Exchange rates and reading typed amounts (`numbers.py`) are not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TypedDict

from tend.base.unreadable import Unreadable, gettext_noop

# ISO 4217 currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_WIDEST = Decimal(10) ** 24

_BAD_CURRENCY = gettext_noop("“%(currency)s” is no currency code of three letters.")
_OTHER_CURRENCY = gettext_noop("%(one)s and %(other)s cannot be counted together.")
_BAD_AMOUNT = gettext_noop("“%(amount)s” is no amount of money.")


def minor_digits(currency: str) -> int:
    """Digits behind the decimal mark that a currency has: EUR 2, JPY 0, KWD 3."""
    return _MINOR_DIGITS.get(currency, 2)


class MoneyJson(TypedDict):
    """The shape of money in JSON; the amount is a text so that no digit is lost."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency (ISO 4217, upper case).

    Never rounds by itself; `rounded()` goes to the currency's minor unit, half to
    even. Arithmetic across currencies raises `Unreadable`; so do a code that is
    not three letters and an amount that is not finite.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        code = self.currency.strip().upper() if isinstance(self.currency, str) else ""
        if len(code) != 3 or not (code.isascii() and code.isalpha()):
            raise Unreadable("currency", _BAD_CURRENCY, currency=self.currency)
        if type(self.amount) not in (Decimal, int):
            raise TypeError("a Money amount is a Decimal or an int, never a float")
        amount = Decimal(self.amount)
        if not amount.is_finite() or abs(amount) >= _WIDEST:
            raise Unreadable("amount", _BAD_AMOUNT, amount=self.amount)
        object.__setattr__(self, "currency", code)
        object.__setattr__(self, "amount", amount)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Money:
        """Money from a whole number of minor units (cents)."""
        return cls(Decimal(units).scaleb(-minor_digits(currency.strip().upper())), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        """The sum of parts that all are in `currency`; zero of it when there are none."""
        return sum(parts, start=cls.zero(currency))

    @property
    def minor_units(self) -> int:
        """The rounded amount as a whole number of minor units (cents)."""
        return int(self.rounded().amount.scaleb(minor_digits(self.currency)))

    def rounded(self) -> Money:
        """Rounded half to even to the currency's minor unit."""
        step = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_EVEN), self.currency)

    def split(self, shares: int) -> list[Money]:
        """Even shares of the rounded amount whose sum is exact; the first ones get the odd cents.

        Raises ValueError for fewer than one share.
        """
        if shares < 1:
            raise ValueError("money is split into at least one share")
        each, odd = divmod(self.minor_units, shares)
        return [Money.from_minor(each + (i < odd), self.currency) for i in range(shares)]

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._alike(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._alike(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if isinstance(factor, bool) or not isinstance(factor, Decimal | int):
            return NotImplemented
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Decimal | int) -> Money:
        if isinstance(divisor, bool) or not isinstance(divisor, Decimal | int):
            return NotImplemented
        return Money(self.amount / divisor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._alike(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._alike(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._alike(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._alike(other).amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self._plain_amount()} {self.currency}"

    def as_json(self) -> MoneyJson:
        """{"amount": "12.50", "currency": "EUR"}, at least the currency's minor digits."""
        return {"amount": self._plain_amount(), "currency": self.currency}

    @classmethod
    def from_json(cls, value: object) -> Money:
        """Money from the shape that `as_json` gives; raises Unreadable for any other."""
        if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
            raise Unreadable("amount", _BAD_AMOUNT, amount=value)
        amount, currency = value["amount"], value["currency"]
        if isinstance(amount, bool) or not isinstance(amount, str | int):
            raise Unreadable("amount", _BAD_AMOUNT, amount=amount)
        if not isinstance(currency, str):
            raise Unreadable("currency", _BAD_CURRENCY, currency=currency)
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation:
            raise Unreadable("amount", _BAD_AMOUNT, amount=amount) from None

    def _plain_amount(self) -> str:
        digits = minor_digits(self.currency)
        exponent = self.amount.normalize().as_tuple().exponent
        shown = max(digits, -exponent if isinstance(exponent, int) else 0)
        return f"{self.amount:.{shown}f}"

    def _alike(self, other: Money) -> Money:
        if not isinstance(other, Money):
            raise TypeError("money is counted together with money only")
        if other.currency != self.currency:
            raise Unreadable("other_currency", _OTHER_CURRENCY, one=self.currency, other=other.currency)
        return other
