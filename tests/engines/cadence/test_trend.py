"""The coverage of each night: counted once, added up for whoever asks over what is in his sight, kept for a year."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts import commands as accounts
from tend.engines.cadence import coverage, trend
from tend.engines.cadence.models import CoverageOfDay
from tend.kernel.errors import NotSeen
from tend.people.models import UserRole
from tests.cast import make, person
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db


def night(company: Company) -> int:
    return trend.keep_coverage(company.now)


def parts(company: Company, user: Any, days: int = 84) -> list[dict[str, int]]:
    return [dict(n.parts) for n in trend.trend(company.cast.actor(user), company.today, days=days)]


def rows() -> int:
    return int(CoverageOfDay.objects.as_system("test").count())


def test_a_night_is_counted_once_and_is_what_the_board_says(company: Company) -> None:
    cast = company.cast
    called = company.account("Called", phones=["+34 910 000 111"])
    company.account("Never", phones=["+34 910 000 112"])
    company.account("No number")
    company.account("Lead", lifecycle="lead", phones=["+34 910 000 113"])
    company.account("Of the leader", owner=cast.leader, phones=["+34 910 000 114"])
    company.do(accounts.archive, company.account("Put aside"))
    company.log(called, "reached")
    assert night(company) == 3
    assert night(company) == 0
    board = coverage.board(cast.actor(cast.admin), "status", company.now)
    assert parts(company, cast.admin) == [dict(board.total.all.parts)]
    assert parts(company, cast.admin) == [{"kept": 1, "never": 3, "no_number": 1}]


def test_each_sees_the_sum_over_what_is_his_to_see(company: Company) -> None:
    cast = company.cast
    for owner in (cast.manager, cast.junior, cast.stranger, None):
        given = {"team": cast.team} if owner is None else {}
        make("accounts", name=f"Of {owner}", owner=owner, phones=["+34 910 000 111"], **given)
    night(company)
    assert [Counter(p).total() for u in (cast.admin, cast.leader, cast.manager, cast.junior, cast.stranger) for p in parts(company, u)] == [
        4, 3, 3, 1, 1,
    ]  # fmt: skip


def test_a_reader_without_numbers_is_not_told_who_has_none(company: Company) -> None:
    company.account("No number")
    company.account("Number", phones=["+34 910 000 111"])
    night(company)
    marketing = person("Nils Berg", "marketing")
    assert parts(company, marketing) == [{"never": 2}]
    assert parts(company, company.cast.admin) == [{"never": 1, "no_number": 1}]


def test_nights_stand_in_their_order_and_old_ones_go(company: Company) -> None:
    company.account("One", phones=["+34 910 000 111"])
    night(company)
    company.later(7)
    company.account("Two", phones=["+34 910 000 112"])
    night(company)
    found = trend.trend(company.cast.actor(company.cast.admin), company.today)
    assert [(n.day, n.total) for n in found] == [(company.today - dt.timedelta(days=7), 1), (company.today, 2)]
    company.later(84)
    assert parts(company, company.cast.admin) == []
    company.later(400)
    night(company)
    assert rows() == 1


def test_whoever_has_no_board_has_no_trend(company: Company) -> None:
    role = make("roles", name="Clerk", scopes={"activities": {"view": "own"}})
    user = make("users", email="clerk@tend.example", name="Pia Holm", zone="UTC")
    UserRole.objects.create(record=user, role=role)
    with pytest.raises(NotSeen):
        trend.trend(company.cast.actor(user), company.today)


def test_many_accounts_are_counted_in_as_many_questions_as_few(company: Company) -> None:
    asked = []
    for size in (2, 30):
        for n in range(size):
            company.account(f"{size} {n}")
        with CaptureQueriesContext(connection) as caught:
            night(company)
        asked.append(len(caught))
        company.later(1)
    assert asked[0] == asked[1]
