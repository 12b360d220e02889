"""Work on many calls whose process is killed, between two chunks and inside one: what is whole stays, the next run ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kernel.imports.test_killed import world

TEND = [sys.executable, "-m", "tend.site.main"]
CHUNK = 5
SETUP = """
import datetime as dt, json, os, signal
import django; django.setup()
from django.db import connection
from tend.domains.activities.models import Activity
from tend.engines.cadence import doctor, forecasting, redating
from tend.kernel.actor import system
from tend.kernel.jobs import stages
from tend.kernel.jobs.worker import Worker
from tend.kernel.unit import Unit
OPEN = Activity._base_manager.filter(origin="cycle", state="planned", trashed_at=None)
doctor.CHUNK = 5
"""
# The process ends itself as the kernel of an operating system would, without a word to anybody: before the third unit of
# a verb, or at the second thing that this unit writes.
KILLED = """
units = writes = 0
entered = Unit.__enter__
def enter(unit):
    global units
    units += unit.verb == "{verb}"
    if units == 3 and "{when}" == "between":
        os.kill(os.getpid(), signal.SIGKILL)
    return entered(unit)
def watch(execute, sql, params, many, context):
    global writes
    if units == 3 and "{when}" == "inside" and sql.split()[0] in ("INSERT", "UPDATE", "COPY"):
        writes += 1
        if writes == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
Unit.__enter__ = enter
connection.execute_wrappers.append(watch)
"""
BREAK = "Activity._base_manager.filter(pk__in=list(OPEN.values_list('pk', flat=True))[::2]).update(trashed_at='2026-01-01T00:00Z')"
SWEEP = "doctor.check_cycle(True)"
TELL = """
twice = len(OPEN.values_list("account_id")) - len(set(OPEN.values_list("account_id")))
print(json.dumps({"open": OPEN.count(), "twice": twice, "lacking": doctor.lacking().count(), "surplus": doctor.surplus().count()}))
"""
REDATE = """
from tend.domains.accounts.models import InteractionStatus
from tend.kernel import clock
redating.AT_ONCE = 1
redating.queue_stages = lambda *a: stages.queue_stages(*a, chunk=5)
status = max(InteractionStatus._base_manager.filter(plans_calls=True), key=lambda s: len(list(redating.planned_calls(s))))
seen = forecasting.foresee(system("test"), status, forecasting.Pace(status.interval + 11), clock.now())
before = {str(k): str(v) for k, v in OPEN.values_list("pk", "planned_on")}
_done, moved = redating.save_status(system("test"), status, {"interval": status.interval + 11}, move_open=True)
print(json.dumps({"operation": moved.pk, "total": moved.total, "moves": seen.moves, "first": str(seen.first), "last": str(seen.last), "before": before}))
"""
WORK = "Worker('w').drain()"
DEAD = "from tend.kernel.jobs.models import Job; Job._base_manager.filter(state='running').update(heartbeat_at='2020-01-01T00:00Z')"
REAP = "from tend.kernel import clock; from tend.kernel.jobs.queue import reap; assert reap(clock.now()) == 1"
REDATED = """
from tend.kernel.history import Change
from tend.kernel.operations import Operation
made = Operation._base_manager.get(pk={operation})
changes = list(Change._base_manager.filter(operation_id=made.pk, record_type="activities.activity").values_list("record_id", flat=True))
after = {{str(k): str(v) for k, v in OPEN.values_list("pk", "planned_on")}}
print(json.dumps({{"state": made.state, "done": made.done_through, "failed": made.failed, "changed": made.changed, "written": len(changes), "once": len(set(changes)), "after": after}}))
"""


def child(environment: dict[str, str], *code: str, status: int = 0) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", SETUP + "\n".join(code)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr[-3000:]
    return json.loads(done.stdout) if done.stdout.strip().startswith("{") else None


def test_the_sweep_and_a_book_edit_that_are_killed_are_ended_by_the_next_run(tmp_path: Path) -> None:
    with world(tmp_path, "cycle") as environment:
        subprocess.run([*TEND, "demo", "--accounts", "60"], env=environment, check=True, capture_output=True)
        whole = child(environment, TELL)
        assert (whole["twice"], whole["lacking"], whole["surplus"]) == (0, 0, 0)
        sweep(environment, "between", whole)
        edit(environment, "inside")
        assert child(environment, TELL) == whole


def sweep(environment: dict[str, str], when: str, whole: dict[str, int]) -> None:
    """Break every second account, kill the doctor in its third chunk, let another end it."""
    child(environment, BREAK)
    broken = child(environment, TELL)
    assert broken["lacking"] == (whole["open"] + 1) // 2 > 4 * CHUNK
    child(environment, KILLED.format(verb="doctor", when=when), SWEEP, status=-signal.SIGKILL)
    left = child(environment, TELL)
    assert left["lacking"] == broken["lacking"] - 2 * CHUNK  # two chunks are whole, the third left nothing
    assert left["twice"] == 0
    child(environment, SWEEP)
    assert child(environment, TELL) == whole


def edit(environment: dict[str, str], when: str) -> None:
    """Change an interval of the book for open calls too, kill the worker in its third chunk, let another end it."""
    asked = child(environment, REDATE)
    assert asked["total"] > 4 * CHUNK
    child(environment, KILLED.format(verb="redate-calls", when=when), WORK, status=-signal.SIGKILL)
    told = REDATED.format(operation=asked["operation"])
    half = child(environment, told)
    assert (half["state"], half["done"]) == ("running", 2 * CHUNK)
    assert half["written"] == half["once"] == half["changed"] <= 2 * CHUNK
    child(environment, DEAD, REAP, WORK)
    ended = child(environment, told)
    assert (ended["state"], ended["done"], ended["failed"]) == ("done", asked["total"], 0)
    assert ended["written"] == ended["once"] == ended["changed"]
    went = [day for pk, day in ended["after"].items() if day != asked["before"][pk]]
    assert (len(went), min(went), max(went)) == (asked["moves"], asked["first"], asked["last"])
