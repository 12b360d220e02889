"""A process of its own for the tests of killed imports: `prepare FILE [TYPE]`, `run [CHUNK] [alone]`, `dump`, `undo`, on the data that the environment names."""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django

LISTED = 5_000  # rows of a table up to which a dump lists them; a larger table is told by its digest


def prepare(path: str, recipe: str = "accounts") -> None:
    from dataclasses import replace

    from django.core.management import call_command

    from tend.kernel.actor import system
    from tend.kernel.imports.files import change_plan, plan_of, read, upload
    from tend.kernel.imports.run import begin
    from tend.site.presets import apply_presets

    call_command("migrate", verbosity=0)
    actor = system("test of killed imports")
    apply_presets(actor)
    run = read(actor, upload(actor, recipe, "list.csv", iter([Path(path).read_bytes()])))
    plan = plan_of(run)
    columns = tuple(replace(c, unknown="create") if c.field in ("industry", "tags") else c for c in plan.columns)
    change_plan(actor, run, replace(plan, columns=columns, country="DE"))
    begin(actor, run)


def go(chunk: str = "40", alone: str = "") -> None:
    from tend.kernel.actor import system
    from tend.kernel.imports import run as importing
    from tend.kernel.imports.models import Import

    importing.CHUNK = int(chunk)
    if alone:
        importing.FAILURES = 0  # no process works beside this one
    found = Import.objects.select_related("operation").latest("pk")
    print("begun", flush=True)
    began = time.monotonic()
    importing.go_on(system("test of killed imports"), found, lambda done: print(done, flush=True))
    used = resource.getrusage(resource.RUSAGE_SELF)
    facts = {
        "seconds": time.monotonic() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss // 1024,
    }
    print(json.dumps({k: round(v, 1) for k, v in facts.items()}), flush=True)


def undo() -> None:
    from tend.domains.accounts.models import Account
    from tend.kernel.actor import system
    from tend.kernel.imports.models import Import
    from tend.kernel.undo import undo_operation

    actor = system("test of killed imports")
    undo_operation(actor, Import.objects.order_by("pk").first().operation)  # type: ignore[union-attr]
    print(Account.objects.as_system("test").filter(trashed_at=None).count())


def dump() -> None:
    print(json.dumps(contents()))


def contents() -> dict[str, Any]:
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
        listed = sorted(Counter(said).items())
        if len(listed) > LISTED:
            digest = hashlib.sha256(json.dumps(listed).encode()).hexdigest()
            listed = [(digest, sum(n for _row, n in listed))]
        told[model._meta.label] = listed
    from tend.kernel.imports.models import Import

    told["summary"] = {k: v for k, v in Import.objects.latest("pk").summary.items() if isinstance(v, int)}
    return told


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "run": go, "dump": dump, "undo": undo}[sys.argv[1]](*sys.argv[2:])
