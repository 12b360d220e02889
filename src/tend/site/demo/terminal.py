"""`tend demo`: fill this Tend with sample customers, as many as asked for."""

from __future__ import annotations

import argparse
import os
import time
from typing import Any


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `demo` to the command line."""
    demo = commands.add_parser("demo", parents=[common], help="fill this Tend with a sample company")
    demo.add_argument("--accounts", type=int, default=300, metavar="N", help="how many accounts to add (300)")
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="equal seeds make equal data (1)")
    demo.add_argument(
        "--processes",
        type=int,
        default=0,
        metavar="N",
        help="how many write at once (PostgreSQL: as many as processors)",
    )
    demo.set_defaults(run=run, django=True)


def run(options: argparse.Namespace) -> int:
    from django.db import connection

    from tend.doors.terminal.answering import Misused, tell
    from tend.kernel.write import filling
    from tend.site.demo.company import build
    from tend.site.prepare import migrate, set_up

    if not 1 <= options.accounts <= 10_000_000:
        raise Misused("--accounts is between 1 and 10,000,000.")
    if options.processes < 0:
        raise Misused("--processes is 1 or more.")
    migrate()
    set_up()
    began = time.monotonic()
    processes = (options.processes or os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
    with filling():
        made = build(accounts=options.accounts, seed=options.seed, say=tell, processes=processes)
    seconds = time.monotonic() - began
    tell(f"{made:,} records in {seconds:.1f} s, {made / seconds:,.0f} a second.")
    return 0
