"""What every book sees to: names apart, marks chosen and warned about, places without gaps, nothing used is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tend.kernel.book_events import value_placed, value_retired, value_saved
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit
from tend.kernel.uses import is_used

WHY = "a book is looked at as a whole"


@reacts_to(value_saved, order=10)
def keep_names_apart(unit: Unit, events: list[value_saved]) -> None:
    """Two values of one book never share a name, whatever its capitals."""
    for event in events:
        value, apart = event.value, _apart(type(event.value))
        for other in _others(unit, value):
            if other.name.casefold() == value.name.casefold() and all(
                getattr(other, n) == getattr(value, n) for n in apart
            ):
                raise Refused(
                    _("There is “%(name)s” in this book already.") % {"name": other.name}, field="name", code="taken"
                )


@reacts_to(value_saved, order=20)
def choose_marks(unit: Unit, events: list[value_saved]) -> None:
    """A new value gets a mark that is free; one that was chosen and is taken is kept, and said."""
    for event in events:
        value = event.value
        taken = {other.mark: other.name for other in _others(unit, value)}
        if event.is_new and not event.marked:
            value.mark = free_mark(value.name, taken)
        elif value.mark in taken:
            unit.say(_("“%(other)s” has the mark %(mark)s too.") % {"other": taken[value.mark], "mark": value.mark})


@reacts_to(value_saved, order=30)
def append_new_values(unit: Unit, events: list[value_saved]) -> None:
    """A new value without a place comes last."""
    for event in events:
        if event.is_new and not event.value.position:
            event.value.position = max((o.position for o in _others(unit, event.value)), default=0) + 1


@reacts_to(value_placed)
def close_ranks(unit: Unit, events: list[value_placed]) -> None:
    """The others make room: places are counted anew from 1."""
    for event in events:
        rows = unit.load(_rows(type(event.value)).select_for_update(of=("self",), no_key=True))
        rest = [row for row in rows if row.pk != event.value.pk]
        rest.insert(max(0, min(event.place - 1, len(rest))), event.value)
        for place, row in enumerate(rest, 1):
            row.position = place


@reacts_to(value_retired, order=10)
def keep_used_values(unit: Unit, events: list[value_retired]) -> None:
    """What is used is retired, or deleted by giving its records another value."""
    for event in events:
        if event.value.trashed_at is not None and is_used(event.value):
            raise Refused(
                _("“%(name)s” is in use. Choose the value that takes its place, or retire it.")
                % {"name": event.value.name},
                code="in_use",
            )


def free_mark(name: str, taken: Iterable[str]) -> str:
    """One or two letters of a name that no other value has; its first letter when there are none."""
    held = {mark.casefold() for mark in taken}
    letters = [letter for letter in name if letter.isalnum()]
    words = [word[0] for word in name.split() if word[0].isalnum()]
    if not letters:
        return ""
    tries = [
        letters[0].upper(),
        "".join(words[:2]).upper(),
        *(letters[0].upper() + letter.lower() for letter in letters[1:]),
    ]
    return next((t for t in tries if t and t.casefold() not in held), letters[0].upper())


def _rows(model: Any) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model.objects.as_system(WHY).filter(trashed_at=None).order_by("position", "pk")
    return rows


def _others(unit: Unit, value: Any) -> list[Any]:
    """The other values of the book, as this unit will leave them."""
    model = type(value)
    stored = {row.pk: row for row in _rows(model)}
    stored |= {row.pk: row for row in unit.holding(model)}
    return [row for pk, row in stored.items() if pk != value.pk and row.trashed_at is None]


def _apart(model: type[models.Model]) -> tuple[str, ...]:
    """What a book's names are unique within: outcomes by kind, most books by nothing."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and "name" in constraint.fields:
            return tuple(f for f in constraint.fields if f != "name")
    return ()
