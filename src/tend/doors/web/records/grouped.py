"""A list in groups: heads with counts and sums, each opened page by page; and the foot that says what columns add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, page, show
from tend.doors.web.records import bulk
from tend.doors.web.records.columns import Column, beside, chosen, columns_of, needed
from tend.doors.web.records.detail import settled
from tend.doors.web.records.places import Place
from tend.doors.web.records.rows import Rows
from tend.doors.web.records.state import CARRIED, State, listing, whole_filter
from tend.doors.web.templatetags import tend as words
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.grouped import Head, filter_of, group_key, head_named, heads_of, keys_offered
from tend.kernel.listing.sums import Sum, addable, added, sums_of
from tend.kernel.organisation import organisation
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
    for name, label, by_month in keys_offered(place.entity, actor):
        said = _("%(field)s, by month") % {"field": label} if by_month else str(label)
        found.append({"label": said, "url": state.url(place, group=name, open=""), "current": state.group == name})
    return found if len(found) > 1 else []


def groups(
    place: Place, actor: Actor, state: State, node: Node, heads: Sequence[Column], as_of: int | None
) -> list[dict[str, Any]]:
    """The groups of a list with what stands in their heads; the one that the address opens, else the first, with rows."""
    fields = _added(place, actor, state, heads)
    found = _heads(place, actor, state, node, fields, as_of)
    wanted = head_named(found, state.open) if state.open else next(iter(found), None)
    drawn = []
    for head in found:
        opened = _opened(place, actor, state, node, head, heads, as_of) if head is wanted else None
        drawn.append(_drawn(place, state, head, heads, opened))
    return drawn


@page("GET")
def group(request: Request, word: str) -> HttpResponse:
    """One group, opened or shut; with a cursor only its further rows."""
    place, actor, as_of = settled(word), request.actor, request.last_change
    state = State.of(request.GET.dict())
    node = state.node(place)
    names = chosen(place, actor, state)
    columns = columns_of(place, actor, state, names)
    fields = _added(place, actor, state, columns)
    head = head_named(_heads(place, actor, state, node, fields, as_of), state.open)
    if head is None:
        raise NotSeen("group")
    shut = "shut" in request.GET
    opened = None if shut else _opened(place, actor, state, node, head, columns, as_of)
    context = {
        "group": _drawn(place, state, head, columns, opened), "place": place, **bulk.offered(place, actor, state),
        "is_further": bool(state.cursor), "width": len(columns),
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


def _drawn(place: Place, state: State, head: Head, heads: Sequence[Column], opened: Opened | None) -> dict[str, Any]:
    here = {"open": head.key, "cursor": ""}
    is_open = opened is not None
    return {
        "key": head.key, "label": head.group.label, "mark": head.group.mark, "hue": head.group.hue,
        "counted": bulk.counted_words(place, Count(head.group.count, head.group.is_more)), "is_open": is_open,
        "url": f"{place.url}/group?{state.query(**here)}{'&shut=1' if is_open else ''}",
        "page_url": state.url(place, open=SHUT, cursor="") if is_open else state.url(place, **here),
        "cells": [_cell(head.sums.get(c.field.name), c) if c.field is not None else "" for c in heads[1:]],
        "rows": opened.rows if opened else "", "more_url": opened.more_url if opened else "",
        "more_page_url": opened.more_page_url if opened else "",
    }  # fmt: skip


# --- what columns add up to -------------------------------------------------------------------------------------------
def _added(place: Place, actor: Actor, state: State, heads: Sequence[Column]) -> list[Field]:
    """The columns shown that can be added up, when the address asks for it."""
    if not state.totals:
        return []
    known = {f.name: f for f in addable(place.entity, actor)}
    return [known[c.name] for c in heads if c.name in known]


def totals_foot(found: Listing, place: Place, actor: Actor, state: State, heads: Sequence[Column]) -> dict[str, Any]:
    """Sums and means under the columns, asked for by a click or a view; `totals_url` turns them on or off.

    What cannot be added up in time is said instead.
    """
    known = {f.name for f in addable(place.entity, actor)}
    if not any(c.name in known for c in heads):
        return {}
    told: dict[str, Any] = {
        "totals_url": state.url(place, totals="" if state.totals else "1"),
        "with_totals": bool(state.totals),
    }
    if state.totals:
        try:
            sums = _whole(found, place, actor, state, _added(place, actor, state, heads))
        except Refused as no:
            return {**told, "totals_refusal": no.message}
        told["sums"] = [_cell(sums.get(c.name), c) for c in heads[1:]]
    return told


def _whole(found: Listing, place: Place, actor: Actor, state: State, fields: Sequence[Field]) -> Mapping[str, Sum]:
    """The sums of the whole list; in groups they are those of the heads, which were asked a moment ago."""
    if not state.group:
        return sums_of(found, fields)
    heads = _heads(place, actor, state, state.node(place), fields, found.as_of)
    return {f.name: added(head.sums[f.name] for head in heads) for f in fields}


def _cell(one: Sum | None, column: Column) -> str:
    """What a column adds up to, and on a second line the mean."""
    if one is None or one.total is None or one.average is None or column.field is None:
        return ""
    if column.field.kind == "money":
        currency = organisation().currency
        total, mean = words.money(one.total, currency), words.money(one.average, currency)
    else:
        total, mean = words.number(one.total), words.number(one.average)
    return f"{total}\n{_('on average %(mean)s') % {'mean': mean}}"
