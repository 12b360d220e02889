"""A person's day as two numbers, for the navigation: what is left of it and what is due, without the calls themselves."""

from __future__ import annotations

import datetime as dt

from django.db.models import IntegerField, Subquery

from tend.engines.cadence import day_lists
from tend.engines.cadence.day_lists import WHY
from tend.engines.cadence.models import DayList
from tend.engines.cadence.queries import MOST_OF_A_DAY, due_of, selected
from tend.engines.cadence.selections import ME
from tend.engines.cadence.sight import as_count, today_of
from tend.kernel.actor import Actor
from tend.kernel.listing import Count
from tend.people.models import User


class _HowMany(Subquery):
    """The number of rows of a question, beside other answers."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def numbers_of_day(actor: Actor, now: dt.datetime) -> tuple[int, Count]:
    """How many calls are left of a person's day, as `day_of` counts them, and how many are due at all; two questions."""
    today = today_of(actor, now)
    drawn = DayList.objects.as_system(WHY).filter(user_id=actor.user_id, day=today)
    finished = selected(actor, "done", ME, now).order_by().values("pk")[:MOST_OF_A_DAY]
    told = (
        User.objects.seen_by(actor)
        .filter(pk=actor.user_id)
        .order_by()
        .values_list(
            "calls_per_day", Subquery(drawn.values("chosen")), Subquery(drawn.values("waiting")), _HowMany(finished)
        )
        .first()
    )
    capacity, chosen, waiting, done = told or (0, None, None, 0)
    due = due_of(actor, today, capacity)
    kept = None if chosen is None else DayList(chosen=chosen, waiting=waiting)
    return day_lists.number_of(kept, due, capacity, done), as_count(len(due))
