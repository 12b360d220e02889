"""The wizard from the upload to the result without a script, whose imports one sees, and what it refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tend.domains.accounts.models import Account
from tend.kernel.imports.models import Import
from tend.kernel.jobs.worker import Worker
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tests.cast import Cast, make

FAIR = (
    "Firma;E-Mail;Telefon;PLZ;Ort;Ansprechpartner;Interesse\n"
    "Café Almirante;compras@almirante.example;030 5550101;10115;Berlin;Inês Carvalho;Kaffeemaschinen\n"
    "Torres & Filhos;info@torres.example;030 5550102;4103;Leipzig;Rui Torres;Röstung\n"
    "Ohne Post;info(at)ohne.example;030 5550103;10117;Berlin;;Mühlen\n"
).encode("cp1252")


def bring(browser: Client, content: bytes = FAIR, name: str = "fair.csv", **given: Any) -> int:
    answer = browser.post("/imports/new", {"file": SimpleUploadedFile(name, content), **given})
    assert answer.status_code == 303, answer.content.decode()
    return int(answer.headers["Location"].split("/")[2])


def fields_of(pk: int) -> dict[str, str]:
    return {c["header"]: c["field"] for c in Import.objects.get(pk=pk).plan["columns"]}


def seen(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_a_file_goes_through_all_steps_as_plain_forms_and_is_taken_back(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    pk = bring(browser)
    text = seen(browser.get(f"/imports/{pk}/read"))
    assert "cp1252" in text
    assert "Café Almirante" in text
    text = seen(browser.get(f"/imports/{pk}/match"))
    assert "Make a characteristic" in text
    assert fields_of(pk)["Firma"] == "name"
    position = list(fields_of(pk)).index("Interesse")

    made = browser.post(f"/imports/{pk}/match", {"do": f"characteristic-{position}", "country": "DE"})
    assert made.status_code == 303, made.content.decode()
    assert fields_of(pk)["Interesse"] == "characteristics.interesse"
    assert CharacteristicDefinition.objects.as_system("test").filter(key="interesse").exists()

    assert browser.post(f"/imports/{pk}/match", {"do": "rehearse"}).status_code == 303
    assert "Rehearsing" in seen(browser.get(f"/imports/{pk}/rehearse"))
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert "Import 2 good rows" in text
    assert "info(at)ohne.example" in text
    assert Account.objects.as_system("test").count() == 0

    file = b"".join(browser.get(f"/imports/{pk}/faults.csv").streaming_content).decode("utf-8-sig")
    assert "Ohne Post" in file
    assert "not an e-mail address" in file
    assert "Torres" not in file

    mail = list(fields_of(pk)).index("E-Mail")
    given = {"do": "mend", f"cell-4-{mail}": "info@ohne.example", f"was-4-{mail}": "info(at)ohne.example"}
    assert browser.post(f"/imports/{pk}/rehearse", given).status_code == 303
    Worker().drain()
    assert "Import 3 good rows" in seen(browser.get(f"/imports/{pk}/rehearse"))

    assert browser.post(f"/imports/{pk}/rehearse", {"do": "run"}).status_code == 303
    assert "Importing" in seen(browser.get(f"/imports/{pk}/run"))
    Worker().drain()
    answer = browser.get(f"/imports/{pk}", follow=True)
    assert answer.redirect_chain[-1][0] == f"/imports/{pk}/result"
    assert "The file is imported" in seen(answer)
    accounts = Account.objects.as_system("test").filter(trashed_at=None)
    assert sorted(accounts.values_list("name", flat=True)) == ["Café Almirante", "Ohne Post", "Torres & Filhos"]
    assert accounts.get(name="Torres & Filhos").characteristics == {"interesse": "Röstung"}

    operation = Import.objects.get(pk=pk).operation_id
    assert "fair.csv" in seen(browser.get("/operations"))
    assert " records come back" in seen(browser.get(f"/operations/{operation}"))
    assert browser.post(f"/undo/operation/{operation}", {"next": "/operations"}).status_code == 303
    assert accounts.count() == 0
    assert "was taken back" in seen(browser.get(f"/imports/{pk}/result"))


@pytest.mark.parametrize("step", ["", "/read", "/match", "/rehearse", "/run", "/progress", "/result", "/faults.csv"])
def test_nobody_sees_the_import_of_another(cast: Cast, step: str) -> None:
    pk = bring(cast.client(cast.leader))
    for other in (cast.admin, cast.manager, cast.stranger, cast.junior):
        assert cast.client(other).get(f"/imports/{pk}{step}").status_code == 404
    assert Client().get(f"/imports/{pk}{step}").status_code == 302


def test_who_may_not_import_finds_no_wizard(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    for url in ("/imports", "/imports/new"):
        assert browser.get(url).status_code == 404
    assert browser.post("/imports/new", {"file": SimpleUploadedFile("x.csv", FAIR)}).status_code == 404


def test_what_is_no_table_is_refused_and_forgotten(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    for content, words in ((b"%PDF-1.7 hello", "PDF"), (b"", "empty"), (bytes(range(256)) * 40, "table")):
        answer = browser.post("/imports/new", {"file": SimpleUploadedFile("x.csv", content)})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert browser.post("/imports/new", {}).status_code == 422
    assert not Import.objects.exists()


def test_a_name_that_climbs_out_of_the_folder_stays_a_name(cast: Cast) -> None:
    pk = bring(cast.client(cast.admin), name="../../../etc/evil.csv")
    assert "/" not in Import.objects.get(pk=pk).filename


def test_reading_again_by_another_delimiter_proposes_anew(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    pk = bring(browser, b"Name|Ort\nA;B|Berlin\nC|Bonn\n")
    assert len(fields_of(pk)) == 2
    assert browser.post(f"/imports/{pk}/read", {"delimiter": ";", "header_row": "1"}).status_code == 303
    assert Import.objects.get(pk=pk).dialect["delimiter"] == ";"
    assert "B|Berlin" in fields_of(pk)
    answer = browser.post(f"/imports/{pk}/read", {"header_row": "zwei"})
    assert answer.status_code == 422


def test_words_that_the_form_never_offers_change_nothing(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    pk = bring(browser)
    before = Import.objects.get(pk=pk).plan
    given = {
        "field-0": "password",
        "unknown-0": "drop",
        "mode": "destroy",
        "duplicates": "x",
        "key": "owner",
        "country": "XX",
        "currency": "?",
    }
    browser.post(f"/imports/{pk}/match", {"do": "save", **given})
    assert Import.objects.get(pk=pk).plan == before


def test_an_impossible_default_is_told_before_anything_runs(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    pk = bring(browser)
    answer = browser.post(f"/imports/{pk}/match", {"do": "rehearse", "default-owner": "99999"})
    assert answer.status_code == 422


def test_the_run_needs_a_rehearsal_of_this_very_plan_and_file(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    pk = bring(browser)
    assert browser.post(f"/imports/{pk}/rehearse", {"do": "run"}).status_code == 422
    browser.post(f"/imports/{pk}/match", {"do": "rehearse"})
    Worker().drain()
    from tend.kernel.imports.files import folder_of

    (folder_of(Import.objects.get(pk=pk)) / "source").write_bytes(FAIR + b"Neu;;;;;;\n")
    answer = browser.post(f"/imports/{pk}/rehearse", {"do": "run"})
    assert answer.status_code == 422
    assert "changed" in answer.content.decode()
    assert Account.objects.as_system("test").count() == 0


def test_operations_of_others_are_out_of_sight(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    pk = bring(browser)
    browser.post(f"/imports/{pk}/match", {"do": "rehearse"})
    Worker().drain()
    browser.post(f"/imports/{pk}/rehearse", {"do": "run"})
    Worker().drain()
    operation = Import.objects.get(pk=pk).operation_id
    for other in (cast.leader, cast.manager, cast.junior):
        assert cast.client(other).get(f"/operations/{operation}").status_code == 404
        assert "fair.csv" not in cast.client(other).get("/operations").content.decode()


def test_a_large_file_is_read_while_one_waits_or_leaves(cast: Cast, monkeypatch: Any) -> None:
    from tend.kernel.imports import arriving

    monkeypatch.setattr(arriving, "AT_ONCE", 20)
    browser = cast.client(cast.admin)
    pk = bring(browser)
    assert "Reading the file" in seen(browser.get(f"/imports/{pk}/read"))
    assert browser.get(f"/imports/{pk}/match").status_code in (302, 303)
    assert "Waiting for its turn" in seen(browser.get(f"/imports/{pk}/progress"))
    Worker().drain()
    done = browser.get(f"/imports/{pk}/progress", headers={"hx-request": "true"})
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, f"/imports/{pk}/read")
    assert "Café Almirante" in seen(browser.get(f"/imports/{pk}/read"))


def test_the_next_file_with_the_same_columns_is_offered_the_mapping_of_the_last(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    first = bring(browser)
    position = list(fields_of(first)).index("Interesse")
    browser.post(f"/imports/{first}/match", {f"field-{position}": "description", "country": "DE", "do": "rehearse"})
    Worker().drain()
    browser.post(f"/imports/{first}/rehearse", {"do": "run"})
    Worker().drain()
    second = bring(browser)
    assert fields_of(second)["Interesse"] == ""
    assert "“fair.csv”" in seen(browser.get(f"/imports/{second}/match"))
    assert browser.post(f"/imports/{second}/match", {"do": "as-before"}).status_code == 303
    assert fields_of(second)["Interesse"] == "description"
    assert "Use its columns and rules" not in seen(browser.get(f"/imports/{second}/match"))
    assert "made_by" in seen(browser.get(f"/imports/{first}/result"))


def test_the_first_calls_of_new_accounts_are_foretold(cast: Cast) -> None:
    browser = cast.client(cast.admin)
    pk = bring(browser)
    assert "No first calls are planned" in seen(browser.get(f"/imports/{pk}/match"))
    make(
        "interaction-statuses", name="Monthly", for_accounts=True, plans_calls=True, interval=30, interval_kind="calendar",
        default_for=["prospect"],
    )  # fmt: skip
    assert "The first calls are spread over" in seen(browser.get(f"/imports/{pk}/match"))
    browser.post(f"/imports/{pk}/match", {"do": "rehearse"})
    Worker().drain()
    assert "That is at most 1 a day." in seen(browser.get(f"/imports/{pk}/rehearse"))


def test_rows_that_look_like_an_account_are_decided_on_the_page(cast: Cast) -> None:
    cast.account("Café Almirante", cast.leader, emails=[{"value": "compras@almirante.example"}])
    cast.account("Torres & Filhos", cast.stranger, emails=[{"value": "info@torres.example"}])
    browser = cast.client(cast.leader)
    pk = bring(browser)
    browser.post(f"/imports/{pk}/match", {"duplicates": "ask", "do": "rehearse"})
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert "1 row looks like an account of yours" in text
    assert "alike-2" in text
    assert "alike-3" not in text  # a hidden account is not one that a row looks like
    assert browser.post(f"/imports/{pk}/rehearse", {"do": "decide", "alike-2": "same"}).status_code == 303
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert "looks like an account of yours" not in text
    assert Import.objects.get(pk=pk).summary["updated"] == 1


def test_activities_go_through_the_wizard(cast: Cast) -> None:
    make("outcomes", name="Reached", kind="call", effect="contact")
    account = cast.account("Hotel Marisol", cast.manager)
    browser = cast.client(cast.leader)
    text = seen(browser.get("/imports/new"))
    assert "calls, meetings and tasks of accounts that are there already" in text
    rows = b"Company;Date;Type;Result;Remark\nHotel Marisol;3.11.2025;Call;Reached;Hello\nNobody;3.11.2025;Call;Reached;x\n"
    pk = bring(browser, rows, "calls.csv", type="activities")
    text = seen(browser.get(f"/imports/{pk}/match"))
    assert "Import activities" in text
    assert "key for finding accounts" in text
    assert "What is planned is kept as a promise." in text
    for absent in ("Same account when equal", "Duplicates", "Make a characteristic", "Currency of amounts"):
        assert absent not in text
    assert fields_of(pk) == {
        "Company": "account",
        "Date": "done_at",
        "Type": "kind",
        "Result": "outcome",
        "Remark": "text",
    }
    assert browser.post(f"/imports/{pk}/match", {"do": "rehearse"}).status_code == 303
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert "Import 1 good row" in text
    assert "No account of yours is “Nobody”." in text
    assert browser.post(f"/imports/{pk}/rehearse", {"do": "run"}).status_code == 303
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/result"))
    assert "Show the activities" in text
    shown = seen(browser.get(re.findall(r'button-filled" href="(/activities[^"]+)"', text)[0].replace("&amp;", "&")))
    assert "Hotel Marisol" in shown
    assert "Hello" in seen(browser.get(f"/accounts/{account.pk}"))


def test_whoever_may_not_import_activities_does_not_see_them_offered(cast: Cast) -> None:
    assert cast.client(cast.manager).get("/imports/new?type=activities").status_code == 404
    assert cast.client(cast.junior).get("/imports/new").status_code == 404
