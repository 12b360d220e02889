"""Importing its own export changes nothing, for every record type that exports and imports."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from tend.kernel.entity import entity_by_code
from tend.kernel.exports import export
from tend.kernel.imports.files import change_plan, faults_of, plan_of, problems_of, read, upload
from tend.kernel.imports.recipe import recipe_named, recipes
from tend.kernel.imports.run import begin, go_on, rehearse
from tests.cast import Cast, make

EXPECTED = {
    "activities": {
        "id",
        "account",
        "kind",
        "state",
        "planned_on",
        "planned_time",
        "done_at",
        "outcome",
        "responsible",
        "contacts",
        "text",
    },
    "contacts": {"id", "name", "first_name", "last_name", "owner", "tags", "accounts"},
}
MACHINERY = ("kernel.job", "kernel.import", "kernel.operation", "kernel.notice")  # what tells of the import itself


def fill(cast: Cast) -> None:
    make("tags", name="VIP")
    make("industries", name="Hotel")
    make("characteristics", name="Rooms", type="number", record_type="accounts.account")
    make("outcomes", name="Reached", kind="call", effect="contact")
    parent = cast.account("Grupo Almirante", cast.leader)
    for n, lifecycle in enumerate(("lead", "prospect", "customer", "lead")):
        make(
            "accounts", name=f"Hotel {n}", legal_name="=1+1" if n else "", lifecycle=lifecycle, owner=cast.leader.email,
            phones=["+34 910 000 111", {"value": f"+34 91 55501{n:02d}", "label": "mobile"}], emails=[f"a{n}@h.example", f"b{n}@h.example"],
            address={"street": "Calle 1\nPiso 2", "city": "Madrid", "postal_code": "08001", "country_code": "ES"},
            tags=["VIP"], industry="Hotel", annual_revenue="1234.50", website="https://h.example/a", parent=parent.pk,
            characteristics={"rooms": 12}, description="two\nlines", do_not_contact=n == 2,
        )  # fmt: skip
    make("contacts", first_name="Lucia", last_name="Vidal", accounts=[parent.pk])
    make(
        "activities", account=parent.pk, kind="call", done_at="2026-03-02T09:15:30Z", outcome="Reached", text="=2\nsaid", duration=12,
        contacts=["Lucia Vidal"], responsible=cast.leader.email,
    )  # fmt: skip
    make("activities", account=parent.pk, kind="meeting", planned_on="2027-01-12", planned_time="10:30", subject="-1")


def world() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if label.startswith(MACHINERY) or model._meta.app_label in ("sessions", "contenttypes", "auth"):
            continue
        found[label] = list(model._base_manager.order_by("pk").values())
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("name", sorted(r.name for r in recipes()))
def test_importing_its_own_export_changes_nothing(
    cast: Cast, settings: Any, tmp_path: Any, name: str, kind: str
) -> None:
    settings.DATA_DIR = tmp_path
    fill(cast)
    actor, recipe = cast.actor(cast.admin), recipe_named(name)
    assert recipe is not None
    entity = entity_by_code(recipe.code)
    only = {"field": "lifecycle", "op": "is", "value": "lead"} if name == "leads" else None
    run = read(actor, upload(actor, name, f"{name}.{kind}", export(entity, actor, kind, filter=only)))
    assert problems_of(actor, run) == []
    plan = plan_of(run)
    fillable = {t.name for t in recipe.targets(actor)} & {c.header for c in plan.columns}
    assert EXPECTED.get(name, {"id", "name", "owner", "industry", "tags"}) <= fillable <= plan.fields
    before = world()
    foreseen = rehearse(actor, run)
    assert list(faults_of(run).values_list("row", "column", "value", "reason")) == []
    assert (foreseen["created"], foreseen["updates"]) == (0, [])
    change_plan(actor, run, plan_of(run))
    begin(actor, run)
    summary = go_on(actor, run)
    assert (summary["unchanged"], summary["failed"]) == (run.rows, 0)
    after = world()
    assert after == before
