"""What a file is, told from its bytes; its name may say less, but never something else."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from tend.base.dialects.archives import entries
from tend.base.unreadable import Unreadable, gettext_noop

HEAD = 262_144
"""How many bytes of a file are looked at to tell what it is."""
OCTETS = "application/octet-stream"


@dataclass(frozen=True)
class Kind:
    """A kind of file. `group` is the word by which people choose; `endings` are the names it may have."""

    code: str
    media_type: str
    group: str
    endings: tuple[str, ...]
    words: str  # what one calls such a file in a sentence


def _kind(code: str, media_type: str, group: str, words: str, *endings: str) -> Kind:
    return Kind(code, media_type, group, (code, *endings), words)


PDF = _kind("pdf", "application/pdf", "pdf", gettext_noop("a PDF document"))
PNG = _kind("png", "image/png", "picture", gettext_noop("a picture"))
JPEG = _kind("jpg", "image/jpeg", "picture", gettext_noop("a picture"), "jpeg", "jpe", "jfif")
GIF = _kind("gif", "image/gif", "picture", gettext_noop("a picture"))
WEBP = _kind("webp", "image/webp", "picture", gettext_noop("a picture"))
BMP = _kind("bmp", "image/bmp", "picture", gettext_noop("a picture"), "dib")
TIFF = _kind("tiff", "image/tiff", "picture", gettext_noop("a picture"), "tif")
HEIC = _kind("heic", "image/heic", "picture", gettext_noop("a picture"), "heif", "avif")
DOCX = _kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text", gettext_noop("a text document"), "docm", "dotx", "dotm")  # fmt: skip
XLSX = _kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "table", gettext_noop("a spreadsheet"), "xlsm", "xltx", "xltm", "xlsb")  # fmt: skip
PPTX = _kind("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "slides", gettext_noop("a presentation"), "pptm", "potx", "ppsx")  # fmt: skip
ODT = _kind("odt", "application/vnd.oasis.opendocument.text", "text", gettext_noop("a text document"), "ott")
ODS = _kind("ods", "application/vnd.oasis.opendocument.spreadsheet", "table", gettext_noop("a spreadsheet"), "ots")
ODP = _kind("odp", "application/vnd.oasis.opendocument.presentation", "slides", gettext_noop("a presentation"), "otp")
OLD_OFFICE = _kind("doc", "application/x-ole-storage", "other", gettext_noop("an old office document"), "xls", "ppt", "dot", "xlt", "pps", "msg", "pub", "vsd", "docx", "xlsx", "pptx")  # fmt: skip
RTF = _kind("rtf", "application/rtf", "text", gettext_noop("a text document"), "doc")
EPUB = _kind("epub", "application/epub+zip", "text", gettext_noop("a book"))
ZIP = _kind("zip", "application/zip", "archive", gettext_noop("an archive"), "pages", "numbers", "key", "kmz")
PACKED = _kind(
    "7z", "application/x-compressed", "archive", gettext_noop("an archive"), "rar", "gz", "tgz", "bz2", "xz", "zst"
)
SOUND = _kind("mp3", "audio/mpeg", "sound", gettext_noop("a recording"))
WAV = _kind("wav", "audio/wav", "sound", gettext_noop("a recording"))
OGG = _kind("ogg", "audio/ogg", "sound", gettext_noop("a recording"), "oga", "opus", "ogv")
FLAC = _kind("flac", "audio/flac", "sound", gettext_noop("a recording"))
MP4 = _kind("mp4", "video/mp4", "video", gettext_noop("a film"), "m4a", "m4v", "mov", "3gp")
WEBM = _kind("webm", "video/webm", "video", gettext_noop("a film"), "mkv", "weba")
HTML = _kind("html", "text/html", "page", gettext_noop("a web page"), "htm", "xhtml", "mht", "mhtml")
SVG = _kind("svg", "image/svg+xml", "other", gettext_noop("a drawing"))
XML = _kind("xml", "application/xml", "other", gettext_noop("an XML file"))
VCF = _kind("vcf", "text/vcard", "other", gettext_noop("an address card"), "vcard")
ICS = _kind("ics", "text/calendar", "other", gettext_noop("a calendar"))
EML = _kind("eml", "message/rfc822", "mail", gettext_noop("an e-mail"))
CSV = _kind("csv", "text/csv", "table", gettext_noop("a table"), "tsv", "tab")
JSON = _kind("json", "application/json", "other", gettext_noop("a JSON file"), "jsonl", "ndjson")
TEXT = _kind("txt", "text/plain", "text", gettext_noop("a text"), "md", "log", "ini", "yaml", "yml", "rst", "tex")
OTHER = Kind("bin", OCTETS, "other", (), gettext_noop("a file of a kind that Tend does not know"))

KINDS = (
    PDF, PNG, JPEG, GIF, WEBP, BMP, TIFF, HEIC, DOCX, XLSX, PPTX, ODT, ODS, ODP, OLD_OFFICE, RTF, EPUB, ZIP, PACKED,
    SOUND, WAV, OGG, FLAC, MP4, WEBM, HTML, SVG, XML, VCF, ICS, EML, CSV, JSON, TEXT, OTHER,
)  # fmt: skip
BY_CODE = {kind.code: kind for kind in KINDS}
WRITTEN = frozenset(
    {HTML, SVG, XML, VCF, ICS, EML, CSV, JSON, TEXT}
)  # plain text, told apart by its beginning and name
SHOWN = frozenset({PNG, JPEG, GIF, WEBP})  # what a browser draws without running anything
READ = frozenset(
    {PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, HTML, XML, VCF, ICS, EML, CSV, JSON, TEXT}
)  # whose text is found

_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"\x00asm", b"dex\n", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_PROGRAM_NAMES = frozenset(
    """exe dll com scr bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh hta msi msp cpl jar apk app sh bash py pyw rb pl php
    lnk url reg scf inf gadget application appref-ms iso img vhd vhdx chm xll ade adp xbap""".split()
)
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF), (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF), (b"{\\rtf", RTF), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE), (b"ID3", SOUND),
    (b"\xff\xfb", SOUND), (b"\xff\xf3", SOUND), (b"OggS", OGG), (b"fLaC", FLAC), (b"\x1aE\xdf\xa3", WEBM),
    (b"\x1f\x8b", PACKED), (b"BZh", PACKED), (b"\xfd7zXZ\x00", PACKED), (b"7z\xbc\xaf\x27\x1c", PACKED), (b"Rar!\x1a\x07", PACKED),
    (b"(\xb5/\xfd", PACKED),
)  # fmt: skip
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ODT, b"application/vnd.oasis.opendocument.spreadsheet": ODS,
    b"application/vnd.oasis.opendocument.presentation": ODP, b"application/epub+zip": EPUB,
}  # fmt: skip


def kind_of(path: Path, filename: str) -> Kind:
    """What the file at `path` is, which came under the name `filename`.

    Raises Unreadable for an empty file, for a program under any name, and for a file whose name says something else.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    ending = ending_of(filename)
    if not head:
        raise Unreadable("empty", gettext_noop("The file is empty."))
    if head.startswith(_PROGRAMS) or ending in _PROGRAM_NAMES:
        raise program()
    found = _binary_kind(head, path) or _text_kind(head, ending) or OTHER
    claimed = [k for k in KINDS if ending in k.endings]
    if claimed and found not in claimed and not (found in WRITTEN and any(k in WRITTEN for k in claimed)):
        raise Unreadable(
            "another_type",
            gettext_noop(
                "“%(name)s” is called as if it were another kind of file: it holds %(found)s. Save it under its right name."
            ),
            name=filename,
            found=found.words,
        )
    return found


def ending_of(filename: str) -> str:
    """The last part of a name, in small letters; blank when it has none."""
    return filename.rstrip(". ").lower().rpartition(".")[2] if "." in filename else ""


def program() -> Unreadable:
    """The file could be run."""
    return Unreadable("program", gettext_noop("This is a program. Tend keeps documents, no programs."))


def _binary_kind(head: bytes, path: Path) -> Kind | None:
    if b"%PDF-" in head[:1024]:
        return PDF
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF"):
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12], OTHER)
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"heim") else MP4
    if head.startswith(b"BM") and len(head) > 14 and head[6:10] == b"\0\0\0\0":
        return BMP
    return _zip_kind(head, path) if head.startswith(b"PK") else None


def _zip_kind(head: bytes, path: Path) -> Kind:
    for said, kind in _OPEN_DOCUMENT.items():
        if head[30:].startswith(b"mimetype" + said):
            return kind
    try:
        names = {entry.filename for entry in entries(path)}
    except (Unreadable, zipfile.BadZipFile):
        return ZIP  # whatever is wrong with it is said when it is opened
    if "AndroidManifest.xml" in names or any(name.endswith(".class") for name in names):
        raise program()
    for inside, kind in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("xl/workbook.bin", XLSX), ("ppt/presentation.xml", PPTX)):  # fmt: skip
        if inside in names:
            return kind
    return ZIP


def _text_kind(head: bytes, ending: str) -> Kind | None:
    if not _is_text(head):
        return None
    start = head[:8192].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<style", b"<table", b"<div", b"<iframe", b"<meta", b"<a ", b"<p>", b"<img")):  # fmt: skip
        return HTML
    if start.startswith((b"<?xml", b"<!doctype", b"<svg", b"<!--")) or (start.startswith(b"<") and ending == "svg"):
        return SVG if b"<svg" in start else HTML if b"<html" in start else XML
    if b"<script" in start:
        return HTML
    if start.startswith(b"begin:vcard"):
        return VCF
    if start.startswith(b"begin:vcalendar"):
        return ICS
    if ending == "eml" or start.startswith((b"return-path:", b"received: from", b"mime-version: 1.0")):
        return EML
    by_name = next((k for k in (CSV, JSON, XML, HTML, SVG) if ending in k.endings), None)
    return by_name or TEXT


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    odd = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head[:4096])
    return odd * 50 <= len(head[:4096])
