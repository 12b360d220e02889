"""Two accounts that are one, each with a thousand talks: merged, edited on both sides a week later, and parted again."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

WHY = "the benchmark merges accounts"
TALKS = 1_000  # of each account


def merging(clocked: Callable[..., AbstractContextManager[None]], talks: int = TALKS) -> list[dict[str, Any]]:
    """`merge` and `unmerge`: wall and processor time of one each, in a transaction that is taken back, with statements told."""
    from tend.domains.accounts.commands import edit_account
    from tend.domains.accounts.merging import merge, unmerge
    from tend.domains.accounts.models import Account
    from tend.domains.activities.commands import edit_activity
    from tend.domains.activities.models import Activity
    from tend.kernel import clock
    from tend.kernel.actor import system

    found: list[dict[str, Any]] = []
    actor = system(WHY)
    with transaction.atomic():
        rows = Account.objects.as_system(WHY).filter(lifecycle="customer", is_person=False, do_not_contact=False)
        stays, goes = rows.exclude(next_contact_on=None).order_by("-pk")[:2]
        mine, theirs = (_talk(actor, account, talks) for account in (stays, goes))
        statements = []
        with CaptureQueriesContext(connection) as asked, clocked("merge", found, lambda: talks):
            merge(actor, goes, into=stays)
        statements.append(len(asked))
        edit_account(actor, stays, values={"description": "Edited since"})
        for pk in (mine[0], theirs[0]):
            edit_activity(actor, pk, values={"text": "Edited since"})
        with CaptureQueriesContext(connection) as asked, clocked("unmerge", found, lambda: talks):
            done = unmerge(actor, goes)
        statements.append(len(asked))
        back = Activity.objects.as_system(WHY).filter(pk__in=theirs, account_id=goes.pk).count()
        own = Activity.objects.as_system(WHY).filter(pk__in=mine, account_id=stays.pk).count()
        assert (back, own) == (talks, talks), f"{back} and {own} of {talks} stand where they stood"
        assert done.operation is not None
        print(f"  merge: {statements[0]} statements, unmerge: {statements[1]}, kept {done.operation.summary}, "
              f"at {clock.now():%H:%M}", file=sys.stderr)  # fmt: skip
        transaction.set_rollback(True)
    return found


def _talk(actor: Any, account: Any, talks: int) -> list[int]:
    """Talks of the last years, done, with their history and search rows."""
    from tend.domains.activities.commands import plan_activity
    from tend.kernel import clock
    from tend.kernel.unit import Unit

    now = clock.now()
    with Unit(actor, verb="import") as unit:
        made = [
            plan_activity(
                unit,
                values={
                    "account": account, "kind": "call", "state": "done", "subject": f"Talk {n}", "text": "They asked for an offer.",
                    "done_at": now - dt.timedelta(days=1 + n),
                },
            )
            for n in range(talks)
        ]  # fmt: skip
    return [activity.pk for activity in made]
