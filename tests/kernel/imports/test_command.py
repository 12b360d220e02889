"""`tend import`: its answer as JSON, its exit status, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tend.domains.accounts.models import Account
from tend.site.main import main
from tests.cast import Cast, make

TEXT = "Firm;Mail;Colour\nAlpha;info@alpha.example;red\nBeta;info(at)beta;blue\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "list.csv"
    found.write_text(TEXT)
    return found


def test_the_answer_counts_every_row_and_names_the_file_of_reasons(
    db: Any, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["import", "accounts", str(file), "--map", "Firm=name", "--map", "Mail=email", "--json"]
    assert main([*words, "--dry-run"]) == 1
    foreseen = json.loads(capsys.readouterr().out)
    assert not Account.objects.as_system("test").exists()
    assert main(words) == 1
    told = json.loads(capsys.readouterr().out)
    assert foreseen.pop("operation") is None
    assert told.pop("operation")
    assert foreseen == told
    assert told.pop("errors_file") == str(file.with_name("list.errors.csv"))
    assert told == {
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "duplicates": 0,
        "failed": 1,
        "unmapped_columns": ["Colour"],
    }
    assert "not an e-mail address" in file.with_name("list.errors.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "words",
    [
        ["--map", "Nothing=name"],
        ["--map", "Firm=password"],
        ["--key", "owner"],
        ["--as", "nobody@tend.example"],
        ["--map", "Firm"],
    ],
)
def test_words_that_do_not_fit_are_wrong_usage(db: Any, file: Path, words: list[str]) -> None:
    assert main(["import", "accounts", str(file), *words]) == 2
    assert main(["import", "planets", str(file)]) == 2
    assert main(["import", "accounts", f"{file}.no"]) == 2


def test_whoever_may_not_import_is_refused(cast: Cast, file: Path) -> None:
    assert main(["import", "accounts", str(file), "--map", "Firm=name", "--as", cast.junior.email]) == 1
    assert not Account.objects.as_system("test").exists()


def test_activities_come_in_from_the_command_line(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make("outcomes", name="Reached", kind="call", effect="contact")
    cast.account("Hotel Marisol", cast.manager)
    file = tmp_path / "calls.csv"
    file.write_text("Company,Date,Notes\nHotel Marisol,2025-11-03 10:30,Hello\nNobody,2025-11-03,x\n")
    words = ["import", "activities", str(file), "--as", cast.leader.email, "--set", "outcome=Reached", "--json"]
    assert main([*words, "--dry-run"]) == 1
    assert json.loads(capsys.readouterr().out)["created"] == 1
    assert main(words) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["created"], told["failed"], told["unmapped_columns"]) == (1, 1, [])
    assert main(words) == 1
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1
    assert main(["import", "activities", str(file), "--as", cast.leader.email, "--set", "outcome=Nothing"]) != 0
    assert main(["import", "activities", str(file), "--as", cast.junior.email]) != 0
