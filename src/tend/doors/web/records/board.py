"""A list as a board: columns of cards, what follows in a column, moving a card, folding a column."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, after, next_url, page, show, show_html, told, undo_of, wants_fragment
from tend.doors.web.records import shapes
from tend.doors.web.records.adding import Adding, adding, lines, offer
from tend.doors.web.records.cards import Cards
from tend.doors.web.records.columns import beside, chosen, columns_of, needed
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.doing import counted
from tend.doors.web.records.places import Place, claimed
from tend.doors.web.records.state import CARRIED, State, whole_filter
from tend.doors.web.records.widgets import is_book
from tend.doors.web.templatetags import tend as words
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.listing.board import Board, Column
from tend.kernel.listing.groups import Group, groups_offered, values_of
from tend.kernel.listing.sums import Sum
from tend.kernel.listing.totals import COUNTED
from tend.kernel.query.tree import Node
from tend.kernel.values import edit_record
from tend.people.commands import edit_profile

CROWDED = 4  # columns from which on empty ones of people are left out
FOLDED = "folded"  # under which the preferences of a person keep the columns that she folded


def drawn(place: Place, request: Request, state: State) -> dict[str, Any]:
    """What the page of a board shows. Refused when the filter, the order or the field is unknown."""
    actor, node = request.actor, state.node(place)
    board = board_of(place, actor, state, node, folded=folded_of(request, place, state), as_of=request.last_change)
    columns = board.columns()
    if len(columns) > CROWDED and board.field.to is not None and not is_book(board.field):
        columns = [
            c for c in columns if c.group.count
        ]  # people whom nothing belongs to; the button of a card knows them
    fits = claimed(place.word, f"board:{board.field.name}")
    if fits is not None:  # values that records of this place cannot have
        fitting = fits(actor)
        columns = [c for c in columns if c.group.count or c.group.value in fitting]
    whole = sum(c.group.count for c in columns)
    is_more = any(c.group.is_more for c in columns)
    draw = cards_of(
        place, actor, state, board, [r for c in columns for r in c.records], [r for c in columns for r in c.rows]
    )
    heads = columns_of(place, actor, state, chosen(place, actor, state))
    of = adding(place, actor, state, heads, is_many=is_more or whole > COUNTED)
    sums, refusal = _sums(board, of)
    said = counted(place, whole) if not is_more else _("%(n)s and more") % {"n": words.number(whole)}
    return {
        **shapes.frame(place, actor, state, node, is_empty=not whole),
        **offer(place, actor, state, heads, of),
        "totals_refusal": refusal,
        "board": [
            {**_shown(place, state, board, c, draw), "sums": lines(c.group.key, sums.get(c.group.key), of)}
            for c in columns
        ],
        "by": board.field,
        "bys": [
            {"label": f.label, "url": state.url(place, by=f.name), "current": f.name == board.field.name}
            for f in groups_offered(place.entity, actor)
        ],
        "stays": why_cards_stay(place, actor, board),
        "board_query": state.query(),
        "count": whole,
        "counted": said,
    }


def _sums(board: Board, of: Adding) -> tuple[dict[str, dict[str, Sum]], str]:
    """What the columns add up to by the keys of their groups, and why not when it takes too long."""
    try:
        return board.sums(of.now), ""
    except Refused as no:
        return {}, no.message


def board_of(
    place: Place, actor: Actor, state: State, node: Node, folded: frozenset[str] = frozenset(), as_of: int | None = None
) -> Board:
    """The board that an address means, for one actor."""
    names = chosen(place, actor, state)
    return Board(
        place.entity, actor, state.by or shapes.standard_by(place, actor), filter=whole_filter(place, node), sort=state.sort,
        columns=needed(place, names), words=state.q, beside=beside(place, names), folded=folded,
        as_of=as_of,
    )  # fmt: skip


def cards_of(
    place: Place, actor: Actor, state: State, board: Board, records: list[Any], values: list[dict[str, Any]]
) -> Cards:
    """What draws the cards of a board, knowing which of these records may be moved."""
    heads = columns_of(place, actor, state, chosen(place, actor, state))
    carried = f"?{CARRIED}={quote(state.query(), safe='')}"
    may_move = board.movable([r.pk for r in records])
    cards = Cards(
        place,
        actor,
        heads,
        by=board.field.name,
        movable=may_move,
        carried=carried,
        locks=not why_cards_stay(place, actor, board),
    )
    cards.know(records, values)
    return cards


def _shown(place: Place, state: State, board: Board, column: Column, draw: Cards) -> dict[str, Any]:
    group = column.group
    return {
        "group": group,
        "is_folded": column.is_folded,
        "count": words.number(group.count) + ("+" if group.is_more else ""),
        "cards": draw.draw(column.records, column.rows),
        "more": _more_url(place, state, group.key, column.next_cursor),
        "takes": group.is_offered or (group.value is None and not board.field.required and board.field.kind == "link"),
    }


def _more_url(place: Place, state: State, key: str, cursor: str | None) -> str:
    return f"{place.url}/board/column?{state.query(cursor=cursor)}&{urlencode({'key': key})}" if cursor else ""


def why_cards_stay(place: Place, actor: Actor, board: Board) -> str:
    """Why no card of this board can be moved; blank when those can that one may change."""
    field, entity = board.field, place.entity
    if not field.edit or entity.edit is None:
        return _("“%(field)s” changes by steps of its own, not by moving cards.") % {"field": field.label}
    verb = entity.verb_by_name[field.verb] if field.verb else entity.edit
    if entity.right(actor, field.name) != "edit" or actor.scope(place.line, verb.action(actor)) == "none":
        return _("“%(field)s” is not yours to change, so the cards stay where they are.") % {"field": field.label}
    return ""


def _in_reach(request: Request, word: str) -> Place:
    place = settled(word)
    if not place.may(request.actor, "view"):
        raise NotSeen(word)
    return place


@page("GET")
def column(request: Request, word: str) -> HttpResponse:
    """What follows in one column, as cards with the button for the next step."""
    place = _in_reach(request, word)
    state = State.of(request.GET.dict())
    board = board_of(place, request.actor, state, state.node(place))
    key = request.GET.get("key", "")
    found = board.column(key, state.cursor or None)
    draw = cards_of(place, request.actor, state, board, found.records, found.rows)
    context = {"cards": draw.draw(found.records, found.rows), "more": _more_url(place, state, key, found.next_cursor)}
    if wants_fragment(request):
        return show(request, "records/_board_cards.html", context)
    return show(request, "records/board_column.html", {
        **context, "place": place, "header_title": place.title, "back": state.url(place),
        "crumbs": [{"label": place.title, "url": state.url(place)}],
    })  # fmt: skip


@page("GET", "POST")
def move(request: Request, word: str, pk: int) -> HttpResponse:
    """Give a card another column: the field's own change, with Undo; a refusal says why in words."""
    place = settled(word)
    record = fetch(place, request.actor, pk)
    given = request.POST if request.method == "POST" else request.GET
    board = Board(place.entity, request.actor, given.get("by", ""))
    if why_cards_stay(place, request.actor, board) or not board.movable([pk]):
        raise NotSeen(word) if not wants_fragment(request) else Refused(_("This card is not yours to move."))
    values = values_of(board.field, request.actor)
    now = _key_of(record, board)
    error = ""
    if request.method == "POST":
        key = request.POST.get("to", "")
        try:
            return _moved(request, place, record, board, key, request.POST.get("from", now))
        except Stale:
            error = _("Somebody moved “%(name)s” meanwhile.") % {"name": record}
        except Refused as no:
            error = no.message
        if wants_fragment(request):
            return told(HttpResponse(status=422), error)
    blank = [] if board.field.required or board.field.kind != "link" else [Group(None, _("not filled in"))]
    context = {
        "place": place, "record": record, "by": board.field, "now": now, "error": error, "header_title": _("Move “%(name)s”") % {"name": record},
        "values": [v for v in [*values, *blank] if v.is_offered or v.key == now], "action": place.url + f"/{pk}/move",
        "next": next_url(request, _came_from(request, place)), "crumbs": [{"label": place.title, "url": place.url}],
    }  # fmt: skip
    return show(
        request, "records/move.html", context, regions={"dialog": "records/_move.html"}, status=422 if error else 200
    )


def _moved(request: Request, place: Place, record: Any, board: Board, key: str, before: str) -> HttpResponse:
    name = board.field.name
    value = None if not key else int(key) if board.field.kind == "link" and key.isdigit() else key
    done = edit_record(
        request.actor, place.entity, record.pk, {name: value}, expect=lambda held: _key_of(held, board) == before
    )
    label = next((v.label for v in values_of(board.field, request.actor) if v.key == key), _("not filled in"))
    text = done.sentence or _("“%(name)s” is moved to “%(value)s”.") % {"name": done.record, "value": label}
    if not wants_fragment(request):
        return after(request, next_url(request, place.url), text if done.act else "", undo_of(done))
    state = State.of(request.POST.dict())
    names = chosen(place, request.actor, state)
    fresh = Board(place.entity, request.actor, name, columns=needed(place, names), beside=beside(place, names)).listing
    records = fresh.records_of([record.pk])
    values = fresh.reader.read(records)
    cards = cards_of(place, request.actor, state, board, records, values).draw(records, values)
    return told(show_html(request, cards), text if done.act else "", undo_of(done))


def _key_of(record: Any, board: Board) -> str:
    """The column in which a record stands."""
    column = record._meta.get_field(board.field.orm)
    value = getattr(record, column.attname)
    return "" if value is None else str(value)


def _came_from(request: Request, place: Place) -> str:
    """The board that the browser shows, as an address of ours."""
    shown = request.headers.get("HX-Current-URL", "")
    at = shown.find(f"{place.url}?")
    return shown[at:] if at >= 0 else place.url


def folded_of(request: Request, place: Place, state: State) -> frozenset[str]:
    """The columns of this board that the person has folded."""
    kept = request.user.preferences.get(FOLDED) if isinstance(request.user.preferences, dict) else None
    by = state.by or shapes.standard_by(place, request.actor)
    keys = kept.get(f"{place.word}.{by}", []) if isinstance(kept, dict) else []
    return frozenset(str(k) for k in keys) if isinstance(keys, list) else frozenset()


@page("POST")
def fold(request: Request, word: str) -> HttpResponse:
    """Fold a column, or open it again; it stays so for this person."""
    place = _in_reach(request, word)
    state = State.of(request.GET.dict())
    key = request.POST.get("key", "")[:40]
    folded = set(folded_of(request, place, state))
    folded.symmetric_difference_update({key})
    by = state.by or shapes.standard_by(place, request.actor)
    edit_profile(request.actor, request.user.pk, values={FOLDED: {f"{place.word}.{by}": sorted(folded)}})
    return after(request, state.url(place))
