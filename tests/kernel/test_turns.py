"""SQLite's writers take turns: threads of a process, then processes, and nobody waits for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tend.kernel.sqlite.turns import Turns, turns_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes meet in SQLite there")


def test_threads_of_one_process_write_one_after_the_other(tmp_path: Path) -> None:
    turns, inside, most = Turns(tmp_path / "tend.sqlite3"), 0, 0

    def write() -> None:
        nonlocal inside, most
        for _ in range(20):
            assert turns.take(10)
            inside += 1
            most = max(most, inside)
            time.sleep(0.0002)
            inside -= 1
            turns.give()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, inside) == (1, 0)


WRITER = """
import sys, time
from pathlib import Path
from tend.kernel.sqlite.turns import Turns
turns = Turns(Path(sys.argv[1]))
for line in sys.stdin:
    print(turns.take(float(line)) if line.strip() != "give" else turns.give(), flush=True)
"""


def test_another_process_waits_and_is_told_when_its_patience_ends(tmp_path: Path) -> None:
    mine = Turns(tmp_path / "tend.sqlite3")
    command = [sys.executable, "-c", WRITER, str(tmp_path / "tend.sqlite3")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:

        def ask(said: str) -> str:
            assert other.stdin is not None
            assert other.stdout is not None
            print(said, file=other.stdin, flush=True)
            return other.stdout.readline().strip()

        assert mine.take(1)
        assert ask("0.05") == "False"
        mine.give()
        assert ask("1") == "True"
        assert not mine.take(0.05)
        assert ask("give") == "None"
        assert mine.take(1)
        mine.give()


def test_a_process_that_is_killed_gives_its_turn_back(tmp_path: Path) -> None:
    mine = Turns(tmp_path / "tend.sqlite3")
    command = [sys.executable, "-c", WRITER, str(tmp_path / "tend.sqlite3")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        print("1", file=other.stdin, flush=True)
        assert other.stdout.readline().strip() == "True"
        assert not mine.take(0.05)
        other.kill()
        other.wait()
        assert mine.take(1)
    mine.give()


def test_where_no_file_can_be_made_threads_take_turns_all_the_same(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "missing" / "tend.sqlite3")
    assert turns.take(1)
    assert not turns.take(0.05)
    turns.give()


def test_a_database_in_memory_has_no_turns() -> None:
    assert turns_of("file:memorydb_default?mode=memory&cache=shared") is None
    assert turns_of(":memory:") is None
