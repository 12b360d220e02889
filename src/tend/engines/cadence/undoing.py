"""What undoing does to the cycle: the old call is open again, its untouched successor goes, and one call remains."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Origin, State
from tend.domains.activities.queries import open_cycle_calls
from tend.engines.cadence.desk import WHY, Desk
from tend.engines.cadence.recount import last_contacts
from tend.engines.cadence.taking_up import take_up
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.record import concrete
from tend.kernel.undo import writing_undone
from tend.kernel.unit import Unit


@reacts_to(writing_undone, order=20)
def put_right(unit: Unit, events: list[writing_undone]) -> None:
    """One call for each account that undoing touched, as the invariant asks."""
    activities = [r for e in events if e.code == "activities.activity" for r in e.records]
    touched = {r.pk: r for e in events if e.code == "accounts.account" for r in e.records}
    if not (activities or touched):
        return
    _write_in_order(unit, activities)
    ids: set[int] = {a.account_id for a in activities if a.account_id is not None} - touched.keys()
    rows = Account.objects.as_system(WHY).filter(pk__in=ids).order_by("pk")
    accounts = [*touched.values(), *(unit.load(rows.select_for_update(of=("self",), no_key=True)) if ids else [])]
    desk = Desk(unit, accounts)
    take_up(desk, accounts)
    last = last_contacts(desk) if activities else {}
    talked = {a.account_id for a in activities}
    for account in accounts:
        if account.pk in talked:
            account.last_contact_at = last.get(account.pk)  # of what remains, also where the field was left as it is
        if desk.rhythm(account) is None:
            desk.cancel(account, _("undone"))
        desk.settle(account)


def _write_in_order(unit: Unit, activities: list[Activity]) -> None:
    """Calls that close are written before calls that open again, so that no account has two in between.

    Refused when the successor was worked on and therefore stays: there would be two.
    """
    opened = {a.account_id: a for a in activities if _is_open_call(a) and not _was_open_call(unit, a)}
    if not opened:
        return
    wanted: dict[int, dict[str, Any]] = {}
    for call in opened.values():
        wanted[call.pk] = {n: call.__dict__[n] for n in concrete(Activity)}
        for name in concrete(Activity):
            setattr(call, name, unit.before(call, name))
    unit.flush(only={Activity})
    others = open_cycle_calls([pk for pk in opened if pk is not None]).exclude(pk__in=wanted)
    if others.exists():
        raise Refused(_("The call that followed has been worked on since. Undo that first."))
    for call in opened.values():
        kept = {n: v for n, v in wanted[call.pk].items() if n not in ("version", "updated_at")}
        for name, value in kept.items():
            setattr(call, name, value)


def _is_open_call(activity: Activity) -> bool:
    return activity.origin == Origin.CYCLE and activity.is_open


def _was_open_call(unit: Unit, activity: Activity) -> bool:
    return bool(
        unit.before(activity, "origin") == Origin.CYCLE
        and unit.before(activity, "state") == State.PLANNED
        and unit.before(activity, "trashed_at") is None
    )
