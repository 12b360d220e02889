"""PDF documents: their text and a picture of their first page. Runs in the limited child process only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tend.base.contents.pictures import as_png
from tend.base.contents.texts import broken, protected

MOST_PAGES = 300
WIDE, HIGH = 900, 1270
"""Pixels of the picture of the first page, at most."""


def text_of_pdf(path: Path, most: int) -> str:
    """The text of the first pages, at most `most` letters. Raises Unreadable for a damaged or protected file."""
    document = _open(path)
    found: list[str] = []
    length = 0
    for number in range(min(len(document), MOST_PAGES)):
        text = _text_of_page(document, number)
        found.append(text)
        length += len(text)
        if length > most:
            break
    return "\n".join(found)


def _text_of_page(document: Any, number: int) -> str:
    try:
        return str(document[number].get_textpage().get_text_bounded())
    except Exception:  # one broken page does not hide the others
        return ""


def picture_of_pdf(path: Path) -> bytes | None:
    """The first page as a PNG; None for a document without pages. Raises Unreadable as above."""
    document = _open(path)
    if not len(document):
        return None
    page = document[0]
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        return None
    drawn = page.render(
        scale=min(WIDE / width, HIGH / height), rev_byteorder=True, prefer_bgrx=False, may_draw_forms=False
    )
    if drawn.n_channels != 3:
        return None
    return as_png(drawn.width, drawn.height, drawn.stride, bytes(drawn.buffer))


def _open(path: Path) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise (protected() if "assword" in str(error) else broken()) from error
