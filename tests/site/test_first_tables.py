"""An empty database that gets its tables at once has the tables that a walk through every migration makes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from tests.site.offices import Office, offices

__all__ = ["offices"]
WALK = """
import django
from django.core.management import call_command
from django.core.management.commands import migrate
django.setup()
call_command(migrate.Command(), interactive=False, verbosity=0)
"""
SAID: dict[bool, list[str]] = {
    False: [
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name",
        "SELECT app, name FROM django_migrations ORDER BY app, name",
    ],
    True: [
        """SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, collation_name
             FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2""",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        """SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
        "SELECT extname FROM pg_extension ORDER BY 1",
        "SELECT app, name FROM django_migrations ORDER BY app, name",
    ],
}


def test_tables_made_at_once_are_those_of_the_whole_walk(offices: Callable[[], Office]) -> None:
    walked, at_once = offices(), offices()
    for office in (walked, at_once):
        office.data.mkdir(parents=True)
    environment = walked.environment() | {"DJANGO_SETTINGS_MODULE": "tend.site.settings"}
    walking = subprocess.run([sys.executable, "-c", WALK], env=environment, capture_output=True, text=True, check=False)
    assert walking.returncode == 0, walking.stderr
    made = at_once.tend("migrate")
    assert made.returncode == 0, made.stderr
    told, told_at_once = _said(walked), _said(at_once)
    assert sum(map(len, told)) > 300
    for there, here in zip(told, told_at_once, strict=True):
        missing, extra = ([row for row in one if row not in other] for one, other in ((there, here), (here, there)))
        assert (missing, extra) == ([], [])


def _said(office: Office) -> list[list[tuple[Any, ...]]]:
    database = office.connect()
    try:
        rows = [database.execute(question).fetchall() for question in SAID[bool(office.url)]]
    finally:
        database.close()
    return [[tuple(_unordered(cell) for cell in row) for row in found] for found in rows]


def _unordered(cell: Any) -> Any:
    """What SQLite says of a table, in no order: columns stand as they were added, which nobody relies on."""
    if not str(cell).startswith("CREATE TABLE"):
        return cell
    return sorted(re.split(r', (?="|CONSTRAINT)', cell.partition("(")[2].removesuffix(")")))
