"""What can be done to working calendars: change a day for everybody or a country, enter and remove absences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.entity import entity_of
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb
from tend.people.calendar_models import Absence, CalendarDay
from tend.people.events import calendar_changed

Values = dict[str, Any]


@verb("people.calendarday", needs="settings", creates=True, label=gettext_lazy("New calendar day"))
def set_day(unit: Unit, *, values: Values) -> CalendarDay:
    """Make a day a holiday, or a working day, for everybody or for one country. Sets off: calendar_changed."""
    day: CalendarDay = unit.create(CalendarDay)
    put(unit, entity_of(CalendarDay), day, _upper(values))
    unit.announce(calendar_changed(day.day, day.day))
    return day


@verb("people.calendarday", needs="settings", label=gettext_lazy("Edit"))
def edit_day(unit: Unit, day: CalendarDay, *, values: Values) -> None:
    """Change what a day is. Sets off: calendar_changed."""
    unit.announce(calendar_changed(day.day, day.day))
    put(unit, entity_of(CalendarDay), day, _upper(values))
    unit.announce(calendar_changed(day.day, day.day))


@verb("people.calendarday", needs="settings", label=gettext_lazy("Delete"))
def remove_day(unit: Unit, day: CalendarDay) -> None:
    """Let a day follow the rule again. Sets off: calendar_changed."""
    day.trashed_at = unit.now
    unit.announce(calendar_changed(day.day, day.day))


@verb("people.absence", needs="create", creates=True, label=gettext_lazy("New absence"))
def add_absence(unit: Unit, *, values: Values) -> Absence:
    """Enter days on which a person does not work; without a named person one's own.

    Refused when it ends before it begins, when the substitute is the person herself or may not sign in.
    Sets off: calendar_changed (planned calls on these days go to another day or to the substitute).
    """
    given = dict(values)
    user = given.pop("user", None)
    absence: Absence = unit.create(Absence, user_id=user.pk if user is not None else unit.actor.user_id)
    put(unit, entity_of(Absence), absence, given)
    _check(unit, absence)
    unit.announce(calendar_changed(absence.first, absence.last, absence.user_id))
    return absence


@verb("people.absence", needs="edit", label=gettext_lazy("Edit"))
def edit_absence(unit: Unit, absence: Absence, *, values: Values) -> None:
    """Change an absence. Sets off: calendar_changed, for the old days and the new ones."""
    unit.announce(calendar_changed(absence.first, absence.last, absence.user_id))
    put(unit, entity_of(Absence), absence, values)
    _check(unit, absence)
    unit.announce(calendar_changed(absence.first, absence.last, absence.user_id))


@verb("people.absence", needs="edit", label=gettext_lazy("Delete"))
def remove_absence(unit: Unit, absence: Absence) -> None:
    """Take an absence back: the person works on these days. Sets off: calendar_changed."""
    absence.trashed_at = unit.now
    unit.announce(calendar_changed(absence.first, absence.last, absence.user_id))


def _upper(values: Values) -> Values:
    return {n: (v or "").upper() if n == "country_code" else v for n, v in values.items()}


def _check(unit: Unit, absence: Absence) -> None:
    if absence.user_id is None:
        raise Refused(_("Say whose absence it is."), field="user", code="required")
    if absence.user_id != unit.actor.user_id and not unit.actor.has_right("users"):
        raise NotAllowed("edit")
    if absence.first is None or absence.last is None or absence.last < absence.first:
        raise Refused(_("An absence ends on or after the day it begins."), field="last")
    if absence.substitute_id is not None and absence.substitute_id == absence.user_id:
        raise Refused(_("Nobody stands in for herself."), field="substitute")
    substitute = absence._state.fields_cache.get("substitute") if absence.substitute_id else None
    if substitute is not None and not substitute.is_active:
        raise Refused(
            _("%(name)s may not sign in and cannot stand in.") % {"name": substitute.name}, field="substitute"
        )
