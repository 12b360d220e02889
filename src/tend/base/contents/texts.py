"""The text of a document, as one looks for it: words and line breaks, no layout. Runs in the limited child process only."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.parsers import expat

from tend.base.contents import kinds
from tend.base.dialects.archives import check, entries
from tend.base.unreadable import Unreadable, gettext_noop

MOST = 200_000
"""Letters of one file that are looked into."""
_PIECE = 65_536
_MOST_BYTES = 64 * 1024 * 1024
_DEEPEST = 400


class _Enough(Exception):
    """As much text as is kept has been read."""


def text_of(path: Path, code: str) -> str:
    """The text of a file of that kind, at most MOST letters; blank for kinds without text.

    Raises Unreadable for a damaged, protected or hostile file.
    """
    kind = kinds.BY_CODE.get(code)
    if kind is None or kind not in kinds.READ:
        return ""
    if kind is kinds.PDF:
        from tend.base.contents.pages import text_of_pdf

        text = text_of_pdf(path, MOST)
    elif kind in _PACKED:
        text = _from_archive(path, *_PACKED[kind])
    elif kind is kinds.HTML:
        text = _from_html(_decoded(path))
    else:
        text = _decoded(path)
    return tidy(text)[:MOST]


def tidy(text: str) -> str:
    """Without control characters and without more blanks than tell words and lines apart."""
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\r", "\n"))
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text)).strip()


# Entries by the beginning of their names; elements that hold letters (None: all), and elements that end a line.
_WORD = (
    ("word/document.xml", "word/header", "word/footer", "word/footnotes.xml", "word/comments.xml"),
    {"t"},
    {"p", "tab", "br"},
)
_SHEETS = (("xl/sharedStrings.xml", "xl/worksheets/sheet"), {"t"}, {"si", "is"})
_SLIDES = (("ppt/slides/slide", "ppt/notesSlides/notesSlide"), {"t"}, {"p"})
_OPEN = (("content.xml",), None, {"p", "h", "table-cell"})
_PACKED: dict[kinds.Kind, tuple[tuple[str, ...], set[str] | None, set[str]]] = {
    kinds.DOCX: _WORD, kinds.XLSX: _SHEETS, kinds.PPTX: _SLIDES, kinds.ODT: _OPEN, kinds.ODS: _OPEN, kinds.ODP: _OPEN,
}  # fmt: skip


def _from_archive(path: Path, wanted: tuple[str, ...], letters: set[str] | None, ends: set[str]) -> str:
    found = _checked(path)
    parts = [e for start in wanted for e in found if e.filename.startswith(start) and e.filename.endswith(".xml")]
    collected: list[str] = []
    left = MOST
    try:
        with zipfile.ZipFile(path) as archive:
            for part in parts:
                if part.flag_bits & 1:
                    raise protected()
                text = text_of_xml(_unpacked(archive, part), letters, ends, left)
                collected.append(text)
                left -= len(text)
                if left <= 0:
                    break
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise broken() from error
    return "\n".join(collected)


def _checked(path: Path) -> list[zipfile.ZipInfo]:
    try:
        found = entries(path)
        check(found)
    except Unreadable as no:
        raise (bomb() if no.code == "bomb" else broken()) from no
    return found


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    size = 0
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > _MOST_BYTES:
                raise bomb()
            yield piece


def text_of_xml(pieces: Iterable[bytes], letters: set[str] | None, ends: set[str], most: int) -> str:
    """The letters inside elements of these local names (all with None). A document type is refused: it may name files."""
    found: list[str] = []
    state = {"depth": 0, "inside": 0 if letters is not None else 1, "length": 0}
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def start(name: str, _attributes: dict[str, str]) -> None:
        state["depth"] += 1
        if state["depth"] > _DEEPEST:
            raise bomb()
        if letters is not None and name.rpartition("}")[2] in letters:
            state["inside"] += 1

    def end(name: str) -> None:
        local = name.rpartition("}")[2]
        state["depth"] -= 1
        if letters is not None and local in letters:
            state["inside"] -= 1
        if local in ends:
            found.append("\n")

    def said(text: str) -> None:
        if state["inside"]:
            found.append(text)
            state["length"] += len(text)
            if state["length"] > most:
                raise _Enough

    def refuse(*_told: object) -> None:
        raise Unreadable(
            "doctype", gettext_noop("The file names other files or defines words of its own. It was not opened.")
        )

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, said
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Enough:
        pass
    except expat.ExpatError as error:
        raise broken() from error
    return "".join(found)


class _Page(HTMLParser):
    """Keeps what a reader would see of a web page."""

    silent = frozenset({"script", "style", "template", "noscript", "svg", "math", "object"})
    lines = frozenset("p div br li tr td th h1 h2 h3 h4 h5 h6 title section article table ul ol dt dd".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.length = self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.silent
        if tag in self.lines:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)
            self.length += len(data)
            if self.length > MOST:
                raise _Enough


def _from_html(source: str) -> str:
    page = _Page()
    try:
        page.feed(source)
        page.close()
    except (_Enough, AssertionError):  # what was read until then
        pass
    return "".join(page.found)


def _decoded(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(8 * MOST)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and error.start > len(data) - 4:  # cut in the middle of a letter
                return data[: error.start].decode(encoding)
    return data.decode("latin-1")


def broken() -> Unreadable:
    """The file breaks off or contradicts itself."""
    return Unreadable(
        "broken", gettext_noop("The file is damaged or was cut off, so its text is not found by the search.")
    )


def bomb() -> Unreadable:
    """The file grows beyond all measure."""
    return Unreadable(
        "bomb", gettext_noop("The file would unpack to far more than a document holds. It was not opened.")
    )


def protected() -> Unreadable:
    """The file opens with a password only."""
    return Unreadable(
        "password", gettext_noop("The file is protected with a password, so its text is not found by the search.")
    )
