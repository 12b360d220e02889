"""Small documents of every common kind, made here byte by byte."""

from __future__ import annotations

import io
import zipfile
import zlib

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def archive(entries: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(zipfile.ZipInfo(name) if name == "mimetype" else name, content)
    return out.getvalue()


def docx(*paragraphs: str, before: str = "", **more: bytes | str) -> bytes:
    lines = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    body = f'<?xml version="1.0"?>{before}<w:document {W}><w:body>{lines}</w:body></w:document>'
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": body, **more})


def odt(*paragraphs: str, before: str = "") -> bytes:
    text = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    lines = "".join(f"<text:p>{p}</text:p>" for p in paragraphs)
    content = f'<?xml version="1.0"?>{before}<content {text}>{lines}</content>'
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def xlsx(*cells: str) -> bytes:
    strings = "".join(f"<si><t>{c}</t></si>" for c in cells)
    return archive({"xl/workbook.xml": "<workbook/>", "xl/sharedStrings.xml": f"<sst>{strings}</sst>"})


def pdf(text: str = "A paper", *, stream: bytes | None = None, box: str = "0 0 300 200", kids: str = "3 0 R", count: int = 1) -> bytes:  # fmt: skip
    """A PDF of one page with one line; `stream` in place of it is taken as compressed."""
    packed = zlib.compress(f"BT /F1 24 Tf 20 100 Td ({text}) Tj ET".encode()) if stream is None else stream
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)  # fmt: skip


def png(width: int = 2, height: int = 2) -> bytes:
    from tend.base.contents.pictures import as_png

    return as_png(width, height, 3 * width, b"\x20\x80\x40" * (width * height))
