"""When a colleague leaves: accounts and open work go to another person or a pool in the step that ends the access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tend.domains.accounts.commands import add_responsible, reassign, release, remove_responsible
from tend.domains.accounts.models import Account, Responsible
from tend.domains.activities.commands import edit_activity, hand_over
from tend.domains.activities.models import Activity, Origin, State
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.events import reacts_to
from tend.kernel.jobs.stages import AT_ONCE, Stage, carry_out, deed, length_of, of_verb, queue_stages
from tend.kernel.notices import notify
from tend.kernel.operations import Operation, advance, start
from tend.kernel.unit import Unit
from tend.people.commands import deactivate, end_access
from tend.people.events import user_deactivated, user_erased
from tend.people.models import Team, User

WHY = "nothing that a leaver looks after may be left behind, whoever sees it"
RIGHT = "users"
MOST = 10_000  # counts stop here


@dataclass(frozen=True)
class Portfolio:
    """What a person looks after, each count at most MOST + 1."""

    owned: int
    shared: int
    open_work: int

    @property
    def is_empty(self) -> bool:
        return not (self.owned or self.shared or self.open_work)


def portfolio_of(user: User) -> Portfolio:
    """How much there is to hand over."""
    counted = [rows[: MOST + 1].count() for rows in (_owned(user), _shared(user), _work(user))]
    return Portfolio(*counted)


def deactivate_with_handover(
    actor: Actor,
    user: User,
    *,
    to: User | None = None,
    team: Team | None = None,
    now: dt.datetime | None = None,
    at_once: int = AT_ONCE,
) -> Operation:
    """End a person's access and give everything in her care to `to`, or to the pool of `team` (by default each account's own).

    One operation, undone as one. Refused for oneself, the last who may manage people, and a receiver who may not sign in.
    Who manages people may do it to records out of his sight: he names a receiver, he reads nothing. A small portfolio
    changes hands now, all or nothing; for a large one the access ends now and the handover is a job (the operation waits).
    """
    if not actor.has_right(RIGHT):
        raise NotAllowed("deactivate")
    if to is not None and (to.pk == user.pk or not to.is_active):
        raise Refused(_("Choose somebody else who may sign in."), field="to")
    now = now or clock.now()
    params: dict[str, Any] = {"user": _named(user), "to": _named(to or team)}
    with transaction.atomic():
        stages = [*_handover(user, to, team), Stage("end-access", [user.pk], given={"user": user, "to": to})]
        code, total = entity_of(User).code, length_of(stages)
        operation = start(actor, "deactivate", code, total=total, params=params, now=now)
        if length_of(stages) > at_once:
            with Unit(actor, verb="deactivate", now=now, operation=operation) as unit:
                end_access(unit, unit.open_one(entity_of(User), user, RIGHT))
            return queue_stages(actor, operation, stages)
        carry_out(actor, operation, stages, now)
        if operation.refusals:
            raise Refused(
                _("%(n)d could not be handed over: %(why)s") % {"n": operation.failed, "why": operation.refusals[0][1]},
                field="to",
            )
    return operation


def _handover(user: User, to: User | None, team: Team | None) -> list[Stage]:
    """What happens to which records, as they are now."""
    owned, shared, work = (_ids(rows) for rows in (_owned(user), _shared(user), _work(user)))
    if to is not None:
        owned_there = set(_ids(_owned(to)))
        stages = [
            of_verb(add_responsible, [pk for pk in shared if pk not in owned_there], {"user": to}, right=RIGHT),
            of_verb(reassign, owned, {"to": to}, right=RIGHT),
            of_verb(hand_over, work, {"to": to}, right=RIGHT),
        ]
    else:
        stages = [
            of_verb(release, owned, {"team": team}, right=RIGHT),
            of_verb(edit_activity, work, {"values": {"responsible": None}}, right=RIGHT),
        ]
    return [*stages, of_verb(remove_responsible, shared, {"user": user}, right=RIGHT)]


@deed("end-access")
def end_access_last(
    actor: Actor, operation: Operation, ids: Sequence[int], now: dt.datetime, *, user: User, to: User | None
) -> None:
    """The person may not sign in any more, and calls that are still hers show in the pool; the receiver is told."""
    if not actor.has_right(RIGHT):
        raise NotAllowed("deactivate")
    with Unit(actor, verb="deactivate", now=now, operation=operation) as unit:
        held = unit.open_one(entity_of(User), user, RIGHT)
        if held.is_active:
            deactivate(unit, held)
        else:
            unit.announce(user_deactivated(held))
    if to is not None and operation.changed and to.pk != actor.user_id:
        values = {"name": user.name, "count": operation.changed}
        notify(
            [to.pk],
            "handover",
            gettext_noop("%(name)s has left. Accounts and activities that are yours now: %(count)s."),
            values,
        )
    advance(operation, len(ids))


@reacts_to(user_erased, order=5)
def keep_whoever_has_not_handed_over(unit: Unit, events: list[user_erased]) -> None:
    """What a leaver looks after needs somebody to ask, until it has changed hands."""
    if any(not event.again and not portfolio_of(event.user).is_empty for event in events):
        raise Refused(_("Deactivate this person and hand over first."), code="portfolio")


def _owned(user: User) -> Any:
    return Account.objects.as_system(WHY).filter(owner_id=user.pk, trashed_at=None)


def _shared(user: User) -> Any:
    held = Responsible.objects.as_system(WHY).filter(user_id=user.pk).values("record_id")
    return Account.objects.as_system(WHY).filter(pk__in=held, trashed_at=None)


def _work(user: User) -> Any:
    """Open activities planned by hand; calls of the cycle follow their account."""
    return (
        Activity.objects.as_system(WHY)
        .filter(responsible_id=user.pk, state=State.PLANNED, trashed_at=None)
        .exclude(origin=Origin.CYCLE)
    )


def _ids(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _named(record: Any) -> Any:
    return None if record is None else {"id": record.pk, "name": str(record)}
