"""Files for the tests of imports, and a short way to take one in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.imports.files import change_plan, faults_of, plan_of, read, upload
from tend.kernel.imports.models import Import
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.run import begin, go_on, rehearse

COUNTED = ("created", "updated", "unchanged", "duplicates", "failed", "skipped", "conflict_count")


@dataclass
class Came:
    """What came of an import."""

    run: Import
    summary: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        return {k: v for k, v in self.summary.items() if k in COUNTED and v}

    @property
    def faults(self) -> list[tuple[int, str, str, str]]:
        return list(faults_of(self.run).values_list("row", "column", "value", "reason"))

    @property
    def conflicts(self) -> list[tuple[int, str, Any, Any]]:
        return [(c["row"], c["field"], c["kept"], c["file"]) for c in self.summary["conflicts"]]


def bring(
    actor: Actor, text: str | bytes, recipe: str = "accounts", *, columns: dict[str, Any] | None = None, **rules: Any
) -> Import:
    """A file that is read and planned; `columns` says fields by header, or several words of a column."""
    content = text.encode() if isinstance(text, str) else text
    run = read(actor, upload(actor, recipe, "list.csv", iter([content])))
    change_plan(actor, run, planned(plan_of(run), columns or {}, rules))
    return run


def planned(plan: Plan, columns: dict[str, Any], rules: dict[str, Any]) -> Plan:
    headers = [c.header for c in plan.columns]
    for header, said in columns.items():
        plan = plan.with_column(headers.index(header), **(said if isinstance(said, dict) else {"field": said}))
    return replace(plan, **rules)


def take(actor: Actor, text: str | bytes, recipe: str = "accounts", *, rehearsed: bool = True, **plan: Any) -> Came:
    """Bring a file, rehearse it, run it; the rehearsal must have counted what the run did."""
    run = bring(actor, text, recipe, **plan)
    foreseen = rehearse(actor, run) if rehearsed else None
    begin(actor, run)
    came = Came(run, go_on(actor, run))
    if foreseen is not None:
        assert Came(run, foreseen).counts == came.counts
    return came
