"""What merging does to the cycle: one open call remains, on the earlier day; parted accounts get one each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.engines.cadence import planning
from tend.engines.cadence.desk import Desk
from tend.engines.cadence.recount import last_contacts
from tend.engines.cadence.taking_up import take_up
from tend.kernel.events import reacts_to
from tend.kernel.merging import merge_asked, records_merged, records_parted
from tend.kernel.unit import Unit

CODE = "accounts.account"
# What a call says of its day and of the cycle it belongs to.
DAY = (
    "planned_on", "due_raw", "planned_time", "is_pinned", "is_promised", "moved_because", "cycle_from", "cycle_days",
    "interaction_status_id", "kind", "escalated_on",
)  # fmt: skip


@reacts_to(merge_asked, order=40)
def keep_one_call(unit: Unit, events: list[merge_asked]) -> None:
    """Of two open calls the one of the account that stays is kept, on the earlier day; a promised day is obeyed.

    A call moves along when the account that stays has none and plans calls.
    """
    pairs = [(e.winner, e.loser) for e in events if e.code == CODE]
    desk = Desk(unit, {a.pk: a for pair in pairs for a in pair}.values())
    for winner, loser in pairs:
        mine, other = desk.calls.get(winner.pk), desk.calls.get(loser.pk)
        if desk.rhythm(winner) is None:
            why = _("merged with “%(name)s”, for which nothing is planned") % {"name": winner.name}
            desk.cancel(winner, why)
            desk.cancel(loser, why)
        elif mine is not None and other is not None:
            if _comes_first(other, mine):
                for name in DAY:
                    setattr(mine, name, other.__dict__[name])
                winner.cycle_anchor, winner.cycle_attempts = loser.cycle_anchor, loser.cycle_attempts
            desk.cancel(loser, _("merged with “%(name)s”") % {"name": winner.name})
        elif other is not None:
            winner.cycle_anchor, winner.cycle_attempts = loser.cycle_anchor, loser.cycle_attempts


def _comes_first(one: Activity, other: Activity) -> bool:
    """A promise before what is none, then the earlier day."""
    assert one.planned_on is not None
    assert other.planned_on is not None
    return (not one.is_promised, one.planned_on) < (not other.is_promised, other.planned_on)


@reacts_to(records_merged, order=20)
def join_histories(unit: Unit, events: list[records_merged]) -> None:
    """The later contact of the two is the last one; the call is made by whoever calls now."""
    pairs = [(e.winner, e.loser) for e in events if e.code == CODE]
    desk = Desk(unit, {a.pk: a for pair in pairs for a in pair}.values())
    for winner, loser in pairs:
        spoken = [at for at in (winner.last_contact_at, loser.last_contact_at) if at is not None]
        winner.last_contact_at = max(spoken, default=None)
        if desk.rhythm(winner) is None:
            desk.cancel(winner, _("nothing is planned for this account"))
        elif (call := desk.calls.get(winner.pk)) is not None:
            call.responsible_id = desk.who(winner)
        desk.settle(loser)
    take_up(desk, [winner for winner, _loser in pairs])
    for winner, _loser in pairs:
        desk.settle(winner)


@reacts_to(records_parted, order=20)
def give_each_its_call(unit: Unit, events: list[records_parted]) -> None:
    """Each has the contacts that are its own, and one call where one is to be planned; a past one comes on the next working day."""
    loose: dict[int, Account] = {e.loser.pk: e.loser for e in events if e.code == CODE}
    accounts: dict[int, Any] = {**loose, **{e.winner.pk: e.winner for e in events if e.code == CODE}}
    unit.flush()
    desk = Desk(unit, accounts.values())
    last = last_contacts(desk)
    for account in accounts.values():
        account.last_contact_at = last.get(account.pk, account.last_contact_at)
    take_up(desk, accounts.values())
    for account in accounts.values():
        status, call = desk.rhythm(account), desk.calls.get(account.pk)
        if status is None:
            desk.cancel(account, _("nothing is planned for this account"))
        elif call is not None and account.pk in loose:
            _come_on(desk, account, call)
        desk.settle(account)


def _come_on(desk: Desk, account: Account, call: Activity) -> None:
    """A call that is past comes on the next working day, and to whoever calls now."""
    call.responsible_id = desk.who(account)
    if call.planned_on is not None and call.planned_on < desk.today(account):
        where = planning.roll(desk.today(account), desk.who(account), desk.workers)
        call.planned_on, call.responsible_id = where.day, where.user_id
