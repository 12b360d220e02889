"""Documents made to harm: those whose end is known to the word, and more that end in words or as harmless text."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable

from tests.base.contents.papers import archive, docx, odt, pdf, png, xlsx
from tests.base.dialects.archives import hidden_crowd

MB = 1024 * 1024
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"  # fmt: skip
GIF = b"GIF89a/*\x00\x01*/=1;<script>alert(1)</script>"


def _locked() -> bytes:
    raw = bytearray(docx("secret"))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


# How each ends: at the door, when it is looked into, or by what is found in it.
AT_DOOR: dict[str, Callable[[], bytes]] = {
    "empty.pdf": lambda: b"",
    "setup.exe": lambda: b"MZ\x90\x00" + b"\0" * 100,
    "invoice.pdf": lambda: b"MZ\x90\x00%PDF-1.4",
    "letter.docx": lambda: b"\x7fELF\x02\x01\x01",
    "notes.txt": lambda: b"#!/bin/sh\nrm -rf /",
    "run.bat": lambda: b"del *.*",
    "invoice.pdf.exe": lambda: b"%PDF-1.4",
    "evil.exe. ": lambda: b"text",
    "annexe\u202egpj.scr": png,
    "link.txt": lambda: b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00",
    "applet.zip": lambda: archive({"Main.class": b"\xca\xfe\xba\xbe"}),
    "phone.zip": lambda: archive({"AndroidManifest.xml": b"x"}),
    "module.bin": lambda: b"\x00asm\x01\x00\x00\x00",
    "picture.png": lambda: b"<html><script>alert(1)</script>",
    "drawing.png": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "page.pdf": lambda: b"<!doctype html><p>x",
    "scan.jpg": pdf,
    "polyglot.html": lambda: GIF,
    "polyglot.pdf": lambda: GIF,
    "photo.gif": png,
    "half.docx": lambda: docx("x")[:200],
    "other.docx": lambda: archive({"a.txt": b"x"}),
    "packed.xlsx": lambda: b"Rar!\x1a\x07\x00",
    "table.xls": lambda: b"<html><table><tr><td>1</table>",
    "crowd.docx": lambda: docx("x", **{f"word/header{n}.xml": "<h/>" for n in range(6000)}),
    "sound.docx": lambda: b"ID3\x03" + b"\0" * 50,
}
WHEN_READ: dict[str, tuple[Callable[[], bytes], str]] = {
    "entity.docx": (lambda: docx("&e;", before=ENTITY), "doctype"),
    "laughs.docx": (lambda: docx("&i;", before=LAUGHS), "doctype"),
    "entity.odt": (lambda: odt("&e;", before=ENTITY), "doctype"),
    "outside.odt": (lambda: odt("x", before='<!DOCTYPE x PUBLIC "a" "http://192.0.2.1/x.dtd">'), "doctype"),
    "deep.docx": (lambda: docx("<w:r>" * 5000 + "x" + "</w:r>" * 5000), "bomb"),
    "broken.docx": (lambda: docx("a <b> c"), "broken"),
    "locked.docx": (_locked, "password"),
    "grown.xlsx": (
        lambda: archive({"xl/workbook.xml": b"<x/>", "xl/sharedStrings.xml": b"<sst>" + b" " * (60 * MB)}),
        "bomb",
    ),
    "vast.docx": (lambda: docx("a" * (100 * MB)), "bomb"),
    "cut.pdf": (lambda: pdf()[:60], "broken"),
    "noise.pdf": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, "broken"),
    "head.pdf": (lambda: b"%PDF-1.7", "broken"),
}
HARMLESS: dict[str, tuple[Callable[[], bytes], str]] = {
    "page.html": (lambda: b"<html><script>alert('no')</script><style>no{}</style><p onclick=no>yes", "yes"),
    "open.html": (lambda: b"<html>" + b"<div>" * 50_000 + b"yes", "yes"),
    "half.html": (lambda: b"<html><p>yes <script", "yes <script"),
    "marked.html": (lambda: b"<!doctype html><![if !no]>yes<![endif]>", "yes"),
    "paths.docx": (lambda: docx("yes", **{"../../etc/passwd": "no", "word/../x.xml": "no"}), "yes"),
    "twins.xlsx": (lambda: xlsx("yes", "=no()".replace("no", "yes")), "yes\n=yes()"),
    "drawing.svg": (lambda: b"<svg onload='no()'/>", ""),
    "mail.eml": (lambda: b"MIME-Version: 1.0\n\nyes", "MIME-Version: 1.0\nyes"),
    "odd.txt": (lambda: b"\xff\xfey\x00e\x00s\x00\xd8", "yes\ufffd"),
    "signs.txt": ("ye\u202es\x1b[31m".encode, "ye s [31m"),
    "stream.pdf": (lambda: pdf(stream=b"no stream at all"), ""),
    "bomb.pdf": (lambda: pdf(stream=zlib.compress(b" " * (200 * MB), 9)), ""),
    "circle.pdf": (lambda: pdf(kids="2 0 R " * 50), ""),
    "claims.pdf": (lambda: pdf("yes", count=2_000_000_000), "yes"),
    "wide.pdf": (lambda: pdf("yes", box="0 0 2000000000 2"), ""),
    "nothing.pdf": (lambda: pdf("yes", box="0 0 0 0"), "yes"),
}


def _png_of(width: int, height: int) -> bytes:
    """A picture that says it is larger than it is."""
    raw = bytearray(png())
    struct.pack_into(">II", raw, 16, width, height)
    return bytes(raw)


def _jpeg_of(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + bytes(200)


def _svg(inside: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()


def _nested(levels: int) -> bytes:
    inner = archive({"a.txt": b"\0" * MB})
    for level in range(levels):
        inner = archive({f"{level}-{twin}.zip": inner for twin in range(4)})
    return inner


def _lying_docx(claimed: int) -> bytes:
    """Its letter says another size than it has, in both directories of the archive."""
    raw = bytearray(docx("a" * (30 * MB)))
    for signature, at, name in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        place = raw.find(signature)
        while place >= 0:
            if raw[place + name : place + name + 17] == b"word/document.xml":
                struct.pack_into("<L", raw, place + at, claimed)
            place = raw.find(signature, place + 4)
    return bytes(raw)


def _paper(*objects: bytes) -> bytes:
    """A PDF of these objects without a table of places, so that the reader has to look for them."""
    body = b"".join(b"%d 0 obj\n" % n + content + b"\nendobj\n" for n, content in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n0\n%%%%EOF\n" % (len(objects) + 1)


ROOT = b"<< /Type /Catalog /Pages 2 0 R >>"
# Whatever these are read as, they end in words or in text, in the cage and within its limits.
FURTHER: dict[str, Callable[[], bytes]] = {
    "own-parent.pdf": lambda: _paper(ROOT, b"<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>"),
    "two-in-a-ring.pdf": lambda: _paper(
        ROOT, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"
    ),
    "ring-of-tables.pdf": lambda: (raw := pdf()).replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % raw.rindex(b"xref\n0 6")
    ),
    "own-length.pdf": lambda: pdf().replace(b"/Length ", b"/Length 4 0 R % "),
    "filters.pdf": lambda: pdf(stream=zlib.compress(b"x")).replace(
        b"/Filter /FlateDecode", b"/Filter [" + b"/FlateDecode " * 5_000 + b"]"
    ),
    "deep-lists.pdf": lambda: _paper(b"<< /Type /Catalog /Pages " + b"[" * 100_000 + b"]" * 100_000 + b" >>"),
    "runs.pdf": lambda: _paper(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    ),
    "starts.pdf": lambda: pdf("yes").replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /Launch /F (sh) >>"),
    "locked.pdf": lambda: pdf().replace(
        b"/Size 6", b"/Size 6 /Encrypt << /Filter /Standard /V 9 /R 9 /O () /U () /P 0 >>"
    ),
    "below-zero.pdf": lambda: pdf("yes", box="-2000000000 -2000000000 2000000000 2000000000", count=-1),
    "draws-for-ever.pdf": lambda: pdf(stream=zlib.compress(b"q 0 0 m 300 200 l S Q\n" * 2_000_000, 9)),
    "giant.png": lambda: _png_of(2_000_000_000, 2_000_000_000),
    "flat.png": lambda: _png_of(0, 0),
    "cut.png": lambda: png()[:20],
    "giant.gif": lambda: b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(20),
    "giant.jpg": lambda: _jpeg_of(65_535, 65_535),
    "marks.jpg": lambda: b"\xff\xd8" + b"\xff" * 300_000,
    "giant.webp": lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8X" + bytes(8) + b"\xff" * 6,
    "giant.bmp": lambda: b"BM" + bytes(16) + struct.pack("<ii", 2**31 - 1, -(2**31)) + bytes(20),
    "giant.tiff": lambda: b"II*\x00" + struct.pack("<LH", 8, 65_535) + bytes(40),
    "laughs.svg": lambda: _svg("<text>&i;</text>", LAUGHS),
    "entity.svg": lambda: _svg("<text>&e;</text>", ENTITY),
    "fetches.svg": lambda: _svg('<image href="http://collector.example/x"/><script>alert(1)</script>'),
    "uses-itself.svg": lambda: _svg('<g id="a"><use href="#a"/><use href="#a"/></g>'),
    "laughs.odt": lambda: odt("&i;", before=LAUGHS),
    "laughs.xml": ('<?xml version="1.0"?>' + LAUGHS + "<x>&i;</x>").encode,
    "entity.ods": lambda: archive(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ENTITY + "<x>&e;</x>"}
    ),
    "entity.pptx": lambda: archive({"ppt/presentation.xml": "<x/>", "ppt/slides/slide1.xml": ENTITY + "<t>&e;</t>"}),
    "vast.pptx": lambda: archive({"ppt/presentation.xml": "<x/>", "ppt/slides/slide1.xml": b"<t>" + b"a" * (100 * MB)}),
    "many-slides.pptx": lambda: archive(
        {"ppt/presentation.xml": "<x/>"} | {f"ppt/slides/slide{n}.xml": "<t>a</t>" for n in range(4_000)}
    ),
    "wide-mark.docx": lambda: archive({"word/document.xml": b"\xff\xfe" + "<w>x".encode("utf-16-le") + b"\x00"}),
    "attributes.docx": lambda: archive(
        {"word/document.xml": "<w " + " ".join(f'a{n}="1"' for n in range(200_000)) + "/>"}
    ),
    "comment.docx": lambda: archive({"word/document.xml": b"<w><!--" + b"-" * (40 * MB)}),
    "claims-nothing.docx": lambda: _lying_docx(0),
    "claims-little.docx": lambda: _lying_docx(900),
    "claims-much.docx": lambda: _lying_docx(0xFFFFFFFE),
    "nested.zip": lambda: _nested(6),
    "flat-bomb.zip": lambda: archive({"zeros.bin": b"\0" * (150 * MB)}),
    "hidden-crowd.zip": lambda: hidden_crowd(900_000),
    "upwards.zip": lambda: archive({"../../../../tmp/passwd": b"x", "/etc/passwd": b"x", "c:\\x": b"x"}),
    "bomb.tgz": lambda: gzip.compress(b"\0" * (100 * MB)),
    "parts.eml": lambda: (
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n"
        + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 30_000
    ),
    "headers.eml": lambda: (
        b"Received: from a\n" + b"Subject: =?utf-8?B?" + b"QQ==" * 200_000 + b"?=\n" + b" fold\n" * 50_000
    ),
    "for-ever.ics": lambda: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nRRULE:FREQ=SECONDLY\r\n" * 40_000,
    "braces.rtf": lambda: b"{\\rtf1" + b"{" * 500_000,
    "deep.json": lambda: b"[" * 500_000,
    "one-line.txt": lambda: b"x" * (12 * MB),
    "half-utf16.txt": lambda: b"\xff\xfe" + b"\x00\xd8" * 300_000 + b"\x00",
    "wrong-utf8.txt": lambda: b"caf\xe9 \x81\x8d\xc3\x28 " * 50_000,
    "escapes.txt": lambda: b"\x1b]0;x\x07" * 50_000,
    "tags.html": lambda: b"<html>" + b"<a href='javascript:alert(1)' " * 100_000,
    "entities.html": lambda: b"<html>" + b"&" * 2_000_000,
    "old-noise.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 60_000,
    "../../../etc/passwd.txt": lambda: b"yes",
    "a\x00b\r\nSet-Cookie: c.txt": lambda: b"yes",
    "x" * 300 + ".txt": lambda: b"yes",
    "=cmd|' /c calc'!A1.txt": lambda: b"yes",
    '"><script>alert(1)</script>.txt': lambda: b"yes",
}
