"""Every file made to harm ends in words, within ten seconds of processor time and half a gigabyte."""

from __future__ import annotations

import resource
import time
import tracemalloc
from pathlib import Path

import pytest

from tend.base.dialects.refusals import UnreadableFile
from tend.base.dialects.spill import convert
from tests.base.dialects.hostile import FILES, Hostile

CPU = 10.0  # seconds, of the reader and its child together
MEMORY = 200 * 1024 * 1024  # bytes that Python itself may hold; the child of workbooks has its own limit


def test_there_are_two_hundred() -> None:
    assert len(FILES) >= 200


def outcome(hostile: Hostile, tmp_path: Path) -> str:
    """How the file ended: the code of its refusal, or "rows"."""
    source = tmp_path / hostile.name
    source.write_bytes(hostile.make())
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
    ended, said = "rows", "read"
    try:
        convert(source, None, tmp_path / "rows", filename=hostile.name, max_rows=1_000_000)
    except UnreadableFile as no:
        ended, said = no.code, str(no)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() - began + after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    assert spent < CPU + 2, f"{hostile.name} took {spent:.1f} s"  # starting the child is not reading
    assert said.strip()
    assert "%(" not in said
    assert not (tmp_path / "rows.part").exists()
    assert ended != "rows" or hostile.may_be_read, f"{hostile.name} was read"
    return ended


@pytest.mark.parametrize("name", [f.name for f in FILES.values() if not f.is_long])
def test_a_hostile_file_is_refused_in_words(name: str, tmp_path: Path) -> None:
    outcome(FILES[name], tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("name", [f.name for f in FILES.values() if f.is_long])
def test_a_large_hostile_file_is_refused_in_words(name: str, tmp_path: Path) -> None:
    outcome(FILES[name], tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("name", [f.name for f in FILES.values() if f.name.endswith((".vcf", ".jsonl", ".csv"))])
def test_text_is_read_in_bounded_memory(name: str, tmp_path: Path) -> None:
    source = tmp_path / name
    source.write_bytes(FILES[name].make())
    tracemalloc.start()
    try:
        convert(source, None, tmp_path / "rows", filename=name, max_rows=1_000_000)
    except UnreadableFile:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < MEMORY, f"{name} took {most / 1e6:.0f} MB"
