"""`tend worker`: the background worker, until a signal ends it."""

from __future__ import annotations

import argparse
from typing import Any


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `worker` to the command line."""
    worker = commands.add_parser("worker", parents=[common], help="run background work until told to stop")
    worker.add_argument("--drain", action="store_true", help="run what is due and end")
    worker.set_defaults(run=run, django=True)


def run(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import tell
    from tend.kernel.jobs.worker import Worker

    worker = Worker()
    worker.stop_on_signals()
    if options.drain:
        worker.round()
        tell(f"{worker.drain()} jobs run.")
    else:
        worker.run()
    return 0
