"""Guesses how a file is to be read; every guess stands in the Dialect and may be changed by the user."""

from __future__ import annotations

import csv
import math
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from pathlib import Path

from tend.base.dialects.codepages import guess_encoding
from tend.base.dialects.delimited import parse
from tend.base.dialects.dialect import DELIMITERS, WORKBOOKS, Dialect, Kind
from tend.base.dialects.header_row import find_header
from tend.base.dialects.jsonlines import keys_of
from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.sandbox import FirstRows, first_rows, open_guessed
from tend.base.dialects.signatures import HEAD, kind_of
from tend.base.dialects.vcards import columns_of
from tend.base.headers.vocabulary import is_known

LOOK = 120
"""Rows that are looked at to guess delimiter and header."""


def sniff(
    source: Path | str | bytes, filename: str = "", *, is_known: Callable[[str], bool] | None = is_known
) -> Dialect:
    """How to read a file: kind, encoding, delimiter, quote, header row and sheet.

    `source` is a path, or the first bytes of a text file (the whole bytes of a workbook).
    `filename` only tells apart what is plain text; the kind comes from the bytes.
    `is_known` recognises names of columns and helps to find the header row; None goes by looks alone.
    Raises UnreadableFile, with a plain sentence, for what cannot be read at all.
    """
    if isinstance(source, bytes):
        if kind_of(source[:HEAD], filename) in WORKBOOKS:
            with tempfile.NamedTemporaryFile(prefix="tend-") as file:
                file.write(source)
                file.flush()
                return sniff(Path(file.name), filename, is_known=is_known)
        return _sniff_text(source[:HEAD], kind_of(source[:HEAD], filename), None, len(source) <= HEAD, is_known)
    path = Path(source)
    with path.open("rb") as opened:
        head = opened.read(HEAD)
    kind = kind_of(head, filename or path.name, path)
    if kind in WORKBOOKS:
        return _sniff_workbook(path, kind, is_known)
    return _sniff_text(head, kind, path, len(head) < HEAD, is_known)


def resniff_header(path: Path, dialect: Dialect, *, is_known: Callable[[str], bool] | None = is_known) -> Dialect:
    """The dialect with its header row guessed anew, after the user has chosen another sheet, delimiter or encoding.

    Raises UnreadableFile as `read_rows` does.
    """
    if dialect.kind == "vcf":
        return sniff_cards(path, dialect.encoding)
    if dialect.is_workbook:
        rows = first_rows(path, dialect, LOOK).rows
    else:
        with path.open("rb") as opened:
            head = opened.read(HEAD)
        rows = list(islice(_records(_text(head, dialect.encoding, len(head) < HEAD), dialect), LOOK))
    return dialect.with_(header_row=find_header(rows, is_known))


def open_workbook(path: Path, filename: str) -> tuple[Dialect, list[str], Generator[bytes, None, None]] | None:
    """A workbook opened by its own guesses: dialect, names of the columns, rows as lines of JSON. None for text.

    The workbook is opened once, where `sniff` and then reading would open it twice. Raises UnreadableFile.
    """
    with path.open("rb") as opened:
        kind = kind_of(opened.read(HEAD), filename or path.name, path)
    if kind not in WORKBOOKS:
        return None
    return open_guessed(path, Dialect(kind=kind), LOOK, lambda seen: _of_workbook(kind, seen, is_known))


def _sniff_workbook(path: Path, kind: Kind, is_known: Callable[[str], bool] | None) -> Dialect:
    return _of_workbook(kind, first_rows(path, Dialect(kind=kind), LOOK), is_known)


def _of_workbook(kind: Kind, seen: FirstRows, is_known: Callable[[str], bool] | None) -> Dialect:
    return Dialect(kind=kind, sheet=seen.sheet, sheets=seen.sheets, header_row=find_header(seen.rows, is_known))


def _sniff_text(
    head: bytes, kind: Kind, path: Path | None, complete: bool, is_known: Callable[[str], bool] | None
) -> Dialect:
    encoding = guess_encoding(head, path)
    if kind == "jsonl":
        columns = keys_of(path if path is not None else head, encoding)
        return Dialect(kind="jsonl", encoding=encoding, header_row=0, columns=columns)
    if kind == "vcf":
        return sniff_cards(path, encoding) if path is not None else Dialect(kind="vcf", encoding=encoding, header_row=0)
    text = _text(head, encoding, complete)
    delimiter = _delimiter(text, kind)
    found = Dialect(
        kind="tsv" if delimiter == "\t" else "csv",
        encoding=encoding,
        delimiter=delimiter,
        quote=_quote(text, delimiter),
    )
    rows = list(islice(_records(text, found), LOOK))
    return found.with_(header_row=find_header(rows, is_known))


def sniff_cards(path: Path, encoding: str) -> Dialect:
    """The columns that the cards of a file fill, read in this encoding."""
    columns, left_out = columns_of(path, encoding)
    return Dialect(kind="vcf", encoding=encoding, header_row=0, columns=columns, left_out=left_out)


def _text(head: bytes, encoding: str, complete: bool) -> str:
    """The head as text that ends at the end of a line, so that no row looks shorter than it is."""
    text = head.decode(encoding, "replace").removeprefix("\ufeff")
    if complete:
        return text
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end > 0 else text


def _records(text: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The records of the head; one that the head cuts off ends it without complaint."""
    try:
        yield from parse(iter(text.splitlines(keepends=True) if _plain(text) else _split(text)), dialect)
    except UnreadableFile:
        return


def _plain(text: str) -> bool:
    """Whether splitlines() splits only where a file has lines, not at form feeds or separators."""
    return not re.search("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)


def _split(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _delimiter(text: str, kind: Kind) -> str:
    """The character that divides most lines into the same number of cells."""
    told = re.match(r'\s*"?sep=(.)"?\s*[\r\n]', text)
    if told and told[1] in DELIMITERS:
        return told[1]
    best, best_score = ("\t" if kind == "tsv" else ","), 0.0
    for delimiter in DELIMITERS:
        lines = iter(_split(text[:65_536]))
        try:
            counts = [len(cells) for cells in islice(csv.reader(lines, delimiter=delimiter), 300) if any(cells)]
        except csv.Error:
            continue
        score = _evenness(counts)
        if delimiter == "\t" and kind == "tsv":
            score *= 1.5
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _evenness(counts: list[int]) -> float:
    """0 when nothing is divided; grows with the share of lines that agree and with the number of cells."""
    wide = Counter(count for count in counts if count > 1)
    if not wide:
        return 0.0
    width, times = max(wide.items(), key=lambda item: item[1] * math.log(item[0] + 1))
    return (times / len(counts)) ** 2 * math.log(width + 1)


def _quote(text: str, delimiter: str) -> str:
    """The quotation mark at the edges of cells; the double one unless the single one is plainly in use."""
    edge = re.escape(delimiter)
    counts = {
        mark: len(re.findall(rf"(?:^|{edge}){mark}[^\r\n]*?{mark}(?={edge}|\r|\n|$)", text[:65_536], re.MULTILINE))
        for mark in "\"'"
    }
    return "'" if counts["'"] >= 3 and counts["'"] > 4 * counts['"'] else '"'
