"""Which activity follows which: all of one conversation share what it began with, and belong to one group of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account
from tend.domains.activities.events import conversation_changed, people_joined
from tend.domains.activities.models import Activity
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit

WHY = "a conversation holds together whoever sees the whole of it"


@reacts_to(conversation_changed, order=20)
def keep_conversations(unit: Unit, events: list[conversation_changed]) -> None:
    """Everything below an activity goes with it; what follows one that goes to another account stays where it was.

    Refused when an activity would follow itself, or one of another group of accounts.
    """
    known = _members(unit, [e.activity for e in events])
    for event in events:
        if event.moved:
            for activity in known.values():
                if activity.parent_id == event.activity.pk:
                    activity.parent_id = event.followed
    _refuse_circles(events, known)
    _refuse_strangers(unit, [e.activity for e in events], known)
    for activity in known.values():
        beginning = _beginning(activity, known)
        activity.thread_id = None if beginning == activity.pk else beginning


@reacts_to(people_joined, order=20)
def add_people(unit: Unit, events: list[people_joined]) -> None:
    """Whoever took part stands there once."""
    trait = entity_of(Activity).traits["participants"]
    trait.load(unit, [e.activity for e in events])
    for event in events:
        trait.write(unit, event.activity, "contacts", event.contacts)


def _members(unit: Unit, activities: Iterable[Activity]) -> dict[int, Activity]:
    """The activities, what they follow, and all of the conversations that they were part of, locked."""
    held = {a.pk: a for a in activities}
    above = {a.parent_id for a in held.values() if a.parent_id is not None}
    old = {a.conversation for a in held.values() if not unit.is_made_here(a)}
    rows = Activity.objects.as_system(WHY).filter(Q(pk__in=above | old) | Q(thread_id__in=old)).order_by("pk")
    for row in unit.load(rows.select_for_update(of=("self",), no_key=True)):
        held[row.pk] = row
    return held


def _refuse_circles(events: list[conversation_changed], known: dict[int, Activity]) -> None:
    for event in events:
        step, seen = event.activity.parent_id, {event.activity.pk}
        while step is not None:
            if step in seen:
                raise Refused(_("An activity cannot follow itself."), field="parent", code="circle")
            seen.add(step)
            step = known[step].parent_id if step in known else None


def _refuse_strangers(unit: Unit, activities: Iterable[Activity], known: dict[int, Activity]) -> None:
    """Only accounts of one tree share conversations."""
    pairs = [(a.account_id, known[a.parent_id].account_id) for a in activities if a.parent_id in known]
    apart = [pair for pair in pairs if pair[0] != pair[1]]
    tops = _tops(unit, {pk for pair in apart for pk in pair if pk is not None})
    for one, other in apart:
        if one is None or other is None or tops[one] != tops[other]:
            raise Refused(
                _("Choose an activity of this account, or of its group."), field="parent", code="other_account"
            )


def _tops(unit: Unit, ids: set[int]) -> dict[int, int]:
    """The uppermost account above each of these; walked level by level, and only when two accounts differ."""
    parents: dict[int, int | None] = {}
    level = ids
    while level:
        rows = Account.objects.as_system(WHY).filter(pk__in=level).order_by("pk").values_list("pk", "parent_id")
        found = dict(rows)
        parents.update(found)
        level = {p for p in found.values() if p is not None and p not in parents}

    def top(pk: int) -> int:
        seen: set[int] = set()
        above: Any = parents.get(pk)
        while above is not None and pk not in seen:
            seen.add(pk)
            pk, above = above, parents.get(above)
        return pk

    return {pk: top(pk) for pk in ids}


def _beginning(activity: Activity, known: dict[int, Activity]) -> int:
    """What the conversation of an activity begins with; above what is known here nothing changes."""
    while activity.parent_id is not None:
        above = known.get(activity.parent_id)
        if above is None:
            return activity.conversation
        activity = above
    return activity.pk
