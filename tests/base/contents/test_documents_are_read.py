"""What a file is follows from its bytes, and its text is found whatever wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tend.base.contents.kinds import kind_of
from tend.base.contents.looking import look_into
from tend.base.contents.pictures import size_of
from tend.base.contents.texts import text_of
from tests.base.contents.papers import docx, odt, pdf, png, xlsx

PAPERS = {
    "offer.docx": (docx("Dear Lucía", "twelve rooms"), "docx", "Dear Lucía\ntwelve rooms"),
    "offer.odt": (odt("Dear Lucía", "twelve rooms"), "odt", "Dear Lucía\ntwelve rooms"),
    "rooms.xlsx": (xlsx("Dear Lucía", "twelve rooms"), "xlsx", "Dear Lucía\ntwelve rooms"),
    "rooms.csv": ("Dear Lucía;twelve  rooms".encode(), "csv", "Dear Lucía;twelve rooms"),
    "old.txt": ("Dear Lucía\r\ntwelve rooms".encode("cp1252"), "txt", "Dear Lucía\ntwelve rooms"),
    "wide.txt": ("Dear Lucía".encode("utf-16"), "txt", "Dear Lucía"),
    "page.html": (b"<!doctype html><title>Dear</title><script>no()</script><p>Luc&iacute;a", "html", "Dear\nLucía"),
}


@pytest.mark.parametrize("name", PAPERS)
def test_the_text_of_common_documents_is_found(name: str, tmp_path: Path) -> None:
    content, code, text = PAPERS[name]
    place = tmp_path / "x"
    place.write_bytes(content)
    assert kind_of(place, name).code == code
    assert text_of(place, code) == text


def test_a_pdf_gives_its_text_and_its_first_page(tmp_path: Path) -> None:
    place = tmp_path / "x"
    place.write_bytes(pdf("Twelve rooms"))
    assert kind_of(place, "offer.pdf").code == "pdf"
    seen = look_into(place, "pdf")
    assert seen.text == "Twelve rooms"
    assert seen.picture is not None
    assert size_of(seen.picture) == (900, 600)


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (png(7, 5), (7, 5)),
        (b"GIF89a\x07\x00\x05\x00", (7, 5)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x07\x03" + b"\0" * 20, (7, 5)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\0" * 8 + b"\x06\0\0\x04\0\0", (7, 5)),
        (b"\xff\xd8\xff\xe0\xff", None),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_head(head: bytes, size: tuple[int, int] | None) -> None:
    assert size_of(head) == size
