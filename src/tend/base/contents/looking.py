"""Looks into a document in a limited child process, and turns every way in which it can die into a plain refusal."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tend.base.unreadable import Unreadable, gettext_noop

MEMORY = 512 * 1024 * 1024
"""Bytes of address space of the child."""
CPU = 10
"""Seconds of processor time."""
_PATIENCE = 40.0  # seconds on the clock, for a machine with much else to do
_LONGEST = 16 * 1024 * 1024
_OUT_OF_MEMORY = 77
_ROOT = str(Path(__file__).parents[3])


@dataclass(frozen=True)
class Seen:
    """What was found inside a file: its text, and a PNG of its first page when it has pages."""

    text: str
    picture: bytes | None = None


def look_into(path: Path, code: str) -> Seen:
    """Read a file of the kind `code` (`kinds.Kind.code`). Raises Unreadable with the reason in words."""
    order = orjson.dumps({"path": str(path.resolve()), "code": code, "memory": MEMORY, "cpu": CPU}).decode()
    child = subprocess.Popen(  # noqa: S603  (our own interpreter and module; the order is data)
        [sys.executable, "-P", "-m", "tend.base.contents.child", order],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": _ROOT, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},  # no settings, no secrets
        close_fds=True,
    )
    assert child.stdout is not None
    clock = threading.Timer(_PATIENCE, child.kill)
    clock.start()
    try:
        said = child.stdout.read(_LONGEST + 1)
    finally:
        late = not clock.is_alive()
        clock.cancel()
        child.stdout.close()
        try:
            status = child.wait(timeout=5)  # it has said all; how it ends tells why it said nothing
        except subprocess.TimeoutExpired:
            child.kill()
            status = child.wait()
    return _understood(said, status, late=late)


def _understood(said: bytes, status: int, *, late: bool) -> Seen:
    try:
        answer: dict[str, Any] = orjson.loads(said)
    except orjson.JSONDecodeError:
        raise _cause_of_death(status, late=late) from None
    if "refused" in answer:
        code, sentence, params = answer["refused"]
        raise Unreadable(code, sentence, **params)
    picture = answer.get("picture")
    return Seen(str(answer["text"]), base64.b64decode(picture) if picture else None)


def _cause_of_death(status: int, *, late: bool) -> Unreadable:
    if late or status == -signal.SIGXCPU:
        return Unreadable(
            "too_slow", gettext_noop("The file takes too long to open, so its text is not found by the search.")
        )
    if status in (_OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV):
        return Unreadable(
            "too_large", gettext_noop("The file needs too much memory, so its text is not found by the search.")
        )
    return Unreadable(
        "broken", gettext_noop("The file is damaged or was cut off, so its text is not found by the search.")
    )
