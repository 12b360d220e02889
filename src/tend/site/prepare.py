"""What `tend up` does before it serves: tables, shipped books, the first administrator, sample data, a way in.

A process of its own, so that the one which stays to watch over the others remains small. Its last line on standard
output is a JSON object for that one; everything meant for people goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

FIRST = "administrator@tend.example"  # stands until the first steps give the account to a person
LINK_MINUTES = 60
DEMO_ACCOUNTS = 300


def main() -> int:
    """Prepare the data folder or database that the environment names; 0 when Tend may be served."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tend.site.settings")
    import django

    django.setup()
    from tend.kernel.errors import TendError

    try:
        migrate()
        told = ready(demo="--demo" in sys.argv[1:])
    except TendError as no:
        print(no, file=sys.stderr)
        return 1
    print(json.dumps(told), flush=True)
    return 0


def migrate() -> bool:
    """Apply the migrations that are not applied yet; whether there were any."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from tend.kernel.sqlite.statistics import say_empty_indexes

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    say("Setting up the database.")
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # without statistics SQLite takes any new index for one that finds ten rows
        if connection.vendor == "sqlite":
            say_empty_indexes(cursor)
    return True


def set_up() -> None:
    """Give an empty Tend its roles, its books and an administrator."""
    from tend.kernel.actor import system
    from tend.people.models import User
    from tend.site.presets import apply_presets

    why = "setting up an empty Tend"
    if not User.objects.as_system(why).exists():
        apply_presets(system(why))
        first_administrator()


def ready(*, demo: bool) -> dict[str, Any]:
    """Make an empty Tend usable; what the watcher tells: links with whose they are, and whether a log may hold them."""
    from tend.kernel.organisation import organisation
    from tend.people.links import make_link

    set_up()
    if demo:
        from tend.site.demo.company import build_if_empty

        build_if_empty(accounts=DEMO_ACCOUNTS, seed=1, say=say)
    purpose = "sign-in" if organisation().is_set_up else "first-steps"
    ways = [(who.name, f"/welcome/{make_link(who, purpose, LINK_MINUTES)}") for who in _ways_in()]
    return {"ways": ways, "quiet": organisation().is_set_up and not demo}


def first_administrator() -> Any:
    """The placeholder that stands in for the person who takes the first steps."""
    from tend.kernel.actor import system
    from tend.kernel.unit import Unit
    from tend.people.commands import invite, set_roles
    from tend.people.models import Role

    role = Role.objects.as_system("the first administrator needs his role").get(code="administrator", trashed_at=None)
    with Unit(system("the first administrator"), verb="invite") as unit:
        user = invite(unit, values={"email": FIRST, "name": "Administrator"})
        set_roles(unit, user, roles=[role])
    return user


def _ways_in() -> list[Any]:
    """Who signs in by the operator's link: the first administrator, and in the sample company its sales leader before."""
    from tend.people.models import User
    from tend.site.demo.cast import LEADER

    users = User.objects.as_system("the operator's own way in").filter(is_active=True, trashed_at=None).order_by("pk")
    administrators = users.filter(user_roles__role__code="administrator", user_roles__role__trashed_at=None)
    found = [users.filter(email=LEADER).first(), administrators.first() or users.first()]
    return [who for who in found if who is not None]


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
