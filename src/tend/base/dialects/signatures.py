"""What a file is by its first bytes, whatever its name says; types that cannot be read are refused in plain words."""

from __future__ import annotations

from pathlib import Path

from tend.base.dialects.archives import entries
from tend.base.dialects.dialect import Kind
from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

HEAD = 262_144
"""How many bytes of a file are looked at to guess what it is."""

_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "pdf", gettext_noop("This is a PDF document, not a table. Export the table as XLSX or CSV.")),
    (b"{\\rtf", "rtf", gettext_noop("This is a text document, not a table. Export the table as XLSX or CSV.")),
    (b"\x1f\x8b", "compressed", gettext_noop("This file is compressed. Unpack it and choose the file inside.")),
    (b"BZh", "compressed", gettext_noop("This file is compressed. Unpack it and choose the file inside.")),
    (b"\xfd7zXZ\x00", "compressed", gettext_noop("This file is compressed. Unpack it and choose the file inside.")),
    (
        b"7z\xbc\xaf\x27\x1c",
        "compressed",
        gettext_noop("This file is compressed. Unpack it and choose the file inside."),
    ),
    (b"Rar!\x1a\x07", "compressed", gettext_noop("This file is compressed. Unpack it and choose the file inside.")),
    (b"\x89PNG\r\n\x1a\n", "picture", gettext_noop("This is a picture, not a table.")),
    (b"\xff\xd8\xff", "picture", gettext_noop("This is a picture, not a table.")),
    (b"GIF8", "picture", gettext_noop("This is a picture, not a table.")),
    (b"SQLite format 3\x00", "database", gettext_noop("This is a database file. Export the table as XLSX or CSV.")),
    (b"\x7fELF", "program", gettext_noop("This is a program, not a table.")),
    (b"MZ\x90", "program", gettext_noop("This is a program, not a table.")),
)


def kind_of(head: bytes, filename: str, path: Path | None = None) -> Kind:
    """The kind of file from its bytes; the name only tells apart what is plain text.

    Raises UnreadableFile for an empty file and for everything that holds no rows.
    """
    if not head or not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("empty", gettext_noop("The file is empty."))
    for magic, code, sentence in _FOREIGN:
        if head.startswith(magic):
            raise UnreadableFile(code, sentence)
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(head, path)
    if head.startswith(b"PK"):
        raise UnreadableFile("empty", gettext_noop("The file is an empty archive."))
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office_kind(head)
    return _text_kind(head, filename)


def _zip_kind(head: bytes, path: Path | None) -> Kind:
    """XLSX, XLSB and ODS are zip archives, and so are many things that are not tables."""
    names: list[str] = []
    if path is not None:
        names = [entry.filename for entry in entries(path)]
    listing = "\n".join(names)
    if "xl/workbook.xml" in names or (not names and b"xl/" in head):
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if b"application/vnd.oasis.opendocument.spreadsheet" in head[:200]:
        return "ods"
    if "word/document.xml" in names or b"opendocument.text" in head[:200]:
        raise UnreadableFile(
            "document", gettext_noop("This is a text document, not a table. Export the table as XLSX or CSV.")
        )
    if "Index/" in listing and ".iwa" in listing:
        raise UnreadableFile("numbers", gettext_noop("This is a Numbers file. Export it from Numbers as Excel or CSV."))
    if any(name.lower().startswith("xl/") and name.lower().endswith("workbook.xml") for name in names):
        return "xlsx"
    raise UnreadableFile("compressed", gettext_noop("This file is compressed. Unpack it and choose the file inside."))


def _old_office_kind(head: bytes) -> Kind:
    """The old container holds XLS, DOC, e-mails, and also XLSX files behind a password."""
    if "EncryptedPackage".encode("utf-16-le") in head:
        raise password_protected()
    if "WordDocument".encode("utf-16-le") in head:
        raise UnreadableFile(
            "document", gettext_noop("This is a text document, not a table. Export the table as XLSX or CSV.")
        )
    return "xls"


def _text_kind(head: bytes, filename: str) -> Kind:
    start = head[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").replace(b"\x00", b"").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<style", b"<div")) or (
        start.startswith(b"<") and (b"<html" in start or b"<table" in start)
    ):
        raise UnreadableFile(
            "html",
            gettext_noop(
                "This file is a web page under another name. Open it in a spreadsheet program and save it as XLSX or CSV."
            ),
        )
    if start.startswith(b"<?xml") or b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise UnreadableFile(
            "xml",
            gettext_noop("This file is XML, not a table. Open it in a spreadsheet program and save it as XLSX or CSV."),
        )
    if start.startswith(b"begin:vcard"):
        return "vcf"
    if start.startswith(b"begin:vcalendar"):
        raise UnreadableFile("calendar", gettext_noop("This is a calendar, not a list of people or companies."))
    ending = filename.lower().rpartition(".")[2]
    if ending == "vcf":
        raise UnreadableFile("no_cards", gettext_noop("There is no vCard in this file."))
    if start.startswith(b"{") and (ending in {"jsonl", "ndjson", "json"} or start.startswith(b'{"')):
        return "jsonl"
    if start.startswith(b"[") and ending == "json":
        raise UnreadableFile(
            "json", gettext_noop("This file is one JSON list. Save it as JSON Lines, one record a line, or as CSV.")
        )
    return "tsv" if ending in {"tsv", "tab"} else "csv"


def password_protected() -> UnreadableFile:
    """The workbook can only be opened with a password."""
    return UnreadableFile(
        "password", gettext_noop("The file is protected with a password. Save it without one and upload it again.")
    )
