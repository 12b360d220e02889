"""Turns the raw records of a file into named columns and rows as wide as them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, dropwhile, islice

from tend.base.dialects.dialect import MAX_COLUMNS, Row, column_names, fit
from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

LOOK = 200
"""Rows after the header in which a column without a name is noticed."""

Records = Iterator[tuple[int, list[str]]]


def tabulate(records: Records, header_row: int) -> tuple[list[str], Iterator[Row]]:
    """The names of the columns and the rows below them; blank rows are left out.

    A column that is filled in a tenth of the first rows gets a name by its letter when the header
    gives none. Raises UnreadableFile when the file ends before its header row.
    """
    cells: list[str] = []
    if header_row:
        below = dropwhile(lambda record: record[0] < header_row, records)
        number, cells = next(below, (0, cells))
        if not number:
            raise UnreadableFile(
                "no_header",
                gettext_noop("The file ends before line %(line)s, the line of its column names."),
                header_row,
            )
    first = list(islice(records, LOOK))
    width = max(len(column_names(cells)), _used_width([row for _, row in first], 0.1 if header_row else 0.0))
    if not width:
        raise UnreadableFile("empty", gettext_noop("The file is empty."))
    if width > MAX_COLUMNS:
        raise UnreadableFile("too_wide", gettext_noop("The table has more than %(limit)s columns."), limit=MAX_COLUMNS)
    names = column_names([*cells[:width], *[""] * (width - len(cells)), "."])[:-1]
    return names, _rows(chain(first, records), width)


def _rows(records: Records, width: int) -> Iterator[Row]:
    for number, cells in records:
        row = fit(number, cells, width)
        if row is not None:
            yield row


def _used_width(rows: list[list[str]], share: float) -> int:
    """How many columns are filled in more than this share of the rows."""
    filled: list[int] = []
    for cells in rows:
        last = len(cells)
        while last and not cells[last - 1].strip():
            last -= 1
        if last:
            filled.append(last)
    filled.sort(reverse=True)
    return filled[int(len(filled) * share)] if filled else 0
