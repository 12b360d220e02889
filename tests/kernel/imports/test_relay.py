"""Several processes at one import leave what one process leaves, whatever meets, is refused or dies."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.kernel import write
from tend.kernel.actor import system
from tend.kernel.imports import relay
from tend.kernel.imports import run as importing
from tend.kernel.imports.run import begin, go_on
from tend.site.presets import apply_presets
from tests.domains.contacts.files import bring
from tests.kernel.imports.process import contents

ACTOR = system("test of relays")
ROWS, CHUNK = 640, 40
STRANGE = "Firm 333"
PLAN: dict[str, Any] = {"country": "DE", "columns": {"Industry": {"unknown": "create"}, "Tags": {"unknown": "create"}}}


def rows_of(kind: str) -> str:
    """Firms of their own, or firms that many rows mean, near each other and far apart, with values that books lack."""
    chance = random.Random(kind)
    lines = ["Name,Email,Phone,Postal code,City,Contact person,Industry,Tags,Remarks"]
    for i in range(ROWS):
        n = i if kind == "apart" else chance.choice([i, i, i, max(0, i - 3), chance.randrange(i + 1)])
        industry = f"Trade {i // 150}" if kind == "met" and i % 50 == 0 else ""
        tag = f"fair {i // 200}" if kind == "met" and i % 90 == 0 else ""
        lines.append(
            f"Firm {n},info@firm{n}.example,030 {5550000 + n},{10115 + n % 80},Berlin,Ada Sample{i % 9},{industry},{tag},seen {i}"
        )
    return "\n".join(lines)


def taken(content: str) -> tuple[dict[str, Any], Counter[Any]]:
    """What an import leaves in every table, and its first calls by day."""
    run = bring(ACTOR, content, **PLAN)
    begin(ACTOR, run)
    go_on(ACTOR, run)
    assert run.operation is not None
    assert run.operation.done_through == ROWS
    calls = Activity.objects.as_system("test").values_list("planned_on", flat=True)
    return contents(), Counter(calls)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("kind", ["apart", "met"])
def test_they_leave_what_one_leaves(transactional_db: None, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(importing, "CHUNK", CHUNK)
    monkeypatch.setattr(relay.os, "cpu_count", lambda: 4)
    alone, real = [], importing._write_chunk
    monkeypatch.setattr(importing, "_write_chunk", lambda *given: alone.append(1) or real(*given))
    apply_presets(ACTOR)
    with transaction.atomic():  # here nobody else would see what is written
        expected, calls = taken(rows_of(kind))
        transaction.set_rollback(True)
    assert len(alone) == ROWS // CHUNK
    assert max(calls.values()) - min(calls.values()) <= 1
    alone.clear()
    found, spread = taken(rows_of(kind))
    assert len(alone) == 1
    assert spread == calls
    assert {t: rows for t, rows in found.items() if rows != expected[t]} == {}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_what_fails_or_dies_in_one_is_taken_by_whoever_conducts(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importing, "CHUNK", CHUNK)
    monkeypatch.setattr(relay.os, "cpu_count", lambda: 4)
    real_insert, real_chunk, here = write.insert, relay._take_chunk, os.getpid()

    def picky(model: Any, rows: Any) -> None:
        if model is Account and any(r.name == STRANGE for r in rows):
            raise IntegrityError("value too strange")
        real_insert(model, rows)

    def dies(pipe: Any, actor: Any, task: Any, start: int, size: int) -> None:
        if start >= 12 * CHUNK and os.getpid() != here:
            (tmp_path / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        real_chunk(pipe, actor, task, start, size)

    monkeypatch.setattr(write, "insert", picky)
    monkeypatch.setattr(relay, "_take_chunk", dies)
    run = bring(ACTOR, rows_of("apart"), **PLAN)
    begin(ACTOR, run)
    summary = go_on(ACTOR, run)
    assert (tmp_path / "died").exists()
    assert (summary["created"], summary["failed"]) == (ROWS - 1, 1)
    names = Account.objects.as_system("test").values_list("name", flat=True)
    assert Counter(names) == Counter({f"Firm {i}": 1 for i in range(ROWS) if f"Firm {i}" != STRANGE})
