"""Reading numbers, amounts and yes/no as people and spreadsheets of many countries write them.

Writing them for a reader is the business of the floor that knows the locale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from tend.base.money import Money
from tend.base.names import normalise
from tend.base.unreadable import Unreadable, gettext_noop

DecimalMark = Literal[".", ","]

_NO_NUMBER = gettext_noop("“%(text)s” is no number.")
_LETTERS_FOR_DIGITS = gettext_noop("“%(text)s” has the letter %(letter)s where a digit belongs: %(meant)s?")
_BAD_GROUPS = gettext_noop("In “%(text)s” the thousands are not grouped by three.")
_TWO_MARKS = gettext_noop("“%(text)s” has more than one decimal mark.")
_TOO_LONG = gettext_noop("A number has at most 40 digits.")
_NO_CURRENCY = gettext_noop("“%(text)s” has no currency that is known.")
_NO_BOOL = gettext_noop("“%(text)s” is neither yes nor no.")

_MOST_DIGITS = 40
# Digits that stand for others by slip of the keyboard or of a scanner.
_LOOKALIKES = str.maketrans("OoОоlIІ|SБ", "0000111156")
_BLANKS = re.compile("[\\s\u00a0\u2007\u2009\u202f\u200b_]")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_MINUS = str.maketrans("−–—‒", "----")
_PLAIN = re.compile(r"^[+-]?\d{1,40}$")
_USUAL = re.compile(r"-?[0-9]{1,15}[.,][0-9]{1,2}")  # the mark is a decimal one, whatever the column says
_SCIENTIFIC = re.compile(r"^([+-]?)(\d+(?:[.,]\d+)?)[eE]([+-]?\d{1,2})$")


def parse_number(text: str, decimal: DecimalMark | None = None) -> Decimal:
    """Read a number; `decimal` is the mark of its column, None lets the text decide.

    Reads thousands by ". , ' _" or any blank, percent ("12 %" is 12; the caller
    knows that it is a share), accounting negatives "(12.50)" and "12.50-",
    "1.2E+3" and other scripts' digits. A single mark with three digits behind
    ("1.234") is a thousands mark when `decimal` is the other one, and a decimal
    mark otherwise. Raises Unreadable ("number", "number_letters", "number_groups",
    "number_marks", "number_long").
    """
    typed = text.strip()
    if _PLAIN.match(typed) and typed.isascii():
        return Decimal(typed)
    if _USUAL.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    body, is_negative = _take_sign(_bare(typed))
    scientific = _SCIENTIFIC.match(body)
    if scientific:
        value = Decimal(scientific[2].replace(",", ".")).scaleb(int(scientific[3]))
    else:
        value = _plain_value(typed, body, decimal)
    return -value if is_negative else value


def _bare(text: str) -> str:
    """ASCII digits and signs only; blanks, apostrophes and percent signs gone."""
    digits = "".join(str(int(c)) if c.isdecimal() and not c.isascii() else c for c in text)
    bare = _APOSTROPHES.sub("'", digits.translate(_MINUS)).strip("'")
    bare = re.sub(r"(?<=[.,])-+$", "", _BLANKS.sub(" ", bare).strip())  # "12.-" is no negative
    return bare.removesuffix("%").removeprefix("%").strip()


def _take_sign(body: str) -> tuple[str, bool]:
    if body.startswith("(") and body.endswith(")"):
        return body[1:-1].strip().removesuffix("%").strip(), True
    if body.endswith("-") and not body.startswith(("-", "+")):
        return body[:-1].strip(), True
    if body.startswith(("-", "+")):
        return body[1:].strip(), body[0] == "-"
    return body, False


def _plain_value(typed: str, body: str, decimal: DecimalMark | None) -> Decimal:
    if not re.fullmatch(r"[\d.,' ]*\d[\d.,' ]*", body):
        raise _not_a_number(typed, body)
    if sum(c.isdigit() for c in body) > _MOST_DIGITS:
        raise Unreadable("number_long", _TOO_LONG)
    whole, fraction = _cut(typed, body, _mark_of(body, decimal))
    return Decimal(f"{_ungrouped(typed, whole) or '0'}.{fraction}" if fraction else _ungrouped(typed, whole))


def _mark_of(body: str, decimal: DecimalMark | None) -> str:
    """The decimal mark of one text, "" when it has none."""
    if decimal is not None:
        other = "," if decimal == "." else "."
        # "12.5" in a column of commas cannot be thousands: take it as it was meant.
        if decimal not in body and re.fullmatch(rf"\d+\{other}(\d{{1,2}}|\d{{4,}})", body):
            return other
        return decimal
    dot, comma = body.rfind("."), body.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    mark = "." if dot >= 0 else "," if comma >= 0 else ""
    return "" if mark and body.count(mark) > 1 else mark


def _cut(typed: str, body: str, mark: str) -> tuple[str, str]:
    if not mark or mark not in body:
        return body, ""
    if body.count(mark) > 1:
        raise Unreadable("number_marks", _TWO_MARKS, text=typed)
    whole, _, fraction = body.partition(mark)
    if fraction and not fraction.isdigit():
        fraction = fraction.replace(" ", "")
        if not fraction.isdigit():
            raise Unreadable("number_marks", _TWO_MARKS, text=typed)
    return whole, fraction


def _ungrouped(typed: str, whole: str) -> str:
    """Digits of a grouped whole part; groups of three, or of two and three as in India."""
    groups = re.split(r"[.,' ]", whole)
    if len(groups) == 1:
        return whole or "0"
    is_grouped = (
        1 <= len(groups[0]) <= 3
        and len(groups[-1]) == 3
        and (all(len(g) == 3 for g in groups[1:]) or all(len(g) == 2 for g in groups[1:-1]))
    )
    if not is_grouped or len(set(re.findall(r"[.,' ]", whole))) > 1:
        raise Unreadable("number_groups", _BAD_GROUPS, text=typed)
    return "".join(groups)


def _not_a_number(typed: str, body: str) -> Unreadable:
    meant = body.translate(_LOOKALIKES)
    swapped = [old for old, new in zip(body, meant, strict=True) if old != new]
    if swapped and any(c.isdigit() for c in body) and re.fullmatch(r"[\d.,' ]+", meant):
        return Unreadable("number_letters", _LETTERS_FOR_DIGITS, text=typed, letter=swapped[0], meant=meant)
    return Unreadable("number", _NO_NUMBER, text=typed)


def guess_decimal(samples: Iterable[str]) -> DecimalMark | None:
    """The decimal mark of a column from its texts, None when none of them tells.

    A text tells when both marks stand in it, when a mark repeats (thousands), or
    when other than three digits follow it. The majority of telling texts wins.
    """
    votes = {".": 0, ",": 0}
    for sample in samples:
        body, _ = _take_sign(_bare(re.sub(r"[^\d.,'\s()%+−-]", "", sample).strip()))
        told = _told_mark(body.replace(" ", "").replace("'", ""))
        if told:
            votes[told] += 1
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


def _told_mark(body: str) -> str:
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    mark, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other
    if dots + commas == 1:
        whole, _, fraction = body.partition(mark)
        if len(fraction) != 3 or len(whole) > 3 or whole in ("", "0"):
            return mark if fraction else ""
    return ""


_SIGNS = {
    "€": "EUR", "£": "GBP", "₴": "UAH", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS",
    "zł": "PLN", "Kč": "CZK", "R$": "BRL", "US$": "USD", "A$": "AUD", "C$": "CAD", "CA$": "CAD", "AU$": "AUD",
    "NZ$": "NZD", "MX$": "MXN", "HK$": "HKD", "S$": "SGD", "CHF": "CHF", "Fr.": "CHF", "SFr.": "CHF", "Ft": "HUF",
    "лв": "BGN", "лв.": "BGN", "грн": "UAH", "грн.": "UAH", "гривень": "UAH", "гривня": "UAH", "руб": "RUB",
    "руб.": "RUB", "р.": "RUB", "kr.": "DKK", "euro": "EUR", "euros": "EUR", "eur": "EUR", "reais": "BRL",
    "€.": "EUR", "$us": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
}  # fmt: skip
_CURRENCY_BY_SIGN = {sign.casefold(): code for sign, code in _SIGNS.items()}
# Currencies that write the bare sign; one of them as the default gets it.
_DOLLARS = frozenset("USD AUD CAD NZD HKD SGD MXN ARS CLP COP UYU TWD".split())
_CROWNS = frozenset("SEK NOK DKK ISK".split())
_SCALES = {
    "k": 3, "тис": 3, "тис.": 3, "mil": 3, "tsd": 3, "tsd.": 3,
    "m": 6, "mn": 6, "mio": 6, "mio.": 6, "млн": 6, "млн.": 6,
    "bn": 9, "mrd": 9, "mrd.": 9, "млрд": 9, "млрд.": 9,
}  # fmt: skip
_AMOUNT = re.compile(r"^(?P<before>[^\d(+\-.,']*)(?P<number>[(+\-.,']*\d[\d.,'\s]*[)\-]*)(?P<after>[^\d]*)$")


def parse_money(text: str, default_currency: str, decimal: DecimalMark | None = None) -> Money:
    """Read an amount with or without a currency sign, name or code before or behind it.

    "€ 1.234,50", "1 234,50 грн", "USD 1,200", "$12k", "(5.00)". A bare "$" or "kr"
    is the default currency when that is written so, else USD, SEK. Raises
    Unreadable ("money_currency", or what `parse_number` raises).
    """
    typed = text.strip()
    if _USUAL.fullmatch(typed):
        return Money(parse_number(typed, decimal), default_currency)
    typed = _BLANKS.sub(" ", typed.translate(_MINUS)).strip()
    is_negative = False
    if typed.startswith("(") and typed.endswith(")"):
        typed, is_negative = typed[1:-1].strip(), True
    elif re.match(r"^-\s*[^\d\s.,'-]", typed):
        typed, is_negative = typed[1:].strip(), True
    match = _AMOUNT.match(_APOSTROPHES.sub("'", typed))
    if match is None:
        return Money(parse_number(text, decimal), default_currency)
    after, scale = _take_scale(match["after"].strip())
    words = [w for w in (match["before"].strip(), after) if w]
    if len(words) > 1 or (words and words[0].startswith("%")):
        raise Unreadable("money_currency", _NO_CURRENCY, text=text.strip())
    currency = _currency(words[0], default_currency, text) if words else default_currency
    amount = parse_number(match["number"].strip(), decimal).scaleb(scale)
    return Money(-amount if is_negative else amount, currency)


def _take_scale(after: str) -> tuple[str, int]:
    word, _, rest = after.partition(" ")
    scale = _SCALES.get(word.casefold())
    return (rest.strip(), scale) if scale is not None else (after, 0)


def _currency(word: str, default_currency: str, text: str) -> str:
    default = default_currency.strip().upper()
    if word == "$":
        return default if default in _DOLLARS else "USD"
    if word.casefold() == "kr":
        return default if default in _CROWNS else "SEK"
    if word == "¥" and default == "CNY":
        return "CNY"
    known = _CURRENCY_BY_SIGN.get(word.casefold()) or _CURRENCY_BY_SIGN.get(word.rstrip(".,").casefold())
    if known:
        return known
    bare = word.strip(" .:")
    if len(bare) == 3 and bare.isascii() and bare.isalpha():
        return bare.upper()
    if normalise(bare) in _SCALES or _looks_like_letters_for_digits(bare):
        parse_number(text)
    raise Unreadable("money_currency", _NO_CURRENCY, text=text.strip())


def _looks_like_letters_for_digits(word: str) -> bool:
    return bool(word) and word.translate(_LOOKALIKES).isdigit()


_YES = frozenset(
    "yes y true t 1 x on ok + ✓ ✔ ☑ si s verdadero cierto sim verdadeiro так т да правда істина ja j wahr".split()
)
_NO = frozenset("no n false f 0 off - ✗ ✘ ☐ falso nao ні н не нет хибність неправда nein falsch".split())
_YES_FOLDED = frozenset(normalise(word) for word in _YES)
_NO_FOLDED = frozenset(normalise(word) for word in _NO)


def parse_bool(text: str) -> bool:
    """Read yes or no in English, Spanish, Portuguese, Ukrainian or German; raises Unreadable.

    A blank is neither: the caller decides what it means.
    """
    word = normalise(text).rstrip(".")
    if word in ("1.0", "1,0") or word in _YES_FOLDED:
        return True
    if word in ("0.0", "0,0") or word in _NO_FOLDED:
        return False
    raise Unreadable("bool", _NO_BOOL, text=text.strip())
