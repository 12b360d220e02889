"""Who a worker is, so that another on the same machine can tell at once that it is gone, and need not wait for its silence."""

from __future__ import annotations

import hashlib
import os
import socket
from functools import cache
from pathlib import Path

PROC = Path("/proc")
LONGEST_HOST = 40  # the whole name has 80 characters at most


def own_name() -> str:
    """The name under which this process works: host, machine, process and, where they can be told, its beginning."""
    host, pid = socket.gethostname()[:LONGEST_HOST], os.getpid()
    machine, began = _machine(), _began(pid)
    return f"{host}:{machine}:{pid}:{began}" if machine and began else f"{host}:{pid}"


def is_gone(name: str) -> bool:
    """Has the worker of this name certainly ended? False wherever that cannot be told: on another machine, in another
    container, under a name of somebody's own choice."""
    _host, _colon, rest = name.partition(":")
    machine, _colon, process = rest.partition(":")
    pid, _colon, began = process.partition(":")
    if not began or not pid.isdigit() or machine != _machine():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    now = _began(int(pid))
    return bool(now) and now != began  # another process has its number by now


@cache
def _machine() -> str:
    """This start of this machine, and the container within it: process numbers mean something only there."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return hashlib.sha256(f"{boot} {(PROC / 'self/ns/pid').readlink()}".encode()).hexdigest()[:12]
    except OSError:
        return ""


def _began(pid: int) -> str:
    """When a process began, in ticks since the machine did; nothing where that cannot be read."""
    try:
        words = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    if len(words) <= 19:
        return ""
    return "ended" if words[0] in ("Z", "X") else words[19]
