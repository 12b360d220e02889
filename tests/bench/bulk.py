"""Work on many rows, on a copy of the database: import, reading a workbook, export, a bulk edit that re-dates calls, a merge."""

from __future__ import annotations

import dataclasses
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import cadence, merging
from tests.bench.stack import database_cpu

WHY = "the benchmark's bulk work"
HEADER = (
    "Company",
    "E-mail",
    "Phone",
    "Postal code",
    "City",
    "Street",
    "Country",
    "Contact person",
    "Revenue",
    "Industry",
)


def measure(*, quick: bool, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every row of the table that counts rows per second; `only`: those whose key begins so."""
    rows: list[dict[str, Any]] = []
    many = 10_000 if quick else 50_000
    for key, run in (
        ("import", lambda: _import(many)), ("xlsx", lambda: _workbook(20_000 if quick else 100_000)),
        ("export", lambda: _export(quick)), ("set-status", lambda: _set_status(10_000 if quick else 100_000)),
        ("plan-calls", lambda: cadence.planning(clocked, 10_000 if quick else 100_000)),
        ("redate-calls", lambda: cadence.redating(clocked, 10_000 if quick else 100_000)),
        ("merge", lambda: merging.merging(clocked, 200 if quick else merging.TALKS)),
        ("demo", lambda: _demo(1 if quick else 3)),
    ):  # fmt: skip
        if only and not key.startswith(tuple(only)):
            continue
        try:
            rows += list(run())
        except Exception as no:  # one row that fails is told and does not hide the others
            print(f"  {key}: {type(no).__name__}: {no}", file=sys.stderr)
    return rows


@contextmanager
def clocked(key: str, found: list[dict[str, Any]], count: Callable[[], int]) -> Iterator[None]:
    """Wall time and processor time of this process, its ended children and the database server."""
    load, database = os.getloadavg()[0], database_cpu()
    began, cpu = time.perf_counter(), _cpu()
    yield
    seconds = time.perf_counter() - began
    rows = count()
    found.append(
        {
            "key": key,
            "rows": rows,
            "seconds": seconds,
            "rate": rows / seconds,
            "cpu": _cpu() - cpu,
            "database_cpu": database_cpu() - database,
            "load": load,
        }
    )
    print(f"  {key}: {rows:,} rows, {rows / seconds:,.0f}/s", file=sys.stderr)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


# --- import -----------------------------------------------------------------------------------------------------------
def _import(count: int) -> list[dict[str, Any]]:
    """A file as people have it (nine in ten companies new, one in ten twice), with matching, history and search."""
    from tend.kernel.actor import system
    from tend.kernel.imports.files import change_plan, plan_of, read, upload
    from tend.kernel.imports.run import begin, go_on

    found: list[dict[str, Any]] = []
    actor, text = system(WHY), _csv(count).encode()
    for key in ("import", "import-again"):
        run = upload(actor, "accounts", "bench.csv", iter([text]))
        read(actor, run)
        plan = plan_of(run)
        columns = tuple(dataclasses.replace(c, unknown="create") if c.field == "industry" else c for c in plan.columns)
        change_plan(actor, run, dataclasses.replace(plan, country="ES", columns=columns))
        begin(actor, run)
        with clocked(key, found, lambda: count):
            summary = go_on(actor, run)
        print(f"  {key}: { ({k: v for k, v in summary.items() if isinstance(v, (int, float))}) }", file=sys.stderr)
    return found


def _csv(count: int) -> str:
    lines = [";".join(HEADER)]
    for number in range(count):
        who = number % max(1, int(count * 0.9))
        lines.append(
            f"Imported {who} Ltd;info@imported{who}.example;+34 91 55{5_000 + who:05d};28{who % 1000:03d};Madrid;Calle {who};Spain;Maria Sample{number};12{who % 100:02d},50;Hospitality"
        )
    return "\n".join(lines)


# --- workbook ---------------------------------------------------------------------------------------------------------
def _workbook(count: int) -> list[dict[str, Any]]:
    """Reading alone: the limited child process, the canonical rows on disk."""
    import xlsxwriter

    from tend.kernel.actor import system
    from tend.kernel.imports.files import read, rows_of, upload

    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.xlsx"
        book = xlsxwriter.Workbook(path, {"constant_memory": True})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(count):
            sheet.write_row(
                number + 1,
                0,
                [
                    f"Imported {number} Ltd",
                    f"info@imported{number}.example",
                    f"+34 91 5{number:06d}",
                    28001,
                    "Madrid",
                    f"Calle {number}",
                    "Spain",
                    f"Maria Sample{number}",
                    number * 1.5,
                    "Hospitality",
                ],
            )
        book.close()
        run = upload(system(WHY), "accounts", "bench.xlsx", iter([path.read_bytes()]))
        with clocked("xlsx", found, lambda: rows_of(run).rows):
            read(system(WHY), run)
    return found


# --- export -----------------------------------------------------------------------------------------------------------
def _export(quick: bool) -> list[dict[str, Any]]:
    """Every flat field of many accounts as CSV."""
    from tend.domains.accounts.entity import ACCOUNT
    from tend.domains.accounts.models import Account
    from tend.kernel.actor import system
    from tend.kernel.exports import export

    found: list[dict[str, Any]] = []
    last = Account.objects.as_system(WHY).order_by("pk").values_list("pk", flat=True)[5_000 if quick else 50_000]
    done = {"rows": 0}
    with clocked("export", found, lambda: done["rows"]):
        for piece in export(ACCOUNT, system(WHY), "csv", filter={"field": "id", "op": "lt", "value": last}):
            done["rows"] += piece.count(b"\n")
    return found


# --- bulk edit --------------------------------------------------------------------------------------------------------
def _set_status(count: int) -> list[dict[str, Any]]:
    """Give many accounts another interaction status; the cycle re-dates their open calls."""
    from tend.domains.accounts.entity import ACCOUNT
    from tend.domains.accounts.models import Account, InteractionStatus
    from tend.kernel.actor import system

    found: list[dict[str, Any]] = []
    rows = Account.objects.as_system(WHY).exclude(lifecycle="lead").exclude(next_contact_on=None).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:count])
    to = InteractionStatus.objects.as_system(WHY).filter(for_accounts=True, trashed_at=None).order_by("position")[1]
    verb = ACCOUNT.verb_by_name["set-status"]
    with clocked("set-status", found, lambda: len(ids)):
        operation = verb.each(system(WHY), ids, to=to)
    print(f"  set-status: {operation.changed:,} changed, {operation.failed:,} refused", file=sys.stderr)
    return found


# --- sample data ------------------------------------------------------------------------------------------------------
def _demo(chunks: int) -> list[dict[str, Any]]:
    """Sample accounts with people, talks and planned calls, by one process as `tend demo` makes them."""
    from tend.kernel import clock
    from tend.kernel.collecting import collected_between_chunks
    from tend.kernel.write import filling
    from tend.site.demo import crowd
    from tend.site.demo.company import CHUNK, maker

    found: list[dict[str, Any]] = []
    made = maker(11, clock.now())
    with filling(), collected_between_chunks() as collect, clocked("demo", found, lambda: chunks * crowd.CHUNK):
        for number in range(chunks):
            made.chunk(CHUNK + number * crowd.CHUNK, crowd.CHUNK)
            collect()
    return found
