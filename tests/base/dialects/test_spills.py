"""The canonical form: resumed anywhere, opened anywhere, whole or not there at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import xlsxwriter

from tend.base.dialects.dialect import Dialect
from tend.base.dialects.guesses import sniff
from tend.base.dialects.reading import read_rows
from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.spill import STEP, Spill, convert


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    body = "".join(f"Company {number},Town {number % 7}\n" for number in range(3 * STEP + 17))
    path.write_text("name,city\n" + body + "ragged,row,here\n")
    return path


def test_every_row_is_found_at_its_position(tmp_path: Path, source: Path) -> None:
    dialect = sniff(source)
    spill = convert(source, dialect, tmp_path / "a.rows")
    rows = list(read_rows(source, dialect))
    assert spill.rows == len(rows) == 3 * STEP + 18
    assert spill.header == ["name", "city"]
    assert spill.dialect == dialect
    assert spill.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert list(spill.rows_from(0)) == rows
    for start in (0, 1, STEP - 1, STEP, STEP + 1, 2 * STEP, 3 * STEP + 17):
        assert next(iter(spill.rows_from(start))) == spill.row(start) == rows[start]
    assert spill.page(STEP - 2, 5) == rows[STEP - 2 : STEP + 3]
    assert spill.row(3 * STEP + 17).problem == "extra_cells"
    assert spill.page(spill.rows, 5) == []
    with pytest.raises(IndexError):
        spill.row(spill.rows)


def test_it_opens_again_and_a_cut_one_is_refused(tmp_path: Path, source: Path) -> None:
    spill = convert(source, sniff(source), tmp_path / "a.rows")
    assert Spill.open(spill.path) == spill
    spill.path.write_bytes(spill.path.read_bytes()[:-30])
    with pytest.raises(UnreadableFile):
        Spill.open(spill.path)


def test_a_workbook_gives_the_same_form(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, ["name", "size"])
    for number in range(1, 2_500):
        page.write_row(number, 0, [f"Company {number}", number])
    book.close()
    dialect = sniff(path)
    spill = convert(path, dialect, tmp_path / "a.rows")
    assert list(spill.rows_from(0)) == list(read_rows(path, dialect))
    assert spill.row(1_500).cells == ["Company 1501", "1501"]


def test_a_refused_source_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n3,"open\n')
    with pytest.raises(UnreadableFile):
        convert(path, Dialect(), tmp_path / "a.rows")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_the_limit_of_rows(tmp_path: Path, source: Path) -> None:
    total = 3 * STEP + 18
    assert convert(source, Dialect(), tmp_path / "a.rows", max_rows=total).rows == total
    for limit in (STEP, total - 1):
        with pytest.raises(UnreadableFile) as caught:
            convert(source, Dialect(), tmp_path / "b.rows", max_rows=limit)
        assert caught.value.code == "too_many_rows"


def test_the_limit_of_bytes(tmp_path: Path, source: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        convert(source, Dialect(), tmp_path / "b.rows", max_bytes=10_000)
    assert caught.value.code == "too_large"


def test_samples_come_from_the_whole_file(tmp_path: Path, source: Path) -> None:
    spill = convert(source, Dialect(), tmp_path / "a.rows")
    names, cities = spill.samples(400)
    assert len(names) == len(cities) <= 400
    assert "Company 0" in names
    assert any(name.startswith("Company 30") and len(name) == 12 for name in names)


def test_json_lines_become_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"name": "Acorn", "address": {"city": "Leeds"}, "tags": ["a", "b"]}\n\n{"name": "Birch", "size": 4, "vip": true}\n'
    )
    dialect = sniff(path)
    assert dialect.kind == "jsonl"
    spill = convert(path, dialect, tmp_path / "a.rows")
    assert spill.header == ["name", "address.city", "tags", "size", "vip"]
    assert [(row.number, row.cells) for row in spill.rows_from()] == [
        (1, ["Acorn", "Leeds", "a; b", "", ""]),
        (3, ["Birch", "", "", "4", "true"]),
    ]
    path.write_text('{"name": "Acorn"}\nnot json\n')
    with pytest.raises(UnreadableFile) as caught:
        sniff(path)
    assert caught.value.line == 2
