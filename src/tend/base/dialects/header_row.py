"""Finds the row that names the columns, below title lines and above the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

LOOK = 40
"""Rows from the top among which the header is looked for."""

_DATA = re.compile(
    r"""^\s*(?:
        [-+(]?[\d\s.,'’()/%€$£₴-]*\d[\d\s.,'’()/%€$£₴-]*      # a number, a phone, money, a numeric date
      | [^@\s]+@[^@\s]+\.[^@\s]+                              # an e-mail address
      | (?:https?://|www\.)\S+
      | \d{4}-\d\d-\d\d[T ].*
      | true|false
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)


def find_header(rows: Sequence[tuple[int, list[str]]], is_known: Callable[[str], bool] | None = None) -> int:
    """The number of the row that names the columns, 0 when the data begin at once.

    `rows` are (number, cells) from the top of the file. `is_known` tells whether a cell is a
    column name that some system exports; two of them outweigh every look of the row.
    """
    filled = [(number, cells, sum(1 for cell in cells if cell.strip())) for number, cells in rows]
    widths = Counter(count for _, _, count in filled if count)
    if not widths:
        return 0
    width = _usual_width(widths)
    best, best_score, best_count = 0, 0.0, 0
    for place, (number, cells, count) in enumerate(filled[:LOOK]):
        if count < max(1, width * 0.5):
            continue
        score = _score([cell.strip() for cell in cells if cell.strip()], count / width, is_known)
        below = [row for _, row, n in filled[place + 1 : place + 20] if n]
        if below:
            score += 2 * _contrast(cells, below)
        elif score < 2:
            continue
        score -= place * 0.02
        lead = 0.6 if best and best_count >= count else 0.001  # a title line is rarely as full as the header
        if score > best_score + lead:
            best, best_score, best_count = number, score, count
        if count >= width * 0.8 and _is_data(cells):
            break  # a full row of data: the header cannot come below it
    return best


def _usual_width(widths: Counter[int]) -> int:
    """How many cells a row of this table fills: the widest that is not rare."""
    total = sum(widths.values())
    common = [width for width, times in widths.items() if times >= max(1, total * 0.08)]
    return max(common or widths)


def _is_data(cells: list[str]) -> bool:
    return any(_DATA.match(cell) for cell in cells if cell.strip())


def _score(names: list[str], fullness: float, is_known: Callable[[str], bool] | None) -> float:
    """How much a row looks like names of columns: above 0 it may be one."""
    score = min(fullness, 1.0)
    data = sum(1 for name in names if _DATA.match(name))
    score -= 4 * data / len(names)
    if len({name.casefold() for name in names}) < len(names) * 0.7:
        score -= 0.7
    if any(len(name) > 80 for name in names):
        score -= 1.0
    if is_known is not None:
        known = sum(1 for name in names if is_known(name))
        if known >= 2 or known == len(names):
            score += 2 + 2 * known / len(names)
        elif not known:
            score -= 0.45
    return score


def _contrast(cells: list[str], below: list[list[str]]) -> float:
    """The share of columns that hold data of a kind under a cell that does not."""
    differing = columns = 0
    for position, name in enumerate(cells):
        column = [row[position] for row in below if position < len(row) and row[position].strip(" \t#N/A?")]
        if not name.strip() or not column:
            continue
        columns += 1
        if not _DATA.match(name) and sum(1 for value in column if _DATA.match(value)) >= len(column) * 0.7:
            differing += 1
    return differing / columns if columns else 0.0
