"""The declarations of calendar days and absences."""

from __future__ import annotations

from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.books import everyone_sees
from tend.kernel.entity import Entity, Field, register
from tend.people import calendar_commands as commands
from tend.people.calendar_models import Absence, CalendarDay


def absences_seen(rows: Any, actor: Actor, action: str) -> Any:
    """One sees the absences of one's team and changes one's own; who manages users does so for everybody."""
    if actor.has_right("users"):
        return rows
    return rows.filter(user_id__in=(*actor.team_users, actor.user_id) if action == "view" else (actor.user_id,))


CALENDAR_DAY = register(
    Entity(
        model=CalendarDay, plural="calendar-days", rows=everyone_sees, lines=("settings",), icon="calendar", title="name", sort="day",
        fields=(
            Field("day", column=True, required=True), Field("name", column=True), Field("country_code", column=True),
            Field("is_working", column=True),
        ),
        create=commands.set_day, edit=commands.edit_day, verbs=(commands.remove_day,),
    )
)  # fmt: skip

ABSENCE = register(
    Entity(
        model=Absence, plural="absences", rows=absences_seen, lines=("activities",), icon="calendar", title="reason", sort="first",
        fields=(
            Field("user", column=True), Field("first", column=True, required=True), Field("last", column=True, required=True),
            Field("reason", column=True), Field("substitute", column=True),
        ),
        create=commands.add_absence, edit=commands.edit_absence, verbs=(commands.remove_absence,),
    )
)  # fmt: skip
