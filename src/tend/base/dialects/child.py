"""The limited child process that opens workbooks: sets its own limits first, then writes rows to standard output.

Started by `sandbox` only, as `python -m tend.base.dialects.child`. Each line of output is JSON: first
an object about the sheet, then one array a row, at the end an object that says how it ended.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

_CHUNK = 500
_OUT_OF_MEMORY = 77


def main() -> int:
    """Reads the order from the command line and obeys it. The exit status is 0 even for a refused file."""
    order: dict[str, Any] = orjson.loads(sys.argv[1])
    limit(int(order["memory"]), int(order["cpu"]))
    from tend.base.dialects.refusals import UnreadableFile

    try:
        _read(order)
    except UnreadableFile as refusal:
        _say({"refused": refusal.to_json()})
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    return 0


def limit(memory: int, cpu: int) -> None:
    """Memory in bytes, processor time in seconds; no core dumps, no files written, behind all other work."""
    try:
        import resource
    except ImportError:  # no such limits on this system; the parent's clock remains
        return
    for name, value in (("RLIMIT_AS", memory), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0), ("RLIMIT_NOFILE", 32)):
        with suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, name), (value, value))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    with suppress(OSError):
        os.nice(5)


def _read(order: dict[str, Any]) -> None:
    from tend.base.dialects.dialect import Dialect
    from tend.base.dialects.tabulate import tabulate
    from tend.base.dialects.workbook import Sheet

    dialect = Dialect.from_json(order["dialect"])
    sheet = Sheet(Path(order["path"]), dialect)
    if order["first"]:
        _say({"sheet": sheet.name, "sheets": sheet.sheets})
        count = _write(islice(sheet.records(), int(order["first"])))
        if not order["waits"]:
            _say({"end": count})
            return
        _say({"waiting": count})
        dialect = Dialect.from_json(orjson.loads(sys.stdin.buffer.readline()))
    header, rows = tabulate(sheet.records(), dialect.header_row)
    _say({"header": header})
    _say({"end": _write(rows)})


def _write(rows: Iterable[tuple[object, ...]]) -> int:
    count = 0
    chunk: list[bytes] = []
    dumps = orjson.dumps
    for row in rows:
        line = dumps(tuple(row) if len(row) > 2 and row[2] else row[:2])
        if b"\\u0000" in line:
            line = line.replace(b"\\u0000", b"")
        chunk.append(line)
        count += 1
        if len(chunk) >= _CHUNK:
            _put(chunk)
            chunk = []
    _put(chunk)
    return count


def _put(lines: list[bytes]) -> None:
    if lines:
        lines.append(b"")
        data = memoryview(b"\n".join(lines))
        while data:
            data = data[os.write(1, data) :]


def _say(fact: dict[str, object]) -> None:
    _put([orjson.dumps(fact)])


if __name__ == "__main__":
    sys.exit(main())
