"""Saved views: a list's filter, columns and order under a name, for oneself or shared with everybody who sees the list."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, entities, entity_by_plural, register
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing, sort_keys
from tend.kernel.listing.totals import SAME_FOR
from tend.kernel.query import tidy
from tend.kernel.record import Record
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb

LINE = "views"
SHARE = "share_views"
MOST_COLUMNS = 40


class SavedView(Record):
    """One saved view. `filter` is JSON of the query language with links as ids; `columns` are field names."""

    name = models.CharField(gettext_lazy("Name"), max_length=80)
    record_type = models.CharField(gettext_lazy("List"), max_length=40)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("Owner"),
    )
    is_shared = models.BooleanField(gettext_lazy("Shared"), default=False)
    filter = models.JSONField(gettext_lazy("Filter"), default=dict, blank=True)
    columns = models.JSONField(gettext_lazy("Columns"), default=list, blank=True)
    sort = models.CharField(gettext_lazy("Order"), max_length=200, blank=True)
    position = models.PositiveIntegerField(gettext_lazy("Position"), default=0)

    class Meta:
        ordering = ["position", "name", "id"]
        verbose_name = gettext_lazy("Saved view")
        verbose_name_plural = gettext_lazy("Saved views")
        indexes = [models.Index(fields=["record_type", "position", "name"], name="view_by_list")]  # the tabs of a list

    def __str__(self) -> str:
        return self.name


def own_or_shared(rows: Any, actor: Actor, action: str) -> Any:
    """One sees one's own views and the shared ones; one changes one's own, and shared ones with the right `settings`."""
    if actor.is_system:
        return rows
    mine = Q(owner_id=actor.user_id)
    if action == "view" or actor.has_right("settings"):
        return rows.filter(mine | Q(is_shared=True))
    return rows.filter(mine)


@verb("kernel.savedview", needs="create", creates=True, label=gettext_lazy("New view"))
def create_view(unit: Unit, *, values: dict[str, Any]) -> SavedView:
    """Save a view of a list. Refused when its filter, order or columns name what one may not read; sharing needs its right."""
    view: SavedView = unit.create(SavedView, owner_id=unit.actor.user_id)
    put(unit, VIEW, view, values)
    _check(unit, view)
    return view


@verb("kernel.savedview", needs="edit", label=gettext_lazy("Edit"))
def edit_view(unit: Unit, view: SavedView, *, values: dict[str, Any]) -> None:
    """Change a view. Refused as when it is made; the list it belongs to stays."""
    put(unit, VIEW, view, {n: v for n, v in values.items() if n != "record_type"})
    _check(unit, view)


@verb("kernel.savedview", needs="delete", label=gettext_lazy("Delete"))
def trash(unit: Unit, view: SavedView) -> None:
    """Put a view into the trash, where it stays for 30 days."""
    view.trashed_at = unit.now


@verb("kernel.savedview", needs="delete", label=gettext_lazy("Restore"), trashed=True)
def restore(unit: Unit, view: SavedView) -> None:
    """Bring a view back from the trash."""
    view.trashed_at = None


def _check(unit: Unit, view: SavedView) -> None:
    if view.is_shared and unit.before(view, "is_shared") != view.is_shared and not unit.actor.has_right(SHARE):
        raise Refused(_("You may not share views."), field="is_shared", code="not_allowed")
    if unit.is_new(view) and view.is_shared and not unit.actor.has_right(SHARE):
        raise Refused(_("You may not share views."), field="is_shared", code="not_allowed")
    entity = list_of(view)
    if entity is None:
        raise Refused(
            _("There is no list “%(name)s”.") % {"name": view.record_type}, field="record_type", code="choice"
        )
    view.record_type = entity.code
    if (
        not isinstance(view.columns, list)
        or not all(isinstance(c, str) for c in view.columns)
        or len(view.columns) > MOST_COLUMNS
    ):
        raise Refused(_("Columns are a list of field names."), field="columns", code="type")
    # A view is saved by hand, one at a time: its words are looked up here, so that what is kept are ids.
    with unit.reading():
        view.filter = tidy(entity, unit.actor, view.filter)
        sort_keys(entity, unit.actor, view.sort)
        known = Listing(entity, unit.actor, columns=view.columns).reader.names
    for name in view.columns:
        if name not in known:
            raise Refused(_("There is no field “%(name)s”.") % {"name": name}, field="columns", code="unknown")


def list_of(view: SavedView) -> Entity | None:
    """The record type whose list a view shows, by code or plural; None when there is none (any more)."""
    said = view.record_type
    return next((e for e in entities() if e.code == said), None) or entity_by_plural(said)


def views_for(actor: Actor, entity: Entity, as_of: int | None = None) -> list[SavedView]:
    """The views of a list that an actor sees: his own first, then the shared ones, each in their order.

    With the number of the last write of all they are kept with the actor until there is another.
    """
    key = ("views", entity.code)
    known = actor.kept.get(key)
    if as_of is not None and known is not None and known[0] == as_of and known[1] > time.monotonic():
        return list(known[2])
    found = _views_for(actor, entity)
    if as_of is not None and not actor.is_system:
        actor.kept[key] = (as_of, time.monotonic() + SAME_FOR, tuple(found))
    return found


def _views_for(actor: Actor, entity: Entity) -> list[SavedView]:
    rows = SavedView.objects.seen_by(actor).filter(record_type=entity.code)
    own_first = Case(When(owner_id=actor.user_id, then=0), default=1)
    return list(rows.order_by(own_first, "position", "name", "pk"))


VIEW = register(
    Entity(
        model=SavedView, plural="views", rows=own_or_shared, lines=(LINE,), icon="bookmark", sort="position,name",
        fields=(
            Field("name", column=True, required=True, bulk=False),
            Field("record_type", column=True, facet=True, required=True, bulk=False),
            Field("owner", column=True, facet=True, edit=False),
            Field("is_shared", column=True),
            Field("filter", kind="json", filter=False, sort=False, bulk=False),
            Field("columns", kind="json", filter=False, sort=False, bulk=False),
            Field("sort", sort=False, bulk=False),
            Field("position"),
            Field("created_at", edit=False),
            Field("updated_at", edit=False),
        ),
        create=create_view, edit=edit_view, verbs=(trash, restore),
    )
)  # fmt: skip
