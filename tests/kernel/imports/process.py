"""A process of its own for the tests of killed imports: `prepare FILE`, `run`, `dump`, on the data that the environment names."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import django


def prepare(path: str) -> None:
    from dataclasses import replace

    from django.core.management import call_command

    from tend.kernel.actor import system
    from tend.kernel.imports.files import change_plan, plan_of, read, upload
    from tend.kernel.imports.run import begin
    from tend.site.presets import apply_presets

    call_command("migrate", verbosity=0)
    actor = system("test of killed imports")
    apply_presets(actor)
    run = read(actor, upload(actor, "accounts", "list.csv", iter([Path(path).read_bytes()])))
    plan = plan_of(run)
    columns = tuple(replace(c, unknown="create") if c.field == "industry" else c for c in plan.columns)
    change_plan(actor, run, replace(plan, columns=columns, country="DE"))
    begin(actor, run)


def go() -> None:
    from tend.kernel.actor import system
    from tend.kernel.imports import run as importing
    from tend.kernel.imports.models import Import

    importing.CHUNK = 40
    found = Import.objects.select_related("operation").get()
    print("begun", flush=True)
    importing.go_on(system("test of killed imports"), found, lambda done: print(done, flush=True))


def dump() -> None:
    """Every row of every table as a multiset, without ids and times, which are free to differ."""
    from django.apps import apps

    told: dict[str, Any] = {}
    for model in apps.get_models():
        if model._meta.app_label not in ("kernel", "accounts", "contacts", "activities"):
            continue
        names = [
            f.column for f in model._meta.concrete_fields
            if not f.primary_key and not f.is_relation and not f.column.endswith(("_at", "_id", "number"))
            and f.column not in ("act", "at", "body", "summary", "fold", "worker")
        ]  # fmt: skip
        rows = model._base_manager.values_list(*names) if names else []
        said = (
            re.sub(r"\bk-\d+", "k", json.dumps(row, default=str, sort_keys=True)) for row in rows
        )  # numbers follow ids
        told[model._meta.label] = sorted(Counter(said).items())
    from tend.kernel.imports.models import Import

    told["summary"] = {k: v for k, v in Import.objects.get().summary.items() if isinstance(v, int)}
    print(json.dumps(told))


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "run": go, "dump": dump}[sys.argv[1]](*sys.argv[2:])
