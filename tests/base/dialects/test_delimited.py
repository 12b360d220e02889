"""Streaming CSV rows: rows that are too short, too long, broken or strange."""

from __future__ import annotations

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tend.base.dialects.dialect import Dialect
from tend.base.dialects.reading import read_header, read_rows, read_table
from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.totals import looks_like_total, trailing_totals


def rows(folder: Path, text: str | bytes, dialect: Dialect | None = None) -> list[tuple[int, list[str], str]]:
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [tuple(row) for row in read_rows(path, dialect or Dialect())]  # type: ignore[misc]


def test_rows_keep_the_line_they_begin_in(tmp_path: Path) -> None:
    found = rows(tmp_path, 'name,note\n\nA,"two\nlines"\r\n\n\nB,x\rC,y')
    assert found == [(3, ["A", "two\nlines"], ""), (7, ["B", "x"], ""), (8, ["C", "y"], "")]


def test_short_rows_are_filled_and_long_ones_say_so(tmp_path: Path) -> None:
    found = rows(tmp_path, "a,b,c\n1\n1,2,3,,,\n1,2,3,4\n" + "1,2,3\n" * 50)
    assert found[0] == (2, ["1", "", ""], "")
    assert found[1] == (3, ["1", "2", "3"], "")
    assert found[2] == (4, ["1", "2", "3", "4"], "extra_cells")


def test_a_column_without_a_name_is_kept_when_it_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,\n1,2,3\n4,5,6\n")
    assert read_header(path, Dialect()) == ["a", "b", "Column C"]


def test_nul_bytes_are_dropped(tmp_path: Path) -> None:
    assert rows(tmp_path, b"a,b\nx\x00y,z\x00\n") == [(2, ["xy", "z"], "")]


def test_quotes_within_a_cell_do_no_harm(tmp_path: Path) -> None:
    assert rows(tmp_path, 'a,b\n5" pipe,x\n"He said ""yes""",y\n') == [
        (2, ['5" pipe', "x"], ""),
        (3, ['He said "yes"', "y"], ""),
    ]


@pytest.mark.parametrize("tail", ["", "\n", "\nmore,rows\n" * 10, "\nrow,row\n" * 20_000])
def test_a_quote_that_is_never_closed_names_its_line(tmp_path: Path, tail: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        rows(tmp_path, 'a,b\n1,2\n3,"open' + tail)
    assert (caught.value.code, caught.value.line) == ("unclosed_quote", 3)
    assert "line 3" in str(caught.value)


def test_quotes_may_be_switched_off(tmp_path: Path) -> None:
    assert rows(tmp_path, 'a,b\n3,"open\n', Dialect(quote="")) == [(2, ["3", '"open'], "")]


@pytest.mark.parametrize("before", [3, 20_000])
def test_a_byte_outside_the_encoding_names_its_line(tmp_path: Path, before: int) -> None:
    text = b"a,b\n" + "ü,x\n".encode() * before + b"caf\xe9,y\n"
    with pytest.raises(UnreadableFile) as caught:
        rows(tmp_path, text, Dialect(encoding="utf-8"))
    assert (caught.value.code, caught.value.line) == ("encoding", before + 2)


def test_a_file_that_breaks_off_within_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        rows(tmp_path, "a\nx\nü".encode()[:-1])
    assert (caught.value.code, caught.value.line) == ("encoding", 3)


def test_one_endless_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        rows(tmp_path, b"a,b\n" + b"x" * 3_000_000)
    assert caught.value.code in {"long_line", "long_cell"}


def test_tables_of_absurd_width_are_refused(tmp_path: Path) -> None:
    for text in ("a" + "," * 900_000 + "b\n", ",".join(map(str, range(1_500))) + "\n1\n"):
        with pytest.raises(UnreadableFile) as caught:
            rows(tmp_path, text)
        assert caught.value.code == "too_wide"


def test_a_header_row_beyond_the_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        rows(tmp_path, "a\n1\n", Dialect(header_row=9))
    assert caught.value.code == "no_header"


def test_reading_takes_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write("name,city,phone\n")
        for number in range(200_000):
            file.write(f"Company {number},Town {number % 500},+44 113 {number:07}\n")
    tracemalloc.start()
    count = sum(1 for _ in read_rows(path, Dialect()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 200_000
    assert peak < 8_000_000


CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]),
    ending=st.sampled_from(["\r\n", "\n"]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    tmp_path: Path, cells: list[list[str]], delimiter: str, encoding: str, ending: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows([["one", "two", "three"], *cells])
    path = tmp_path / "round.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    table = read_table(path, Dialect(encoding=encoding, delimiter=delimiter))
    assert table.header == ["one", "two", "three"]
    assert [row.cells for row in table.rows] == [row for row in cells if any(cell.strip() for cell in row)]


@pytest.mark.parametrize(
    "cells",
    [
        ["Total", "", "12", "1,234.50"],
        ["Grand Total (12 records)", "", ""],
        ["Summe:", "", "99,00 €"],
        ["Gesamt", "", "3"],
        ["Итого", "", "12"],
        ["Всього", "7", ""],
        ["Razem", "", "12,5"],
        ["Copyright (c) 2026 Acorn. All rights reserved.", "", ""],
        ["Confidential Information - Do Not Distribute", "", ""],
        ["Total général", "4", "8"],
    ],
)
def test_rows_that_close_a_table_are_noticed(cells: list[str]) -> None:
    assert looks_like_total(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["Total Energies", "Paris", "12"],
        ["Sumatra Coffee", "", "5"],
        ["Acorn", "", ""],
        ["Total", "Paris", "+33 1 23 45"],
        ["Gesamtschule Nord", "", ""],
        ["", "", ""],
        ["Всероссийский банк", "", "1"],
    ],
)
def test_records_are_not_taken_for_totals(cells: list[str]) -> None:
    assert not looks_like_total(cells)


def test_only_the_end_of_a_file_counts() -> None:
    assert trailing_totals([["Total", "1"], ["Acorn", "2"], ["Total", "3"], ["Page 1", ""]]) == 2
