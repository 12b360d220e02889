"""Puts back three limits that PostgreSQL lost: dropping the index of a foreign key took partial unique ones on its column along."""

from typing import Any

from django.db import migrations

LIMITS = [
    ("accounts_responsible", "record_id", "is_caller", "one_caller_per_account"),
    ("contacts_membership", "record_id", "is_main", "one_main_company"),
    ("contacts_membership", "account_id", "is_same", "one_person_per_account"),
]


def restore(apps: Any, schema_editor: Any) -> None:
    """Where two rows of a record say so meanwhile, the older one goes on saying it."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column, flag, name in LIMITS:
        older = f"SELECT 1 FROM {table} AS o WHERE o.{column} = t.{column} AND o.{flag} AND o.id < t.id"  # noqa: S608 - names of ours only
        schema_editor.execute(f"UPDATE {table} AS t SET {flag} = false WHERE {flag} AND EXISTS ({older})")  # noqa: S608
        schema_editor.execute(f"CREATE UNIQUE INDEX IF NOT EXISTS {name} ON {table} ({column}) WHERE {flag}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_counts_from_indexes"), ("contacts", "0007_people_alike")]

    operations = [migrations.RunPython(restore, migrations.RunPython.noop, elidable=True)]
