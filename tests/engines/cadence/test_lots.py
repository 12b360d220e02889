"""Calls counted in lots for a forecast: each lot goes where each of its calls would go."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.models import Account
from tend.domains.activities import commands as activities
from tend.engines.cadence import forecasting, planning, redating
from tend.engines.cadence.lots import counted_calls, everybody
from tend.people import calendar_commands as calendars
from tend.people import commands as people
from tests.engines.cadence.conftest import Company
from tests.engines.cadence.test_many_at_once import create_many

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.mark.parametrize(("later", "interval", "kind"), [(0, 45, "calendar"), (29, 14, "calendar"), (40, 7, "working")])
def test_calls_counted_in_lots_go_where_each_of_them_goes(
    company: Company, later: int, interval: int, kind: str
) -> None:
    ids = create_many(company, 120, owners=[company.cast.manager, company.cast.leader, company.cast.junior])
    accounts.add_responsible.each(company.actor, ids[::7], user=company.cast.stranger, is_caller=True, now=company.now)
    calendars.add_absence(
        company.actor,
        values={"user": company.cast.junior, "first": D(2026, 12, 7), "last": D(2026, 12, 11)},
        now=company.now,
    )
    calendars.add_absence(
        company.actor,
        values={"user": company.cast.leader, "first": D(2026, 11, 30), "last": D(2027, 1, 15), "substitute": company.cast.manager},
        now=company.now,
    )  # fmt: skip
    for account, promised in ((ids[3], False), (ids[4], True)):
        company.do(activities.reschedule, company.call(Account(pk=account)), to=D(2026, 11, 20), promised=promised)
    company.log(Account(pk=ids[5]), "no answer")
    company.do(people.deactivate, company.cast.stranger)
    company.later(later)
    work = redating.Redating(forecasting.Pace(interval, kind), everybody(), company.now)
    status = company.fresh(company.statuses["B"])
    one_by_one: Counter[Any] = Counter()
    for call in redating.planned_calls(status):
        where = work.place(call)
        one_by_one[(where.user_id, where.day) if where else (call.who, call.planned_on, "stays")] += 1
    in_lots: Counter[Any] = Counter()
    for call, _responsible, n in counted_calls(status, work):
        where = work.place(call)
        in_lots[(where.user_id, where.day) if where else (call.who, call.planned_on, "stays")] += n
    assert in_lots == one_by_one
    assert in_lots.total() == 120
    naive = redating.Redating(
        forecasting.Pace(interval, kind), redating.people_of(list(redating.planned_calls(status))), company.now
    )
    for call in redating.planned_calls(status):  # what is kept for all who work alike is what each would be told
        if not call.stays:
            assert work.due(call.anchor, call.who) == planning.next_due(
                call.anchor, naive.rhythm, call.who, naive.workers
            )
