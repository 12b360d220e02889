"""A backup made while people write comes back whole on an empty machine, and a broken one is refused with the reason."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.offices import Office, offices

__all__ = ["offices"]
SLOT = "INSERT INTO kernel_slot(name, slot, taken_at) SELECT '{0}', count(*), '2026-01-01' FROM kernel_slot"


@pytest.fixture(scope="module")
def backup(offices: Callable[[], Office], tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Path]:
    """A filled office and a backup of it, made while somebody writes."""
    office, file = offices(), tmp_path_factory.mktemp("backup") / "b.tar.gz"
    filled = office.tend("demo", "--accounts", "60")
    assert filled.returncode == 0, filled.stderr
    (office.data / "files").mkdir(exist_ok=True)
    (office.data / "files/7").write_bytes(b"a contract")
    stop, ready = threading.Event(), threading.Event()

    def write() -> None:
        database = office.connect()
        while not stop.is_set():
            with database if not office.url else database.transaction():  # two rows that belong together
                database.execute(SLOT.format("a"))
                database.execute(SLOT.format("b"))
            ready.set()
            time.sleep(0.005)  # a writer that never breathes keeps every other one waiting on SQLite
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert ready.wait(20)
        done = office.tend("backup", str(file))
    finally:
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    return office, file


def test_it_comes_back_whole_by_one_command(backup: tuple[Office, Path], offices: Callable[[], Office]) -> None:
    office, file = backup
    assert file.stat().st_mode & 0o077 == 0
    new = offices()
    killed = new.data / ".restore-of-one-that-was-killed"
    killed.mkdir(parents=True)
    done = new.tend("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert not list(new.data.glob(".restore-*"))
    assert (new.data / "files/7").read_bytes() == b"a contract"
    assert (new.data / "secret-key").read_text() == (office.data / "secret-key").read_text()
    assert new.one("SELECT count(*) FROM accounts_account") == (60,)
    halves = new.one(
        "SELECT sum(CASE WHEN name = 'a' THEN 1 ELSE 0 END), sum(CASE WHEN name = 'b' THEN 1 ELSE 0 END) FROM kernel_slot"
    )
    assert halves[0] == halves[1] > 0
    doctor = new.tend("doctor")
    assert doctor.returncode == 0, doctor.stdout
    again = new.tend("restore", str(file))
    assert again.returncode == 1
    assert "There are data here already" in again.stderr


def test_work_goes_on_after_a_restore(
    backup: tuple[Office, Path], offices: Callable[[], Office], tmp_path: Path
) -> None:
    """Ids go on where they were: the first write into a restored database clashes with nothing."""
    new = offices()
    assert new.tend("restore", str(backup[1])).returncode == 0
    file = tmp_path / "one.csv"
    file.write_text("Company,E-mail\nFresh after the restore,office@fresh.example\n")
    done = new.tend("import", "accounts", str(file))
    assert done.returncode == 0, done.stderr
    assert new.one("SELECT count(*) FROM accounts_account") == (61,)
    assert new.one("SELECT count(*) FROM accounts_account WHERE name = 'Fresh after the restore'") == (1,)
    assert new.tend("doctor").returncode == 0


def test_data_that_are_there_are_replaced_only_when_one_says_so(
    backup: tuple[Office, Path], offices: Callable[[], Office]
) -> None:
    other = offices()
    assert other.tend("demo", "--accounts", "20").returncode == 0
    refused = other.tend("restore", str(backup[1]))
    assert refused.returncode == 1
    assert other.one("SELECT count(*) FROM accounts_account") == (20,)
    done = other.tend("restore", "--replace", str(backup[1]))
    assert done.returncode == 0, done.stderr
    assert other.one("SELECT count(*) FROM accounts_account") == (60,)


@pytest.mark.parametrize("keep", [0.3, 0.97, 0])
def test_a_cut_file_is_refused(
    backup: tuple[Office, Path], offices: Callable[[], Office], tmp_path: Path, keep: float
) -> None:
    body = backup[1].read_bytes()
    broken = tmp_path / "cut.tar.gz"
    broken.write_bytes(body[: int(len(body) * keep)])
    new = offices()
    done = new.tend("restore", str(broken))
    assert done.returncode == 1
    assert "cut short" in done.stderr
    assert new.is_empty()


def test_an_altered_file_is_refused(backup: tuple[Office, Path], offices: Callable[[], Office], tmp_path: Path) -> None:
    body = bytearray(backup[1].read_bytes())
    body[len(body) // 2] ^= 8
    broken = tmp_path / "altered.tar.gz"
    broken.write_bytes(body)
    new = offices()
    done = new.tend("restore", str(broken))
    assert done.returncode == 1
    assert "altered" in done.stderr or "damaged" in done.stderr
    assert new.is_empty()
