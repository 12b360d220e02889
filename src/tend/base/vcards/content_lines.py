"""The properties of cards, line by line: unfolded, taken apart and decoded, in bounded memory.

What programs really write is taken: quoted-printable with soft line breaks, a character set of each property's own,
folds inside a character, base64 that is not indented, line ends inside a value.
"""

from __future__ import annotations

import binascii
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

MAX_TEXT = 1_000_000
"""Characters of one property that is read; more means that it never ends."""
MAX_BINARY = 64 * 1024 * 1024
"""Characters of a picture or sound, which are passed over without being kept."""
MAX_HEAD = 10_000
"""Characters of a property's name with its parameters."""
MAX_BLANK = 100_000
"""Blank lines in a row."""
_PIECE = 1 << 20
_BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_CHARSETS = {
    "utf8": "utf-8", "usascii": "utf-8", "ascii": "utf-8", "iso88591": "cp1252", "latin1": "cp1252", "windows1252": "cp1252",
    "cp1252": "cp1252", "iso885915": "iso8859-15", "iso88592": "iso8859-2", "windows1250": "cp1250", "cp1250": "cp1250",
    "iso88595": "iso8859-5", "windows1251": "cp1251", "cp1251": "cp1251", "koi8r": "koi8-r", "koi8u": "koi8-u",
    "iso88597": "iso8859-7", "windows1253": "cp1253", "iso88599": "iso8859-9", "windows1254": "cp1254", "shiftjis": "cp932",
    "sjis": "cp932", "eucjp": "euc-jp", "iso2022jp": "iso2022_jp", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030",
    "big5": "big5", "euckr": "euc-kr", "iso88598": "iso8859-8", "windows1255": "cp1255", "windows1256": "cp1256",
}  # fmt: skip
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_OLD = re.compile(r"\\([;,:\\])")


@dataclass(slots=True)
class Property:
    """One property. `raw` is its value as it stands; `number` the line where it begins. Names and types are upper case."""

    number: int
    group: str
    name: str
    types: list[str]
    params: dict[str, str]
    raw: str
    reader: Lines = field(repr=False)

    @property
    def text(self) -> str:
        """The value as one text."""
        return self.reader.unescaped(self.reader.decoded(self, self.raw)).strip()

    def parts(self, divider: str = ";") -> list[str]:
        """The elements of a value that is divided; a divider that is escaped divides nothing."""
        reader = self.reader
        if self.is_quoted and divider in self.raw:  # in quoted-printable an encoded divider is data
            found = [reader.decoded(self, piece) for piece in self.raw.split(divider)]
        else:
            found = _split(reader.decoded(self, self.raw), divider)
        return [reader.unescaped(piece).strip() for piece in found]

    @property
    def is_quoted(self) -> bool:
        return self.params.get("ENCODING", "").upper() in ("QUOTED-PRINTABLE", "Q")


class Lines:
    """The properties of one file. `encoding` is that of bytes which name no character set and are no UTF-8."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path, self.encoding = path, encoding
        self.version = ""
        self._is_wide = encoding.startswith("utf-16")

    def __iter__(self) -> Iterator[Property]:
        """Raises UnreadableFile naming the line for a property without end and for bytes that are no text."""
        for number, text in self._logical():
            found = self._property(number, text)
            if found is not None:
                if found.name == "BEGIN":
                    self.version = ""
                elif found.name == "VERSION":
                    self.version = found.raw.strip()
                yield found

    # --- lines ------------------------------------------------------------------------------------------------------
    def _logical(self) -> Iterator[tuple[int, str]]:
        held: list[str] = []
        begun = size = 0
        name, quoted = "", False
        for number, line in self._physical():
            bare = line.rstrip("\n")
            if held and quoted and held[-1].endswith("=") and bare.strip().upper() not in ("", "END:VCARD"):
                held[-1] = held[-1][:-1]
                more = bare
            elif held and bare[:1] in (" ", "\t") and bare.strip():
                more = f" {bare.lstrip()}" if self.version.startswith("2") and not quoted else bare[1:]
            elif held and ":" not in bare and name not in ("BEGIN", "END"):
                if not bare.strip():
                    continue
                more = f"\n{bare}"  # a line end that should have been escaped, or base64 that should be indented
            else:
                if held:
                    yield begun, "".join(held)
                held, begun, size = [], number, 0
                if not bare.strip():
                    continue
                head = bare.partition(":")[0].upper()
                name = head.partition(";")[0].rpartition(".")[2]
                quoted = "QUOTED-PRINTABLE" in head
                more = bare
            size += len(more)
            if size > (MAX_BINARY if name in _BINARY else MAX_TEXT):
                raise _endless(begun)
            if name in _BINARY and held:  # only whether there is anything counts
                held[1:] = ["…"]
                continue
            held.append(more)
        if held:
            yield begun, "".join(held)

    def _physical(self) -> Iterator[tuple[int, str]]:
        """Lines with one kind of end; bytes travel as characters of the same number, so that a fold cuts nothing."""
        with self.path.open("rb") as raw:
            text = self._opened(raw)
            number, whole, blank = 1, True, 0
            while line := text.readline(_PIECE):
                ends = line.endswith("\n")
                blank = blank + 1 if line == "\n" else 0
                if blank > MAX_BLANK:
                    raise _endless(number)
                if "\x00" in line:
                    line = line.replace("\x00", "")
                if number == 1 and whole:
                    line = line.removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")
                yield number, line if whole else f" {line}"  # a longer one goes on as if it were folded
                whole = ends
                number += ends

    def _opened(self, raw: IO[bytes]) -> IO[str]:
        if not self._is_wide:
            return io.TextIOWrapper(raw, encoding="latin-1", newline=None)
        if raw.read(2) not in (b"\xff\xfe", b"\xfe\xff"):
            raw.seek(0)
        return io.TextIOWrapper(raw, encoding=self.encoding, errors="replace", newline=None)

    # --- one property -----------------------------------------------------------------------------------------------
    def _property(self, number: int, text: str) -> Property | None:
        colon = text.find(":")
        if colon < 0:
            return None
        if colon > MAX_HEAD:
            raise _endless(number)
        if '"' in text[:colon]:
            colon = _outside_quotes(text, colon)
        pieces = _divided(text[:colon])
        group, _dot, name = pieces[0].strip().upper().rpartition(".")
        found = Property(number, group, name, [], {}, text[colon + 1 :], self)
        for piece in pieces[1:]:
            key, equals, value = piece.partition("=")
            self._parameter(found, key.strip().upper(), value.strip().strip('"') if equals else None)
        return found

    def _parameter(self, found: Property, key: str, value: str | None) -> None:
        if value is None:  # version 2.1 leaves TYPE= and ENCODING= out
            if key in ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"):
                found.params["ENCODING"] = key
            elif key:
                found.types.append(key)
        elif key == "TYPE":
            found.types += [word.strip().strip('"').upper() for word in value.split(",") if word.strip()]
        else:
            found.params[key] = value

    def decoded(self, found: Property, raw: str) -> str:
        """A value, or a part of it, as text. Raises UnreadableFile for bytes that are no text."""
        coding = found.params.get("ENCODING", "").upper()
        if found.is_quoted:
            octets = quopri.decodestring(raw.encode("utf-8" if self._is_wide else "latin-1", "replace"))
        elif coding in ("BASE64", "B"):
            try:
                octets = binascii.a2b_base64(raw.encode("ascii", "ignore"))
            except binascii.Error:
                return ""
        elif self._is_wide or raw.isascii():
            return raw
        else:
            octets = raw.encode("latin-1", "replace")
        return self._text(octets, found).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")

    def _text(self, octets: bytes, found: Property) -> str:
        said = _CHARSETS.get(re.sub(r"[^a-z0-9]", "", found.params.get("CHARSET", "").lower()), "")
        fallback = "utf-8" if self._is_wide else self.encoding
        for name in dict.fromkeys(filter(None, (said, "utf-8", fallback))):
            try:
                return octets.decode(name)
            except UnicodeDecodeError:
                continue
        raise UnreadableFile(
            "encoding",
            gettext_noop("Line %(line)s holds a character that %(encoding)s does not have. Choose another encoding."),
            found.number,
            encoding=(said or fallback).upper(),
        )

    def unescaped(self, text: str) -> str:
        if "\\" not in text:
            return text
        if self.version.startswith("2"):
            return _ESCAPED_OLD.sub(r"\1", text)
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _outside_quotes(text: str, colon: int) -> int:
    """The first colon that is not inside a quoted parameter; a quotation mark that is never closed quotes nothing."""
    quoted = False
    for at, sign in enumerate(text[:MAX_HEAD]):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            return at
    return colon


def _divided(head: str) -> list[str]:
    """Name and parameters, divided by semicolons outside of quotation marks."""
    if '"' not in head:
        return head.split(";")
    found, quoted = [""], False
    for sign in head:
        if sign == '"':
            quoted = not quoted
        if sign == ";" and not quoted:
            found.append("")
        else:
            found[-1] += sign
    return found


def _split(text: str, divider: str) -> list[str]:
    if "\\" not in text:
        return text.split(divider)
    found, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == divider:
            found.append(text[start:at])
            start = at + 1
        at += 1
    return [*found, text[start:]]


def _endless(line: int) -> UnreadableFile:
    return UnreadableFile(
        "long_line", gettext_noop("Line %(line)s is too long. The file may not be divided into lines."), line
    )
