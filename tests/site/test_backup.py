"""A backup made while people write comes back whole on an empty machine, and a broken one is refused with the reason."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

TEND = [sys.executable, "-m", "tend.site.main"]


def tend(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("TEND_", "DJANGO_")) and n != "DATABASE_URL"}
    return subprocess.run(
        [*TEND, *words], env={**clean, "TEND_DATA": str(data)}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A filled data folder and a backup of it, made while somebody writes."""
    folder = tmp_path_factory.mktemp("backup")
    data, file = folder / "data", folder / "b.tar.gz"
    assert tend(data, "demo", "--accounts", "60").returncode == 0
    (data / "files").mkdir()
    (data / "files/7").write_bytes(b"a contract")
    stop = threading.Event()

    def write() -> None:
        database = sqlite3.connect(data / "tend.sqlite3", timeout=20)
        while not stop.is_set():
            with database:  # two rows that belong together
                database.execute(
                    "INSERT INTO kernel_slot(name, slot, taken_at) SELECT 'a', count(*), '2026-01-01' FROM kernel_slot"
                )
                database.execute(
                    "INSERT INTO kernel_slot(name, slot, taken_at) SELECT 'b', count(*), '2026-01-01' FROM kernel_slot"
                )
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = tend(data, "backup", str(file))
    finally:
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    return data, file


def test_it_comes_back_whole_by_one_command(backup: tuple[Path, Path], tmp_path: Path) -> None:
    data, file = backup
    assert file.stat().st_mode & 0o077 == 0
    done = tend(tmp_path / "new", "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new/files/7").read_bytes() == b"a contract"
    assert (tmp_path / "new/secret-key").read_text() == (data / "secret-key").read_text()
    new = sqlite3.connect(tmp_path / "new/tend.sqlite3")
    assert new.execute("SELECT count(*) FROM accounts_account").fetchone() == (60,)
    halves = new.execute("SELECT sum(name = 'a'), sum(name = 'b') FROM kernel_slot").fetchone()
    assert halves[0] == halves[1] > 0
    new.close()
    assert tend(tmp_path / "new", "doctor").returncode == 0
    again = tend(tmp_path / "new", "restore", str(file))
    assert again.returncode == 1
    assert "There are data here already" in again.stderr


@pytest.mark.parametrize(("keep", "reason"), [(0.3, "cut short"), (0.97, "cut short"), (0, "cut short")])
def test_a_cut_file_is_refused(backup: tuple[Path, Path], tmp_path: Path, keep: float, reason: str) -> None:
    body = backup[1].read_bytes()
    broken = tmp_path / "cut.tar.gz"
    broken.write_bytes(body[: int(len(body) * keep)])
    done = tend(tmp_path / "new", "restore", str(broken))
    assert done.returncode == 1
    assert reason in done.stderr
    assert not (tmp_path / "new/tend.sqlite3").exists()


def test_an_altered_file_is_refused(backup: tuple[Path, Path], tmp_path: Path) -> None:
    body = bytearray(backup[1].read_bytes())
    body[len(body) // 2] ^= 8
    broken = tmp_path / "altered.tar.gz"
    broken.write_bytes(body)
    done = tend(tmp_path / "new", "restore", str(broken))
    assert done.returncode == 1
    assert "altered" in done.stderr or "damaged" in done.stderr
    assert not (tmp_path / "new/tend.sqlite3").exists()
