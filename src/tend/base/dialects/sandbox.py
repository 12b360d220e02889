"""Opens workbooks in a limited child process and turns every way it can die into a plain refusal."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from tend.base.dialects.archives import broken_archive
from tend.base.dialects.dialect import Dialect
from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

MEMORY = 512 * 1024 * 1024
"""Bytes of address space of the child; 100,000 rows of 20 columns take about 200 MB."""
CPU = 10
"""Seconds of processor time for files up to FREE_SIZE; each further MB adds one, up to MAX_CPU."""
MAX_CPU = 60
FREE_SIZE = 8 * 1024 * 1024
_OUT_OF_MEMORY = 77
_MAX_LINE = 64 * 1024 * 1024
_ROOT = str(Path(__file__).parents[3])


class FirstRows(NamedTuple):
    """The top of a sheet, title lines included, and the names of the sheets to choose from."""

    sheet: str
    sheets: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def first_rows(path: Path, dialect: Dialect, count: int) -> FirstRows:
    """The first records of a workbook as they stand. Raises UnreadableFile."""
    with contextlib.closing(_lines(path, dialect, count)) as lines:
        about = orjson.loads(next(lines))
        rows = [(int(row[0]), [str(cell) for cell in row[1]]) for row in map(orjson.loads, lines)]
    return FirstRows(str(about["sheet"]), tuple(map(str, about["sheets"])), rows)


def open_table(path: Path, dialect: Dialect) -> tuple[list[str], Generator[bytes, None, None]]:
    """The names of the columns, and the rows as lines of JSON `[number, [cells]]` or `[number, [cells], problem]`.

    Raises UnreadableFile, at once or while the rows are read. Close the iterator to stop the child early.
    """
    lines = _lines(path, dialect, 0)
    try:
        header = [str(name) for name in orjson.loads(next(lines))["header"]]
    except BaseException:
        lines.close()
        raise
    return header, lines


def open_guessed(
    path: Path, dialect: Dialect, count: int, choose: Callable[[FirstRows], Dialect]
) -> tuple[Dialect, list[str], Generator[bytes, None, None]]:
    """As `open_table`, by the dialect that `choose` makes of the first records; the workbook is opened once for both.

    A child that has opened a large sheet has done most of its work, so it waits for the answer.
    """
    seen: list[bytes] = []
    chosen: list[Dialect] = []

    def answer() -> bytes:
        about = orjson.loads(seen[0])
        rows = [(int(row[0]), [str(cell) for cell in row[1]]) for row in map(orjson.loads, seen[1:])]
        chosen.append(choose(FirstRows(str(about["sheet"]), tuple(map(str, about["sheets"])), rows)))
        return orjson.dumps(chosen[0].to_json()) + b"\n"

    lines = _lines(path, dialect, count, answer)
    try:
        for line in lines:
            if chosen:
                return chosen[0], [str(name) for name in orjson.loads(line)["header"]], lines
            seen.append(line)
    except BaseException:
        lines.close()
        raise
    raise broken_archive()


def cpu_seconds(size: int) -> int:
    """Seconds of processor time allowed for a file of this many bytes."""
    return min(MAX_CPU, CPU + max(0, size - FREE_SIZE) // (1024 * 1024))


def _lines(
    path: Path, dialect: Dialect, first: int, answer: Callable[[], bytes] | None = None
) -> Generator[bytes, None, None]:
    """What the child says, line by line, until it says that it has ended; `answer` is what it waits for in between."""
    cpu = cpu_seconds(path.stat().st_size)
    order = {
        "path": str(path.resolve()),
        "dialect": dialect.to_json(),
        "first": first,
        "waits": answer is not None,
        "memory": MEMORY,
        "cpu": cpu,
    }
    child = subprocess.Popen(  # noqa: S603  (our own interpreter and module; the order is data)
        [sys.executable, "-P", "-m", "tend.base.dialects.child", orjson.dumps(order).decode()],
        stdin=subprocess.DEVNULL if answer is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_environment(),
        pipesize=1 << 20,
        close_fds=True,
    )
    try:
        for line in _split(child, patience=3.0 * cpu + 10):
            if line.startswith(b"["):
                yield line
                continue
            fact = orjson.loads(line)
            if "end" in fact:
                return
            if "waiting" in fact and answer is not None and child.stdin is not None:
                child.stdin.write(answer())
                child.stdin.close()
                continue
            if "refused" in fact:
                raise UnreadableFile.from_json(fact["refused"])
            yield line
        raise _cause_of_death(child.wait())
    finally:
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        child.wait()


def _environment() -> dict[str, str]:
    """Nothing of ours but where the code is: no settings, no secrets."""
    return {"PYTHONPATH": _ROOT, "PYTHONDONTWRITEBYTECODE": "1", "RUST_BACKTRACE": "0", "LC_ALL": "C.UTF-8"}


def _split(child: subprocess.Popen[bytes], patience: float) -> Iterator[bytes]:
    """The lines of the child's output; gives up when it is silent for `patience` seconds."""
    assert child.stdout is not None
    pipe = child.stdout.fileno()
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(patience):
                raise _too_slow()
            block = os.read(pipe, 1 << 20)
            if not block:
                return
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
            if len(rest) > _MAX_LINE:
                raise _too_large()


def _cause_of_death(status: int) -> UnreadableFile:
    if status == -signal.SIGXCPU:
        return _too_slow()
    if status in (_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV):
        return _too_large()
    return broken_archive()


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        "too_large",
        gettext_noop(
            "The sheet needs too much memory, or has a cell far outside of its table. "
            "Save the table as CSV and upload that file."
        ),
    )


def _too_slow() -> UnreadableFile:
    return UnreadableFile(
        "too_slow", gettext_noop("The file takes too long to open. Save the table as CSV and upload that file.")
    )
