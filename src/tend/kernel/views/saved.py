"""Saved views: a list's filter, columns, order, groups and totals under a name, for oneself, a team or everybody."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, register
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing, sort_keys
from tend.kernel.listing.grouped import group_key
from tend.kernel.listing.totals import SAME_FOR
from tend.kernel.query import tidy
from tend.kernel.record import Record
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb
from tend.kernel.views.sight import SHOWN, check_shape, entity_named, shown_to

LINE = "views"
SHARE = "share_views"
MOST_COLUMNS = 40
MOST_VIEWS = 200  # of one list that one person is offered


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
    is_shared = models.BooleanField(gettext_lazy("Shared with everybody"), default=False)
    team = models.ForeignKey(
        settings.TEAM_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("Shared with the team"),
    )
    filter = models.JSONField(gettext_lazy("Filter"), default=dict, blank=True)
    columns = models.JSONField(gettext_lazy("Columns"), default=list, blank=True)
    sort = models.CharField(gettext_lazy("Order"), max_length=200, blank=True)
    group_by = models.CharField(gettext_lazy("Grouped by"), max_length=120, blank=True)
    has_totals = models.BooleanField(gettext_lazy("With totals"), default=False)
    shape = models.CharField(
        gettext_lazy("Shape"), max_length=80, blank=True
    )  # "tree", "board:status"; blank: as one likes
    position = models.PositiveIntegerField(gettext_lazy("Position"), default=0)
    left_out = 0  # conditions that are not the reader's to see; said only to him

    class Meta:
        ordering = ["position", "name", "id"]
        verbose_name = gettext_lazy("Saved view")
        verbose_name_plural = gettext_lazy("Saved views")
        indexes = [models.Index(fields=["record_type", "position", "name"], name="view_by_list")]  # the tabs of a list

    def __str__(self) -> str:
        return self.name


def own_or_shared(rows: Any, actor: Actor, action: str) -> Any:
    """One sees one's own views, those for everybody and those for one's teams; one changes one's own.

    Whoever has the right `settings` sees and changes every view that is shared.
    """
    if actor.is_system:
        return rows
    found = Q(owner_id=actor.user_id)
    if actor.has_right("settings"):
        found |= Q(is_shared=True) | Q(team__isnull=False)
    elif action == "view":
        found |= Q(is_shared=True) | Q(team_id__in=actor.part_of)
    return rows.filter(found)


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
    _check_sharing(unit, view)
    entity = entity_named(view.record_type)
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
    # A view is saved by hand, one at a time: its words are looked up here, so that what is kept are ids. What stays as
    # it was is not looked at, or whoever lost a right could not even rename his view.
    with unit.reading():
        if _is_changed(unit, view, "filter"):
            view.filter = tidy(entity, unit.actor, view.filter)
        if _is_changed(unit, view, "sort"):
            sort_keys(entity, unit.actor, view.sort)
        if view.group_by and _is_changed(unit, view, "group_by"):
            group_key(entity, unit.actor, view.group_by)
        if view.shape and _is_changed(unit, view, "shape"):
            check_shape(entity, unit.actor, view.shape)
        known = Listing(entity, unit.actor, columns=view.columns).reader.names
    for name in view.columns if _is_changed(unit, view, "columns") else ():
        if name not in known:
            raise Refused(_("There is no field “%(name)s”.") % {"name": name}, field="columns", code="unknown")


def _check_sharing(unit: Unit, view: SavedView) -> None:
    """Sharing needs its right; with a team, that it is one of one's own."""
    actor = unit.actor
    for name, is_on in (("is_shared", view.is_shared), ("team", view.team_id is not None)):
        attribute = "team_id" if name == "team" else name
        if not is_on or not _is_changed(unit, view, attribute):
            continue
        if not actor.has_right(SHARE):
            raise Refused(_("You may not share views."), field=name, code="not_allowed")
        if name == "team" and not actor.has_right("settings") and view.team_id not in (*actor.team_ids, *actor.part_of):
            raise Refused(_("Share it with a team of yours."), field=name, code="not_allowed")


def _is_changed(unit: Unit, view: SavedView, name: str) -> bool:
    return unit.is_new(view) or unit.before(view, name) != getattr(view, name)


def teams_to_share_with(actor: Actor) -> list[Any] | None:
    """The teams with which an actor may share views, by name; None without the right to share."""
    if not actor.has_right(SHARE):
        return None
    teams: Any = SavedView._meta.get_field("team").related_model
    rows = teams.objects.seen_by(actor).order_by("name", "pk")
    return list(rows if actor.has_right("settings") else rows.filter(pk__in={*actor.team_ids, *actor.part_of}))


def list_of(view: SavedView) -> Entity | None:
    """The record type whose list a view shows, by code or plural; None when there is none (any more)."""
    return entity_named(view.record_type)


def views_for(actor: Actor, entity: Entity, as_of: int | None = None) -> list[SavedView]:
    """The views of a list that an actor sees, in the words that are his: his own first, then the shared ones.

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
    found = list(rows.order_by(own_first, "position", "name", "pk")[:MOST_VIEWS])
    for view, said in zip(found, shown_to(actor, found), strict=True):
        view.filter, view.columns, view.sort, view.group_by = said.filter, said.columns, said.sort, said.group_by
        view.shape = said.shape
        view.left_out = said.left_out
    return found


VIEW = register(
    Entity(
        model=SavedView, plural="views", rows=own_or_shared, lines=(LINE,), icon="bookmark", sort="position,name",
        fields=(
            Field("name", column=True, required=True, bulk=False),
            Field("record_type", column=True, facet=True, required=True, bulk=False),
            Field("owner", column=True, facet=True, edit=False),
            Field("is_shared", column=True),
            Field("team", column=True, facet=True, bulk=False),
            Field("filter", kind="json", filter=False, sort=False, bulk=False),
            Field("columns", kind="json", filter=False, sort=False, bulk=False),
            Field("sort", filter=False, sort=False, bulk=False),
            Field("group_by", filter=False, sort=False, bulk=False),
            Field("has_totals", bulk=False),
            Field("shape", filter=False, sort=False, bulk=False),
            Field("position"),
            Field("created_at", edit=False),
            Field("updated_at", edit=False),
        ),
        create=create_view, edit=edit_view, verbs=(trash, restore), extra={"shown": SHOWN},
    )
)  # fmt: skip
