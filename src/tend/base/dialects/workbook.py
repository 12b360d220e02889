"""Reads one sheet of a workbook as text; runs only inside the limited child process.

Numbers and dates become canonical text: 4 (never "4.0"), 0.5, 2026-03-01, 2026-03-01 09:30:00, TRUE.
What is text in the sheet stays as it is, leading zeros included.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import python_calamine as calamine

from tend.base.dialects.archives import broken_archive, check, entries
from tend.base.dialects.dialect import Dialect
from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.signatures import password_protected
from tend.base.dialects.spans import Span, tall_cells
from tend.base.dialects.unseen import Mark, marks, padded
from tend.base.unreadable import gettext_noop

_MAX_MERGED = 100_000


class Sheet:
    """One open sheet: its name, the names of all visible ones, and its records."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        """Opens the file. Raises UnreadableFile when it is damaged, protected, or without such a sheet."""
        self._archive: zipfile.ZipFile | None = None
        if dialect.kind != "xls" or zipfile.is_zipfile(path):
            _inspect(path)
        try:
            self._is_open = dialect.kind == "ods"
            if dialect.kind in ("xlsx", "ods"):
                self._archive = zipfile.ZipFile(path)
            book = calamine.load_workbook(path.open("rb"))  # by its bytes: given a path, it would trust the name
            self.sheets = _visible(book)
            self._data, self.name = _choose(book, self.sheets, dialect.sheet)
        except UnreadableFile:
            raise
        except calamine.PasswordError as error:
            raise password_protected() from error
        except (calamine.CalamineError, zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise broken_archive() from error

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yields (row as the sheet numbers it, cells) for every row that is not blank.

        A cell merged over several rows counts for each of them; errors read as they show (#N/A).
        Raises UnreadableFile when the sheet is damaged.
        """
        if self._data.start is None:
            return
        left = self._data.start[1]
        corrections = _Corrections(self._marks(), left)
        merged = _Merged(self._tall() if self._is_open else self._data.merged_cell_ranges or [], left)
        number = 0
        for values in self._data.iter_rows():
            number += 1
            cells = [value if type(value) is str else as_text(value) for value in values]
            if corrections.row < number:
                corrections.apply(number - 1, cells)
            if not any(cells):
                continue
            if merged.waiting:
                merged.apply(number - 1, cells)
            yield number, cells

    def _tall(self) -> list[Span]:
        """The cells merged downwards in an OpenDocument table."""
        assert self._archive is not None
        try:
            return tall_cells(self._archive, self.name)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
            raise broken_archive() from error
        except Exception as error:  # zlib.error has no common base with the others
            if type(error).__module__ != "zlib":
                raise
            raise broken_archive() from error

    def _marks(self) -> Iterator[Mark]:
        if self._archive is None or self._is_open:
            return
        try:
            yield from marks(self._archive, self.name)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
            raise broken_archive() from error
        except Exception as error:  # zlib.error has no common base with the others
            if type(error).__module__ != "zlib":
                raise
            raise broken_archive() from error


def as_text(value: object) -> str:
    """A cell's value in canonical text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        text = repr(value)
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(value, dt.datetime):
        if value.hour == value.minute == value.second == value.microsecond == 0:
            return value.date().isoformat()
        return value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}"
    return str(value)


class _Corrections:
    """Lays the marks of a sheet over its rows, both in the order of the file."""

    def __init__(self, found: Iterator[Mark], left: int) -> None:
        self._found = found
        self._left = left
        self._next = next(found, None)
        self.row = self._next.row if self._next else 1 << 30

    def apply(self, row: int, cells: list[str]) -> None:
        mark = self._next
        while mark is not None and mark.row <= row:
            place = mark.column - self._left
            if mark.row == row and 0 <= place < len(cells):
                cells[place] = padded(cells[place], mark.mask) if mark.mask else mark.error
            mark = next(self._found, None)
        self._next = mark
        self.row = mark.row if mark else 1 << 30


class _Merged:
    """Repeats the value of a cell that is merged over several rows."""

    def __init__(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]], left: int) -> None:
        tall = [(top, bottom, column - left) for (top, column), (bottom, _) in ranges[:_MAX_MERGED] if bottom > top]
        self._ranges = sorted(tall, reverse=True)
        self._open: list[tuple[int, int, str]] = []
        self.waiting = bool(tall)

    def apply(self, row: int, cells: list[str]) -> None:
        self._open = [span for span in self._open if span[0] >= row]
        for _, place, text in self._open:
            if place < len(cells) and not cells[place]:
                cells[place] = text
        while self._ranges and self._ranges[-1][0] <= row:
            top, bottom, place = self._ranges.pop()
            if top == row and 0 <= place < len(cells):
                self._open.append((bottom, place, cells[place]))
        self.waiting = bool(self._ranges or self._open)


def _inspect(path: Path) -> None:
    """Refuses archives that grow too much and parts that define entities of their own."""
    found = entries(path)
    check(found)
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in found:
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        if b"<!DOCTYPE" in part.read(4096):
                            raise UnreadableFile(
                                "entities",
                                gettext_noop(
                                    "The file defines its own XML entities, as no table does. It was not opened."
                                ),
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise broken_archive() from error


def _visible(book: calamine.CalamineWorkbook) -> tuple[str, ...]:
    """The sheets with cells; hidden ones only when there is no other."""
    tables = [sheet for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    shown = [sheet for sheet in tables if sheet.visible == calamine.SheetVisibleEnum.Visible]
    return tuple(sheet.name for sheet in shown or tables)


def _choose(
    book: calamine.CalamineWorkbook, sheets: tuple[str, ...], wanted: str
) -> tuple[calamine.CalamineSheet, str]:
    """The wanted sheet, or the first one that is not empty."""
    if wanted:
        if wanted not in book.sheet_names:
            raise UnreadableFile(
                "no_sheet", gettext_noop("There is no sheet named “%(sheet)s” in this file."), sheet=wanted
            )
        return book.get_sheet_by_name(wanted), wanted
    for name in sheets[:20]:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None:
            return sheet, name
    raise UnreadableFile("empty", gettext_noop("The file is empty."))
