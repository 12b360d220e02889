"""Reading workbooks through the limited child."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tend.base.dialects.dialect import Dialect
from tend.base.dialects.guesses import sniff
from tend.base.dialects.reading import read_header, read_rows, read_table
from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.unseen import mask_of, padded
from tests.base.dialects import archives


def cells(path: Path) -> list[list[str]]:
    return [row.cells for row in read_rows(path, sniff(path))]


def test_numbers_and_dates_become_canonical_text_and_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    sheet.write_row(0, 0, ["name", "whole", "part", "text", "day", "moment", "flag", "long"])
    sheet.write_string(1, 0, "Acorn")
    sheet.write_number(1, 1, 4.0)
    sheet.write_number(1, 2, 0.1)
    sheet.write_string(1, 3, "004.0")
    sheet.write_datetime(1, 4, dt.datetime(2026, 3, 1), day)
    sheet.write_datetime(1, 5, dt.datetime(2026, 3, 1, 9, 30), moment)
    sheet.write_boolean(1, 6, True)
    sheet.write_number(1, 7, 380501234567)
    book.close()
    assert cells(path) == [["Acorn", "4", "0.1", "004.0", "2026-03-01", "2026-03-01 09:30:00", "TRUE", "380501234567"]]


def test_zeros_that_only_the_number_format_shows_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "plz", "psc", "plain"])
    for number in range(2, 60):
        sheet.append([f"A{number}", 1067, 11000, 1067])
        sheet.cell(number, 2).number_format = "00000"
        sheet.cell(number, 3).number_format = "000\\ 00"
    book.save(path)
    found = cells(path)
    assert len(found) == 58
    assert {tuple(row[1:]) for row in found} == {("01067", "110 00", "1067")}


def test_masks() -> None:
    assert mask_of("00000") == "00000"
    assert mask_of('000" "00') == "000 00"
    assert mask_of("00000\\-0000") == "00000-0000"
    assert mask_of("0.00") is mask_of("0") is mask_of("#,##0") is mask_of("General") is None
    assert padded("123456789", "00000-0000") == "12345-6789"
    assert padded("7", "000 00") == "000 07"
    assert padded("1234567", "00000") == "1234567"
    assert padded("-5", "00000") == "-5"


def test_errors_read_as_they_show(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "share"])
    sheet.write_string(1, 0, "Acorn")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    sheet.write_string(2, 0, "Birch")
    sheet.write_formula(2, 1, "=1+1", None, 2)
    book.close()
    assert cells(path) == [["Acorn", "#DIV/0!"], ["Birch", "2"]]


def test_title_lines_blank_rows_and_an_offset_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = "Customers of the north"
    for column, name in zip("BCD", ["Company", "City", "Phone"], strict=True):
        sheet[f"{column}5"] = name
        sheet[f"{column}7"] = f"{name} 1"
        sheet[f"{column}9"] = f"{name} 2"
    book.save(path)
    dialect = sniff(path)
    assert dialect.header_row == 5
    table = read_table(path, dialect)
    assert table.header == ["Company", "City", "Phone"]
    assert [row.number for row in table.rows] == [7, 9]


def test_a_cell_merged_downwards_counts_for_each_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Company", "Person"], ["Acorn", "Ann"], [None, "Ben"], [None, "Cid"], ["Birch", "Dan"]):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    book.save(path)
    assert cells(path) == [["Acorn", "Ann"], ["Acorn", "Ben"], ["Acorn", "Cid"], ["Birch", "Dan"]]


def test_the_sheet_may_be_chosen_and_hidden_or_empty_ones_are_not_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    for title in ("Secret", "Accounts", "Old"):
        sheet = book.create_sheet(title)
        sheet.append(["name", "city"])
        sheet.append([f"{title} one", "Leeds"])
    book["Secret"].sheet_state = "hidden"
    book.save(path)
    dialect = sniff(path)
    assert (dialect.sheet, dialect.sheets) == ("Accounts", ("Empty", "Accounts", "Old"))
    assert [row.cells[0] for row in read_rows(path, dialect.with_(sheet="Old"))] == ["Old one"]
    with pytest.raises(UnreadableFile) as caught:
        list(read_rows(path, Dialect(kind="xlsx", sheet="None such")))
    assert caught.value.code == "no_sheet"
    with pytest.raises(UnreadableFile):
        list(read_rows(path, dialect.with_(sheet="Empty")))


@pytest.mark.parametrize("name", ["export.csv", "export.xls", "export.ods", "export.xlsb", "export"])
def test_a_workbook_under_another_name_is_read_as_what_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    book = openpyxl.Workbook()
    book.active.append(["name", "city"])
    book.active.append(["Acorn", "Leeds"])
    book.save(path)
    assert sniff(path).kind == "xlsx"
    assert sniff(path.read_bytes(), name).kind == "xlsx"
    assert cells(path) == [["Acorn", "Leeds"]]


def opendocument(path: Path, rows: str) -> Path:
    """A minimal OpenDocument table."""
    path.write_bytes(archives.opendocument(rows))
    return path


def opendocument_row(*texts: str, times: int = 1) -> str:
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{inside}</table:table-row>'


def test_opendocument_tables(tmp_path: Path) -> None:
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    path = opendocument(
        tmp_path / "a.ods", opendocument_row("name", "city") + opendocument_row("Acorn", "Leeds") + empty
    )
    dialect = sniff(path)
    assert (dialect.kind, dialect.sheet) == ("ods", "T")
    assert cells(path) == [["Acorn", "Leeds"]]


def open_cell(text: str, attributes: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def test_kinds_of_cells_formulas_and_merged_ones_of_opendocument(tmp_path: Path) -> None:
    tall = 'office:value-type="string" table:number-rows-spanned="3" table:number-columns-spanned="1"'
    names = ("Name", "Day", "Money", "Share", "Flag", "Sum", "Note")
    first = (
        open_cell("Acorn", tall), open_cell("01.03.26", 'office:value-type="date" office:date-value="2026-03-01"'),
        open_cell("12,5 €", 'office:value-type="currency" office:currency="EUR" office:value="12.5"'),
        open_cell("5 %", 'office:value-type="percentage" office:value="0.05"'), open_cell("WAHR", 'office:value-type="boolean" office:boolean-value="true"'),
        open_cell("3", 'office:value-type="float" office:value="3" table:formula="of:=1+2"'), open_cell("one</text:p><text:p>two"),
    )  # fmt: skip
    blank = "<table:table-row><table:covered-table-cell/></table:table-row>"
    seven = open_cell("7", 'office:value-type="float" office:value="7"')
    last = f"<table:table-row><table:covered-table-cell/>{seven}</table:table-row>"
    rows = opendocument_row(*names) + f"<table:table-row>{''.join(first)}</table:table-row>" + blank + last
    assert cells(opendocument(tmp_path / "a.ods", rows)) == [
        ["Acorn", "2026-03-01", "12.5", "0.05", "TRUE", "3", "one\ntwo"], ["Acorn", "7", "", "", "", "", ""],
    ]  # fmt: skip


def test_an_old_workbook_with_dates_formulas_merged_cells_and_several_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(archives.old_workbook(
        {
            "Kunden": [
                ["Name", "Since", "Revenue", "Active", "Sum", "Postal code", "Wrong"],
                ["Café Ґ", ("day", 46082.0), 12.5, True, ("=", 3.0), "04103", ("error", 42)], [None, None, 7.0],
            ],
            "Old": [["Name", "City"], ["Birch", "Leeds"]],
        },
        merged=((1, 2, 0, 0),),
    ))  # fmt: skip
    dialect = sniff(path)
    assert (dialect.kind, dialect.sheet, dialect.sheets) == ("xls", "Kunden", ("Kunden", "Old"))
    assert [(row.number, row.cells) for row in read_rows(path, dialect)] == [
        (2, ["Café Ґ", "2026-03-01", "12.5", "TRUE", "3", "04103", ""]), (3, ["Café Ґ", "", "7", "", "", "", ""]),
    ]  # fmt: skip
    assert [row.cells for row in read_rows(path, dialect.with_(sheet="Old"))] == [["Birch", "Leeds"]]


def test_an_opendocument_row_repeated_without_end_is_refused(tmp_path: Path) -> None:
    path = opendocument(tmp_path / "a.ods", opendocument_row(*["x" * 500] * 200, times=1_000_000))
    with pytest.raises(UnreadableFile) as caught:
        cells(path)
    assert caught.value.code in {"too_large", "too_slow", "broken"}  # the reader gives up in its own words


def test_stopping_early_leaves_no_child_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number in range(20_000):
        sheet.write_row(number, 0, [f"name {number}", number])
    book.close()
    dialect = sniff(path)
    assert read_header(path, dialect)
    rows = read_rows(path, dialect)
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    children = Path("/proc/self/task").glob("*/children")
    assert not any(
        b"tend.base.dialects.child" in _command(pid) for file in children for pid in file.read_text().split()
    )


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
