"""A list in groups: heads with counts and sums, each opened page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, page, show
from tend.doors.web.records import bulk
from tend.doors.web.records.adding import Adding, adding, cells, offer
from tend.doors.web.records.columns import Column, beside, chosen, columns_of, needed
from tend.doors.web.records.detail import settled
from tend.doors.web.records.places import Place
from tend.doors.web.records.rows import Rows
from tend.doors.web.records.state import CARRIED, State, listing, whole_filter
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import NotSeen
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.grouped import MONTH, YEAR, Head, filter_of, group_key, head_named, heads_of, keys_offered
from tend.kernel.query import to_text
from tend.kernel.query.tree import All, Node, as_json

LIMIT = 25  # rows of a group that are shown at once
SHUT = "-"  # no group is open


@dataclass(frozen=True)
class Opened:
    """The rows of one group from one place on, and where the next ones are."""

    rows: SafeString
    more_url: str
    more_page_url: str


def offered_keys(place: Place, actor: Actor, state: State) -> list[dict[str, Any]]:
    """By what a list can be grouped, each with its address; ungrouped first."""
    found = [{"label": _("No groups"), "url": state.url(place, group="", open=""), "current": not state.group}]
    words = {"": "%(field)s", MONTH: _("%(field)s, by month"), YEAR: _("%(field)s, by year")}
    for name, label, unit in keys_offered(place.entity, actor):
        said = words[unit] % {"field": label}
        found.append({"label": said, "url": state.url(place, group=name, open=""), "current": state.group == name})
    return found if len(found) > 1 else []


def takes_long(place: Place, actor: Actor, state: State) -> bool:
    """Whether the groups of a long list can be told only by reading all of it."""
    return bool(state.group) and not group_key(place.entity, actor, state.group).is_quick(place.entity)


def groups(
    place: Place, actor: Actor, state: State, node: Node, heads: Sequence[Column], as_of: int | None, of: Adding
) -> list[dict[str, Any]]:
    """The groups of a list with what stands in their heads; the one that the address opens, else the first, with rows."""
    found = _heads(place, actor, state, node, of.now, as_of)
    wanted = head_named(found, state.open) if state.open else next(iter(found), None)
    drawn = []
    for head in found:
        opened = _opened(place, actor, state, node, head, heads, as_of) if head is wanted else None
        drawn.append(_drawn(place, state, head, heads, opened, of))
    return drawn


@page("GET")
def group(request: Request, word: str) -> HttpResponse:
    """One group, opened or shut; with a cursor only its further rows."""
    place, actor, as_of = settled(word), request.actor, request.last_change
    state = State.of(request.GET.dict())
    node = state.node(place)
    names = chosen(place, actor, state)
    columns = columns_of(place, actor, state, names)
    whole = listing(place, actor, State(q=state.q), node=node, as_of=as_of)
    of = adding(place, actor, state, columns, is_many=bool(state.totals) and whole.count().is_more)
    head = head_named(_heads(place, actor, state, node, of.now, as_of), state.open)
    if head is None:
        raise NotSeen("group")
    shut = "shut" in request.GET
    opened = None if shut else _opened(place, actor, state, node, head, columns, as_of)
    context = {
        "group": _drawn(place, state, head, columns, opened, of), "place": place, **bulk.offered(place, actor, state),
        "is_further": bool(state.cursor), "width": len(columns), "group_later": offer(place, actor, state, columns, of).get("totals_later"),
    }  # fmt: skip
    return show(request, "records/_group.html", context)


def _heads(
    place: Place, actor: Actor, state: State, node: Node, fields: Sequence[Field], as_of: int | None
) -> list[Head]:
    key = group_key(place.entity, actor, state.group)
    whole = listing(place, actor, State(sort=state.sort, q=state.q), node=node, as_of=as_of)
    return heads_of(whole, key, fields, newest_first=state.sort.split(",")[0] == f"-{key.field.name}")


def _opened(
    place: Place, actor: Actor, state: State, node: Node, head: Head, heads: Sequence[Column], as_of: int | None
) -> Opened:
    names = [c.name for c in heads]
    within = filter_of(whole_filter(place, node), head)
    found = Listing(
        place.entity, actor, filter=within, sort=state.sort, columns=needed(place, names), cursor=state.cursor or None,
        limit=LIMIT, words=state.q, as_of=as_of, beside=beside(place, names),
    )  # fmt: skip
    shown = found.page()
    text = to_text(place.entity, filter_of(_typed_filter(place, state), head), actor)
    carried = quote(State(filter=text, sort=state.sort, q=state.q).query(), safe="")
    may_choose = bulk.offered(place, actor, state)["may_bulk"]
    rows = Rows(place, actor, heads, may_choose=may_choose, carried=f"?{CARRIED}={carried}")
    more = {"open": head.key, "cursor": shown.next_cursor or ""}
    return Opened(
        rows.draw(shown.records, shown.rows),
        f"{place.url}/group?{state.query(**more)}" if shown.next_cursor else "",
        state.url(place, **more) if shown.next_cursor else "",
    )


def _typed_filter(place: Place, state: State) -> dict[str, Any] | None:
    """The typed filter of an address, without what always holds at its place."""
    node = state.node(place)
    return as_json(node) if node != All(()) else None


def _drawn(
    place: Place, state: State, head: Head, heads: Sequence[Column], opened: Opened | None, of: Adding
) -> dict[str, Any]:
    here = {"open": head.key, "cursor": ""}
    is_open = opened is not None
    return {
        "key": head.key, "label": head.group.label, "mark": head.group.mark, "hue": head.group.hue,
        "counted": bulk.counted_words(place, Count(head.group.count, head.group.is_more)), "is_open": is_open,
        "url": f"{place.url}/group?{state.query(**here)}{'&shut=1' if is_open else ''}",
        "page_url": state.url(place, open=SHUT, cursor="") if is_open else state.url(place, **here),
        "cells": cells(f"group {head.key}", None if of.is_later else head.sums, heads, of),
        "rows": opened.rows if opened else "", "more_url": opened.more_url if opened else "",
        "more_page_url": opened.more_page_url if opened else "",
    }  # fmt: skip
