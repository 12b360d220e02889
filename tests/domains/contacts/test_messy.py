"""The messy list of an office: every unreadable cell is named, a second run changes nothing, undo restores."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps

from tend.domains.accounts.models import Account
from tend.domains.contacts.models import Contact
from tend.kernel.imports.files import change_plan, plan_of, read, upload
from tend.kernel.imports.run import begin, go_on, rehearse
from tend.kernel.undo import undo_operation
from tests.cast import Cast, make
from tests.domains.contacts.files import Came
from tests.domains.contacts.messy import CHAIN, Messy, messy

MACHINERY = ("kernel.job", "kernel.import", "kernel.operation", "kernel.notice", "kernel.change")
APPS = ("kernel", "accounts", "contacts", "activities")


@pytest.fixture(scope="module")
def file() -> Messy:
    return messy(1200)


def bring(actor: Any, file: Messy) -> Any:
    run = read(actor, upload(actor, "accounts", "liste.csv", iter([file.content])))
    plan = plan_of(run)
    assert {c.header: c.field for c in plan.columns if not c.field} == {}
    columns = tuple(replace(c, unknown="create") if c.field in ("industry", "tags") else c for c in plan.columns)
    change_plan(actor, run, replace(plan, country="DE", columns=columns))
    return run


def world() -> dict[str, list[Any]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in APPS and not model._meta.label_lower.startswith(MACHINERY)
    }


def test_a_messy_list_comes_in_whole_comes_in_once_and_is_taken_back(cast: Cast, file: Messy) -> None:
    actor = cast.actor(cast.admin)
    make("industries", name="Hotel")
    make(
        "interaction-statuses",
        name="Monthly",
        interval=30,
        for_accounts=True,
        plans_calls=True,
        default_for=["prospect"],
    )
    run = bring(actor, file)
    assert (run.rows, run.dialect["encoding"], run.dialect["delimiter"]) == (file.rows + 1, "cp1252", ";")
    foreseen = rehearse(actor, run)
    begin(actor, run)
    came = Came(run, go_on(actor, run))
    assert Came(run, foreseen).counts == came.counts
    assert (came.counts["created"], came.counts["failed"], came.counts["skipped"]) == (
        file.accounts,
        len(file.refused),
        1,
    )
    assert [(row, column) for row, column, _value, _why in came.faults if column] == file.refused
    accounts = Account.objects.as_system("test").filter(trashed_at=None)
    assert accounts.filter(name=CHAIN).count() > 1
    assert Contact.objects.as_system("test").count() >= file.accounts

    before = world()
    again = bring(actor, file)
    begin(actor, again)
    second = Came(again, go_on(actor, again))
    assert second.counts["unchanged"] == file.rows - len(file.refused)
    assert "created" not in second.counts
    assert "updated" not in second.counts
    assert world() == before

    undo_operation(actor, run.operation, chunk=500)  # calls go in one chunk, their accounts in another
    assert not accounts.exists()
