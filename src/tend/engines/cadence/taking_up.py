"""Putting the invariant back: accounts that should have an open call get one, those that should not lose theirs."""

from __future__ import annotations

from collections.abc import Iterable

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.engines.cadence import planning
from tend.engines.cadence.desk import Desk
from tend.engines.cadence.planning import Place


def take_up(desk: Desk, accounts: Iterable[Account]) -> list[tuple[Account, Activity]]:
    """Plan the calls that are missing, each at the later of its old date and the next working day. Never a second one."""
    lacking = [a for a in accounts if a.pk not in desk.calls and desk.rhythm(a) is not None]
    if not lacking:
        return []
    before = desk.last_cancelled(lacking)
    planned = []
    for account in lacking:
        status = desk.rhythm(account)
        assert status is not None
        today, who = desk.today(account), desk.who(account)
        account.cycle_anchor = account.cycle_anchor or today
        old = before.get(account.pk)
        if old is not None and old.planned_on is not None and old.cycle_from == account.cycle_anchor:
            raw = old.planned_on
        else:
            raw = planning.next_due(account.cycle_anchor, status, who, desk.workers).raw
        where = planning.roll(max(raw, today), who, desk.workers)
        planned.append((account, desk.place(account, status, Place(where.user_id, raw, where.day, where.is_working))))
    return planned
