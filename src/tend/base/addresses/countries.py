"""Countries by code and by name in the languages Tend reads, from the CLDR."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel.core import Locale, UnknownLocaleError, get_global

from tend.base.names import normalise

_LANGUAGES = ("en", "es", "pt", "uk", "de", "fr", "it", "ru", "pl")
_FURTHER_LANGUAGES = ("nl", "cs", "sv", "da", "nb", "fi", "hu", "ro", "tr", "el", "ja", "zh", "zh_Hant")
"""Looked into only for a name that the languages above do not have: address books come from everywhere."""
_NO_COUNTRIES = frozenset("EU EZ UN QO ZZ XA XB".split())
# What people write beside the names of the CLDR.
_ALIASES = {
    "UK": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB", "Great Britain": "GB",
    "Britain": "GB", "Inglaterra": "GB", "Gran Bretaña": "GB", "Grã-Bretanha": "GB", "Großbritannien": "GB",
    "Англія": "GB", "Великобританія": "GB", "Великобритания": "GB", "England (UK)": "GB",
    "USA": "US", "United States of America": "US", "America": "US", "Estados Unidos de América": "US", "EE UU": "US",
    "EEUU": "US", "EUA": "US", "США": "US", "Vereinigte Staaten von Amerika": "US", "Сполучені Штати Америки": "US",
    "Holland": "NL", "Holanda": "NL", "Голландія": "NL", "The Netherlands": "NL", "Czech Republic": "CZ",
    "República Checa": "CZ", "Tschechische Republik": "CZ", "Чеська Республіка": "CZ", "Tschechei": "CZ",
    "Slovak Republic": "SK", "Republic of Ireland": "IE", "Eire": "IE", "Russian Federation": "RU",
    "Російська Федерація": "RU", "Российская Федерация": "RU", "Korea": "KR", "Republic of Korea": "KR",
    "Moldova, Republic of": "MD", "Republic of Moldova": "MD", "Macedonia": "MK", "Turkey": "TR", "Türkiye": "TR",
    "Ivory Coast": "CI", "Cape Verde": "CV", "Swaziland": "SZ", "Burma": "MM", "Viet Nam": "VN", "UAE": "AE",
    "EAU": "AE", "ОАЕ": "AE", "Emirates": "AE", "Hong Kong": "HK", "Macau": "MO", "Hongkong": "HK", "Taiwan": "TW",
    "Iran, Islamic Republic of": "IR", "Tanzania, United Republic of": "TZ", "Venezuela": "VE", "Bolivia": "BO",
    "Syria": "SY", "Laos": "LA", "Brunei": "BN", "Palestine": "PS", "Vatican": "VA", "Kosovo": "XK",
    "Bosnia": "BA", "Belorussia": "BY", "Білорусь": "BY", "Republica Dominicana": "DO", "Brasil": "BR",
    "D": "DE", "A": "AT", "F": "FR", "I": "IT", "E": "ES", "P": "PT", "B": "BE", "BRD": "DE", "SUI": "CH",
}  # fmt: skip


def _key(name: str) -> str:
    return " ".join(re.findall(r"\w+", normalise(name).replace("&", " and ").replace(".", "").replace("'", "")))


@cache
def _codes() -> frozenset[str]:
    return frozenset(
        code
        for code in map(str, Locale("en").territories)
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    )


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in _codes():
                found.setdefault(_key(name), code)
                found.setdefault(_key(re.sub(r"\s*\(.*\)", "", name)), code)
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1 and codes[0] in _codes():
            found.setdefault(_key(alias), codes[0])
    return found | {_key(alias): code for alias, code in _ALIASES.items()}


@cache
def _by_further_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _FURTHER_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in _codes():
                found.setdefault(_key(name), code)
    return found


def is_country_code(code: str) -> bool:
    """Whether a text is an ISO 3166 code of two capital letters that is in use."""
    return code in _codes()


@lru_cache(maxsize=4096)
def country_code_of(text: str) -> str:
    """The ISO 3166 code that a text means, "" when none.

    Codes of two and three letters, and names in English, Spanish, Portuguese,
    Ukrainian, German and a score more, with the usual aliases ("UK", "Holland").
    """
    typed = text.strip()
    if len(typed) == 2 and typed.upper() in _codes():
        return typed.upper()
    key = _key(typed)
    if not key:
        return ""
    return _by_name().get(key) or _by_name().get(key.removeprefix("the ")) or _by_further_name().get(key) or ""


@lru_cache(maxsize=4096)
def country_name(code: str, language: str = "en") -> str:
    """The name of a country in a language ("pt_BR", "uk" …), the code itself when unknown."""
    try:
        names = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    return str(names.get(code.upper(), code))
