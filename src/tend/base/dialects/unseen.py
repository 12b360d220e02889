"""What the workbook reader does not tell: the error in a cell, and zeros that only the number format shows.

A postal code kept as the number 1067 in the format 00000 reads "01067" on the screen, and a cell
that shows #N/A is not blank. Both are found by one pass over the sheet's own text.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_PART_LIMIT = 16 * 1024 * 1024
"""Bytes read of the workbook's small parts (names of sheets, styles)."""
_PIECE = 1 << 20
_TAG = re.compile(rb"<(?:\w+:)?(sheet|Relationship|numFmt|xf|cellXfs|/cellXfs)\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MASK = re.compile(r"0{2,}(?:[- ]?0+)*")


class Mark(NamedTuple):
    """One cell, 0-based, with either the text of its error or the mask of its digits."""

    row: int
    column: int
    error: str
    mask: str


def marks(archive: zipfile.ZipFile, sheet: str) -> Iterator[Mark]:
    """The cells of a sheet with an error or padded digits, in the order of the file."""
    part = _sheet_part(archive, sheet)
    if part is None:
        return
    masks = _masks(archive)
    wanted = [rb't="e"', *(b's="%d"' % style for style in masks)]
    cell = re.compile(
        rb'<c r="([A-Z]{1,3})([0-9]{1,7})"((?=[^>]*(?:'
        + b"|".join(re.escape(text) for text in wanted)
        + rb"))[^>/]*)>(?:<f[^>]*/>|<f[^>]*>[^<]{0,9000}</f>)?<v>([^<]{0,60})</v>"
    )
    for piece in _pieces(archive, part):
        if not any(text in piece for text in wanted):
            continue
        for found in cell.finditer(piece):
            row, column = int(found[2]) - 1, _column(found[1])
            attributes = found[3]
            if b't="e"' in attributes:
                yield Mark(row, column, unescape(found[4].decode("utf-8", "replace")), "")
                continue
            style = re.search(rb's="(\d+)"', attributes)
            if style and b' t="s"' not in attributes and int(style[1]) in masks:
                yield Mark(row, column, "", masks[int(style[1])])


def padded(text: str, mask: str) -> str:
    """Digits written into a mask from the right: ("1067", "00000") gives "01067", ("11000", "000 00") "110 00"."""
    if not text.isdigit():
        return text
    digits = list(text)
    written: list[str] = []
    for sign in reversed(mask):
        if sign == "0":
            written.append(digits.pop() if digits else "0")
        else:
            written.append(sign)
    return "".join(digits) + "".join(reversed(written))


def mask_of(number_format: str) -> str | None:
    """The mask of a number format that pads with zeros ("00000", "000\\ 00", "00000-0000"), else None."""
    section = number_format.split(";", maxsplit=1)[0]
    section = re.sub(r'"([- ])"', r"\1", section).replace("\\", "")
    return section if _MASK.fullmatch(section) else None


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    names = set(archive.namelist())
    for attributes in _tags(archive, "xl/workbook.xml", names, b"sheet"):
        if unescape(attributes.get("name", "")) == sheet:
            wanted = attributes.get("r:id") or next((v for k, v in attributes.items() if k.endswith(":id")), "")
            for link in _tags(archive, "xl/_rels/workbook.xml.rels", names, b"Relationship"):
                if link.get("Id") == wanted:
                    target = link.get("Target", "")
                    part = target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
                    return part if part in names else None
    return None


def _masks(archive: zipfile.ZipFile) -> dict[int, str]:
    """The masks by the index that a cell's s= attribute names."""
    formats: dict[str, str] = {}
    masks: dict[int, str] = {}
    index, inside = 0, False
    for tag in _TAG.finditer(_head(archive, "xl/styles.xml", set(archive.namelist()))):
        if tag[1] == b"numFmt":
            attributes = _attributes(tag[2])
            mask = mask_of(unescape(attributes.get("formatCode", "")))
            if mask:
                formats[attributes.get("numFmtId", "")] = mask
        elif tag[1] in (b"cellXfs", b"/cellXfs"):
            inside = tag[1] == b"cellXfs"
        elif tag[1] == b"xf" and inside:
            used = _attributes(tag[2]).get("numFmtId", "")
            if used in formats:
                masks[index] = formats[used]
            index += 1
    return masks


def _tags(archive: zipfile.ZipFile, part: str, names: set[str], tag: bytes) -> Iterator[dict[str, str]]:
    for found in _TAG.finditer(_head(archive, part, names)):
        if found[1] == tag:
            yield _attributes(found[2])


def _attributes(text: bytes) -> dict[str, str]:
    return {
        found[1].decode("ascii", "replace"): (found[2] or found[3] or b"").decode("utf-8", "replace")
        for found in _ATTRIBUTE.finditer(text)
    }


def _head(archive: zipfile.ZipFile, part: str, names: set[str]) -> bytes:
    if part not in names:
        return b""
    with archive.open(part) as opened:
        return opened.read(_PART_LIMIT)


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The sheet in pieces that end at the end of a row."""
    rest = b""
    with archive.open(part) as opened:
        while block := opened.read(_PIECE):
            block = rest + block
            end = block.rfind(b"</row>")
            if end < 0 and len(block) < 8 * _PIECE:
                rest = block
                continue
            yield block[:end] if end >= 0 else block
            rest = block[end:] if end >= 0 else b""
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
