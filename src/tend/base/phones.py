"""Telephone numbers: reading what people and spreadsheets write, matching, showing.

Storing and scoping numbers is not here. A number is kept as typed beside a
normalised form, "+" and digits when its country is known, else bare digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

_FEWEST_DIGITS = 3
_MOST_DIGITS = 17
_FEWEST_DIGITS_ALONE = 6


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number.

    `normalised` is E.164 ("+493012345678") when the country is known, else digits
    only. `country` is an ISO 3166 code or "". `is_valid` says that the numbering
    plan knows it; a number that is merely plausible is kept with False.
    `is_doubtful` marks a number that a spreadsheet had turned into a rounded
    figure, so that its last digits may be lost.
    """

    typed: str
    normalised: str
    country: str = ""
    extension: str = ""
    is_valid: bool = False
    is_doubtful: bool = False

    @property
    def digits(self) -> str:
        """The form to store for searching: digits only, no plus, no leading zeros."""
        return self.normalised.lstrip("+").lstrip("0")

    @property
    def e164(self) -> str | None:
        """The number with its country code, or None when the country is unknown."""
        return self.normalised if self.normalised.startswith("+") else None


def parse_phone(typed: str, country: str | None = None) -> Phone | None:
    """Read one telephone number; `country` (ISO 3166) is where a national form belongs.

    Understands "(0)", "00", extensions, a lost plus or leading zero, and figures
    such as "4.4163296E+11". None when the text is no telephone number at all.
    """
    text = " ".join(str(typed).replace("\u00a0", " ").split())
    return _read(text, (country or "").upper()) if text else None


_EXTENSION_WORDS = re.compile(
    r"[\s,;]*\b(?:дод(?:атковий)?|доб(?:авочный)?|внутр?|вн|ramal|rama|anexo|durchwahl|dw|app(?:arat)?|"
    r"extensi[oó]n|poste|int)\b[\s.:]*(?=\d)",
    re.IGNORECASE,
)
# "123456 / 7": the line beside it, told by its last digits.
_NEIGHBOUR_LINE = re.compile(r"(?<=\d)\s*/\s*\d{1,2}$")
_LABEL = re.compile(
    r"^(?:tel|telephone|telefon|telefone|tel[eé]fono|phone|ph|mob|mobile|mobil|m[oó]vil|celular|cel|cell|"
    r"handy|fax|fon|work|home|office|t|m|p|f|h|w|тел|телефон|моб|мобільний|мобильный|факс|роб|дом)"
    r"\b\.?\s*:?\s*",
    re.IGNORECASE,
)
_REMARK_BEHIND = re.compile(r"\s*(?:\([^\d)]*\)|[^\W\d_]{3,}[^\d]*)$")
_USUAL = re.compile(r"\+?[0-9][0-9 -]*")  # nothing to take apart
_SPREADSHEET_FIGURE = re.compile(r"^\+?\d(?:[.,]\d+)?E\+?\d{1,2}$", re.IGNORECASE)
_WHOLE_FLOAT = re.compile(r"^(\+?\d{5,})[.,]0+$")
_VANITY = re.compile(r"^[+\d][\d\s().-]*\d[\s().-]*[A-Za-z]{4,}$")
_NOT_A_NUMBER = re.compile(r"[^\W\d_]|[@?!=]")
_EXTENSION = re.compile(r"[\s,;]*(?:;ext=|\bext(?:n|ension)?\b|x|#)[\s.:]*(\d{1,7})\s*$", re.IGNORECASE)


@lru_cache(maxsize=32_768)
def _read(text: str, country: str) -> Phone | None:
    number, extension, is_doubtful = _take_apart(text)
    if number is None:
        return None
    digits = _digits(number)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return None
    parsed, region = _find_in_plans(number, country)
    if parsed is None:
        return Phone(text, digits, "", extension, False, is_doubtful)
    normalised = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    is_valid = region is not None
    if region is None:
        regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
        region = country if country in regions else next(iter(regions), "")
    region = "" if region == "001" else region
    return Phone(text, normalised, region, extension, is_valid, is_doubtful)


def _take_apart(text: str) -> tuple[str | None, str, bool]:
    """Number without labels, extension, and whether a spreadsheet rounded it."""
    if _USUAL.fullmatch(text):
        return _international(text), "", False
    if _SPREADSHEET_FIGURE.match(text):
        try:
            return str(int(Decimal(text.replace(",", ".")))), "", True
        except (InvalidOperation, ValueError):
            return None, "", False
    whole = _WHOLE_FLOAT.match(text)
    if whole:
        return whole[1], "", False
    if text[:1] in "'’=":
        text = text.lstrip("='’\" ").rstrip('"')
    if text.lower().startswith("tel:"):
        text = text[4:]
    text = _LABEL.sub("", text, count=1)
    text = _EXTENSION_WORDS.sub(" ext ", text)
    extension = ""
    found = _EXTENSION.search(text)
    if found and len(_digits(text[: found.start()])) >= _FEWEST_DIGITS:
        extension, text = found[1], text[: found.start()]
    if _VANITY.match(text):
        return _vanity_digits(text), extension, False
    text = _REMARK_BEHIND.sub("", text)
    if _NOT_A_NUMBER.search(text):
        return None, "", False
    shorter = _NEIGHBOUR_LINE.sub("", text)
    if len(_digits(shorter)) >= _FEWEST_DIGITS_ALONE:
        text = shorter
    return _international(text), extension, False


def _vanity_digits(text: str) -> str:
    return phonenumbers.convert_alpha_characters_in_number(text)


def _international(text: str) -> str:
    """The text with one plus for "00"/"++" and without a "(0)" behind the country code."""
    text = text.strip().replace("＋", "+")
    if text.startswith("(+"):
        text = text[1:].replace(")", " ", 1)
    bare = re.sub(r"^[\s(]*00[\s)]*(?=[1-9])", "+", text)
    if bare.startswith("+"):
        bare = "+" + bare.lstrip("+ ")
        return re.sub(r"\(\s*0\s*\)", " ", bare, count=1)
    return bare


def _digits(text: str) -> str:
    return "".join(str(int(c)) if not c.isascii() else c for c in text if c.isdecimal())


def _find_in_plans(number: str, country: str) -> tuple[PhoneNumber | None, str | None]:
    """The best reading, first valid one, else the first possible one; with the region in whose plan it is valid."""
    possible: PhoneNumber | None = None
    for candidate, region in _readings(number, country):
        try:
            parsed = phonenumbers.parse(candidate, region)
        except NumberParseException:
            continue
        if found := _valid_in(parsed):
            return parsed, found
        if possible is None and _is_plausible(parsed, number, region):
            possible = parsed
    return possible, None


def _valid_in(parsed: PhoneNumber) -> str | None:
    """The region in whose numbering plan the number is valid. The usual kinds are asked for first: all kinds take long."""
    region = phonenumbers.region_code_for_number(parsed)
    if region is None:
        return None
    plan = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(parsed.country_code or 0, region)
    if plan is not None:
        number = phonenumbers.national_significant_number(parsed)
        if _fits(plan.general_desc, number) and (_fits(plan.fixed_line, number) or _fits(plan.mobile, number)):
            return region
    return region if phonenumbers.is_valid_number_for_region(parsed, region) else None


def _fits(kind: Any, number: str) -> bool:
    if kind is None or len(number) not in (kind.possible_length or ()) or kind.national_number_pattern is None:
        return False
    return _pattern(kind.national_number_pattern).fullmatch(number) is not None


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _is_plausible(parsed: PhoneNumber, number: str, region: str | None) -> bool:
    """Long enough for its country, and the country is told, not guessed.

    Fewer than seven digits without a plus are a short code or lack the area code.
    """
    is_told = number.startswith("+") or (region is not None and len(_digits(number)) >= 7)
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return is_told and reason == phonenumbers.ValidationResult.IS_POSSIBLE


def _readings(number: str, country: str) -> list[tuple[str, str | None]]:
    region = country or None
    if number.startswith("+"):
        # A national form with a stray plus is tried last: "+030 1234567".
        return [(number, None)] + ([(number[1:], region)] if region else [])
    digits = _digits(number)
    readings: list[tuple[str, str | None]] = []
    if region:
        readings += [(number, region)]
        if not digits.startswith("0"):
            readings.append(("0" + digits, region))  # the zero a spreadsheet dropped (Italy)
        if region == "UA" and digits.startswith("80") and len(digits) == 11:
            readings.append((digits[1:], region))  # the trunk prefix 8 of before 2009
    if len(digits) >= 10 and not digits.startswith("0"):
        readings.append(("+" + digits, None))  # the plus a spreadsheet dropped
    return readings


_SEPARATORS = re.compile(r"\s*:::\s*|[;|\n\r]+|\s+/\s+|\s(?:or|und|and|oder|ou|або|или|и|та)\s|(?<=\d)\s+(?=\+\d)")
_WEAK_SEPARATORS = re.compile(r"\s*[,/]\s*(?!\s*(?:ext|x|дод|доб|вн|ramal|int)\b)", re.IGNORECASE)


def split_phones(cell: str) -> list[str]:
    """The several numbers of one spreadsheet cell, as typed, in order, without repeats.

    "/" and "," part numbers only where both sides are long enough to be numbers:
    "030/1234567" is one.
    """
    if _USUAL.fullmatch(cell):
        return [cell.rstrip(" ")]
    found: dict[str, None] = {}
    for piece in _SEPARATORS.split(cell):
        parts = _WEAK_SEPARATORS.split(piece)
        if len(parts) > 1 and not all(len(_digits(p)) >= _FEWEST_DIGITS_ALONE for p in parts if p):
            parts = [piece]
        for part in parts:
            text = part.strip(" ,/\t")
            if text:
                found.setdefault(text)
    return list(found)


def phone_search_digits(text: str, country: str | None = None) -> str:
    """The digits by which a number is found as a part of a stored `Phone.digits`.

    Any form works, with or without country code, zeros, "(0)" or spaces, whole or
    only a part. `country` helps with national prefixes other than 0 ("8 495 …").
    "" when the text holds a letter or no digit.
    """
    typed = " ".join(text.split())
    if not typed or _NOT_A_NUMBER.search(typed):
        return ""
    number = _international(typed)
    digits = _digits(number)
    if number.startswith("+") or (country and len(digits) >= 7):
        parsed, is_valid = _find_in_plans(number, (country or "").upper())
        if parsed is not None and is_valid:
            return phonenumbers.format_number(parsed, PhoneNumberFormat.E164).lstrip("+")
    if number.startswith("+"):
        return re.sub(r"^(\d{1,3}) ?0(?=\d)", r"\1", digits) if " 0" in number else digits
    return digits.lstrip("0")


def is_same_phone(one: Phone, other: Phone) -> bool:
    """Whether two numbers reach the same line; a number without country code may lack it."""
    if one.normalised == other.normalised:
        return True
    if one.e164 and other.e164:
        return False
    short, long = sorted((one.digits, other.digits), key=len)
    return len(short) >= 7 and long.endswith(short)


@lru_cache(maxsize=32_768)
def format_phone(normalised: str, country: str | None = None, extension: str = "") -> str:
    """A normalised number as people of `country` write it: national at home, else international.

    Digits without a country code are shown as they are.
    """
    shown = normalised
    if normalised.startswith("+"):
        try:
            parsed = phonenumbers.parse(normalised, None)
        except NumberParseException:
            return normalised
        at_home = bool(country) and parsed.country_code == phonenumbers.country_code_for_region(str(country).upper())
        style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
        shown = phonenumbers.format_number(parsed, style)
    return f"{shown} ext. {extension}" if extension else shown


def tel_link(normalised: str, extension: str = "") -> str:
    """The address of a click-to-call link: "tel:+493012345678;ext=12"."""
    return f"tel:{normalised};ext={extension}" if extension else f"tel:{normalised}"
