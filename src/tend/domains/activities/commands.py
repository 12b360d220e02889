"""What can be done with talks and plans: log, plan, complete, move, cancel, reopen."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.books import InteractionStatus
from tend.domains.accounts.commands import set_status
from tend.domains.accounts.models import Account
from tend.domains.activities.events import (
    activity_cancelled,
    call_reopened,
    conversation_changed,
    people_joined,
    plan_changed,
    talk_changed,
    talk_logged,
)
from tend.domains.activities.models import Activity, Direction, Effect, Kind, Origin, Outcome, State
from tend.domains.contacts.models import Contact
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb
from tend.people.models import User

Values = dict[str, Any]


@verb("accounts.account", needs="edit", reads=("open_call",), label=gettext_lazy("Log a call"))
def log_call(
    unit: Unit, account: Account, *, outcome: Outcome, text: str = "", interaction_status: InteractionStatus | None = None,
    kind: str = "", at: dt.datetime | None = None, duration: int | None = None, direction: str = "",
    contacts: list[Contact] | None = None, parent: Activity | None = None,
) -> Activity:  # fmt: skip
    """Record a talk with an account that has just been held or tried. A contact completes the call that was planned for it.

    The kind is that of the outcome. What is written is a contact when it came from the account, so `direction` ("in",
    "out") goes by the outcome unless it is said. `contacts` took part; `parent` is what the talk follows. A new interaction
    status may be set with it. Refused for a retired outcome, a kind that is not the outcome's, a time that is still to
    come, or a status that does not serve the account. Sets off: talk_logged (the next call is planned).
    """
    kind = _known(kind or outcome.kind, Kind, "kind")
    _check(unit, outcome, at, kind)
    when = at or unit.now
    planned = _open_call(account)
    if planned is not None and _answers(unit, planned, account, outcome, kind, when):
        activity = planned
        activity.state, activity.done_at, activity.outcome = State.DONE, when, outcome
        activity.text, activity.duration = text or activity.text, duration
        activity.responsible_id = unit.actor.user_id or activity.responsible_id
    else:
        tried = planned is not None and outcome.effect == Effect.ATTEMPT
        if planned is not None and tried:
            parent, planned.is_tried = None, True  # a try belongs to the call that is planned
        activity = unit.create(
            Activity, kind=kind, state=State.DONE, origin=Origin.MANUAL, account_id=account.pk, responsible_id=unit.actor.user_id,
            text=text, outcome=outcome, done_at=when, duration=duration, direction=_direction(direction, kind, outcome),
            parent_id=planned.pk if planned and tried else None, thread_id=planned.conversation if planned and tried else None,
        )  # fmt: skip
    if parent is not None:
        _follow(unit, activity, parent)
    if contacts:
        unit.announce(people_joined(activity, tuple(contacts)))
    _talked(unit, activity, account, outcome, when, interaction_status)
    return activity


@verb("activities.activity", needs="create", creates=True, label=gettext_lazy("Plan an activity"))
def plan_activity(unit: Unit, *, values: Values) -> Activity:
    """Plan a talk, meeting or task by hand for a day, or note one that is done. The cycle never touches it.

    One that is done counts as what its outcome says. One that follows another belongs to that one's account unless it
    names its own. Refused for a time that is still to come, an outcome of another kind, and for following what belongs
    to another group of accounts. Sets off: plan_changed, talk_changed, conversation_changed.
    """
    given = _timed(values)
    parent = given.pop("parent", None)
    if parent is not None and given.get("account") is None:
        given["account_id"] = parent.account_id
        given.pop("account", None)
    done = given.get("done_at") is not None
    if not done and given.get("planned_on") is None:
        given["planned_on"] = unit.today
    if given.get("responsible") is None:
        given["responsible_id"] = unit.actor.user_id
        given.pop("responsible", None)
    activity: Activity = unit.create(Activity, state=State.DONE if done else State.PLANNED)
    for name in ("responsible_id", "account_id"):
        if (pk := given.pop(name, None)) is not None:
            setattr(activity, name, pk)
    put(unit, entity_of(Activity), activity, given)
    _check_done(unit, activity)
    _check_kind(activity)
    if parent is not None:
        _follow(unit, activity, parent)
    unit.announce(plan_changed(activity))
    _recount(unit, activity, activity.account_id)
    return activity


@verb("activities.activity", needs="edit", label=gettext_lazy("Edit"))
def edit_activity(unit: Unit, activity: Activity, *, values: Values) -> None:
    """Change what was written about an activity. Another day for an open call of the cycle is a move by hand.

    Refused for such a call: another account, another kind. Correcting what took place (when, how it ended, with whom)
    counts the contacts anew. Whatever goes to another account leaves its conversation, unless it says what it follows
    there. Sets off: plan_changed, talk_changed, conversation_changed.
    """
    before, values = activity.account_id, _timed(values)
    follows, parent = "parent" in values, values.pop("parent", None)
    if activity.origin == Origin.CYCLE and activity.is_open:
        account = values.get("account")
        for name, differs in (
            ("account", account is None or account.pk != activity.account_id),
            ("kind", values.get("kind") != activity.kind),
        ):
            if name in values and differs:
                raise Refused(_("This call belongs to the call cycle of its account."), field=name)
        if values.get("planned_on") not in (None, activity.planned_on):
            reschedule(unit, activity, to=values["planned_on"])
    put(unit, entity_of(Activity), activity, values)
    _check_done(unit, activity)
    if {"outcome", "kind"} & values.keys():
        _check_kind(activity)
    if activity.account_id != before:
        followed, activity.parent_id = activity.parent_id, None
        unit.announce(conversation_changed(activity, moved=True, followed=followed))
    if follows and (parent.pk if parent is not None else None) != activity.parent_id:
        _follow(unit, activity, parent)
    unit.announce(plan_changed(activity))
    if activity.state == State.DONE and TOLD & values.keys():
        _recount(unit, activity, before, activity.account_id)


@verb("activities.activity", needs="edit", reads=("account",), label=gettext_lazy("Complete"))
def complete(
    unit: Unit,
    activity: Activity,
    *,
    outcome: Outcome | None = None,
    text: str = "",
    interaction_status: InteractionStatus | None = None,
) -> None:
    """Say that a planned activity took place and how it ended.

    Refused when it is not planned; a call of the cycle needs an outcome that is a contact. Sets off: talk_logged when an
    account hangs on it.
    """
    if activity.state != State.PLANNED:
        raise Refused(_("This activity is not planned any more."))
    if outcome is not None:
        _check(unit, outcome, None, _asked(activity, outcome))
    if activity.origin == Origin.CYCLE and (outcome is None or outcome.effect != Effect.CONTACT):
        raise Refused(_("Log this on the account: the call stays planned until somebody is reached."), field="outcome")
    activity.text = text or activity.text
    activity.state, activity.done_at, activity.outcome = State.DONE, unit.now, outcome
    account = activity.__dict__.get("_traits", {}).get("account")
    if account:
        _talked(unit, activity, account[0], outcome, unit.now, interaction_status)


@verb("activities.activity", needs="edit", reads=("account",), label=gettext_lazy("Log how it ended"))
def log_outcome(
    unit: Unit, activity: Activity, *, outcome: Outcome, text: str = "", interaction_status: InteractionStatus | None = None
) -> None:  # fmt: skip
    """Say how a call that was planned by hand ended. It is done, waits for the next try, or is given up with the outcome.

    Refused when it is not planned, has no account or belongs to the cycle. Sets off: talk_logged, plan_changed.
    """
    if activity.state != State.PLANNED:
        raise Refused(_("This activity is not planned any more."))
    account = (activity.__dict__.get("_traits", {}).get("account") or [None])[0]
    if account is None or activity.origin == Origin.CYCLE:
        raise Refused(_("Log this on the account: the call stays planned until somebody is reached."))
    if outcome.effect in (Effect.CONTACT, Effect.NONE):
        complete(unit, activity, outcome=outcome, text=text, interaction_status=interaction_status)
        return
    _check(unit, outcome, None, activity.kind)
    tried = unit.create(
        Activity, kind=activity.kind, state=State.DONE, origin=Origin.MANUAL, account_id=account.pk, responsible_id=unit.actor.user_id,
        text=text, outcome=outcome, done_at=unit.now, parent_id=activity.pk, thread_id=activity.conversation,
    )  # fmt: skip
    if outcome.effect == Effect.ATTEMPT:
        activity.is_tried = True
    else:
        activity.state, activity.cancelled_because = State.CANCELLED, outcome.name[:200]
        unit.announce(plan_changed(activity))
    _talked(unit, tried, account, outcome, unit.now, interaction_status)


@verb("activities.activity", needs="edit", label=gettext_lazy("Move"))
def reschedule(
    unit: Unit, activity: Activity, *, to: dt.date, time: str | None = None, reason: str = "", promised: bool = False
) -> None:
    """Move a planned activity to another day by hand. The cycle leaves it there from then on.

    With `time` ("10:30") it begins then; without one it keeps the time it had. Refused when it is not planned, the day is
    past or the time is none.
    """
    if activity.state != State.PLANNED:
        raise Refused(_("This activity is not planned any more."))
    if to < unit.today:
        raise Refused(_("Choose today or a later day."), field="to")
    activity.planned_on, activity.is_pinned, activity.is_promised = to, True, promised or activity.is_promised
    activity.moved_because = reason.strip()[:200]
    if time is not None:
        activity.planned_time = _time(time, "time")
    unit.announce(plan_changed(activity))


@verb("activities.activity", needs="edit", label=gettext_lazy("Cancel"))
def cancel(unit: Unit, activity: Activity, *, reason: str) -> None:
    """Give up a planned activity; the reason stays in the history. Sets off: activity_cancelled."""
    if activity.state != State.PLANNED:
        raise Refused(_("This activity is not planned any more."))
    if not reason.strip():
        raise Refused(_("Say why it is cancelled."), field="reason", code="required")
    activity.state, activity.cancelled_because = State.CANCELLED, reason.strip()[:200]
    unit.announce(activity_cancelled(activity))


@verb("activities.activity", needs="edit", label=gettext_lazy("Give to"))
def hand_over(unit: Unit, activity: Activity, *, to: User) -> None:
    """Give a planned activity to another person. Refused for an inactive user."""
    if not to.is_active:
        raise Refused(_("An inactive user cannot be given an activity."), field="to")
    activity.responsible = to


@verb("activities.activity", needs="edit", label=gettext_lazy("Open again"))
def reopen(unit: Unit, activity: Activity) -> None:
    """Say that a talk did not take place after all, or that a cancelled activity is wanted: it is planned again.

    A held call of the cycle goes back to its old date and the one that followed it goes; refused when that one was
    worked on. Refused for an activity that is planned already, and for a cancelled call of the cycle.
    Sets off: call_reopened, or talk_changed.
    """
    if activity.state == State.PLANNED:
        raise Refused(_("This activity is planned already."))
    if activity.origin == Origin.CYCLE:
        if activity.state == State.CANCELLED:
            raise Refused(_("A cancelled call of the cycle stays as it is: the next one is planned."))
        unit.announce(call_reopened(activity))
        return
    was_done = activity.state == State.DONE
    activity.state, activity.done_at, activity.outcome, activity.cancelled_because = State.PLANNED, None, None, ""
    activity.planned_on = activity.planned_on or unit.today
    unit.announce(plan_changed(activity))
    if was_done:
        _recount(unit, activity, activity.account_id)


@verb("activities.activity", needs="delete", label=gettext_lazy("Delete"))
def trash(unit: Unit, activity: Activity, *, reason: str = "") -> None:
    """Put an activity into the trash. Deleting the open call of the cycle skips this round and needs a reason.

    What took place counts no more: the call of the cycle goes back to where it was. Sets off: plan_changed,
    activity_cancelled or talk_changed.
    """
    if activity.origin == Origin.CYCLE and activity.state == State.PLANNED:
        cancel(unit, activity, reason=reason)
        return
    activity.trashed_at = unit.now
    unit.announce(plan_changed(activity))
    if activity.state == State.DONE:
        _recount(unit, activity, activity.account_id)


def _timed(values: Values) -> Values:
    """The same values with the time of day as a time."""
    if not isinstance(values.get("planned_time"), str):
        return dict(values)
    return {**values, "planned_time": _time(values["planned_time"], "planned_time")}


def _time(text: str, field: str) -> dt.time | None:
    said = text.strip()
    if not said:
        return None
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.h]([0-5]\d)(?::[0-5]\d)?", said, re.ASCII)
    if found is None:
        raise Refused(
            _("“%(value)s” is not a time of day; write it as 10:30.") % {"value": said}, field=field, code="type"
        )
    return dt.time(int(found[1]), int(found[2]))


def _follow(unit: Unit, activity: Activity, parent: Activity | None) -> None:
    """Hang an activity under the one that it follows. Whether the two belong together is seen to by the reaction."""
    activity.parent_id = parent.pk if parent is not None else None
    unit.announce(conversation_changed(activity))


def _direction(said: str, kind: str, outcome: Outcome) -> str:
    if said:
        return _known(said, Direction, "direction")
    came = kind not in (Kind.CALL, Kind.MEETING) and outcome.effect == Effect.CONTACT
    return Direction.IN if came else Direction.OUT


def _known(said: str, of: type[Kind] | type[Direction], field: str) -> str:
    """One of the fixed words of a choice. Refused with the words there are."""
    if said not in of.values:
        offered = ", ".join(of.values)
        raise Refused(
            _("“%(value)s” is none of: %(offered)s.") % {"value": said, "offered": offered}, field=field, code="choice"
        )
    return said


TOLD = {"done_at", "outcome", "account", "kind", "direction"}  # what decides whether and when somebody was spoken to


def _recount(unit: Unit, activity: Activity, *accounts: int | None) -> None:
    ids = tuple(dict.fromkeys(pk for pk in accounts if pk is not None))
    if ids and (activity.done_at is not None or activity.state != State.DONE):
        unit.announce(talk_changed(activity, ids))


def _check_done(unit: Unit, activity: Activity) -> None:
    if activity.done_at is not None and activity.done_at > unit.now:
        raise Refused(_("A talk cannot be logged before it took place."), field="done_at")
    if activity.state == State.DONE and activity.done_at is None:
        raise Refused(_("What took place has a time. Open it again if it did not."), field="done_at")
    if activity.state == State.PLANNED and activity.done_at is not None:
        raise Refused(_("This is still planned. Complete it, and say how it ended."), field="done_at")
    if activity.state == State.PLANNED and activity.planned_on is None:
        raise Refused(_("What is planned has a day."), field="planned_on")


def _open_call(account: Account) -> Activity | None:
    loaded = account.__dict__.get("_traits", {}).get("open_call") or [None]
    return loaded[0]  # type: ignore[no-any-return]


def _answers(unit: Unit, planned: Activity, account: Account, outcome: Outcome, kind: str, at: dt.datetime) -> bool:
    """Is this talk the planned call itself? Not when it was logged late, was no contact, or came before a promised day."""
    if not planned.is_open or outcome.effect != Effect.CONTACT or planned.kind != kind:
        return False
    if account.last_contact_at is not None and at < account.last_contact_at:
        return False
    return not planned.is_promised or (planned.planned_on is not None and planned.planned_on <= unit.today)


def _talked(
    unit: Unit,
    activity: Activity,
    account: Account,
    outcome: Outcome | None,
    at: dt.datetime,
    status: InteractionStatus | None,
) -> None:
    changes = status is not None and status.pk != account.interaction_status_id
    unit.announce(talk_logged(activity, account, outcome, at, status if changes else None))
    if changes:
        set_status(unit, account, to=status)


def _check_kind(activity: Activity) -> None:
    if activity.outcome is not None and activity.outcome.kind != (kind := _asked(activity, activity.outcome)):
        raise _of_another_kind(activity.outcome, kind)


def _asked(activity: Activity, outcome: Outcome) -> str:
    """Of which kind an outcome must be: whatever the cycle plans may end as a call does."""
    is_call = activity.origin == Origin.CYCLE and outcome.kind == Kind.CALL
    return Kind.CALL if is_call else activity.kind


def _of_another_kind(outcome: Outcome, kind: str) -> Refused:
    said = {"outcome": outcome.name, "its": Kind(outcome.kind).label, "kind": Kind(kind).label}
    return Refused(_("“%(outcome)s” is an outcome of “%(its)s”, not of “%(kind)s”.") % said, field="outcome")


def _check(unit: Unit, outcome: Outcome, at: dt.datetime | None, kind: str) -> None:
    if outcome.kind != kind:
        raise _of_another_kind(outcome, kind)
    if not outcome.is_active:
        raise Refused(
            _("“%(outcome)s” is retired and not offered any more.") % {"outcome": outcome.name}, field="outcome"
        )
    if at is not None and at > unit.now:
        raise Refused(_("A talk cannot be logged before it took place."), field="at")


SHIPPED_OUTCOMES = (
    ("reached", Kind.CALL, Effect.CONTACT, "fir"),
    ("no-answer", Kind.CALL, Effect.ATTEMPT, "stone"),
    ("busy", Kind.CALL, Effect.ATTEMPT, "amber"),
    ("left-a-message", Kind.CALL, Effect.ATTEMPT, "sky"),
    ("wrong-number", Kind.CALL, Effect.BAD_NUMBER, "clay"),
    ("declined", Kind.CALL, Effect.CONTACT, "plum"),
    ("asked-not-to-be-contacted", Kind.CALL, Effect.DO_NOT_CONTACT, "rose"),
    ("meeting-held", Kind.MEETING, Effect.CONTACT, "fir"),
    ("meeting-not-held", Kind.MEETING, Effect.NONE, "stone"),
    ("email-received", Kind.EMAIL, Effect.CONTACT, "fir"),
    ("email-sent", Kind.EMAIL, Effect.NONE, "sky"),
    ("email-bounced", Kind.EMAIL, Effect.NONE, "clay"),
    ("message-received", Kind.MESSAGE, Effect.CONTACT, "fir"),
    ("message-sent", Kind.MESSAGE, Effect.NONE, "sky"),
    ("letter-received", Kind.LETTER, Effect.CONTACT, "fir"),
    ("letter-sent", Kind.LETTER, Effect.NONE, "sky"),
)
