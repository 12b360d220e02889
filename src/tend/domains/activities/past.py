"""What took place with one account or one person, the latest first: each conversation once, where its newest talk stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Participant, State
from tend.domains.activities.queries import veiled
from tend.domains.contacts.models import Contact
from tend.kernel.actor import Actor
from tend.kernel.prepared import of_actor

MOST_OF_CONVERSATIONS = 300  # activities that one page shows beside those it walks through
BESIDE = ("responsible", "outcome", "account")
ZERO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
About = Account | Contact


@dataclass(frozen=True)
class Place:
    """Where a page of talks ended: the instant of its last one, and its id among those of one instant."""

    at: dt.datetime
    pk: int

    @classmethod
    def of(cls, activity: Activity) -> Place:
        assert activity.done_at is not None
        return cls(activity.done_at, activity.pk)

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that an address names; None when it names none."""
        micros, _dot, pk = text.partition("-")
        if not (micros.isdecimal() and pk.isdecimal() and len(micros) < 18 and len(pk) < 19):
            return None
        try:
            return cls(ZERO + dt.timedelta(microseconds=int(micros)), int(pk))
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{(self.at - ZERO) // dt.timedelta(microseconds=1)}-{self.pk}"


def past_with(
    actor: Actor,
    about: About,
    *,
    kind: str = "",
    before: Place | None = None,
    limit: int = 30,
    below: Sequence[int] = (),
) -> list[Activity]:
    """The newest talk of each conversation, in as many queries for a thousand as for one. `before` is where to go on.

    `below` are accounts whose talks are shown as well, as if they were with this one.
    """
    rows = _rows(actor, about, kind, below=below)

    def ask(pk: int) -> Any:
        found = rows(pk)
        for same in ("thread_id", "pk"):  # asked apart, each has its own index
            newer = rows(pk).filter(**{same: Coalesce(OuterRef("thread_id"), OuterRef("pk"))})
            newer = newer.filter(
                Q(done_at__gt=OuterRef("done_at")) | Q(done_at=OuterRef("done_at"), pk__gt=OuterRef("pk"))
            )
            found = found.filter(~Exists(newer.order_by().values("pk")))
        if before is not None:
            found = found.filter(Q(done_at__lt=before.at) | Q(done_at=before.at, pk__lt=before.pk))
        return found.select_related(*BESIDE).order_by("-done_at", "-pk")[:limit]

    if before is not None or below:
        return veiled(actor, ask(about.pk))
    return veiled(actor, of_actor(actor, ("past with", type(about), kind, limit), ask, int)(about.pk))


def beside(
    actor: Actor, about: About, shown: Sequence[Activity], *, kind: str = "", below: Sequence[int] = ()
) -> dict[int, list[Activity]]:
    """The conversations of these talks, each whole as far as it is in sight and about the same, by `conversation`."""
    found: dict[int, list[Activity]] = {a.conversation: [a] for a in shown}
    known = {a.pk for a in shown}
    for same, keys in (("thread_id", list(found)), ("pk", [key for key in found if key not in known])):
        for activity in _of_conversations(actor, about, same, keys, below) if keys else ():
            if activity.pk not in known and kind in ("", activity.kind):
                found[activity.conversation].append(activity)
    return found


def _of_conversations(actor: Actor, about: About, same: str, keys: list[int], below: Sequence[int]) -> list[Activity]:
    """Activities of these conversations by one of their keys. Which account they are with is compared here, not asked:
    an account has many activities, a conversation few.
    """

    def ask(keys: list[int]) -> Any:
        seen = Activity.objects.seen_by(actor, each=True).filter(state__in=(State.DONE, State.PLANNED))
        seen = seen.filter(**{f"{same}__among": keys})
        return seen.select_related(*BESIDE).order_by("-done_at", "-pk")[:MOST_OF_CONVERSATIONS]

    found = veiled(actor, of_actor(actor, ("conversations", same), ask, list)(keys))
    if isinstance(about, Account):
        return [a for a in found if a.account_id in {about.pk, *below}]
    took_part = Participant.objects.of(found).filter(contact=about).values_list("record_id", flat=True)
    met = set(took_part) if found else set()
    return [a for a in found if a.pk in met]


def conversation_of(actor: Actor, activity: Activity) -> list[Activity]:
    """All of one conversation that is in sight, whatever account it is with; the activity itself among them."""

    def ask(key: int) -> Any:
        within = Activity.objects.seen_by(actor, each=True).filter(Q(thread_id=key) | Q(pk=key))
        return within.select_related(*BESIDE).order_by("pk")[:MOST_OF_CONVERSATIONS]

    return veiled(actor, of_actor(actor, "a conversation", ask, int)(activity.conversation))


def planned_with(actor: Actor, about: About, *, below: Sequence[int] = ()) -> list[Activity]:
    """What is planned with an account (and with those `below`) or a person, the nearest first."""
    rows = _rows(actor, about, "", (State.PLANNED,), below)

    def ask(pk: int) -> Any:
        return rows(pk).select_related(*BESIDE, "interaction_status").order_by("planned_on", "pk")[:20]

    if below:
        return veiled(actor, ask(about.pk))
    return veiled(actor, of_actor(actor, ("planned with", type(about)), ask, int)(about.pk))


def _rows(
    actor: Actor, about: About, kind: str, states: tuple[str, ...] = (State.DONE,), below: Sequence[int] = ()
) -> Callable[[int], Any]:
    """Activities in sight of one account (and of those `below`), or in which one person took part."""

    def rows(pk: int) -> Any:
        seen = Activity.objects.seen_by(actor, each=True).filter(state__in=states)
        seen = seen.filter(kind=kind) if kind else seen
        if not isinstance(about, Account):
            return seen.filter(participants__contact_id=pk)
        return seen.filter(account_id__among=[pk, *below]) if below else seen.filter(account_id=pk)

    return rows
