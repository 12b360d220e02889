"""Postal codes: one spelling per country, zeros that spreadsheets lose, code and city in one cell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Digits of an all-digit code where codes may begin with 0, so that a short one lost it.
_DIGITS_WITH_ZERO = {
    **dict.fromkeys("DE ES FR IT US PR FI TR UA MX KR LT PL SK MY DZ SA ID EG PE GT CU PK NP LK RS ME".split(), 5),
    **dict.fromkeys("AU NO NZ ZA DK BD AZ PH GE".split(), 4),
    **dict.fromkeys("RO KZ CN SG".split(), 6),
    **dict.fromkeys("JP".split(), 7),
    **dict.fromkeys("BR".split(), 8),
}
# Where the code is written with a mark: pattern of the compact form → its groups.
_LAYOUTS: dict[str, tuple[str, str]] = {
    **dict.fromkeys("CZ SK GR SE".split(), (r"(\d{3})(\d{2})", r"\1 \2")),
    "PL": (r"(\d{2})(\d{3})", r"\1-\2"),
    "PT": (r"(\d{4})(\d{3})", r"\1-\2"),
    "BR": (r"(\d{5})(\d{3})", r"\1-\2"),
    "JP": (r"(\d{3})(\d{4})", r"\1-\2"),
    "NL": (r"(\d{4})([A-Z]{2})", r"\1 \2"),
    "CA": (r"([A-Z]\d[A-Z])(\d[A-Z]\d)", r"\1 \2"),
    "IE": (r"([A-Z\d]{3})([A-Z\d]{4})", r"\1 \2"),
    "MT": (r"([A-Z]{3})(\d{2,4})", r"\1 \2"),
    "US": (r"(\d{5})(\d{4})", r"\1-\2"),
    "KY": (r"(KY\d)(\d{4})", r"\1-\2"),
    "LV": (r"(?:LV)?(\d{4})", r"LV-\1"),
    **dict.fromkeys("GB GG JE IM".split(), (r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", r"\1 \2")),
}
# Country signs that stand before a code of digits: "D-10115", "SE-114 55".
_SIGN = re.compile(r"^(?:[A-Z]{1,3})\s*[-–]\s*(?=\d)")
_LABEL = re.compile(r"^(?:CEP|C\.?P\.?|PLZ|ZIP|PSČ|ІНДЕКС|ИНДЕКС)\s*:?\s*", re.IGNORECASE)
_FEWEST_DIGITS = 3


@lru_cache(maxsize=16_384)
def normalise_postal_code(text: str, country_code: str = "") -> str:
    """A postal code in its country's own spelling: upper case, usual blank or hyphen.

    "4103" in DE is "04103", "1250096" in PT "1250-096", "sw1a1aa" in GB "SW1A 1AA",
    "10115.0" is "10115", "D-10115" too. Never refuses: what fits no rule comes back
    trimmed in upper case; `validate` judges it.
    """
    code = _LABEL.sub("", " ".join(text.upper().split()).lstrip("'’"))
    code = re.sub(r"^(\d{3,9})[.,]0+$", r"\1", code)
    country = country_code.upper()
    if country != "LV":
        code = _SIGN.sub("", code)
    code = _with_lost_zeros(code, country)
    layout = _LAYOUTS.get(country)
    if layout:
        match = re.fullmatch(layout[0], re.sub(r"[\s\-–.]", "", code))
        if match:
            return match.expand(layout[1])
    elif re.fullmatch(r"[\d ]+", code):
        return code.replace(" ", "")
    return code


def _with_lost_zeros(code: str, country: str) -> str:
    digits = re.sub(r"[\s-]", "", code)
    width = _DIGITS_WITH_ZERO.get(country)
    if not width or not digits.isdecimal():
        return code
    if country == "US" and len(digits) in (7, 8):
        return digits.zfill(9)
    return digits.zfill(width) if _FEWEST_DIGITS <= len(digits) < width else code


class PostalCity(NamedTuple):
    """A postal code and a city, either "" when the cell had none."""

    postal_code: str
    city: str


_GB_CODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_ANY_CODE = (
    rf"(?:{_GB_CODE}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{{4}}\s?[A-Z]{{2}}(?!\w)|(?:[A-Z]{{1,2}}\s?[-–]\s?)?"
    r"(?:\d{5}-\d{3,4}|\d{4}-\d{3}|\d{3}-\d{4}|\d{2}-\d{3}|\d{3} \d{2}(?!\d)|\d{4,6}))"
)
_LEADING = re.compile(rf"^(?P<code>{_ANY_CODE})(?![\w-])[\s,;]*(?P<city>.*)$")
_TRAILING = re.compile(rf"^(?P<city>.*?)[\s,;]+(?P<code>{_ANY_CODE})$")
_SHORT_LEADING = re.compile(r"^(?P<code>\d{3})[\s,]+(?P<city>\D.*)$")
_SHORT_CODE_COUNTRIES = frozenset("IS FO GN LS MG PG TW BH OM".split())


def split_postal_city(text: str, country_code: str = "") -> PostalCity:
    """Take "10115 Berlin", "London SW1A 1AA" or "Київ, 01001" apart.

    With a country the code comes in its spelling, and a code that lost its zero
    ("4103 Leipzig" in DE) is found and mended. Without a code all is the city.
    """
    typed = _LABEL.sub("", " ".join(text.split()).strip(" ,;"))
    match = _LEADING.match(typed) or _TRAILING.match(typed)
    if match is None and country_code.upper() in _SHORT_CODE_COUNTRIES:
        match = _SHORT_LEADING.match(typed)
    if match is None:
        return PostalCity("", typed)
    return PostalCity(normalise_postal_code(match["code"], country_code), match["city"].strip(" ,;"))
