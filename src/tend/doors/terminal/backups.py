"""`tend backup`, `tend restore` and `tend doctor`: keeping the data, bringing them back, and proving that they hold."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the three to the command line."""
    backup = commands.add_parser(
        "backup", parents=[common], help="write database and files to one file, while people work"
    )
    backup.add_argument("file", nargs="?", default="", help="the file (else tend-backup-<time>.tar.gz here)")
    backup.add_argument("--json", action="store_true")
    backup.set_defaults(run=run_backup, django=True)
    restore = commands.add_parser("restore", parents=[common], help="bring a backup back into an empty Tend")
    restore.add_argument("file")
    restore.add_argument(
        "--replace", action="store_true", help="put it in place of the data that are here; stop Tend before"
    )
    restore.add_argument("--json", action="store_true")
    restore.set_defaults(run=run_restore, django=True)
    doctor = commands.add_parser(
        "doctor", parents=[common], help="check that everything in the database holds together"
    )
    doctor.add_argument("--repair", action="store_true", help="mend what can be mended")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=run_doctor, django=True)


def run_backup(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import give, tell
    from tend.kernel import clock
    from tend.kernel.backups import make_backup
    from tend.people.security_log import log

    place = Path(options.file or f"tend-backup-{clock.now():%Y%m%dT%H%M%SZ}.tar.gz").absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    manifest = make_backup(place)
    rows = sum(manifest.rows.values())
    log("backup-made", user=None, file=place.name, rows=rows)
    if options.json:
        give({"file": str(place), "size": place.stat().st_size, "rows": rows, "files": len(manifest.files)})
    else:
        print(place)
        tell(f"{rows:,} rows and {len(manifest.files):,} files, {place.stat().st_size / 1e6:,.1f} MB.")
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """1 when the restored database does not hold what the manifest says."""
    from tend.doors.terminal.answering import give, tell
    from tend.kernel.backups import restore_backup
    from tend.kernel.backups.restoring import count_differences
    from tend.people.erasures import check_erasures
    from tend.people.security_log import log

    manifest = restore_backup(Path(options.file), replace=options.replace)
    differences = {
        t: d
        for t, d in count_differences(manifest).items()
        if t not in ("django_migrations", "django_content_type", "auth_permission")
    }
    log("backup-restored", user=None, file=Path(options.file).name, made_at=manifest.made_at)
    for one in check_erasures(True):
        tell(f"{one.count:,} {one.text}: erased again.")
    if options.json:
        give({"made_at": manifest.made_at, "rows": sum(manifest.rows.values()), "differences": differences})
    for table, (then, now) in differences.items():
        tell(f"{table}: {then:,} rows in the backup, {now:,} here.")
    tell(
        f"Restored what was backed up on {manifest.made_at}: {sum(manifest.rows.values()):,} rows, {len(manifest.files):,} files."
    )
    return 1 if differences else 0


def run_doctor(options: argparse.Namespace) -> int:
    """0 when everything holds or was mended, else 1."""
    from tend.doors.terminal.answering import give
    from tend.kernel.doctor import checks

    found = {name: run(options.repair) for name, run in checks().items()}
    left = sum(1 for findings in found.values() for one in findings if not one.mended)
    if options.json:
        told = {
            name: [
                {"text": str(f.text), "count": f.count, "examples": list(f.examples), "mended": f.mended}
                for f in findings
            ]
            for name, findings in found.items()
        }
        give({"holds": not left, "checks": told})
        return 1 if left else 0
    for name, findings in found.items():
        print(f"{name:<16}{'holds' if not findings else ''}".rstrip())
        for one in findings:
            examples = f" (as {', '.join(map(str, one.examples))})" if one.examples else ""
            print(f"  {one.count:,} {one.text}{examples}{'; mended' if one.mended else ''}")
    return 1 if left else 0
