"""Facts about one column from a sample of its cells: blanks, distinct values, kinds, decimal sign, order of dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tend.base.headers.kinds import date_parts, is_iso_date, kinds_of, money_number

MAX_DISTINCT = 50
"""Columns with more distinct values than this are not offered as a choice."""

_BOTH = re.compile(r"^-?[\d.,'’ \u00a0\u202f]+$")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What a sample of a column shows.

    `values` are the distinct values with their counts, most frequent first, empty when there are more
    than MAX_DISTINCT. `kinds` are counts among the filled cells. `decimal` is "." or "," or "" when no
    cell tells; `date_order` "dmy", "mdy", "ymd" or "" when every date could be read both ways.
    """

    total: int
    blank: int
    distinct: int
    values: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]
    longest: int
    kinds: dict[str, int]
    decimal: str
    date_order: str

    @property
    def filled(self) -> int:
        """Cells that are not blank."""
        return self.total - self.blank

    @property
    def is_choice(self) -> bool:
        """Whether few values repeat often, as those of a book do."""
        return bool(self.values) and self.filled >= 2 * self.distinct and self.longest <= 80

    def share(self, kind: str) -> float:
        """The share of filled cells that look like a kind, 0 to 1. A plain number also counts as money."""
        if not self.filled:
            return 0.0
        if kind == "money":
            return min(1.0, (self.kinds.get("money", 0) + self.kinds.get("number", 0)) / self.filled)
        return self.kinds.get(kind, 0) / self.filled

    def to_json(self) -> dict[str, object]:
        """Plain data for the import's page or the API."""
        return {
            "total": self.total,
            "blank": self.blank,
            "distinct": self.distinct,
            "values": [list(pair) for pair in self.values],
            "examples": list(self.examples),
            "kinds": {kind: round(self.share(kind), 4) for kind in self.kinds},
            "decimal": self.decimal,
            "date_order": self.date_order,
        }


def profile(samples: Iterable[str]) -> ColumnProfile:
    """The facts about a column from its cells (a sample of some thousand is enough)."""
    counts: Counter[str] = Counter()
    total = blank = 0
    for cell in samples:
        total += 1
        text = cell.strip()
        if text:
            counts[text] += 1
        else:
            blank += 1
    kinds: Counter[str] = Counter()
    for text, times in counts.items():
        for kind in kinds_of(text):
            kinds[kind] += times
    return ColumnProfile(
        total=total,
        blank=blank,
        distinct=len(counts),
        values=tuple(counts.most_common()) if len(counts) <= MAX_DISTINCT else (),
        examples=tuple(text for text, _ in counts.most_common(5)),
        longest=max(map(len, counts), default=0),
        kinds=dict(kinds),
        decimal=_decimal_sign(counts),
        date_order=_date_order(counts),
    )


def _decimal_sign(counts: Counter[str]) -> str:
    """The sign before the last digits: sure when both signs occur in one cell or when other than three digits follow."""
    votes: Counter[str] = Counter()
    for text, times in counts.items():
        number = money_number(text).lstrip("+-")
        if not _BOTH.match(number) or number.count(".") + number.count(",") == 0:
            continue
        last = max(number.rfind("."), number.rfind(","))
        sign, behind = number[last], len(number) - last - 1
        other = "," if sign == "." else "."
        if number.count(sign) > 1:
            votes[other] += times if number.count(other) == 0 else 0
        elif other in number or behind != 3 or number.startswith("0"):
            votes[sign] += times
    if not votes:
        return ""
    (sign, most), *rest = votes.most_common()
    return sign if not rest or most > 4 * rest[0][1] else ""


def _date_order(counts: Counter[str]) -> str:
    first = second = iso = dates = 0
    for text, times in counts.items():
        if is_iso_date(text):
            iso += times
            continue
        parts = date_parts(text)
        if parts is None:
            continue
        dates += times
        first += times if parts[0] > 12 >= parts[1] else 0
        second += times if parts[1] > 12 >= parts[0] else 0
    if iso > dates:
        return "ymd"
    if first and not second:
        return "dmy"
    if second and not first:
        return "mdy"
    if dates and not first and not second and any("." in text for text in counts if date_parts(text)):
        return "dmy"  # dates with points are written day first wherever points are used
    return ""
