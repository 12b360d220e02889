"""Who is told about accounts: the person into whose care one was given by somebody else."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext_noop

from tend.domains.accounts.events import account_created, account_reassigned, responsibles_changed
from tend.domains.accounts.models import Account, Responsible
from tend.kernel.events import reacts_to
from tend.kernel.notices import notify, tally
from tend.kernel.unit import Unit

TOLD_ELSEWHERE = ("deactivate",)  # a handover has a notice of its own


@reacts_to(account_created, account_reassigned, order=5)
def tell_owners(unit: Unit, events: list[Any]) -> None:
    """The new owner hears of it, unless he took the account himself or a machine gave it."""
    moved = [e.account for e in events if e.account.owner_id is not None]
    _tell(unit, [(a, a.owner_id) for a in moved if unit.is_new(a) or unit.before(a, "owner_id") != a.owner_id])


@reacts_to(responsibles_changed, order=5)
def tell_responsibles(unit: Unit, events: list[responsibles_changed]) -> None:
    """So does a further person who is to look after it."""
    accounts = {e.account.pk: e.account for e in events}
    fresh = [r for r in unit.holding(Responsible) if unit.is_new(r) and r.record_id in accounts]
    _tell(unit, [(accounts[r.record_id], r.user_id) for r in fresh])


def _tell(unit: Unit, given: list[tuple[Account, int]]) -> None:
    giver = unit.actor
    given = [(account, to) for account, to in given if to != giver.user_id]
    if giver.user_id is None or not given:
        return
    if unit.operation is None:
        text = gettext_noop("%(who)s gave you %(account)s.")
        for account, to in given:
            said = {"who": giver.name, "account": account.name}
            notify([to], "given", text, said, record=account, is_new=unit.is_new(account))
    elif unit.operation.kind not in TOLD_ELSEWHERE:
        counts = Counter(to for _account, to in given)
        text = gettext_noop("%(who)s gave you accounts: %(count)s.")
        of = unit.operation.pk
        unit.write_last(lambda: tally(counts, "given", text, {"who": giver.name}, of=of))
