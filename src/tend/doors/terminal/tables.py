"""`tend migrate` and `tend check`: the database's tables, and whether the code is of one piece."""

from __future__ import annotations

import argparse
from typing import Any


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add both to the command line."""
    migrate = commands.add_parser("migrate", parents=[common], help="bring the database's tables up to date")
    migrate.set_defaults(run=run_migrate, django=True)
    check = commands.add_parser(
        "check", parents=[common], help="check settings and models, and that no migration is missing"
    )
    check.set_defaults(run=run_check, django=True)


def run_migrate(options: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False)
    return 0


def run_check(options: argparse.Namespace) -> int:
    """0 when Django finds nothing and models and migrations agree."""
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    from tend.doors.terminal.answering import tell

    try:
        call_command("check")
        call_command("makemigrations", check_changes=True, dry_run=True)
    except SystemCheckError as found:
        tell(str(found))
        return 1
    except SystemExit as missing:  # makemigrations --check ends the process when something is missing
        return 1 if missing.code else 0
    return 0
