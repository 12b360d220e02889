"""Makes the tables of an empty database at once, as the migrations leave them, instead of walking through each of them.

A walk draws every model anew after every step, which takes seconds that a newcomer waits for and that every office of the
tests pays. What a migration says beside its models (a search index, a function, an extension) is done as well, in its place;
what only fills rows that were there already is marked `elidable` and left out.
"""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import CreateModel, RunPython, RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has no table at all, of ours or of anybody."""
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def make_tables(connection: BaseDatabaseWrapper) -> None:
    """Make what all migrations together make, and note each of them as applied: all of it or, when it is killed, nothing."""
    executor = MigrationExecutor(connection)
    graph, recorder = executor.loader.graph, MigrationRecorder(connection)
    plan = [one for one, _backwards in executor.migration_plan(graph.leaf_nodes(), clean_start=True)]
    state = executor.loader.project_state()
    # The state gives each table as it is in the end, so that a step which alters one has nothing left to do.
    with connection.schema_editor(atomic=True) as editor:
        for migration in plan:
            for operation in migration.operations:
                if _makes_a_table(operation, migration.app_label, state) or _is_said_beside(operation):
                    operation.database_forwards(migration.app_label, editor, state, state)
        editor.create_model(recorder.Migration)
        with transaction.atomic(using=connection.alias):
            recorder.migration_qs.bulk_create(recorder.Migration(app=m.app_label, name=m.name) for m in plan)


def _makes_a_table(operation: Operation, app: str, state: ProjectState) -> bool:
    """Whether a step makes a table that stands to the end."""
    return isinstance(operation, CreateModel) and (app, operation.name_lower) in state.models


def _is_said_beside(operation: Operation) -> bool:
    """Whether a step does something to an empty database that no model tells: code and SQL, and PostgreSQL's extensions."""
    if isinstance(operation, (RunPython, RunSQL)):
        return not operation.elidable
    return type(operation).__module__ == "django.contrib.postgres.operations"
