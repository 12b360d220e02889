"""The list of a place: filter, table with keyset pages, sums of the whole filter; one row; columns; a new condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, after, page, show, show_html
from tend.doors.web.records import adding, board, bulk, cells, filters, grouped, shapes, tree
from tend.doors.web.records.columns import Column, beside, chosen, columns_of, needed, offers
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.excluding import excluding
from tend.doors.web.records.places import Place, claimed
from tend.doors.web.records.rows import Rows
from tend.doors.web.records.state import ALL, CARRIED, State, listing
from tend.doors.web.records.views import left_out_words, resolved, tabs
from tend.doors.web.templatetags import tend as words
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.imports.recipe import recipe_named
from tend.kernel.listing import Listing, Page, Totals
from tend.kernel.organisation import organisation
from tend.kernel.query import to_text
from tend.kernel.query.tree import All, Node
from tend.kernel.reading import Reader

LIMIT = 50
SPREAD, SPREAD_NAMED = (
    "interaction_status",
    5,
)  # the column whose values are counted in the foot, the most frequent first


@page("GET")
def records(request: Request, word: str) -> HttpResponse:
    """The records of a place as its address says: filtered, sorted, one page of them.

    Whoever may see none of them gets the empty list, as from the API: what is out of sight does not exist.
    """
    place = settled(word)
    as_of = request.last_change
    state = resolved(place, request.actor, State.of(request.GET.dict()), as_of)
    context: dict[str, Any] = {
        "place": place,
        "state": state,
        "header_title": place.title,
        "tabs": tabs(place, request.actor, state, as_of),
        "views_url": f"{place.url}/views",
        "all_url": f"{place.url}?view={ALL}",
        "left_out": left_out_words(request.actor, place, state, as_of),
    }
    context["may_create"] = place.entity.create is not None and place.may(request.actor, "create")
    context["may_export"], context["may_import"] = (
        place.may(request.actor, "export"),
        place.may(request.actor, "import") and recipe_named(place.word) is not None,
    )
    try:
        context["shapes"] = shapes.offered(place, request.actor, state)
        if state.shape == shapes.BOARD:
            context.update(board.drawn(place, request, state))
        elif state.shape == shapes.TREE:
            context.update(tree.drawn(place, request, state))
        else:
            context.update(table(place, request.actor, state, as_of))
    except Refused as no:
        context.update(refusal=no.message, chips=[], count=None, filter_text=state.filter)
    status = 422 if "refusal" in context else 200
    return show(request, "records/list.html", context, regions={"records": "records/_list.html"}, status=status)


def table(place: Place, actor: Actor, state: State, as_of: int | None = None) -> dict[str, Any]:
    """The page of records with heads, cells and foot. Refused when the filter or order names something unknown."""
    node = state.node(place)
    names = chosen(place, actor, state)
    heads = columns_of(place, actor, state, names)
    opened = state
    if state.group:
        state = replace(state, cursor="")
    found = listing(
        place,
        actor,
        state,
        columns=needed(place, names),
        node=node,
        limit=LIMIT,
        as_of=as_of,
        beside=beside(place, names),
    )
    shown = found.page() if not state.group else Page([], [], None, None)
    whole = totals(found, heads)
    count = whole.count
    of = adding.adding(place, actor, state, heads, is_many=count.is_more and not state.wait)
    is_later = count.is_more and not state.wait and grouped.takes_long(place, actor, state)
    grouped_by = grouped.groups(place, actor, opened, node, heads, as_of, of) if state.group and not is_later else []
    carried = state.query()
    offered = bulk.offered(place, actor, state)
    behind = f"?{CARRIED}={_quoted(carried)}" if carried else ""
    rows = Rows(place, actor, heads, may_choose=offered["may_bulk"], carried=behind).draw(shown.records, shown.rows)
    if state.group:
        offered["groups"], is_empty = grouped_by, not grouped_by and not is_later
        offered["groups_later"] = state.url(place, open=opened.open, cursor=opened.cursor, wait="1") if is_later else ""
    else:
        is_empty = not shown.records
    filtered = bool(state.q or filters.parts(node) not in ((), (All(()),)))
    return {
        "heads": heads, "rows": rows, "count": count, "counted": bulk.counted_words(place, count), "filtered": filtered,
        "excluding": excluding(place, actor, state, node) if filtered and is_empty else None,
        "chips": filters.chips(place, actor, state, node) if filtered else [], "filter_text": to_text(place.entity, node, actor),
        "foot": foot(found, heads, whole), **adding.offer(place, actor, state, heads, of), **adding.foot(found, place, actor, state, heads, of), "group_keys": grouped.offered_keys(place, actor, state), "columns_query": ",".join(names), "bulk_query": state.query(cursor=state.cursor),
        "next_url": state.url(place, cursor=shown.next_cursor) if shown.next_cursor else "",
        "previous_url": state.url(place, cursor=shown.previous_cursor) if shown.previous_cursor else "",
        **offered, "all_label": all_words(place, count) if shown.has_next or shown.has_previous or state.group else "",
        "kept_words": [(n, v) for n, v in _kept(state) if n not in ("filter", "q", "view")],
        "condition_url": f"{place.url}/condition?{state.query()}", "columns_url": f"{place.url}/columns?{state.query()}",
        "trash_url": f"{place.url}/trash" if "restore" in place.entity.verb_by_name and (place.may(actor, "delete")) else "",
        "duplicates_url": pairs.url if (pairs := claimed(place.entity.plural, "duplicates")) else "",
        "export_query": state.query(), "save_url": f"{place.url}/view?{state.query()}" if filtered or state.columns or state.sort or state.group or state.totals else "",
    }  # fmt: skip


@page("GET")
def row(request: Request, word: str, pk: int) -> HttpResponse:
    """One row anew, after one of its cells was changed."""
    place = settled(word)
    record = fetch(place, request.actor, pk)
    state = State.of(request.GET.dict())
    names = chosen(place, request.actor, state)
    heads = columns_of(place, request.actor, state, names)
    values = Reader(place.entity, request.actor, needed(place, names)).read([record])
    may_choose = bulk.offered(place, request.actor, state)["may_bulk"]
    return show_html(request, Rows(place, request.actor, heads, may_choose=may_choose).draw([record], values))


def totals(found: Listing, heads: Sequence[Column]) -> Totals:
    """Count and foot of the whole filter, in one question. Of days that are awaited only sometimes the oldest says nothing."""
    own = [c.field for c in heads if c.field is not None and not c.field.trait]
    return found.totals(
        sums=[f.orm for f in own if f.kind == "money"],
        earliest=[c.field.orm for c in heads if c.field is not None and c.name in cells.DUE and c.drawn is None],
        spread=next((f.orm for f in own if f.name == SPREAD), ""),
    )


def foot(found: Listing, heads: Sequence[Column], of: Totals) -> list[Any]:
    """Sums and spread of the whole filter under their columns; left out where counting stops."""
    blank: list[Any] = ["" for _c in heads[1:]]
    if of.count.is_more or of.count.number < 2:
        return blank
    for at, column in enumerate(heads[1:]):
        orm = column.field.orm if column.field is not None else ""
        if of.sums.get(orm) is not None:
            blank[at] = words.money(of.sums[orm], organisation().currency)
        elif of.earliest.get(orm) is not None:
            blank[at] = _("oldest: %(when)s") % {"when": words.due(of.earliest[orm])}
        elif column.name == SPREAD and column.field is not None:
            named = found.reader.linked(column.field, list(of.spread)[: SPREAD_NAMED * 2])
            spread = [(named[value], n) for value, n in of.spread.items() if value in named]
            blank[at] = " · ".join(f"{v.mark or v.name} {n}" for v, n in spread[:SPREAD_NAMED])
    return blank


def all_words(place: Place, count: Any) -> str:
    return _("Choose all %(n)s of this filter") % {"n": count}


@page("GET")
def columns(request: Request, word: str) -> HttpResponse:
    """Choose which columns stand in the list; the choice goes into the address."""
    place = settled(word)
    state = State.of(request.GET.dict())
    if "column" in request.GET:
        names = [n for n in request.GET.getlist("column") if n]
        return after(request, state.url(place, columns=",".join(names)))
    now = chosen(place, request.actor, state)
    context = {
        "place": place, "state": state, "offers": [{"name": n, "label": label, "chosen": n in now} for n, label in offers(place, request.actor) if n != place.entity.title],
        "action": f"{place.url}/columns", "kept": _kept(state), "title": place.entity.title, "crumbs": [{"label": place.title, "url": state.url(place)}],
        "cancel_url": state.url(place), "standard_url": state.url(place, columns=""),
    }  # fmt: skip
    return show(request, "records/columns.html", context, regions={"dialog": "records/_columns.html"})


@page("GET")
def condition(request: Request, word: str) -> HttpResponse:
    """Add a condition: first the field, then how it compares; the finished filter goes into the address."""
    place = settled(word)
    state = State.of(request.GET.dict())
    node: Node = state.node(place)
    fields = filters.offers(place, request.actor)
    context: dict[str, Any] = {
        "place": place, "action": f"{place.url}/condition", "kept": _kept(state), "cancel_url": state.url(place),
        "crumbs": [{"label": place.title, "url": state.url(place)}], "header_title": _("New condition"),
        "options": [{"value": o.name, "label": str(o.label), "group": _("Often used") if o.facet else _("All fields")} for o in fields],
    }  # fmt: skip
    name = request.GET.get("field", "")
    if name:
        offer = next((o for o in fields if o.name == name), None)
        if offer is None:
            raise NotSeen(name)
        form = filters.ConditionForm(place, request.actor, offer, request.GET if "op" in request.GET else None)
        if "op" in request.GET and form.is_valid():
            try:
                text = filters.with_condition(place, request.actor, node, form.condition())
            except Refused as no:
                form.add_error("value", no.message)
            else:
                return after(request, state.url(place, filter=text))
        context.update(offer=offer, form=form)
    return show(request, "records/condition.html", context, regions={"dialog": "records/_condition.html"})


def _kept(state: State) -> list[tuple[str, str]]:
    return [(n, getattr(state, n)) for n in State.names() if n not in ("cursor", "wait") and getattr(state, n)]


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
