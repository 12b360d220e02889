"""`tend demo`: fill this Tend with sample customers, as many as asked for."""

from __future__ import annotations

import argparse
import time
from typing import Any


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `demo` to the command line."""
    demo = commands.add_parser("demo", parents=[common], help="fill this Tend with a sample company")
    demo.add_argument("--accounts", type=int, default=300, metavar="N", help="how many accounts to add (300)")
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="equal seeds make equal data (1)")
    demo.set_defaults(run=run, django=True)


def run(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import Misused, tell
    from tend.site.demo.company import build
    from tend.site.prepare import migrate, set_up

    if not 1 <= options.accounts <= 10_000_000:
        raise Misused("--accounts is between 1 and 10,000,000.")
    migrate()
    set_up()
    began = time.monotonic()
    made = build(accounts=options.accounts, seed=options.seed, say=tell)
    seconds = time.monotonic() - began
    tell(f"{made:,} records in {seconds:.1f} s, {made / seconds:,.0f} a second.")
    return 0
