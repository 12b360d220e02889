"""Two people who merge and part the same accounts at the same moment: one does it, the other is told, and nothing is lost."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from tend.domains.accounts.commands import edit_account
from tend.domains.accounts.merging import merge, unmerge
from tend.domains.accounts.models import Account
from tend.domains.accounts.portfolio_check import check_portfolio
from tend.domains.activities.models import Activity
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.merging.stray import check_merged
from tend.kernel.unit import Unit
from tests.cast import Cast, make

PATIENCE = 0.3  # seconds that the one who holds the rows gives the other to come and wait for them


def at_once(monkeypatch: pytest.MonkeyPatch, *works: Callable[[], Any]) -> list[Exception]:
    """Run these beside each other, each begun before any has written; what they refused."""
    both, run, faults = threading.Barrier(len(works)), Unit.run, []

    def after_the_other_has_come(self: Unit, *given: Any, **more: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(PATIENCE)
        return run(self, *given, **more)

    def do(work: Callable[[], Any]) -> None:
        try:
            work()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    with monkeypatch.context() as patched:
        patched.setattr(Unit, "run", after_the_other_has_come)
        threads = [threading.Thread(target=do, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return faults


@pytest.mark.django_db(transaction=True)
def test_two_people_merge_and_part_the_same_accounts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    one, other = cast.actor(cast.leader), cast.actor(cast.manager)
    a, b, c = (cast.account(name).pk for name in ("Hotel Marisol", "Marisol", "Casa Marisol"))
    talks = [
        make("activities", account=pk, kind="task", subject="Ask", responsible=cast.manager).pk for pk in (a, b, c)
    ]

    def into() -> dict[int, int | None]:
        return dict(Account.objects.as_system("test").filter(pk__in=[a, b, c]).values_list("pk", "merged_into_id"))

    def stands_at() -> list[int]:
        rows = Activity.objects.as_system("test").filter(pk__in=talks).order_by("pk")
        return list(rows.values_list("account_id", flat=True))

    def get(pk: int) -> Account:
        found: Account = Account.objects.as_system("test").get(pk=pk)
        return found

    # The same pair, the same way: one merges, for the other it is done already.
    faults = at_once(monkeypatch, lambda: merge(one, a, into=get(b)), lambda: merge(other, a, into=get(b)))
    assert [type(f) for f in faults] in ([NotSeen], [Refused])
    assert (into(), stands_at()) == ({a: b, b: None, c: None}, [b, b, c])
    # Parted by both.
    faults = at_once(monkeypatch, lambda: unmerge(one, a), lambda: unmerge(other, a))
    assert [type(f) for f in faults] == [Refused]
    assert (into(), stands_at()) == ({a: None, b: None, c: None}, [a, b, c])
    # Into each other: one of the two stays, never none.
    faults = at_once(monkeypatch, lambda: merge(one, a, into=get(b)), lambda: merge(other, b, into=get(a)))
    assert len(faults) == 1
    assert isinstance(faults[0], (NotSeen, Refused)), faults
    loser, winner = (a, b) if into()[a] == b else (b, a)
    assert into() == {loser: winner, winner: None, c: None}
    assert stands_at() == [winner, winner, c]
    unmerge(one, loser)
    # One after the other in a chain, while somebody edits: both happen, in either order, or the second is refused.
    faults = at_once(
        monkeypatch, lambda: merge(one, a, into=get(b)), lambda: merge(other, b, into=get(c)),
        lambda: edit_account(one, b, values={"employees": 7}),
    )  # fmt: skip
    assert all(isinstance(f, (NotSeen, Refused)) for f in faults), faults
    assert a not in stands_at() or into()[a] is None
    for pk in (a, b):
        if into()[pk] is not None:
            unmerge(one, pk)
    assert (into(), stands_at()) == ({a: None, b: None, c: None}, [a, b, c])
    assert check_merged(False) == check_portfolio(False) == []
