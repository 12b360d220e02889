"""`python3 run bench`: build or reuse the databases, measure each in a process of its own, print one table."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time

from tests.bench import grounds


def main() -> int:
    options = _options()
    if options.only:
        return _measure(options)
    kinds = ["sqlite", "postgres"] if options.database == "both" else [options.database]
    results = []
    for accounts in options.accounts or [100_000]:
        for kind in kinds:
            print(f"{kind}, {accounts:,} accounts", file=sys.stderr, flush=True)
            with grounds.ground(kind, accounts) as ground:
                if not grounds.is_filled(ground):
                    subprocess.run(
                        [sys.executable, "-m", "tests.bench", "--only", "fill", "--accounts", str(accounts)],
                        env=ground.environment() | {"TEND_BENCH_SERVER": str(ground.server)},
                        check=True,
                    )
                    grounds.mark_filled(ground, time.strftime("%Y-%m-%d"))
            if options.fill:
                continue
            with grounds.ground(
                kind, accounts
            ) as ground:  # its server begins anew, with the settings that are measured
                environment = ground.environment() | {"TEND_BENCH_SERVER": str(ground.server)}
                command = [
                    sys.executable,
                    "-m",
                    "tests.bench",
                    "--only",
                    "pages",
                    "--accounts",
                    str(accounts),
                    *(["--quick"] if options.quick else []),
                    *(["--rows", options.rows] if options.rows else []),
                ]
                rows = _rows(command, environment)
                if not options.pages:
                    with grounds.copy_of(ground) as copy:
                        rows += _rows(
                            [*command[:4], "bulk", *command[5:]],
                            copy.environment() | {"TEND_BENCH_SERVER": str(ground.server)},
                        )
                results.append({"kind": kind, "accounts": accounts, "rows": rows})
    if results:
        from tests.bench.table import show

        show(results, options.save)
    return 0


def _rows(command: list[str], environment: dict[str, str]) -> list[dict[str, object]]:
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return list(json.loads(done.stdout.strip().splitlines()[-1]))


def _measure(options: argparse.Namespace) -> int:
    """Inside a child whose environment names the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tend.site.settings")
    import django

    django.setup()
    accounts = options.accounts[0]
    if options.only == "fill":
        from tests.bench.fill import fill

        print(fill(accounts), file=sys.stderr)
        return 0
    from tend.site.prepare import migrate

    migrate()  # a kept database may be older than the code
    if options.only == "pages":
        from tests.bench.pages import measure
    else:
        from tests.bench.bulk import measure
    print(json.dumps(measure(quick=options.quick, only=options.rows.split(",") if options.rows else ())))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run bench", description=__doc__)
    parser.add_argument(
        "--accounts", type=int, action="append", help="100000 or 1000000; give it twice for the flatness between them"
    )
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument(
        "--quick", action="store_true", help="fewer requests and rows: an impression, no figures to keep"
    )
    parser.add_argument("--pages", action="store_true", help="leave out imports, exports and bulk edits")
    parser.add_argument("--rows", default="", help="only rows whose key begins so, such as today,calls,coverage")
    parser.add_argument("--fill", action="store_true", help="only build the databases")
    parser.add_argument("--save", default="", help="write the figures as JSON to this file")
    parser.add_argument("--only", choices=["fill", "pages", "bulk"], default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
