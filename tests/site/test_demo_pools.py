"""Names for a million customers: no two alike in a country, and each country gets its share."""

from __future__ import annotations

from collections import Counter

import pytest

from tend.site.demo.company import _ascii
from tend.site.demo.places import COUNTRIES, SHARES
from tend.site.demo.pools import CYCLE, Pool, order_of_countries, pools


@pytest.mark.parametrize("pool", pools(_ascii), ids=lambda p: p.country.code)
def test_names_of_a_country_differ_and_sites_are_plain(pool: Pool) -> None:
    share = SHARES[COUNTRIES.index(pool.country)]
    assert pool.size > share * 1_000_000 // CYCLE * 95 // 100
    firms = [pool.firm(number, 5) for number in range(5_000)]
    assert len({f.name for f in firms}) == len(firms)
    assert len({f.site for f in firms}) > 0.99 * len(firms)
    assert all(f.site.isascii() and " " not in f.site and "--" not in f.site for f in firms)
    assert all(len(f.site) < 60 and f.site.endswith(".example") for f in firms)
    assert {f.industry for f in firms} == {industry for industry, _patterns in pool.country.firms}
    named = [f for f in firms if f.city is not None]
    assert all(f.name.endswith(pool.country.cities[f.city][0]) for f in named)
    assert 0.1 < len(named) / len(firms) < 0.5


def test_a_cycle_gives_each_country_its_share_in_an_order_of_its_seed() -> None:
    order = order_of_countries(1)
    assert Counter(country for country, _nth in order) == Counter(dict(enumerate(SHARES)))
    assert len(set(order)) == CYCLE
    assert order_of_countries(2) != order
