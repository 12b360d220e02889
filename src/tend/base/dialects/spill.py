"""A file once read, kept in one canonical form: the importer resumes at any row and the preview opens any page.

Layout: one JSON line a row (`[number, [cells]]`, with the row's problem behind when it has one), then
one JSON line with header, count, checksum of the source and the byte offset of every 1,000th row,
then the offset of that line in 20 digits.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from tend.base.dialects.dialect import Dialect, Row
from tend.base.dialects.guesses import open_workbook, sniff
from tend.base.dialects.reading import read_table
from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.sandbox import open_table
from tend.base.unreadable import gettext_noop

STEP = 1_000
"""Rows between two entries of the index."""
MAX_BYTES = 4 * 1024**3
"""Bytes of a canonical file; a million rows of twenty columns take about 300 MB."""
_TAIL = 21


def convert(
    path: Path | str, dialect: Dialect | None, out_path: Path | str, *, filename: str = "",
    max_rows: int | None = None, max_bytes: int = MAX_BYTES, tell: Callable[[int], None] | None = None,
) -> Spill:  # fmt: skip
    """Reads a file to its end and writes its canonical form; the file appears whole or not at all.

    Without a dialect it is guessed; `filename` then tells apart what is plain text. `tell` hears how many rows are read.

    Raises UnreadableFile for whatever is wrong with the source, and for more than `max_rows` rows
    or `max_bytes` written; OSError when the disk is full.
    """
    source, target = Path(path), Path(out_path)
    dialect, header, lines = _opened(source, dialect, filename)
    part = target.with_name(target.name + ".part")
    try:
        with closing(lines), part.open("wb", buffering=1 << 20) as file:
            offset = rows = 0
            index: list[int] = []
            for line in lines:
                if rows % STEP == 0:
                    index.append(offset)
                    if tell is not None:
                        tell(rows)
                rows += 1
                if max_rows is not None and rows > max_rows:
                    raise _too_many(max_rows)
                offset += file.write(line) + file.write(b"\n")
                if offset > max_bytes:
                    raise UnreadableFile(
                        "too_large", gettext_noop("The table is too large. Divide it into several files.")
                    )
            foot = {
                "header": header,
                "rows": rows,
                "sha256": checksum(source),
                "dialect": dialect.to_json(),
                "index": index,
            }
            file.write(orjson.dumps(foot) + b"\n" + b"%020d\n" % offset)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return Spill.open(target)


def checksum(path: Path | str) -> str:
    """The SHA-256 of a file in hexadecimal, so that a change between rehearsal and run is noticed."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Spill:
    """An open canonical file. `sha256` is that of the source; rows are counted from 0, blank ones left out."""

    path: Path
    header: list[str]
    rows: int
    sha256: str
    dialect: Dialect
    index: list[int]

    @classmethod
    def open(cls, path: Path | str) -> Spill:
        """Reads the foot of a canonical file. Raises UnreadableFile when it is cut or not ours."""
        path = Path(path)
        try:
            with path.open("rb") as file:
                file.seek(-_TAIL, os.SEEK_END)
                file.seek(int(file.read(_TAIL)))
                foot = orjson.loads(file.readline())
            return cls(
                path=path,
                header=foot["header"],
                rows=foot["rows"],
                sha256=foot["sha256"],
                dialect=Dialect.from_json(foot["dialect"]),
                index=foot["index"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableFile(
                "broken", gettext_noop("The file is damaged or was cut off. Save it again and upload the new file.")
            ) from error

    def rows_from(self, start: int = 0) -> Generator[Row, None, None]:
        """The rows from position `start` (0-based) to the end, at the cost of reading at most 999 before it."""
        if not 0 <= start < self.rows:
            return
        with self.path.open("rb", buffering=1 << 20) as file:
            file.seek(self.index[start // STEP])
            for _ in range(start % STEP):
                file.readline()
            for _ in range(self.rows - start):
                yield Row(*orjson.loads(file.readline()))

    def page(self, start: int, count: int) -> list[Row]:
        """Up to `count` rows from position `start`."""
        rows: list[Row] = []
        with closing(self.rows_from(start)) as stream:
            for row in stream:
                rows.append(row)
                if len(rows) >= count:
                    break
        return rows if count > 0 else []

    def row(self, position: int) -> Row:
        """One row by its 0-based position. Raises IndexError."""
        found = self.page(position, 1)
        if not found:
            raise IndexError(position)
        return found[0]

    def samples(self, count: int = 2_000) -> list[list[str]]:
        """The cells of each column, taken evenly from the whole file: one list a column, at most `count` long.

        Evenness is by blocks of the index, so that a million rows cost no more than a few thousand.
        """
        columns: list[list[str]] = [[] for _ in self.header]
        blocks = len(self.index)
        per_block = max(20, -(-count // max(blocks, 1)))
        taken = 0
        step = max(1, -(-blocks * per_block // max(count, 1)))
        for block in range(0, blocks, step):
            for row in self.page(block * STEP, min(per_block, count - taken)):
                taken += 1
                for column, cell in zip(columns, row.cells, strict=False):
                    column.append(cell)
            if taken >= count:
                break
        return columns


def _opened(
    path: Path, dialect: Dialect | None, filename: str
) -> tuple[Dialect, list[str], Generator[bytes, None, None]]:
    if dialect is None:
        opened = open_workbook(path, filename)
        if opened is not None:
            return opened
        dialect = sniff(path, filename)
    if dialect.is_workbook:
        return dialect, *open_table(path, dialect)
    table = read_table(path, dialect)
    return dialect, table.header, _dumped(table.rows)


def _dumped(rows: Iterable[Row]) -> Generator[bytes, None, None]:
    dumps = orjson.dumps
    for row in rows:
        yield dumps((row.number, row.cells, row.problem) if row.problem else (row.number, row.cells))


def _too_many(limit: int) -> UnreadableFile:
    return UnreadableFile(
        "too_many_rows",
        gettext_noop("The file has more than %(limit)s rows. Divide it into several files."),
        limit=limit,
    )
