"""Cells of an OpenDocument table that reach over several rows, which the workbook reader does not tell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape

Span = tuple[tuple[int, int], tuple[int, int]]
"""First and last (row, column) of a merged cell, both 0-based."""

MOST = 100_000
_PIECE = 1 << 20
_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(\s[^>]*)?>|</table:(table)>")
_NUMBER = {
    name: re.compile(rb"table:" + name + rb'="(\d{1,9})"')
    for name in (b"number-rows-spanned", b"number-rows-repeated", b"number-columns-repeated")
}
_NAME = re.compile(rb'table:name="([^"]*)"')


def tall_cells(archive: zipfile.ZipFile, sheet: str) -> list[Span]:
    """The cells of a sheet that are merged downwards, in the order of the file."""
    if "content.xml" not in archive.namelist():
        return []
    found: list[Span] = []
    inside, row, column, repeated = False, -1, 0, 1
    for tag in _tags(archive):
        kind, attributes = tag[1], tag[2] or b""
        if tag[3]:
            if inside:
                return found
        elif kind == b"table":
            name = _NAME.search(attributes)
            inside = name is not None and unescape(name[1].decode("utf-8", "replace")) == sheet
        elif not inside:
            continue
        elif kind == b"table-row":
            row += repeated if row >= 0 else 1
            repeated, column = _said(attributes, b"number-rows-repeated"), 0
        else:
            height = _said(attributes, b"number-rows-spanned")
            if height > 1:
                found.append(((row, column), (row + height - 1, column)))
                if len(found) > MOST:
                    return found
            column += _said(attributes, b"number-columns-repeated")
    return found


def _said(attributes: bytes, name: bytes) -> int:
    found = _NUMBER[name].search(attributes)
    return max(1, int(found[1])) if found else 1


def _tags(archive: zipfile.ZipFile) -> Iterator[re.Match[bytes]]:
    """The tags of tables, rows and cells, in pieces that end behind a tag."""
    rest = b""
    with archive.open("content.xml") as opened:
        while block := opened.read(_PIECE):
            block = rest + block
            end = block.rfind(b">") + 1
            yield from _TAG.finditer(block[:end])
            rest = block[end:] if len(block) - end < 8 * _PIECE else b""
