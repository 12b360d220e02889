"""A large file is read in the background, its mapping is offered again, and its file is deleted in the end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tend.kernel import clock
from tend.kernel.imports import arriving
from tend.kernel.imports.arriving import ask_to_read, is_large
from tend.kernel.imports.files import change_plan, folder_of, has_rows, plan_of, read, upload
from tend.kernel.imports.mappings import earlier_mapping, mapped_as
from tend.kernel.imports.models import Import
from tend.kernel.imports.old_files import tidy
from tend.kernel.imports.run import begin, go_on
from tend.kernel.jobs.worker import Worker
from tests.cast import Cast

TEXT = "Firm;Town;Note\nA;Porto;x\nB;Braga;y\n"


@pytest.fixture
def admin(cast: Cast) -> Any:
    return cast.actor(cast.admin)


def bring(actor: Any, text: str = TEXT) -> Import:
    return read(actor, upload(actor, "accounts", "list.csv", iter([text.encode()])))


def run_whole(actor: Any, run: Import) -> Import:
    begin(actor, run)
    go_on(actor, run)
    return run


def test_a_large_file_is_read_by_a_worker(admin: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(arriving, "AT_ONCE", 20)
    run = upload(admin, "accounts", "list.csv", iter([TEXT.encode(), b"C;Faro;z\n"]))
    assert is_large(run)
    ask_to_read(admin, run)
    assert run.state == Import.State.UPLOADED
    Worker().drain()
    run.refresh_from_db()
    assert (run.state, run.rows) == (Import.State.READ, 3)
    ask_to_read(admin, run, header_row=2)
    Worker().drain()
    run.refresh_from_db()
    assert run.rows == 2


def test_what_cannot_be_read_is_told_by_the_import(admin: Any) -> None:
    run = upload(admin, "accounts", "list.xlsx", iter([b"PK\x03\x04 no workbook"]))
    ask_to_read(admin, run)
    Worker().drain()
    run.refresh_from_db()
    assert run.state == Import.State.BROKEN
    assert run.problem


def test_the_columns_of_an_earlier_file_are_offered_to_the_next_with_the_same_headers(cast: Cast, admin: Any) -> None:
    first = bring(admin)
    plan = plan_of(first).with_column(0, field="name").with_column(1, field="legal_name").with_column(2, field="remark")
    change_plan(admin, first, replace(plan, country="PT", duplicates="skip"))
    assert earlier_mapping(admin, first) is None
    run_whole(admin, first)
    second = bring(admin, "Note;Firm;Town\nz;C;Faro\n")
    found = earlier_mapping(admin, second)
    assert found is not None
    mapped = mapped_as(admin, second, found.plan)
    assert [(c.header, c.field) for c in mapped.columns] == [
        ("Note", "remark"),
        ("Firm", "name"),
        ("Town", "legal_name"),
    ]
    assert (mapped.country, mapped.duplicates) == ("PT", "skip")
    assert earlier_mapping(admin, bring(admin, "Firm;Town\nC;Faro\n")) is None
    leader = cast.actor(cast.leader)
    assert earlier_mapping(leader, bring(leader)) is None


def test_old_files_go_and_what_they_did_stays_told(admin: Any) -> None:
    ran, left, young = run_whole(admin, bring(admin)), bring(admin), bring(admin)
    old = clock.now() - dt.timedelta(days=31)
    Import.objects.filter(pk__in=[ran.pk, left.pk]).update(started_at=old)
    orphan = folder_of(ran).with_name("999999")
    orphan.mkdir()
    assert tidy(clock.now()) == {"forgotten": 1, "emptied": 2}
    assert not has_rows(ran)
    assert Import.objects.get(pk=ran.pk).summary["created"] == 2
    assert not Import.objects.filter(pk=left.pk).exists()
    assert has_rows(young)
    assert not orphan.exists()
