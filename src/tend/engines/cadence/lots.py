"""The open calls of a status counted as lots, so that a forecast over a hundred thousand of them reads a few thousand rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Case, Count, F, Q, Value, When

from tend.domains.accounts.models import Account, InteractionStatus, Responsible
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence.desk import WHY
from tend.engines.cadence.redating import COLUMNS, SHIFT, SPREADING, Planned, Redating
from tend.people.calendars import Worker, workers_for
from tend.people.models import User

Lot = tuple[Planned, int | None, int]  # calls that go the same way, whose they are now, how many


def counted_calls(status: InteractionStatus, work: Redating) -> list[Lot]:
    """The open calls of a status as lots that go the same way, whose call it is today, and how many are in each.

    `work` places each lot as it would place each of its calls. A constant number of statements, however many calls.
    """
    callers = Responsible.objects.as_system(WHY).filter(is_caller=True, record__interaction_status=status)
    rows = Activity.objects.as_system(WHY).filter(origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None)
    lots = _of_status(rows, status)
    stays = ~Q(is_pinned=False, is_promised=False, account__cycle_attempts=0, account__cycle_anchor__isnull=False)
    # Only a day counted before today is spread, and none is before the anchor and as many days.
    last = max(work.today_of(who) for who in work.workers) - dt.timedelta(days=work.rhythm.interval)
    widths: dict[int, list[int | None]] = defaultdict(list)
    for who in work.workers:
        widths[len(work.days(who))].append(who)
    usual = max(widths, key=lambda n: len(widths[n]))
    width = Case(
        *(When(account__owner_id__in=[p for p in people if p is not None], then=Value(n)) for n, people in widths.items() if n != usual),
        default=Value(usual), output_field=BigIntegerField(),
    )  # fmt: skip
    number: Any = F("account_id") * Value(SPREADING, output_field=BigIntegerField())
    lots = lots.annotate(
        stays=Case(When(stays, then=Value(True)), default=Value(False), output_field=BooleanField()),
        seat=Case(
            When(account__cycle_anchor__lte=last, then=number.bitrightshift(SHIFT) % width), default=Value(0), output_field=BigIntegerField()
        ),
    )  # fmt: skip
    columns = ("account__owner_id", "responsible_id", "account__cycle_anchor", "planned_on", "stays", "seat")
    found = [
        (Planned(0, owner, anchor or day, day, rests, seat), responsible, n)
        for owner, responsible, anchor, day, rests, seat, n in lots.exclude(account_id__in=callers.values("record_id"))
        .order_by().values_list(*columns).annotate(n=Count("pk"))
    ]  # fmt: skip
    flagged = dict(callers.values_list("record_id", "user_id"))
    if flagged:
        mine = rows.filter(account_id__in=callers.values("record_id"))
        for pk, owner, responsible, anchor, tried, day, pinned, promised in mine.values_list(*COLUMNS):
            rests = anchor is None or pinned or promised or bool(tried)
            call = Planned(pk, flagged.get(pk, owner), anchor or day, day, rests)
            found.append((call, responsible, 1))
    return found


def _of_status(rows: Any, status: InteractionStatus) -> Any:
    """Of open calls those of a status. Whoever has one has a next contact: said for the index's sake.

    SQLite is given the accounts as a list, through which it goes by id: calls of neighbours mostly lie beside each other.
    """
    if connection.vendor != "sqlite":
        return rows.filter(account__interaction_status=status, account__next_contact_on__isnull=False)
    called = Account.objects.as_system(WHY).filter(interaction_status=status, next_contact_on__isnull=False)
    return rows.filter(account__in=called.values("pk"))


def everybody() -> dict[int | None, Worker]:
    """All who may have calls, as `people_of` gives them."""
    found = workers_for(None, set(User.objects.as_system(WHY).values_list("pk", flat=True)))
    return {pk: w if w.is_active else found[None] for pk, w in found.items()}
