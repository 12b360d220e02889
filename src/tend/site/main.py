"""The `tend` command: finds the subcommand, the data folder and the settings, and turns refusals into exit status.

0 done, 1 refused or some rows failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; its exit status."""
    options = parser().parse_args(arguments)
    if options.data:
        os.environ["TEND_DATA"] = options.data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tend.site.settings")
    if not options.django:
        return int(options.run(options))
    import django

    django.setup()
    from tend.doors.terminal.answering import answer
    from tend.site.memory import settle

    settle()
    return answer(options)


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    from tend.doors.terminal import commands as terminal
    from tend.site import serve
    from tend.site.demo import terminal as demo

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data", metavar="DIR", default="", help="folder for database and files (TEND_DATA, else ./tend-data)"
    )
    whole = argparse.ArgumentParser(prog="tend", description="Tend keeps every customer relationship warm.")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for room in (serve, demo, *terminal.ROOMS):
        room.declare(commands, common)
    return whole


if __name__ == "__main__":
    sys.exit(main())
