"""`tend token`: a token for programs that speak for a user."""

from __future__ import annotations

import argparse
from typing import Any


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `token` to the command line."""
    token = commands.add_parser("token", parents=[common], help="make an API token for a user, and print it")
    token.add_argument("email")
    token.add_argument("--name", default="command line")
    token.add_argument("--days", type=int, default=90, help="how long it lives (90)")
    token.add_argument(
        "--limit", action="append", default=[], metavar="L", help="read, write, or accounts:read …; may be repeated"
    )
    token.set_defaults(run=run, django=True)


def run(options: argparse.Namespace) -> int:
    """Print the token and nothing else."""
    from tend.doors.terminal.answering import actor_of, user_named
    from tend.people.tokens import issue_token

    user = user_named(options.email)
    done = issue_token(actor_of(options), user=user, name=options.name, days=options.days, limits=options.limit)
    print(done.record.secret)
    return 0
