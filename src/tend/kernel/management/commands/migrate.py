"""Django's `migrate`, with a short way for an empty database; whoever brings tables up to date takes it, tests as well."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from tend.kernel.first_tables import is_empty, make_tables


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        whole = not any(options[name] for name in ("app_label", "migration_name", "fake", "plan", "check_unapplied"))
        connection = connections[options["database"]]
        connection.prepare_database()
        if whole and is_empty(connection):
            make_tables(connection)
        return super().handle(*args, **options)
