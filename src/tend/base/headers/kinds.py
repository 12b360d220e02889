"""What kind of content a cell holds, by its look alone; careful parsing is the work of the importer."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

_EMAIL = re.compile(r"^(?:mailto:)?[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}$", re.IGNORECASE)
_URL = re.compile(
    r"^(?:https?://\S+|www\.\S+\.\S+|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?:com|net|org|info|biz|eu|io|co|de|at|ch|es|pt|br|fr|it|pl|ua|ru|uk|us|nl|be|cz|example)(?:/\S*)?)$",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"^(?:tel:)?\+?[\d\s()./\-–]{6,25}(?:\s*(?:ext|x|int|доб|dw|durchwahl)\.?\s*\d{1,6})?$", re.IGNORECASE
)
_DATE_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$")
_DATE = re.compile(r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s+\d{1,2}:\d{2}.*)?$")
_NUMBER = re.compile(r"^[-+(]?\d{1,3}(?:[ \u00a0\u202f.,'’]\d{3})*(?:[.,]\d+)?\)?$|^[-+]?\d+(?:[.,]\d+)?$")
_SIGNS = "€$£¥₴₽zł"
_CODES = frozenset(
    {
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "PLN",
        "UAH",
        "RUB",
        "BRL",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "CZK",
        "SEK",
        "NOK",
        "DKK",
        "HUF",
        "RON",
        "JPY",
        "CNY",
        "TRY",
        "CAD",
        "AUD",
        "R$",
        "Kč",
        "kr",
        "Ft",
        "грн",
        "руб",
        "zł",
    }
)
_POSTAL = (
    re.compile(r"^\d{4,6}$"),
    re.compile(r"^\d{5}-\d{3,4}$"),
    re.compile(r"^\d{4}-\d{3}$"),
    re.compile(r"^\d{2}-\d{3}$"),
    re.compile(r"^\d{3} \d{2}$"),
    re.compile(r"^\d{4} ?[A-Z]{2}$"),
    re.compile(r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$"),
    re.compile(r"^[A-Z]\d[A-Z] ?\d[A-Z]\d$"),
    re.compile(r"^(?:[A-Z]{1,3})-\d{4,6}$"),
)
_POSTAL_CITY = re.compile(r"^(?:[A-Z]{1,3}-)?\d{4,6}(?:-\d{3,4})?,?\s+[^\W\d_][^\d]+$|^\d{2}-\d{3}\s+[^\W\d_][^\d]+$")
_YES_NO = frozenset(
    {
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "ja",
        "nein",
        "j",
        "si",
        "sí",
        "não",
        "nao",
        "sim",
        "oui",
        "non",
        "так",
        "ні",
        "да",
        "нет",
        "tak",
        "nie",
        "1",
        "0",
        "x",
        "on",
        "off",
        "wahr",
        "falsch",
    }
)
_KEY_VALUE = re.compile(r"^\s*[^\W\d][\w .-]{0,40}\s*=\s*\S.*$")
_LINE_OF_WEB = re.compile(r"://|\?\S*=")

_LOCALES = ("en", "es", "pt", "de", "uk", "ru", "fr", "pl", "it", "nl")


def kinds_of(text: str) -> set[str]:
    """Every kind that a cell may be: email, url, phone, date, number, money, postal_code, postal_city, country, yes_no, key_value.

    "12345" may be a number, a postal code and a phone; shares over a whole column decide.
    """
    text = text.strip()
    found: set[str] = set()
    if not text:
        return found
    if "@" in text:
        return {"email"} if _EMAIL.match(text) else _key_value(text)
    if "=" in text:
        return _key_value(text) or ({"url"} if _URL.match(text) else found)
    if text[0].isdigit() or text[0] in "+-(/" or text[-1].isdigit() or text[0] in _SIGNS or text[-1] in _SIGNS:
        found |= _numeric(text)
    elif _URL.match(text):
        found.add("url")
    elif len(text) <= 10 and any(pattern.match(text) for pattern in _POSTAL):
        found.add("postal_code")
    folded = text.casefold()
    if folded in _YES_NO:
        found.add("yes_no")
    if folded in country_names():
        found.add("country")
    if _POSTAL_CITY.match(text):
        found.add("postal_city")
    if not found and _is_money(text):
        found.add("money")
    return found


def date_parts(text: str) -> tuple[int, int] | None:
    """The first two numbers of a date with the year at the end ("13.02.2026" gives (13, 2)), else None."""
    match = _DATE.match(text.strip())
    return (int(match[1]), int(match[3])) if match else None


def is_iso_date(text: str) -> bool:
    """Whether the year comes first, as in 2026-02-13."""
    return bool(_DATE_ISO.match(text.strip()))


def money_number(text: str) -> str:
    """The figure of an amount without its currency: "1.234,50 EUR" gives "1.234,50"."""
    bare = text.strip()
    for _ in range(2):
        parts = bare.split()
        if parts and parts[0] in _CODES:
            bare = bare[len(parts[0]) :].strip()
        elif parts and parts[-1] in _CODES:
            bare = bare[: -len(parts[-1])].strip()
        bare = bare.strip(_SIGNS).strip().removesuffix("%").strip()
    return bare


@cache
def country_names() -> frozenset[str]:
    """Names of countries in the languages of our users, casefolded, with two- and three-letter codes of many."""
    names: set[str] = set()
    for language in _LOCALES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.add(name.casefold())
                names.add(code.casefold())
    names |= {"usa", "uk", "uae", "deu", "esp", "prt", "bra", "ukr", "aut", "che", "gbr", "pol", "fra", "ita", "nld", "england", "scotland", "holland", "brd", "deutschland", "россия", "сша", "eeuu", "ee.uu.", "eua"}  # fmt: skip
    return frozenset(names) - {"no", "so", "it", "in", "is", "to", "me", "my"}


def _numeric(text: str) -> set[str]:
    found: set[str] = set()
    iso = _DATE_ISO.match(text)
    if iso:
        return {"date"} if 1 <= int(iso[2]) <= 12 and 1 <= int(iso[3]) <= 31 else found
    parts = date_parts(text)
    if parts:
        return {"date"} if 1 <= min(parts) <= 12 and max(parts) <= 31 else found
    if any(pattern.match(text) for pattern in _POSTAL):
        found.add("postal_code")
    if _NUMBER.match(text):
        found.add("number")
    if _is_money(text):
        found.add("money")
    digits = sum(character.isdigit() for character in text)
    if 6 <= digits <= 17 and _PHONE.match(text):
        found.add("phone")
    if _POSTAL_CITY.match(text):
        found.add("postal_city")
    return found


def _is_money(text: str) -> bool:
    bare = money_number(text)
    return bare != text and bool(_NUMBER.match(bare))


def _key_value(text: str) -> set[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    plain = [line for line in lines if _KEY_VALUE.match(line) and not _LINE_OF_WEB.search(line)]
    return {"key_value"} if plain and len(plain) == len(lines) else set()
