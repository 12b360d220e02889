"""Workbooks made by hand, byte by byte, so that they can be wrong."""

from __future__ import annotations

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows: str, before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def workbook_of(page: str, extra: dict[str, str] | None = None) -> bytes:
    """A minimal workbook whose only sheet is the given XML."""
    out = io.BytesIO()
    links = f'<Relationships xmlns="{LINKS}"><Relationship Id="r1" Type="{OFFICE}/%s" Target="%s"/></Relationships>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", links % ("officeDocument", "xl/workbook.xml"))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", links % ("worksheet", "worksheets/sheet1.xml"))
        archive.writestr("xl/worksheets/sheet1.xml", page)
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return out.getvalue()


def opendocument(rows: str, before: str = "") -> bytes:
    """A minimal OpenDocument table."""
    out = io.BytesIO()
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'{before}<office:document-content xmlns:office="{OPEN}:office:1.0" xmlns:table="{OPEN}:table:1.0" xmlns:text="{OPEN}:text:1.0">'
            f'<office:body><office:spreadsheet><table:table table:name="T">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{OPEN}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
    return out.getvalue()


def hidden_crowd(entries: int) -> bytes:
    """An archive whose end tells of one entry; the second end, which readers believe, tells of as many as it likes."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    directory = entry * entries
    second = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, len(directory), 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(directory), 1)
    return directory + second + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 47, 0, 0)


# --- workbooks of the old kind: records (BIFF8) in a container of sectors (CFB) ---------------------------------------
SECTOR = 512
NONE, LAST, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Cell = (
    str | float | bool | tuple[str, float]
)  # a date is ("day", its number), an error ("error", its code), a formula ("=", its value)


def old_workbook(
    sheets: dict[str, list[list[Cell | None]]], merged: tuple[tuple[int, int, int, int], ...] = ()
) -> bytes:
    """An XLS file; `merged` are (first row, last row, first column, last column) of the first sheet."""
    pages = [_page(rows, merged if not at else ()) for at, rows in enumerate(sheets.values())]
    names = [name.encode("utf-16-le") for name in sheets]
    head = _begin(5) + _record(0x0042, struct.pack("<H", 1200)) + _record(0x0022, bytes(2))
    head += b"".join(_record(0x00E0, struct.pack("<HH", 0, fmt) + bytes(16)) for fmt in (0, 14))
    at = len(head) + sum(12 + len(name) for name in names) + 4
    for name, page in zip(names, pages, strict=True):
        head += _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
        at += len(page)
    return _container(head + _record(0x000A, b"") + b"".join(pages))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _page(rows: list[list[Cell | None]], merged: tuple[tuple[int, int, int, int], ...]) -> bytes:
    width = max(map(len, rows))
    found = _begin(0x10) + _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is not None:
                found += _cell(struct.pack("<HH", row, column), cell)
    if merged:
        found += _record(
            0x00E5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<4H", *span) for span in merged)
        )
    return found + _record(0x000A, b"")


def _cell(place: bytes, cell: Cell) -> bytes:
    plain, day = struct.pack("<H", 0), struct.pack("<H", 1)
    if isinstance(cell, bool):
        return _record(0x0205, place + plain + bytes((cell, 0)))
    if isinstance(cell, str):
        return _record(0x0204, place + plain + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
    if isinstance(cell, tuple):
        kind, value = cell
        if kind == "error":
            return _record(0x0205, place + plain + bytes((int(value), 1)))
        if kind == "=":
            return _record(0x0006, place + plain + struct.pack("<dHIH", value, 0, 0, 3) + b"\x1e\x01\x00")
        return _record(0x0203, place + day + struct.pack("<d", value))
    return _record(0x0203, place + plain + struct.pack("<d", cell))


def _container(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\x00")
    count = len(stream) // SECTOR
    assert count <= SECTOR // 4 - 2
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, LAST, 0, LAST, 0) + struct.pack("<109I", 0, *[NONE] * 108)
    chain = [FAT, LAST, *(n + 3 for n in range(count - 1)), LAST]
    table = struct.pack("<128I", *chain, *[NONE] * (128 - len(chain)))
    folder = (
        _entry("Root Entry", 5, 1, LAST, 0)
        + _entry("Workbook", 2, NONE, 2, len(stream))
        + _entry("", 0, NONE, 0, 0) * 2
    )
    return head + table + folder + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return (
        text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text) + 2 if text else 0, kind, 1, NONE, NONE, child)
        + bytes(36) + struct.pack("<IQ", start, size)
    )  # fmt: skip
