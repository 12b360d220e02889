"""`tend import people.vcf` and `tend export … --format vcf`: cards in and out from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tend.domains.contacts.models import Contact
from tend.site.main import main

CARDS = (
    "BEGIN:VCARD\nVERSION:3.0\nN:Vega;Lucía;;;\nTEL;TYPE=CELL:+34 600 000 111\nPHOTO;ENCODING=b:AAAA\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:4.0\nN:Lee;Ann;;;\nEMAIL:ann(at)lee.example\nEND:VCARD\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "people.vcf"
    found.write_text(CARDS)
    return found


def test_cards_need_no_word_for_what_they_hold(db: Any, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(file), "--json"]) == 1
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert (answer["rows"], answer["created"], answer["failed"]) == (2, 1, 1)
    assert "Left out: pictures 1." in told.err
    assert "ann(at)lee.example" in Path(answer["errors_file"]).read_text(encoding="utf-8-sig")
    assert main(["import", "contacts", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1


def test_what_goes_out_as_cards_comes_back_unchanged(db: Any, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(file)])
    capsys.readouterr()
    out = file.with_name("out.vcf")
    assert main(["export", "contacts", "--format", "vcf", "--out", str(out)]) == 0
    assert out.read_text().count("BEGIN:VCARD") == 1
    capsys.readouterr()
    assert main(["import", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1
    assert Contact.objects.as_system("test").count() == 1


def test_a_table_without_a_word_for_what_it_holds_is_wrong_usage(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = file.with_suffix(".csv")
    table.write_text("Name\nAnn\n")
    assert main(["import", str(table)]) == 2
    assert "contacts" in capsys.readouterr().err
