"""What the many customers of a country are drawn from, worked out once: names, streets, numbers, places, people."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import gcd
from typing import Any, TypeVar

from tend.base.names import normalise
from tend.site.demo.places import COUNTRIES, SHARES, Country
from tend.site.demo.words import coined

T = TypeVar("T")
CYCLE = sum(SHARES)  # so many accounts in a row are shared among the countries exactly
_STEP = 7_368_787  # a prime: neighbours in the list are strangers


@dataclass(frozen=True, slots=True)
class Firm:
    """A company as far as its name goes: what it does, what it is called, its site, and the city that the name tells of."""

    industry: str
    name: str
    site: str
    city: int | None


@dataclass(frozen=True)
class Pool:
    """One country. Spoken forms stand beside the form they have in addresses of the web."""

    country: Country
    patterns: tuple[tuple[str, str, str, str], ...]  # industry, pattern with {}, before and after it in a site
    words: tuple[tuple[str, str], ...]
    extras: tuple[tuple[str, str, int | None], ...]  # a family, or a city by its place, or nothing
    landlines: tuple[str, ...]
    mobiles: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]  # postal codes, by the place of their city
    first_names: tuple[tuple[str, str], ...]
    last_names: tuple[tuple[str, str], ...]
    step: int

    @property
    def size(self) -> int:
        """How many companies of different names there are."""
        return len(self.patterns) * len(self.words) * len(self.extras)

    def firm(self, number: int, shift: int) -> Firm:
        """The company of a number; different numbers below `size` have different names."""
        rest, pattern = divmod((number * self.step + shift) % self.size, len(self.patterns))
        rest, word = divmod(rest, len(self.words))
        industry, said, before, after = self.patterns[pattern]
        name, latin = self.words[word]
        extra, extra_latin, city = self.extras[rest]
        if extra and city is None:
            name = f"{name} {extra}"
        whole = said.format(name)
        site = "-".join(filter(None, (before, latin, extra_latin, after)))[:40].rstrip("-")
        return Firm(
            industry,
            f"{whole} {extra}" if city is not None else whole,
            f"{site}-{self.country.code.lower()}.example",
            city,
        )


@cache
def pools(ascii_of: Callable[[str], str]) -> tuple[Pool, ...]:
    """The pool of each country, in their order."""
    return tuple(_pool(country, ascii_of) for country in COUNTRIES)


def _pool(country: Country, ascii_of: Callable[[str], str]) -> Pool:
    patterns = []
    for industry, names in country.firms:
        for pattern in names:
            before, _gap, after = pattern.partition("{}")
            patterns.append(
                (industry, pattern, *(ascii_of(p) if normalise(p).strip(" «»&") else "" for p in (before, after)))
            )
    words = dict.fromkeys((*country.nouns, *coined(country.language)))
    extras = [(name, ascii_of(name), None) for name in country.last_names]
    extras += [(city, ascii_of(city), at) for at, (city, _region, _code) in enumerate(country.cities)]
    size = len(patterns) * len(words) * (len(extras) + 1)
    step = next(s for s in range(_STEP, _STEP + 10_000) if gcd(s, size) == 1)
    return Pool(
        country, tuple(patterns), tuple((w, ascii_of(w)) for w in words), (*extras, ("", "", None)),
        _numbers(country.landlines, 3_000), _numbers(country.mobiles, 1_500),
        tuple(tuple(_filled(code)) for _city, _region, code in country.cities),
        tuple((n, ascii_of(n)) for n in country.first_names), tuple((n, ascii_of(n)) for n in country.last_names), step,
    )  # fmt: skip


def _numbers(patterns: Sequence[str], many: int) -> tuple[str, ...]:
    """Evenly from all patterns, not more than what readers of numbers remember."""
    found = [number for pattern in patterns for number in _filled(pattern)]
    return tuple(found[:: -(-len(found) // many)])


def _filled(pattern: str) -> list[str]:
    """Every number of a pattern whose # are digits."""
    open_ = pattern.replace("#", "{}")
    return [open_.format(*digits) for digits in product("0123456789", repeat=pattern.count("#"))]


@cache
def order_of_countries(seed: int) -> tuple[tuple[int, int], ...]:
    """For each place of a cycle the country and which of its accounts in the cycle this is."""
    places = [at for at, share in enumerate(SHARES) for _ in range(share)]
    random.Random(f"{seed}/countries").shuffle(places)
    met = [0] * len(SHARES)
    found = []
    for country in places:
        found.append((country, met[country]))
        met[country] += 1
    return tuple(found)


def weighted(values: Sequence[T], shares: Sequence[int]) -> tuple[T, ...]:
    """Each value as often as its share, to draw from by one number."""
    return tuple(value for value, share in zip(values, shares, strict=False) for _ in range(share))


def draw(chance: random.Random, values: Sequence[Any]) -> Any:
    """One of the values, a third of the time that `choice` takes."""
    return values[int(chance.random() * len(values))]
