"""Reads any supported file as named columns and a stream of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from tend.base.dialects.delimited import read_records
from tend.base.dialects.dialect import Dialect, Row
from tend.base.dialects.jsonlines import read_objects
from tend.base.dialects.sandbox import open_table
from tend.base.dialects.tabulate import tabulate
from tend.base.dialects.vcards import read_rows_of_cards


class Table(NamedTuple):
    """The names of the columns, each different and none blank, and the rows below them."""

    header: list[str]
    rows: Iterator[Row]


def read_table(path: Path | str, dialect: Dialect) -> Table:
    """Opens a file by its dialect; rows stream in bounded memory, blank ones are left out.

    Raises UnreadableFile, at once or while rows are read.
    """
    path = Path(path)
    if dialect.is_workbook:
        header, lines = open_table(path, dialect)
        return Table(header, (_row(line) for line in lines))
    if dialect.kind in ("jsonl", "vcf"):
        read = read_objects if dialect.kind == "jsonl" else read_rows_of_cards
        rows = read(path, dialect.encoding, dialect.columns)
        return Table(list(dialect.columns), (Row(number, cells) for number, cells in rows if any(cells)))
    return Table(*tabulate(read_records(path, dialect), dialect.header_row))


def read_rows(path: Path | str, dialect: Dialect) -> Iterator[Row]:
    """The rows below the header, each with its number as the user sees it in the file. Raises UnreadableFile."""
    yield from read_table(path, dialect).rows


def read_header(path: Path | str, dialect: Dialect) -> list[str]:
    """The names of the columns. Raises UnreadableFile."""
    return read_table(path, dialect).header


def _row(line: bytes) -> Row:
    return Row(*orjson.loads(line))
