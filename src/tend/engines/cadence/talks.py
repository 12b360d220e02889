"""What the cycle makes of talks: a contact turns it, a vain attempt tries again, a wrong number or a wish makes it rest."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.utils.translation import gettext as _

from tend.domains.accounts.books import COUNTED
from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.events import talk_logged
from tend.domains.activities.models import Activity, Direction, Effect, Kind, Origin, State
from tend.engines.cadence import planning, sentences
from tend.engines.cadence.desk import Desk
from tend.engines.cadence.events import account_became_unreachable
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit

SPOKEN = (Kind.CALL, Kind.MEETING)  # whatever else counts is a contact when it comes from the account


@reacts_to(talk_logged)
def follow_talks(unit: Unit, events: list[talk_logged]) -> None:
    """Each account once: its talks in the order in which they took place, then one call for what remains."""
    by_account: dict[int, list[talk_logged]] = defaultdict(list)
    for event in events:
        by_account[event.account.pk].append(event)
    desk = Desk(unit, {e.account.pk: e.account for e in events}.values())
    for talks in by_account.values():
        account = talks[0].account
        talks.sort(key=lambda t: t.at)
        contacts = [t for t in talks if is_contact(t, desk.status(account))]
        if contacts:
            turn_by_contact(desk, account, contacts[-1])
        for talk in talks:
            _other(desk, account, talk)
        desk.settle(account)


def is_contact(talk: talk_logged, status: InteractionStatus | None) -> bool:
    """Somebody of the account was spoken to, or wrote to us, in a way that its status counts."""
    if talk.outcome is None or talk.outcome.effect != Effect.CONTACT:
        return False
    return counts(talk.activity.kind, talk.activity.direction, talk.activity.origin, status)


def counts(kind: str, direction: str, origin: str, status: InteractionStatus | None) -> bool:
    """Is a talk of this kind a contact for a status? A held call of the cycle is one whatever its kind."""
    if origin == Origin.CYCLE:
        return True
    if not (status.counts_kind(kind) if status is not None else kind in COUNTED):
        return False
    return kind in SPOKEN or direction == Direction.IN


def turn_by_contact(desk: Desk, account: Account, talk: talk_logged) -> None:
    """The anchor is the latest contact; an older one that is logged later changes the history, not the plan."""
    if account.last_contact_at is not None and talk.at < account.last_contact_at:
        desk.say(_("A later contact stands already: the plan stays as it is."))
        return
    account.last_contact_at = talk.at
    account.unreachable, account.cycle_attempts = False, 0
    account.rescue_warned_on = account.rescue_offered_on = None
    met = desk.worker(account).today(talk.at)
    call = desk.calls.get(account.pk)
    if call is not None and call.is_promised and call is not talk.activity and _on(call) > desk.today(account):
        account.cycle_anchor = met
        desk.say(sentences.promise_kept(call, desk.unit.today))
        return
    imported = is_import(desk.unit)
    if imported and call is not None and call is not talk.activity and call.is_pinned and _on(call) > met:
        account.cycle_anchor = met  # a hand has put the call on its day after that talk
        return
    unseen = call is not None and call is not talk.activity and (imported or desk.unit.is_made_here(call))
    if unseen and desk.rhythm(account) is not None:
        call = None  # of this unit, or of a plan that a past talk only dates: the same one stands where it counts now
    elif call is not None and call is not talk.activity:
        day = sentences.say_day(met, desk.unit.today, weekday=False)
        desk.cancel(account, _("superseded by the talk of %(day)s") % {"day": day})
    if call is not None:
        desk.calls.pop(account.pk, None)
    account.cycle_anchor = met
    status = desk.rhythm(account)
    if status is not None:
        planned = desk.turn(account, status, met)
        if talk.new_status is None:  # else the change of status says what is planned
            desk.say_planned(planned, status)


def is_import(unit: Unit) -> bool:
    """Are these talks of the past, brought in from a file? They date the open call anew and end none."""
    return "import" in unit.memory


def _other(desk: Desk, account: Account, talk: talk_logged) -> None:
    if talk.activity.kind == Kind.TASK and account.cycle_paused and not account.do_not_contact:
        desk.say(_("The cycle of this account is paused. Resume it when somebody can be called again."))
    effect = talk.outcome.effect if talk.outcome is not None else Effect.NONE
    if effect == Effect.ATTEMPT:
        _attempt(desk, account, talk)
    elif effect == Effect.BAD_NUMBER:
        _bad_number(desk, account)
    elif effect == Effect.DO_NOT_CONTACT:
        account.do_not_contact = True
        desk.cancel(account, _("asked not to be contacted"))
        desk.say(_("Not to be contacted: nothing is planned until you lift it."))


def _attempt(desk: Desk, account: Account, talk: talk_logged) -> None:
    """The same call again after the retry days, the anchor unchanged. At the maximum a full cycle, and the leader is told."""
    status, call = desk.rhythm(account), desk.calls.get(account.pk)
    if status is None or call is None:
        return
    if account.last_contact_at is not None and talk.at < account.last_contact_at:
        return
    account.cycle_attempts += 1
    if account.cycle_attempts >= status.max_attempts:
        _unreachable(desk, account, status, talk.at)
        return
    where = planning.retry(desk.today(account), status, desk.who(account), desk.workers)
    call.planned_on, call.due_raw, call.responsible_id = where.day, where.raw, where.user_id
    call.is_pinned = call.is_promised = False
    call.escalated_on = None
    call.planned_time, call.moved_because = None, ""
    assert talk.outcome is not None
    desk.say(sentences.next_try(call, talk.outcome.name, desk.unit.today))


def _unreachable(desk: Desk, account: Account, status: InteractionStatus, at: dt.datetime) -> None:
    attempts = account.cycle_attempts
    account.unreachable = True
    call = desk.turn(account, status, desk.worker(account).today(at))
    desk.unit.announce(account_became_unreachable(account, attempts))
    day = sentences.say_day(_on(call), desk.unit.today)
    desk.say(_("Unreachable after %(count)d attempts. Next full cycle: %(day)s.") % {"count": attempts, "day": day})


def _bad_number(desk: Desk, account: Account) -> None:
    """Nobody calls a wrong number twice: the cycle rests until a working one is found."""
    account.cycle_paused, account.cycle_paused_until = True, None
    desk.cancel(account, _("wrong number"))
    where = planning.roll(desk.today(account), desk.who(account), desk.workers)
    desk.unit.create(
        Activity, kind=Kind.TASK, state=State.PLANNED, origin=Origin.MANUAL, account_id=account.pk, responsible_id=where.user_id,
        subject=_("Find a working number"), planned_on=where.day,
    )  # fmt: skip
    desk.say(_("Wrong number: the cycle is paused, and a task asks for a working number."))


def _on(call: Activity) -> dt.date:
    assert call.planned_on is not None
    return call.planned_on
