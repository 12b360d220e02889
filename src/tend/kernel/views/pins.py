"""Which views stand over a list and in the navigation for one person, in which order, and which of them opens first."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, register
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.listing.totals import SAME_FOR
from tend.kernel.prepared import of_actor
from tend.kernel.record import Record
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.kernel.views.saved import LINE, VIEW, SavedView, views_for
from tend.kernel.views.sight import entity_named

MOST_PINS = 12  # over one list
MOST_IN_NAVIGATION = 12  # of all lists together
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


class ViewPin(Record):
    """What one person made of a view at one list: a tab at a place in the row, whether the list opens with it, and whether it
    stands in the navigation of all pages.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=gettext_lazy("Of")
    )
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="pins", verbose_name=gettext_lazy("Saved view"))
    at = models.CharField(gettext_lazy("List"), max_length=40)  # the word of the list: accounts, leads …
    position = models.PositiveIntegerField(gettext_lazy("Position"), default=0)
    is_pinned = models.BooleanField(gettext_lazy("Pinned"), default=True)
    is_default = models.BooleanField(gettext_lazy("Opens first"), default=False)
    is_in_navigation = models.BooleanField(gettext_lazy("In the navigation"), default=False)

    NAMED_BY = ("at", "position")

    class Meta:
        ordering = ["at", "position", "id"]
        verbose_name = gettext_lazy("Pinned view")
        verbose_name_plural = gettext_lazy("Pinned views")
        constraints = [models.UniqueConstraint(fields=["user", "at", "view"], name="view_pinned_once")]

    def __str__(self) -> str:
        return self.named(self.at, self.position)

    @staticmethod
    def named(at: str, position: int) -> str:
        return f"{at} {position}"


@dataclass(frozen=True)
class Tab:
    """A view that a person is offered over a list; `position` counts pinned ones from 1, None for the others."""

    view: SavedView
    position: int | None
    is_default: bool
    is_in_navigation: bool = False


@dataclass(frozen=True)
class Way:
    """A view in somebody's navigation: the word of its list, its id and its name."""

    at: str
    view: int
    name: str


def own(rows: Any, actor: Actor, action: str) -> Any:
    """Everybody sees and changes what she pinned herself, and nobody else does."""
    return rows if actor.is_system else rows.filter(user_id=actor.user_id)


# --- verbs ------------------------------------------------------------------------------------------------------------
@verb("kernel.savedview", needs="view", label=gettext_lazy("Pin"))
def pin(unit: Unit, view: SavedView, *, at: str = "", position: int | None = None) -> ViewPin:
    """Let a view stand over a list as a tab of one's own, at a place counted from 1, else behind the others.

    `at` is the word of the list, such as leads; without it the one of the view's record type. Refused beyond twelve.
    """
    mine = _pins(unit, _word(view, at))
    found = _pin_of(unit, view, at, mine)
    row = [p for p in mine if p.is_pinned and p is not found]
    if len(row) >= MOST_PINS:
        raise Refused(
            _("At most %(limit)d views stand over one list. Unpin another one first.") % {"limit": MOST_PINS},
            code="too_many",
        )
    found.is_pinned = True
    place = len(row) if position is None else max(min(position, len(row) + 1), 1) - 1
    _place([*row[:place], found, *row[place:]])
    return found


@verb("kernel.savedview", needs="view", label=gettext_lazy("Unpin"))
def unpin(unit: Unit, view: SavedView, *, at: str = "") -> None:
    """Take a view out of the tabs of a list; it stays in the menu of views. A list no longer opens with it."""
    mine = _pins(unit, _word(view, at))
    for known in mine:
        if known.view_id == view.pk:
            known.is_pinned = known.is_default = False
    _place([p for p in mine if p.is_pinned])


@verb("kernel.savedview", needs="view", label=gettext_lazy("Open the list with it"))
def make_default(unit: Unit, view: SavedView, *, at: str = "") -> ViewPin:
    """Let a list open with this view for oneself, instead of all records. It is pinned when it was not."""
    mine = _pins(unit, _word(view, at))
    known = next((p for p in mine if p.view_id == view.pk and p.is_pinned), None)
    found: ViewPin = known if known is not None else pin(unit, view, at=at)
    for other in mine:
        other.is_default = False
    found.is_default = True
    return found


@verb("kernel.savedview", needs="view", label=gettext_lazy("Open the list with all records"))
def clear_default(unit: Unit, view: SavedView, *, at: str = "") -> None:
    """Let a list open with all its records again; the view stays where it is."""
    for known in _pins(unit, _word(view, at)):
        if known.view_id == view.pk:
            known.is_default = False


@verb("kernel.savedview", needs="view", label=gettext_lazy("Pin to the navigation"))
def pin_to_navigation(unit: Unit, view: SavedView, *, at: str = "") -> ViewPin:
    """Let a view of a list stand in one's own navigation, on every page. Refused beyond twelve."""
    word = _word(view, at)
    if unit.actor.user_id is None:
        raise NotAllowed("view")  # pins are somebody's
    with unit.reading():
        known = unit.load(ViewPin.objects.seen_by(unit.actor, "view").filter(Q(is_in_navigation=True) | Q(at=word)))
    found = next((p for p in known if p.view_id == view.pk and p.at == word), None)
    if sum(p.is_in_navigation for p in known if p is not found) >= MOST_IN_NAVIGATION:
        raise Refused(
            _("At most %(limit)d views stand in the navigation. Take another one out first.")
            % {"limit": MOST_IN_NAVIGATION},
            code="too_many",
        )
    if found is None:
        found = unit.create(ViewPin, user_id=unit.actor.user_id, view_id=view.pk, at=word, is_pinned=False)
    found.is_in_navigation = True
    pinned: ViewPin = found
    return pinned


@verb("kernel.savedview", needs="view", label=gettext_lazy("Take out of the navigation"))
def unpin_from_navigation(unit: Unit, view: SavedView, *, at: str = "") -> None:
    """Take a view out of one's navigation; over its list it stays as it is."""
    for known in _pins(unit, _word(view, at)):
        if known.view_id == view.pk:
            known.is_in_navigation = False


for _verb in (pin, unpin, make_default, clear_default, pin_to_navigation, unpin_from_navigation):
    VIEW.adopt(_verb)


def _word(view: SavedView, at: str) -> str:
    entity = entity_named(view.record_type)
    said = at or (entity.plural if entity is not None else view.record_type)
    if len(said) > 40 or not _WORD.fullmatch(said):
        raise Refused(_("There is no list “%(name)s”.") % {"name": said}, field="at", code="choice")
    return said


def _pins(unit: Unit, at: str) -> list[ViewPin]:
    """What the actor pinned at a list, in its order."""
    if unit.actor.user_id is None:
        raise NotAllowed("view")  # pins are somebody's
    with unit.reading():
        rows = ViewPin.objects.seen_by(unit.actor, "view").filter(at=at)
        return sorted(unit.load(rows), key=lambda p: (p.position, p.pk))


def _pin_of(unit: Unit, view: SavedView, at: str, mine: Sequence[ViewPin]) -> ViewPin:
    known = next((p for p in mine if p.view_id == view.pk), None)
    if known is not None:
        return known
    made: ViewPin = unit.create(ViewPin, user_id=unit.actor.user_id, view_id=view.pk, at=_word(view, at))
    return made


def _place(row: Sequence[ViewPin]) -> None:
    for position, one in enumerate(row, start=1):
        one.position = position


# --- questions --------------------------------------------------------------------------------------------------------
def tabs_for(actor: Actor, entity: Entity, at: str, as_of: int | None = None) -> list[Tab]:
    """The views that an actor is offered over a list: the pinned ones in his order, then the others.

    With the number of the last write of all they are kept with the actor until there is another.
    """
    views = {v.pk: v for v in views_for(actor, entity, as_of)}
    pins = [p for p in _pins_for(actor, at, as_of) if p.view_id in views]
    row = [p for p in pins if p.is_pinned]
    aside = {p.view_id for p in pins if p.is_in_navigation}
    found = [Tab(views[p.view_id], n, p.is_default, p.view_id in aside) for n, p in enumerate(row, start=1)]
    pinned = {p.view_id for p in row}
    return found + [Tab(v, None, False, v.pk in aside) for v in views.values() if v.pk not in pinned]


def navigation_of(actor: Actor, as_of: int | None = None) -> list[Way]:
    """The views in an actor's navigation as far as he still sees them, list by list in the order of their tabs.

    With the number of the last write of all they are kept with the actor until there is another.
    """
    if actor.user_id is None:
        return []
    known = actor.kept.get("navigation")
    if as_of is not None and known is not None and known[0] == as_of and known[1] > time.monotonic():
        return list(known[2])
    pins = of_actor(actor, "pins of the navigation", lambda: _navigated(actor))()
    names: dict[int, str] = {}
    if pins:
        seen = SavedView.objects.seen_by(actor).filter(pk__in=[view for _at, view in pins]).order_by()
        names = dict(seen.values_list("pk", "name"))
    found = [Way(at, view, names[view]) for at, view in pins if view in names]
    if as_of is not None:
        actor.kept["navigation"] = (as_of, time.monotonic() + SAME_FOR, tuple(found))
    return found


def _navigated(actor: Actor) -> Any:
    rows = ViewPin.objects.seen_by(actor).filter(is_in_navigation=True)
    return rows.order_by("at", "position", "pk").values_list("at", "view_id")


def default_for(actor: Actor, entity: Entity, at: str, as_of: int | None = None) -> SavedView | None:
    """The view with which a list opens for an actor; None when it opens with all records."""
    return next((t.view for t in tabs_for(actor, entity, at, as_of) if t.is_default), None)


def _pins_for(actor: Actor, at: str, as_of: int | None) -> list[ViewPin]:
    if actor.user_id is None:
        return []
    key = ("pins", at)
    known = actor.kept.get(key)
    if as_of is not None and known is not None and known[0] == as_of and known[1] > time.monotonic():
        return list(known[2])
    found = list(ViewPin.objects.seen_by(actor).filter(at=at).order_by("position", "pk"))
    if as_of is not None:
        actor.kept[key] = (as_of, time.monotonic() + SAME_FOR, tuple(found))
    return found


VIEW_PIN = register(
    Entity(
        model=ViewPin, plural="view-pins", rows=own, lines=(LINE,), title="at", sort="at,position", icon="bookmark",
        fields=(
            Field("view", column=True, edit=False),
            Field("at", column=True, facet=True, edit=False),
            Field("position", column=True, edit=False),
            Field("is_pinned", column=True, edit=False),
            Field("is_default", column=True, edit=False),
            Field("is_in_navigation", column=True, edit=False),
        ),
    )
)  # fmt: skip
