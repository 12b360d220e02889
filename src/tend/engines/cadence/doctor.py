"""The invariant of the cycle over the whole database: who lacks a call, who has one too many, how to mend it; stuck calendars."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Origin, State
from tend.engines.cadence.desk import Desk
from tend.engines.cadence.taking_up import take_up
from tend.kernel import clock
from tend.kernel.actor import system
from tend.kernel.doctor import Finding, check
from tend.kernel.organisation import organisation
from tend.kernel.unit import Unit
from tend.people.calendars import workers_for
from tend.people.models import User

WHY = "doctor looks at every account"
CHUNK = 1000
EXAMPLES = 5
WANTS_A_CALL = Q(
    interaction_status__plans_calls=True,
    archived=False,
    trashed_at=None,
    merged_into=None,
    do_not_contact=False,
    cycle_paused=False,
)  # Desk.rhythm says the same of one account


def _open() -> Any:
    return Activity.objects.as_system(WHY).filter(
        account_id=OuterRef("pk"), origin=Origin.CYCLE, state=State.PLANNED, trashed_at=None
    )


def lacking() -> Any:
    """Accounts that should have an open call of the cycle and have none."""
    return Account.objects.as_system(WHY).filter(WANTS_A_CALL).filter(~Exists(_open())).order_by("pk")


def surplus() -> Any:
    """Accounts that have an open call of the cycle although nothing is to be planned for them."""
    wanting = Account.objects.as_system(WHY).filter(WANTS_A_CALL, pk=OuterRef("pk"))
    return Account.objects.as_system(WHY).filter(Exists(_open())).filter(~Exists(wanting)).order_by("pk")


@check("call-cycle")
def check_cycle(repair: bool) -> list[Finding]:
    """One open call exactly where one is to be planned. Mending creates what is missing and never a second one."""
    findings = []
    for rows, text in (
        (lacking(), _("accounts without the next call that their status plans")),
        (surplus(), _("accounts with an open call although nothing is to be planned")),
    ):
        count = rows.count()
        if count:
            examples = tuple(rows.values_list("pk", flat=True)[:EXAMPLES])
            if repair:
                _mend(rows)
            findings.append(Finding(text, count, examples, repair))
    return findings


@check("calendars")
def check_calendars(repair: bool) -> list[Finding]:
    """Whose calendar has no working day within a year: calls then stand on the day counted. Nothing can be mended here."""
    today = clock.day_in(clock.now(), organisation().zone)
    people = dict(User.objects.as_system(WHY).filter(is_active=True, trashed_at=None).values_list("pk", "name"))
    stuck = [pk for pk, worker in workers_for(None, people).items() if not worker.calendar.roll(today).is_working]
    if not stuck:
        return []
    names = ", ".join(people[pk] if pk is not None else _("the team") for pk in stuck[:EXAMPLES])
    text = _("calendars without a working day within a year: %(names)s") % {"names": names}
    return [Finding(text, len(stuck), tuple(pk for pk in stuck if pk is not None)[:EXAMPLES], False)]


def _mend(rows: Any) -> None:
    """In chunks, each in its own transaction with its accounts locked; a second doctor at the same time finds nothing left."""
    last = 0
    while True:
        ids = list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        last = ids[-1]
        with Unit(system(WHY), verb="doctor") as unit:
            held = (
                Account.objects.as_system(WHY)
                .filter(pk__in=ids)
                .order_by("pk")
                .select_for_update(of=("self",), no_key=True)
            )
            accounts = unit.load(held)
            desk = Desk(unit, accounts)
            take_up(desk, accounts)
            for account in accounts:
                if desk.rhythm(account) is None:
                    desk.cancel(account, _("nothing is to be planned for this account"))
                desk.settle(account)
