"""What goes with a country."""

from __future__ import annotations

import pytest

from tend.base import localities


@pytest.mark.parametrize(
    ("country", "zone", "currency", "weekend", "first"),
    [
        ("ES", "Europe/Madrid", "EUR", [5, 6], 0),
        ("BR", "America/Sao_Paulo", "BRL", [5, 6], 6),
        ("UA", "Europe/Kyiv", "UAH", [5, 6], 0),
        ("AE", "Asia/Dubai", "AED", [5, 6], 0),
        ("IN", "Asia/Kolkata", "INR", [6], 6),
        ("GB", "Europe/London", "GBP", [5, 6], 0),
    ],
)
def test_zone_currency_and_week_follow_from_the_country(
    country: str, zone: str, currency: str, weekend: list[int], first: int
) -> None:
    assert localities.main_zone(country) == zone
    assert localities.main_currency(country) == currency
    assert localities.weekend_of(country) == weekend
    assert localities.first_weekday_of(country) == first


def test_every_country_that_is_offered_has_a_zone_that_can_be_chosen() -> None:
    offered = {code for code, _name in localities.countries("en")}
    assert {"ES", "BR", "UA", "US", "JP"} <= offered
    assert {localities.main_zone(code) for code in offered} <= set(localities.zones())


def test_an_unknown_country_harms_nobody() -> None:
    assert (localities.main_zone("XX"), localities.main_currency("XX"), localities.main_currency("")) == (
        "UTC",
        "EUR",
        "EUR",
    )
