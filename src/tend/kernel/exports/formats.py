"""The three formats as streams of bytes: CSV, JSON Lines, XLSX. Memory does not grow with the list."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.utils.translation import gettext as _

from tend.kernel.errors import Refused
from tend.kernel.exports.cells import Cells
from tend.kernel.exports.columns import Column, objects
from tend.kernel.exports.table import Rows

XLSX_ROWS = 1_048_575
PIECE = 256 * 1024
Told = Callable[[int], None]


def as_csv(names: list[str], chunks: Iterator[Rows], cells: Cells, told: Told | None) -> Iterator[bytes]:
    """Every cell is quoted, so that another separator cannot begin a new one inside a text. UTF-8 with its mark."""
    head, done = table_lines([[name] for name in ("id", *names)]), 0
    yield b"\xef\xbb\xbf"
    for rows in chunks:
        columns = [cells.column(rows.columns[name]) for name in names]
        yield (head + table_lines([list(map(str, rows.ids)), *columns])).encode()
        head, done = "", done + len(rows.ids)
        if told:
            told(done)
    if head:
        yield head.encode()


def table_lines(columns: Sequence[list[str]]) -> str:
    """The lines of a table of texts: each cell in quotes, a quote inside doubled. As the module csv writes them, in a tenth of its time."""
    safe = [[v.replace('"', '""') for v in column] if '"' in "".join(column) else column for column in columns]
    lines = map('","'.join, zip(*safe, strict=True))
    return '"' + '"\r\n"'.join(lines) + '"\r\n'


def as_json_lines(names: list[str], chunks: Iterator[Rows], cells: Cells, told: Told | None) -> Iterator[bytes]:
    """One object a line, values in the form of the API."""
    keys, done = ("id", *names), 0
    for rows in chunks:
        columns = [cells.plain_column(rows.columns[name]) for name in names]
        lines = [
            orjson.dumps(dict(zip(keys, values, strict=True)), default=str)
            for values in zip(rows.ids, *columns, strict=True)
        ]
        done += len(lines)
        yield b"\n".join(lines) + b"\n"
        if told:
            told(done)


def as_xlsx(names: list[str], chunks: Iterator[Rows], cells: Cells, told: Told | None) -> Iterator[bytes]:
    """Written to a temporary file row by row in constant memory, then given out in pieces."""
    from xlsxwriter import Workbook

    with tempfile.TemporaryFile() as whole:
        book = Workbook(whole, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet()
        bold, day, moment = (
            book.add_format({"bold": True}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        for at, name in enumerate(["id", *names]):
            sheet.write_string(0, at, name, bold)

        def number(row: int, at: int, value: Any) -> None:
            if -(10**15) < value < 10**15:
                sheet.write_number(row, at, value)
            else:
                sheet.write_string(row, at, cells.text(value))

        def clock(row: int, at: int, value: Any) -> None:
            sheet.write_datetime(row, at, value.astimezone(cells.zone).replace(tzinfo=None), moment)

        def date(row: int, at: int, value: Any) -> None:
            sheet.write_datetime(row, at, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day

        own: dict[type, Callable[[int, int, Any], Any]] = {
            int: number, Decimal: number, dt.datetime: clock, dt.date: date,
        }  # fmt: skip

        def column(values: Column) -> list[tuple[Callable[[int, int, Any], Any], Any] | None]:
            """How each cell is written and what stands in it, None for an empty one; texts as in CSV."""
            held = objects(values)
            kinds = set(map(type, held))
            if kinds.isdisjoint(own):
                return [(sheet.write_string, text) if text else None for text in cells.column(values)]
            texts = cells.column([None if type(v) in own else v for v in held])
            return [
                (own[type(v)], v) if type(v) in own else (sheet.write_string, text) if text else None
                for v, text in zip(held, texts, strict=True)
            ]

        done = 0
        for rows in chunks:
            columns = [column(rows.columns[name]) for name in names]
            for pk, *written in zip(rows.ids, *columns, strict=True):
                done += 1
                if done > XLSX_ROWS:
                    raise Refused(
                        _("A workbook holds at most %(n)d rows; export CSV instead.") % {"n": XLSX_ROWS}, field="format"
                    )
                sheet.write_number(done, 0, pk)
                for at, cell in enumerate(written, 1):
                    if cell is not None:
                        write, value = cell
                        write(done, at, value)
            if told:
                told(done)
        book.close()
        whole.seek(0)
        while piece := whole.read(PIECE):
            yield piece
