"""The coverage board over offices drawn at random: whoever looks, each account in sight counts once, where the rules say."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tend.domains.accounts.models import Account, AccountPoint, InteractionStatus
from tend.engines.cadence import coverage
from tend.engines.cadence.overdue import days_of
from tests.cast import make
from tests.engines.cadence.conftest import Company

WHO = ("admin", "leader", "junior", "manager", "stranger")


@dataclass(frozen=True)
class Drawn:
    """One account of an office. Days count from today: `spoken` ago, `planned` ahead."""

    owner: str | None
    in_team: bool
    status: str | None
    category: bool
    spoken: int | None
    planned: int | None
    number: str | None  # its own, that of somebody there, or none
    do_not_contact: bool
    paused: bool
    unreachable: bool
    fate: str

    def part(self, statuses: dict[str, InteractionStatus]) -> str:
        """To which part it belongs, as the guide tells it."""
        if self.do_not_contact:
            return "do_not_contact"
        if self.paused:
            return "paused"
        if self.status is None:
            return "no_status"
        if not statuses[self.status].plans_calls:
            return "no_calls"
        if self.unreachable:
            return "unreachable"
        if self.number is None:
            return "no_number"
        if self.planned is not None and self.planned < 0:
            return "overdue"
        if self.spoken is None:
            return "never"
        return "kept" if self.spoken <= days_of(statuses[self.status], 1) else "planned"


rarely = st.sampled_from([False, False, False, False, True])
OFFICE = st.lists(
    st.builds(
        Drawn,
        owner=st.sampled_from(["leader", "manager", "junior", "junior", "stranger", "admin", None]),
        in_team=st.booleans(),
        status=st.sampled_from(["A", "B", "C", "W", "D", "L", None]),
        category=st.booleans(),
        spoken=st.one_of(st.none(), st.sampled_from([0, 13, 14, 15, 29, 30, 31, 89, 90, 91, 400])),
        planned=st.one_of(st.none(), st.integers(-3, 3)),
        number=st.sampled_from(["own", "own", "person", None]),
        do_not_contact=rarely, paused=rarely, unreachable=rarely,
        fate=st.sampled_from(["lives", "lives", "lives", "lives", "archived", "trashed", "merged"]),
    ),
    max_size=9,
)  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=int(os.environ.get("TEND_EXAMPLES", "12")), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(office=OFFICE)
def test_columns_add_up_for_whoever_looks_at_any_office(company: Company, office: list[Drawn]) -> None:
    with transaction.atomic():
        told = _enter(company, office)
        for who in WHO:
            for by in coverage.BY:
                _check(company, who, by, told)
        transaction.set_rollback(True)


def _enter(company: Company, office: list[Drawn]) -> dict[int, Drawn]:
    """The accounts as they are drawn: the board reads what stands, however it came about."""
    premium = make("categories", name="Premium")
    other = company.account("The one that others were merged into", owner=company.cast.stranger)
    Account.objects.as_system("test").filter(pk=other.pk).update(archived=True)
    told = {}
    for n, drawn in enumerate(office):
        owner = getattr(company.cast, drawn.owner) if drawn.owner else None
        team = company.cast.team if owner is None and drawn.in_team else None
        account = make("accounts", name=f"Any {n}", owner=owner, team=team, interaction_status=None)
        if drawn.number == "person":
            make(
                "contacts",
                first_name="Ines",
                last_name=f"Prado {n}",
                accounts=[account],
                phone=f"+380 44 123 45 {n:02d}",
            )
        AccountPoint.objects.of([account]).delete()
        if drawn.number == "own":
            number = f"+38044765430{n}"
            AccountPoint.objects.create(record=account, kind="phone", value=number, normalised=number)
        Account.objects.as_system("test").filter(pk=account.pk).update(
            owner=owner, team=team, interaction_status=company.statuses.get(drawn.status or ""), category=premium if drawn.category else None,
            last_contact_at=None if drawn.spoken is None else company.now - dt.timedelta(days=drawn.spoken),
            next_contact_on=None if drawn.planned is None else company.today + dt.timedelta(days=drawn.planned),
            do_not_contact=drawn.do_not_contact, cycle_paused=drawn.paused, unreachable=drawn.unreachable,
            archived=drawn.fate == "archived", trashed_at=company.now if drawn.fate == "trashed" else None,
            merged_into=other if drawn.fate == "merged" else None,
        )  # fmt: skip
        told[account.pk] = drawn
    return told


def _check(company: Company, who: str, by: str, told: dict[int, Drawn]) -> None:
    actor = company.cast.actor(getattr(company.cast, who))
    seen = set(Account.objects.seen_by(actor).filter(archived=False, merged_into=None).values_list("pk", flat=True))
    assert seen <= told.keys()
    parts = {pk: told[pk].part(company.statuses) for pk in seen}
    board = coverage.board(actor, by, company.now)
    assert {p: n for p, n in board.total.all.parts.items() if n} == Counter(parts.values())
    for row in (*board.rows, board.total):
        assert sum(cell.total for cell in row.cells.values()) + row.out.total == row.all.total
        assert sum(row.cells[c.key].total for c in board.columns) + row.out.total == row.all.total
    assert sum(row.all.total for row in board.rows) == board.total.all.total == len(seen)

    def behind(key: str, column: str, part: str) -> set[int]:
        rows = coverage.listed(actor, company.now, by=by, who=key, column=column, part=part)
        return set(rows.values_list("pk", flat=True))

    for row in (*board.rows, board.total):
        cells: list[tuple[str, Any]] = [*row.cells.items(), (coverage.OUT, row.out), (coverage.ALL, row.all)]
        for column, cell in cells:
            assert len(behind(row.key, column, coverage.ALL)) == cell.total
            for part in [p for p in coverage.PARTS if cell.parts[p]]:  # all of them: the cell has no more than these
                listed = behind(row.key, column, part)
                assert len(listed) == cell.parts[part], (row.key, column, part)
                assert all(parts[pk] == part for pk in listed)
