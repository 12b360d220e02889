"""What goes with a country: its time zones, currency and weekend, so that the first steps can propose them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import get_currency_name, get_territory_currencies

# Where most people of a country with several time zones live.
_MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto",
    "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai", "CY": "Asia/Nicosia", "DE": "Europe/Berlin",
    "EC": "America/Guayaquil", "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty", "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv",
    "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip
_RENAMED = {
    "Europe/Kiev": "Europe/Kyiv",
    "Asia/Calcutta": "Asia/Kolkata",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
}


def main_zone(country_code: str) -> str:
    """The time zone in which most people of a country live; UTC for an unknown one."""
    country = country_code.upper()
    if country in _MAIN_ZONES:
        return _MAIN_ZONES[country]
    return next(iter(_zones_by_country().get(country, ())), "UTC")


def main_currency(country_code: str) -> str:
    """The ISO 4217 code of what a country pays with today; EUR for an unknown one."""
    return next(iter(get_territory_currencies(country_code.upper())), "EUR") if country_code else "EUR"


def weekend_of(country_code: str) -> list[int]:
    """The days a country rests, Monday is 0."""
    try:
        locale = Locale.parse(f"und_{country_code.upper()}")
    except (UnknownLocaleError, ValueError):
        return [5, 6]
    first, last = locale.weekend_start, locale.weekend_end
    return [first] if first == last else [day for day in range(7) if (day - first) % 7 <= (last - first) % 7]


def first_weekday_of(country_code: str) -> int:
    """The day on which calendars of a country begin their week, Monday is 0."""
    try:
        return int(Locale.parse(f"und_{country_code.upper()}").first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0


@cache
def zones() -> tuple[str, ...]:
    """The time zones a person may choose, named by place."""
    return (
        "UTC",
        *sorted(
            z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "SystemV/", "posix/", "right/"))
        ),
    )


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every country, by its name in a language."""
    names = _locale(language).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and get_territory_currencies(code)
    ]
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


@cache
def currencies(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every currency that a country pays with today."""
    codes = {code for country, _name in countries("en") for code in get_territory_currencies(country)}
    return tuple((code, f"{code} – {get_currency_name(code, locale=_locale(language))}") for code in sorted(codes))


@cache
def weekdays(language: str) -> tuple[tuple[int, str], ...]:
    """The names of the weekdays, Monday is 0."""
    names = _locale(language).days["stand-alone"]["wide"]
    return tuple((day, str(names[day])) for day in range(7))


@cache
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    known = available_timezones()
    for zone, country in sorted(get_global("zone_territories").items()):
        current = _RENAMED.get(zone, zone)
        if current in known and "/" in current:
            found.setdefault(country, []).append(current)
    return {country: tuple(zones) for country, zones in found.items()}


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
