"""When a person is erased: activities stay in their place, without what she said and without her name."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from tend.domains.activities.models import Activity, Participant
from tend.domains.contacts.erasing import ERASING, PERSONS
from tend.domains.contacts.events import contact_erased
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit

WHY = "what is erased is erased everywhere, whoever sees it"
WORDS = ("subject", "text", "place", "moved_because", "cancelled_because")


@reacts_to(contact_erased, order=20)
def empty_activities(unit: Unit, events: list[contact_erased]) -> None:
    """Of talks with her kind, day and outcome stay; in other activities of her companies her name is replaced."""
    for work, (cards, accounts) in zip(unit.memory[ERASING], unit.memory[PERSONS], strict=True):
        with_her = Participant.objects.as_system(WHY).filter(contact_id__in=cards).values("record_id")
        rows: Any = Activity.objects.as_system(WHY)
        own = unit.load(rows.filter(pk__in=with_her).order_by("pk"))
        for activity in own:
            work.reword(activity)
            activity.text = ""
            unit.forget(activity)
        about = Q()
        for spelling in work.spellings:
            for name in WORDS:
                about |= Q(**{f"{name}__icontains": spelling})
        named = []
        if about and accounts:
            ids = [a.pk for a in own]
            named = unit.load(rows.filter(about, account_id__in=accounts).exclude(pk__in=ids).order_by("pk"))
            for activity in named:
                work.reword(activity)
        work.counts["activities"] = len(own) + len(named)
        work.reword_history("activities.activity", [a.pk for a in own], ("text",))
        in_history = rows.filter(account_id__in=accounts).values_list("pk", flat=True) if accounts else ()
        work.reword_history("activities.activity", list(in_history))
