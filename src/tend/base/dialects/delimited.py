"""Streams the rows of a CSV or TSV file in bounded memory, with the line where each one begins."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tend.base.dialects.dialect import Dialect
from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

MAX_LINE = 2_000_000
"""Characters of one line of text; more means that the file is not divided into lines."""
MAX_RECORD_LINES = 5_000
"""Lines that one quoted cell may span before its quotation mark counts as never closed."""
MAX_CELLS = 20_000
"""Cells of one record; a spreadsheet has 16,384 columns."""
_END = "\x00"
"""Follows the last line: NUL bytes are dropped from data, so it can only be ours."""


def read_records(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yields (number of its first line, cells) for every record, blank ones and titles included.

    Raises UnreadableFile naming the line for a byte that the encoding does not have, a quotation
    mark that is never closed, and a line or cell beyond all measure.
    """
    yield from parse(text_lines(path, dialect.encoding), dialect)


def parse(lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The records in an iterator of lines (with their endings). Raises UnreadableFile as `read_records`."""
    if dialect.quote:
        reader = csv.reader(_closed(lines), delimiter=dialect.delimiter, quotechar=dialect.quote)
    else:
        reader = csv.reader(_closed(lines), delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    first = 1
    quote_at_fault = bool(dialect.quote)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if quote_at_fault and reader.line_num > first:
                raise unclosed_quote(first) from error
            raise UnreadableFile(
                "long_cell", gettext_noop("A cell in line %(line)s is longer than 131,072 characters."), first
            ) from error
        if cells and _END in cells[-1]:
            if len(cells) == 1 and cells[0] == _END:
                return
            raise unclosed_quote(first)
        if reader.line_num - first > MAX_RECORD_LINES:
            raise unclosed_quote(first)
        if len(cells) > MAX_CELLS:
            raise UnreadableFile(
                "too_wide", gettext_noop("Line %(line)s has more than 20,000 cells. Choose another delimiter."), first
            )
        yield first, cells
        first = reader.line_num + 1


def unclosed_quote(line: int) -> UnreadableFile:
    """A quotation mark opens in this line and swallows what follows."""
    return UnreadableFile(
        "unclosed_quote",
        gettext_noop("The quotation mark that opens a cell in line %(line)s is never closed."),
        line,
    )


def text_lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a text file with their endings. Raises UnreadableFile for broken encoding and endless lines."""
    with path.open("rb") as raw:
        yield from _lines(raw, encoding)


def _closed(lines: Iterator[str]) -> Iterator[str]:
    """The lines without NUL bytes, and one of our own at the end that shows whether a quote is still open."""
    line = "\n"
    for line in lines:
        yield line.replace("\x00", "") if "\x00" in line else line
    if not line.endswith(("\n", "\r")):
        yield "\n"
    yield _END


def _lines(raw: IO[bytes], encoding: str) -> Iterator[str]:
    """Text lines with their endings; the encoding is checked strictly."""
    if encoding in ("utf-16-le", "utf-16-be") and raw.read(2) not in (b"\xff\xfe", b"\xfe\xff"):
        raw.seek(0)
    text = io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")
    number = 0
    while True:
        try:
            line = text.readline(MAX_LINE)
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                "encoding",
                gettext_noop(
                    "Line %(line)s holds a character that %(encoding)s does not have. Choose another encoding."
                ),
                _line_of_fault(raw, encoding, number),
                encoding=encoding.upper(),
            ) from error
        if not line:
            return
        number += 1
        if number == 1:
            line = line.removeprefix("\ufeff")
        if len(line) >= MAX_LINE:
            raise UnreadableFile(
                "long_line", gettext_noop("Line %(line)s is too long. The file may not be divided into lines."), number
            )
        yield line


def _line_of_fault(raw: IO[bytes], encoding: str, read: int) -> int:
    """The line of the first byte that cannot be decoded: text is decoded in blocks, so it lies at or after `read`."""
    raw.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, after_return = 1, False
    while block := raw.read(65_536):
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            good = block[: error.start].decode(encoding, "ignore")
            return max(read, line + _endings(good, after_return))
        line += _endings(text, after_return)
        after_return = text.endswith("\r")
    return max(read, line)  # the file breaks off within a character


def _endings(text: str, after_return: bool) -> int:
    """Line endings in a piece of text, where a \\r\\n cut by the piece before counts once."""
    split = after_return and text.startswith("\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n") - split
