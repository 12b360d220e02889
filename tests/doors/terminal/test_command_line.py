"""The command line: what it prints where, its exit status, and whose rights it uses."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tend.doors.terminal import answering
from tend.kernel.exports import export
from tend.people.tokens import actor_of_token
from tend.site.main import parser
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    """As `main` does, on the test's database."""
    return answering.answer(parser().parse_args(words))


def test_list_prints_one_json_document_within_the_users_rights(cast: Cast, capsys: Any) -> None:
    mine, _theirs = cast.account("Hotel Marisol"), cast.account("Bodega Lejos", cast.stranger)
    assert run("list", "accounts", "--json", "--as", cast.manager.email) == 0
    told = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in told["items"]] == [mine.pk]
    assert told["next"] is None
    assert run("list", "accounts", "--json", "--filter", "name:Bodega*") == 0
    assert [item["name"] for item in json.loads(capsys.readouterr().out)["items"]] == ["Bodega Lejos"]


def test_do_runs_any_verb_with_options_by_name(cast: Cast, capsys: Any) -> None:
    account = cast.account("Hotel Marisol")
    assert run("do", "reassign", "accounts", str(account.pk), "--to", cast.leader.email) == 0
    account.refresh_from_db()
    assert account.owner_id == cast.leader.pk
    assert run("do", "create", "accounts", "-", "--name", "Neu", "--address.city", "Köln", "--json") == 0
    made = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert made["name"] == "Neu"
    assert made["changed"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("do", "archive", "accounts", "999999"), 1),
        (("do", "fly", "accounts", "1"), 2),
        (("do", "archive", "accounts", "one"), 2),
        (("do", "reassign", "accounts", "1"), 1),
        (("list", "nothing"), 2),
        (("list", "accounts", "--filter", "colour:red"), 1),
        (("list", "accounts", "--as", "nobody@tend.example"), 2),
        (("export", "accounts", "--as", "maya@tend.example"), 1),
    ],
)
def test_a_no_is_said_on_standard_error_with_its_status(
    cast: Cast, capsys: Any, words: tuple[str, ...], status: int
) -> None:
    assert run(*words) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err


def test_an_unseen_record_answers_as_one_that_is_not_there(cast: Cast, capsys: Any) -> None:
    hidden = cast.account("Geheim", cast.stranger)
    assert run("do", "archive", "accounts", str(hidden.pk), "--as", cast.manager.email) == 1
    unseen = capsys.readouterr().err
    assert run("do", "archive", "accounts", "999999", "--as", cast.manager.email) == 1
    assert capsys.readouterr().err == unseen


def test_token_prints_the_token_and_nothing_else(cast: Cast, capsys: Any) -> None:
    assert run("token", cast.manager.email, "--name", "till", "--days", "2") == 0
    text = capsys.readouterr().out.strip()
    found = actor_of_token(text)
    assert found is not None
    assert found.user_id == cast.manager.pk


def test_a_user_is_entered_with_roles_team_and_password(cast: Cast, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("harbour-lamp-42\n"))
    words = (
        "user",
        "add",
        "Nuno@tend.example",
        "--name",
        "Nuno",
        "--role",
        "junior",
        "--team",
        "Coast",
        "--password-stdin",
    )
    assert run(*words) == 0
    user = answering.user_named("nuno@tend.example")
    assert user.check_password("harbour-lamp-42")
    assert run(*words[:-1]) == 1
    assert run("user", "role", "nuno@tend.example", "Emperor") == 2


def test_entities_tells_where_each_piece_comes_from(cast: Cast, capsys: Any) -> None:
    assert run("entities", "accounts", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {"name", "owner", "address.city"} <= {f["name"] for f in told["fields"]}
    reassign = next(v for v in told["verbs"] if v["name"] == "reassign")
    assert reassign["from"].startswith("tend.domains.accounts.commands:")
    assert any(r["event"] == "account_created" for r in told["reactions"])


def test_doctor_finds_and_mends_a_lost_access_row(cast: Cast, capsys: Any) -> None:
    from tend.domains.accounts.models import AccountAccess

    account = cast.account("Hotel Marisol")
    AccountAccess.objects.filter(account_id=account.pk).delete()
    assert run("doctor", "--json") == 1
    told = json.loads(capsys.readouterr().out)["checks"]["portfolio"]
    assert [(f["count"], f["examples"]) for f in told] == [(1, [account.pk])]
    assert run("doctor", "--repair") == 0
    assert run("doctor") == 0
    assert list(AccountAccess.objects.filter(account_id=account.pk).values_list("user_id", "reason")) == [
        (cast.manager.pk, "owner")
    ]


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_an_export_has_ids_neutral_cells_and_only_what_one_may_export(cast: Cast) -> None:
    evil = cast.account("=cmd()", phone="+34 600 555 001")
    cast.account("Drüben", cast.stranger)
    rows = rows_of(b"".join(export(_accounts(), cast.actor(cast.manager), "csv")))
    assert [(r["id"], r["name"], r["phone"]) for r in rows] == [(str(evil.pk), "'=cmd()", "+34 600 555 001")]


def test_every_row_stands_in_an_export_once_whatever_the_pages(cast: Cast) -> None:
    ids = {make("accounts", name=f"Acc {n % 7}", owner=cast.manager).pk for n in range(1100)}
    lines = b"".join(export(_accounts(), cast.actor(cast.admin), "jsonl", sort="name", columns=["name"])).splitlines()
    found = [json.loads(line)["id"] for line in lines]
    assert len(found) == len(set(found)) == 1100
    assert set(found) == ids


def test_a_workbook_keeps_numbers_and_dates(cast: Cast) -> None:
    from openpyxl import load_workbook

    account = cast.account("Hotel", employees=12)
    body = b"".join(export(_accounts(), cast.actor(cast.admin), "xlsx", columns=["name", "employees", "created_at"]))
    head, row = load_workbook(io.BytesIO(body)).active.values
    assert head == ("id", "name", "employees", "created_at")
    assert row[:3] == (account.pk, "Hotel", 12)
    assert row[3].year == account.created_at.year


def _accounts() -> Any:
    from tend.kernel.entity import entity_by_plural

    return entity_by_plural("accounts")


def test_a_call_is_logged_by_the_code_of_its_outcome(cast: Cast, capsys: Any) -> None:
    from tend.domains.activities.models import Activity, Outcome

    make("interaction-statuses", name="B", interval=30, default_for=["prospect"])
    reached = make("outcomes", name="Contactado", kind="call", effect="contact")
    Outcome.objects.as_system("test").filter(pk=reached.pk).update(code="reached")
    account = cast.account("Hotel Marisol")
    words = ("do", "log-call", "accounts", str(account.pk), "--outcome", "reached", "--text", "All well")
    assert run(*words, "--as", cast.manager.email) == 0
    assert "Call planned for" in capsys.readouterr().out
    talk = Activity.objects.as_system("test").get(state="done")
    assert (talk.account_id, talk.outcome, talk.text, talk.responsible) == (
        account.pk,
        reached,
        "All well",
        cast.manager,
    )
    assert run(*words, "--json", "--as", cast.manager.email) == 0
    told = json.loads(capsys.readouterr().out)
    assert Activity.objects.as_system("test").get(pk=told["made"]).state == "done"
    assert run("do", "log-outcome", "activities", str(talk.pk), "--outcome", "reached", "--as", cast.manager.email) == 1


def test_do_merges_and_parts(cast: Cast, capsys: Any) -> None:
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol", employees=4)
    assert run("do", "merge", "accounts", str(goes.pk), "--into", str(stays.pk), "--take", "employees") == 0
    stays.refresh_from_db()
    assert stays.employees == 4
    assert run("do", "unmerge", "accounts", str(goes.pk)) == 0
    assert "stands for itself again" in capsys.readouterr().out


def test_list_changes_goes_on_from_a_cursor(cast: Cast, capsys: Any) -> None:
    assert run(*["list", "changes", "--since", "now", "--json", "--as", cast.manager.email]) == 0
    begin = json.loads(capsys.readouterr().out)["next"]
    account = cast.account("Harbour Foods")
    cast.account("Not theirs", cast.stranger)
    asked = ["list", "changes", "--since", begin, "--of", "accounts", "--as", cast.manager.email]
    assert run(*[*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(i["kind"], i["record"]["id"]) for i in found["items"]] == [("created", account.pk)]
    assert run(*asked) == 0
    told = capsys.readouterr()
    assert f"accounts {account.pk}" in told.out
    assert f"--since {found['next']}" in told.err
    assert run(*[*asked, "--filter", "x"]) == 2
