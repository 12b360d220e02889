"""Postal addresses by the rules of their country: reading parts, checking, lines of a letter."""

from tend.base.addresses.countries import country_code_of, country_name, is_country_code
from tend.base.addresses.postal import PostalCity, normalise_postal_code, split_postal_city
from tend.base.addresses.rules import Address, Fault, format_lines, region_code_of, validate

__all__ = [
    "Address",
    "Fault",
    "PostalCity",
    "country_code_of",
    "country_name",
    "format_lines",
    "is_country_code",
    "normalise_postal_code",
    "region_code_of",
    "split_postal_city",
    "validate",
]
