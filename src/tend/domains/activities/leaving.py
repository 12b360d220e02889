"""When a colleague leaves: accounts and open work go to another person or a pool in the step that ends the access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tend.domains.accounts.commands import add_responsible, reassign, release, remove_responsible
from tend.domains.accounts.models import Account, Responsible
from tend.domains.activities.commands import edit_activity, hand_over
from tend.domains.activities.models import Activity, Origin, State
from tend.kernel import clock
from tend.kernel.actor import Actor, Grants
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.operations import Operation, close, run_chunk, start
from tend.kernel.unit import Unit
from tend.kernel.verbs import CHUNK, Verb
from tend.people.commands import deactivate
from tend.people.models import Team, User

WHY = "nothing that a leaver looks after may be left behind, whoever sees it"
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
    actor: Actor, user: User, *, to: User | None = None, team: Team | None = None, now: dt.datetime | None = None
) -> Operation:
    """End a person's access and give everything in her care to `to`, or to the pool of `team` (by default each account's own).

    One operation, all or nothing, undone as one. Refused for oneself, the last who may manage people, and a receiver who
    may not sign in. Who manages people may do it to records out of his sight: he names a receiver, he reads nothing.
    """
    if not actor.has_right("users"):
        raise NotAllowed("deactivate")
    if to is not None and (to.pk == user.pk or not to.is_active):
        raise Refused(_("Choose somebody else who may sign in."), field="to")
    now = now or clock.now()
    everywhere = replace(actor, grants=Grants({("*", "*"): "all"}, {}, "all", frozenset({"*"})))
    params: dict[str, Any] = {"user": _named(user), "to": _named(to or team)}
    with transaction.atomic():
        operation = start(actor, "deactivate", entity_of(User).code, params=params, now=now)

        def each(verb: Verb, ids: Sequence[int], **options: Any) -> None:
            for begin in range(0, len(ids), CHUNK):
                run_chunk(verb, everywhere, ids[begin : begin + CHUNK], options, operation, now)

        owned, shared, work = (_ids(rows) for rows in (_owned(user), _shared(user), _work(user)))
        if to is not None:
            each(add_responsible, [pk for pk in shared if pk not in set(_ids(_owned(to)))], user=to)
            each(reassign, owned, to=to)
            each(hand_over, work, to=to)
        else:
            each(release, owned, team=team)
            each(edit_activity, work, values={"responsible": None})
        each(remove_responsible, shared, user=user)
        if operation.refusals:
            raise Refused(
                _("%(n)d could not be handed over: %(why)s") % {"n": operation.failed, "why": operation.refusals[0][1]},
                field="to",
            )
        with Unit(actor, verb="deactivate", now=now, operation=operation) as unit:
            deactivate(unit, unit.open_one(entity_of(User), user, "users"))
        close(operation, now)
    return operation


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
