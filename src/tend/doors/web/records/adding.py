"""What columns add up to: under a list, in the heads of its groups and of a board; with the page, or after it when there are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, page, show, wants_fragment
from tend.doors.web.records.columns import Column, chosen, columns_of
from tend.doors.web.records.detail import settled
from tend.doors.web.records.places import Place
from tend.doors.web.records.state import State, listing, whole_filter
from tend.doors.web.templatetags import tend as words
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import Refused
from tend.kernel.listing.board import Board
from tend.kernel.listing.grouped import Head, group_key, heads_of
from tend.kernel.listing.sums import Sum, addable, added, sums_of
from tend.kernel.organisation import organisation

NOW = "now"  # totals with the page however long it takes: for browsers without scripts
FOOT = "foot"  # the part that is the whole list; groups and columns are parts under their keys


@dataclass(frozen=True)
class Adding:
    """Which columns of a list are added up, and whether the page leaves that for afterwards."""

    fields: list[Field]
    is_later: bool

    @property
    def now(self) -> list[Field]:
        return [] if self.is_later else self.fields


def adding(place: Place, actor: Actor, state: State, heads: Sequence[Column], *, is_many: bool) -> Adding:
    """The columns shown that can be added up, when the address asks for it."""
    fields = _shown(place, actor, heads) if state.totals else []
    return Adding(fields, is_many and state.totals != NOW)


def offer(place: Place, actor: Actor, state: State, heads: Sequence[Column], of: Adding) -> dict[str, Any]:
    """The link that turns totals on or off, and where the page fetches them; nothing without such columns."""
    if not _shown(place, actor, heads):
        return {}
    return {
        "totals_url": state.url(place, totals="" if state.totals else "1"),
        "with_totals": bool(state.totals),
        "totals_later": f"{place.url}/totals?{state.query(cursor='')}" if of.is_later and of.fields else "",
        "totals_now": state.url(place, totals=NOW),
    }


def foot(found: Any, place: Place, actor: Actor, state: State, heads: Sequence[Column], of: Adding) -> dict[str, Any]:
    """Sums and means of the whole list under its columns. What cannot be added up in time is said instead."""
    if not state.totals or not of.fields:
        return {}
    if of.is_later:
        return {"sums": cells(FOOT, None, heads, of)}
    try:
        sums = (
            sums_of(found, of.fields)
            if not state.group
            else _of_heads(_heads(place, actor, state, of, found.as_of), of)
        )
    except Refused as no:
        return {"totals_refusal": no.message}
    return {"sums": cells(FOOT, sums, heads, of)}


def cells(part: str, sums: Mapping[str, Sum] | None, heads: Sequence[Column], of: Adding) -> list[str]:
    """What each column but the first adds up to in one part of a list, with the mean on a second line; or places for it."""
    if sums is None:
        names = {f.name for f in of.fields} if of.is_later else set()
        return [_place_for(part, c.name) if c.name in names else "" for c in heads[1:]]
    return [said(sums.get(c.name), c.field) for c in heads[1:]]


def lines(part: str, sums: Mapping[str, Sum] | None, of: Adding) -> list[dict[str, Any]]:
    """What each column adds up to at the head of a board's column: label and words, the mean apart."""
    found = []
    for field in of.fields:
        if of.is_later:
            found.append({"label": field.label, "said": _place_for(part, field.name), "mean": ""})
        elif sums is not None and (text := said(sums.get(field.name), field)):
            total, _line, mean = text.partition("\n")
            found.append({"label": field.label, "said": total, "mean": mean})
    return found


def said(one: Sum | None, field: Field | None) -> str:
    """A sum in words, and on a second line the mean; blank where nothing has a value."""
    if one is None or one.total is None or one.average is None or field is None:
        return ""
    if field.kind == "money":
        currency = organisation().currency
        total, mean = words.money(one.total, currency), words.money(one.average, currency)
    else:
        total, mean = words.number(one.total), words.number(one.average)
    return f"{total}\n{_('on average %(mean)s') % {'mean': mean}}"


def _shown(place: Place, actor: Actor, heads: Iterable[Column]) -> list[Field]:
    known = {f.name: f for f in addable(place.entity, actor)}
    return [known[c.name] for c in heads if c.name in known]


def _place_for(part: str, name: str) -> SafeString:
    return format_html('<span class="total-later" data-sum="{}">…</span>', _key(part, name))


def _key(part: str, name: str) -> str:
    """The name of one place, of letters and digits whatever the group is called."""
    return f"{part.encode().hex()}-{name.encode().hex()}"


def _heads(place: Place, actor: Actor, state: State, of: Adding, as_of: int | None) -> list[Head]:
    key = group_key(place.entity, actor, state.group)
    whole = listing(place, actor, State(filter=state.filter, sort=state.sort, q=state.q), as_of=as_of)
    return heads_of(whole, key, of.fields, newest_first=state.sort.split(",")[0] == f"-{key.field.name}")


def _of_heads(heads: Sequence[Head], of: Adding) -> dict[str, Sum]:
    return {f.name: added(head.sums[f.name] for head in heads) for f in of.fields}


# --- after the page ---------------------------------------------------------------------------------------------------
@page("GET")
def totals(request: Request, word: str) -> HttpResponse:
    """What the places for totals of a list, its groups or its board hold, as its address says it."""
    place, actor = settled(word), request.actor
    state = State.of(request.GET.dict())
    if not wants_fragment(request):
        return HttpResponseRedirect(state.url(place, totals=NOW))
    heads = columns_of(place, actor, state, chosen(place, actor, state))
    of = Adding(_shown(place, actor, heads), is_later=False)
    try:
        parts = _parts(place, actor, state, of, request.last_change)
    except Refused as no:
        return show(request, "records/_totals.html", {"found": [], "said": no.message})
    found = [(_key(part, f.name), said(sums.get(f.name), f), part) for part, sums in parts.items() for f in of.fields]
    if state.shape == "board":  # a head has room for the sum, the mean stands in its title
        found = [(key, text.partition("\n")[0], part) for key, text, part in found]
    return show(request, "records/_totals.html", {"found": found, "said": ""})


def _parts(place: Place, actor: Actor, state: State, of: Adding, as_of: int | None) -> dict[str, Mapping[str, Sum]]:
    """The sums of each part of a list, by the name of the part."""
    from tend.doors.web.records import shapes  # which knows boards by these names as well

    node = state.node(place)
    if state.shape == shapes.BOARD:
        by = state.by or shapes.standard_by(place, actor)
        board = Board(place.entity, actor, by, filter=whole_filter(place, node), words=state.q, columns=[], as_of=as_of)
        return dict(board.sums(of.fields))
    if state.group:
        heads = _heads(place, actor, state, of, as_of)
        return {**{f"group {h.key}": h.sums for h in heads}, FOOT: _of_heads(heads, of)}
    found = listing(place, actor, replace(state, cursor=""), columns=[], node=node, as_of=as_of)
    return {FOOT: sums_of(found, of.fields)}
