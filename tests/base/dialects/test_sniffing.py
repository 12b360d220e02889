"""Guessing how a file is to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tend.base.dialects.dialect import Dialect, column_letter, column_names
from tend.base.dialects.guesses import resniff_header, sniff
from tend.base.dialects.reading import read_header, read_rows, read_table
from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.totals import trailing_totals
from tend.base.headers.vocabulary import is_known

GERMAN = "Firma;Straße;PLZ;Ort;Umsatz\r\nMüller & Söhne;Königstraße 5;01067;Dresden;1.234,50\r\nBäckerei Groß;Am Markt 1;04109;Leipzig;99,00\r\n"


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_cp1252_semicolons_with_title_lines_above_the_header(tmp_path: Path) -> None:
    text = "Kundenliste Nord\r\nStand: 01.03.2026; vertraulich\r\n\r\n" + GERMAN
    path = write(tmp_path, "kunden.csv", text.encode("cp1252"))
    dialect = sniff(path)
    assert (dialect.kind, dialect.encoding, dialect.delimiter, dialect.header_row) == ("csv", "cp1252", ";", 4)
    table = read_table(path, dialect)
    assert table.header == ["Firma", "Straße", "PLZ", "Ort", "Umsatz"]
    rows = list(table.rows)
    assert rows[0].number == 5
    assert rows[0].cells == ["Müller & Söhne", "Königstraße 5", "01067", "Dresden", "1.234,50"]


@pytest.mark.parametrize(
    ("encoding", "mark", "expected"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_each_encoding_reads_to_the_same_rows(tmp_path: Path, encoding: str, mark: bytes, expected: str) -> None:
    path = write(tmp_path, "a.csv", mark + GERMAN.encode(encoding))
    dialect = sniff(path)
    assert dialect.encoding == expected
    assert read_header(path, dialect)[0] == "Firma"
    assert [row.cells[0] for row in read_rows(path, dialect)] == ["Müller & Söhne", "Bäckerei Groß"]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-u", "cp866"])
def test_cyrillic_code_pages(tmp_path: Path, encoding: str) -> None:
    text = "Название;Город;Телефон\nГостиница Юность;Одесса;048 123-45-67\nЗавод Красный маяк;Москва;495 111-22-33\n"
    path = write(tmp_path, "b.csv", text.encode(encoding))
    dialect = sniff(path)
    assert dialect.encoding == encoding
    assert read_header(path, dialect) == ["Название", "Город", "Телефон"]


def test_polish_of_an_old_spreadsheet_is_cp1250(tmp_path: Path) -> None:
    text = "Firma;Miejscowość;Opiekun\nZakład Żółw;Łódź;Paweł Śliwiński\nKsięgarnia Dąb;Kraków;Małgorzata Gęś\n"
    assert sniff(write(tmp_path, "c.csv", text.encode("cp1250"))).encoding == "cp1250"


def test_a_late_accent_decides_the_encoding(tmp_path: Path) -> None:
    body = b"name,city\n" + b"Plain Company,Town\n" * 30_000
    assert sniff(write(tmp_path, "d.csv", body + "Café,Köln\n".encode("cp1252"))).encoding == "cp1252"
    assert sniff(write(tmp_path, "e.csv", body + "Café,Köln\n".encode())).encoding == "utf-8"


def test_utf16_with_tabs_as_spreadsheets_save_unicode_text(tmp_path: Path) -> None:
    text = "Name\tTel\r\nOlena Ünal\t+380 44 123 45 67\r\nJosé Pérez\t+34 91 123 45 67\r\n"
    path = write(tmp_path, "list.txt", text.encode("utf-16"))
    dialect = sniff(path)
    assert (dialect.kind, dialect.delimiter, dialect.header_row) == ("tsv", "\t", 1)
    assert [row.cells[0] for row in read_rows(path, dialect)] == ["Olena Ünal", "José Pérez"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter(delimiter: str) -> None:
    lines = ["name", "city", "note"], ["Acorn", "Leeds", "x, y; z"], ["Birch", "York", ""]
    text = "".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line) + "\n" for line in lines)
    assert sniff(text.encode(), "a.csv").delimiter == delimiter


def test_decimal_commas_do_not_pass_for_a_delimiter() -> None:
    text = "Name;Preis\n" + "".join(f"Ware {n};{n},50\n" for n in range(30))
    assert sniff(text.encode(), "a.csv").delimiter == ";"


def test_the_line_that_names_the_separator_is_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"sep=|\nname|city\nAcorn|Leeds\nBirch|York\n")
    dialect = sniff(path, is_known=is_known)
    assert (dialect.delimiter, dialect.header_row) == ("|", 2)


def test_a_file_without_a_header_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"Acorn,a@acorn.example,+44 113 4960000\nBirch,b@birch.example,+44 113 4960001\n")
    dialect = sniff(path, is_known=is_known)
    assert dialect.header_row == 0
    table = read_table(path, dialect)
    assert table.header == ["Column A", "Column B", "Column C"]
    assert [row.number for row in table.rows] == [1, 2]


def test_known_names_show_the_header_of_a_file_that_is_all_text(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.csv", b"Customers of the north,,\nCompany,Town,Owner\nAcorn,Leeds,Olga\nBirch,York,Ivan\n"
    )
    assert sniff(path, is_known=is_known).header_row == 2


def test_exports_that_talk_before_they_begin(tmp_path: Path) -> None:
    talk = 'Notes:\n"When exporting your connection data, you may notice that some of the addresses are missing, as they chose so."\n\n'
    head = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    path = write(
        tmp_path,
        "Connections.csv",
        (talk + head + "Ann,Oak,https://net.example/ann,,Acorn,CEO,01 Mar 2026\n" * 5).encode(),
    )
    dialect = sniff(path)
    assert dialect.header_row == 4
    assert read_header(path, dialect)[0] == "First Name"


def test_a_report_with_title_and_footer(tmp_path: Path) -> None:
    text = (
        "Accounts by owner\nAs of 2026-03-01;Filtered by: my accounts\n\n"
        "Account Name;Account Owner;Billing City;Annual Revenue\n"
        "Acorn;Olga;Leeds;12000\nBirch;Ivan;York;\nTotal;;;12000\n\nConfidential Information - Do Not Distribute\n"
    )
    path = write(tmp_path, "report.csv", text.encode())
    dialect = sniff(path)
    assert (dialect.delimiter, dialect.header_row) == (";", 4)
    rows = [row.cells for row in read_rows(path, dialect)]
    assert len(rows) - trailing_totals(rows) == 2


def test_single_column(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"email\na@a.example\nb@b.example\n")
    dialect = sniff(path)
    assert dialect.header_row == 1
    assert [row.cells for row in read_rows(path, dialect)] == [["a@a.example"], ["b@b.example"]]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "empty"),
        (b"\xef\xbb\xbf \r\n", "a.csv", "empty"),
        (b"%PDF-1.7 whatever", "a.csv", "pdf"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "report.xls", "html"),
        (b'\n<!DOCTYPE html PUBLIC "-//W3C"><html>', "report.xls", "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "report.xls", "xml"),
        (b"\x89PNG\r\n\x1a\nxxxx", "a.csv", "picture"),
        (b"\x1f\x8b\x08\x00xxxx", "a.csv", "compressed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"),
        (b"PK\x03\x04 cut off", "a.xlsx", "broken"),
        (bytes(range(1, 256)) * 40, "a.csv", "not_text"),
        (b'[{"a": 1}]', "a.json", "json"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(tmp_path: Path, data: bytes, name: str, code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        sniff(write(tmp_path, name, data))
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_a_changed_delimiter_finds_its_own_header(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"made by hand\nname|phone\nAcorn|0113 4960000\nBirch|0113 4960001\n")
    wrong = Dialect(delimiter=",")
    assert resniff_header(path, wrong.with_(delimiter="|")).header_row == 2


def test_a_dialect_survives_storage_and_refuses_nonsense() -> None:
    dialect = Dialect(kind="xlsx", sheet="B", sheets=("A", "B"), header_row=3)
    assert Dialect.from_json(dialect.to_json()) == dialect
    for bad in (
        {"delimiter": "xx"},
        {"encoding": "rot13"},
        {"header_row": -1},
        {"header_row": "1"},
        {"colour": "red"},
        {"sheet": "C", "sheets": ["A"]},
        {"columns": "abc"},
    ):
        with pytest.raises(UnreadableFile):
            Dialect.from_json(bad)


def test_names_of_columns_are_unique_and_never_blank() -> None:
    assert column_names(["Name", "", "Phone", " phone ", "Phone", "", ""]) == [
        "Name",
        "Column B",
        "Phone",
        "phone (2)",
        "Phone (3)",
    ]
    assert [column_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
