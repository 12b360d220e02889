"""The shapes in which a list can be looked at: rows, a board by the values of a field, the tree of its records."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tend.doors.web.records import filters
from tend.doors.web.records.excluding import excluding
from tend.doors.web.records.places import Place
from tend.doors.web.records.state import State
from tend.kernel.actor import Actor
from tend.kernel.listing.groups import groups_offered
from tend.kernel.query import to_text
from tend.kernel.query.tree import All, Node

ROWS, BOARD, TREE = "", "board", "tree"


def offered(place: Place, actor: Actor, state: State) -> list[dict[str, Any]]:
    """The shapes of this list that make sense for this actor, each with its address; none when rows are the only one."""
    found = [
        {"label": _("List"), "icon": "list", "url": state.url(place, shape=ROWS, by=""), "current": state.shape == ROWS}
    ]
    if by := standard_by(place, actor):
        url = state.url(place, shape=BOARD, by=state.by or by, columns=state.columns)
        found.append({"label": _("Board"), "icon": "layout-kanban", "url": url, "current": state.shape == BOARD})
    if tree_field(place, actor):
        found.append({"label": _("Tree"), "icon": "sitemap", "url": state.url(place, shape=TREE, by=""), "current": state.shape == TREE})  # fmt: skip
    return found if len(found) > 1 else []


def standard_by(place: Place, actor: Actor) -> str:
    """The field by which the board stands when nobody named one: the first of a book that is offered in filters."""
    fields = groups_offered(place.entity, actor)
    first = next((f for f in fields if f.facet and f.kind == "link"), None) or next(iter(fields), None)
    return first.name if first is not None else ""


def kept(place: Place, actor: Actor, state: State) -> str:
    """The shape as a saved view keeps it; blank for rows."""
    if state.shape == BOARD:
        return f"{BOARD}:{state.by or standard_by(place, actor)}"
    return TREE if state.shape == TREE else ""


def tree_field(place: Place, actor: Actor) -> str:
    """The field that says under which record another one hangs; blank when there is none for this actor."""
    name = str(place.entity.extra.get("tree") or "")  # as kernel/listing/tree.py reads it
    return name if name and place.entity.right(actor, name) != "hidden" else ""


def frame(place: Place, actor: Actor, state: State, node: Node, *, is_empty: bool) -> dict[str, Any]:
    """What stands around the records of a list in any shape: its filter as chips and text, and where it leads."""
    filtered = bool(state.q or filters.parts(node) not in ((), (All(()),)))
    return {
        "filtered": filtered,
        "excluding": excluding(place, actor, state, node) if filtered and is_empty else None,
        "chips": filters.chips(place, actor, state, node) if filtered else [],
        "filter_text": to_text(place.entity, node, actor),
        "condition_url": f"{place.url}/condition?{state.query()}",
        "columns_url": f"{place.url}/columns?{state.query()}",
        "export_query": state.query(),
        "save_url": f"{place.url}/view?{state.query()}",
    }
