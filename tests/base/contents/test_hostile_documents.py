"""Documents made to harm end in words, at the door or when they are looked into, or are read as the harmless text they are."""

from __future__ import annotations

import os
import resource
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tend.base.contents import kinds
from tend.base.contents.looking import look_into
from tend.base.contents.texts import text_of
from tend.base.unreadable import Unreadable
from tests.base.contents.papers import archive, docx, odt, pdf, png, xlsx

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
CAGED = {
    "vast.docx",
    "grown.xlsx",
    "bomb.pdf",
    "circle.pdf",
    "claims.pdf",
    "wide.pdf",
    "noise.pdf",
}  # not in our own process


def test_there_are_more_than_fifty() -> None:
    assert len(AT_DOOR) + len(WHEN_READ) + len(HARMLESS) > 50


def brought(tmp_path: Path, name: str, content: bytes) -> tuple[Path, str]:
    place = tmp_path / "x"
    place.write_bytes(content)
    return place, kinds.kind_of(place, name).code


@pytest.mark.parametrize("name", AT_DOOR)
def test_what_is_not_what_it_says_is_refused_at_the_door(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as no:
        brought(tmp_path, name, AT_DOOR[name]())
    assert no.value.code in ("empty", "program", "another_type")
    assert "%(" not in str(no.value)


def looked(place: Path, name: str, code: str) -> str:
    """The text, found in the cage for whatever could take much, within ten seconds."""
    if name not in CAGED:
        return text_of(place, code)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        return look_into(place, code).text
    finally:
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 12


@pytest.mark.parametrize("name", WHEN_READ)
def test_what_cannot_be_looked_into_is_refused_in_words(name: str, tmp_path: Path) -> None:
    make, expected = WHEN_READ[name]
    place, code = brought(tmp_path, name, make())
    with pytest.raises(Unreadable) as no:
        looked(place, name, code)
    assert no.value.code == expected
    assert str(no.value).endswith(".")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_odd_is_read_as_the_text_it_is(name: str, tmp_path: Path) -> None:
    make, expected = HARMLESS[name]
    place, code = brought(tmp_path, name, make())
    assert looked(place, name, code) == expected


def test_whoever_works_for_ever_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tend.base.contents import looking

    monkeypatch.setattr(looking, "_PATIENCE", 0.2)
    monkeypatch.setattr(looking.sys, "executable", "/bin/cat")  # says nothing and waits
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(looking.subprocess, "Popen", _waiting(looking.subprocess.Popen, pipe))
    began = time.monotonic()
    with pytest.raises(Unreadable) as no:
        look_into(tmp_path / "x", "pdf")
    assert no.value.code == "too_slow"
    assert time.monotonic() - began < 5


def _waiting(start: Callable[..., object], pipe: Path) -> Callable[..., object]:
    return lambda _command, **options: start(["/bin/sleep", "30"], **options)


def test_archives_of_many_levels_are_not_opened(tmp_path: Path) -> None:
    inner = archive({"a.txt": b"\0" * MB})
    place, code = brought(tmp_path, "nested.zip", archive({f"{n}.zip": inner for n in range(20)}))
    assert (code, text_of(place, code)) == ("zip", "")
    assert zipfile.is_zipfile(place)
