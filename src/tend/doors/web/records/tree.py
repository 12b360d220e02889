"""A list as a tree: what stands at the top, what hangs under a record, and hanging a record under another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.pages import Request, after, next_url, page, show, told, undo_of, wants_fragment
from tend.doors.web.records import shapes
from tend.doors.web.records.columns import Column, beside, chosen, columns_of, needed
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.doing import counted
from tend.doors.web.records.places import Place
from tend.doors.web.records.rows import ID, Rows
from tend.doors.web.records.state import CARRIED, State, whole_filter
from tend.doors.web.templatetags import tend as words
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.board import movable
from tend.kernel.listing.tree import Level, Tree, parent_field
from tend.kernel.values import edit_record

LIMIT = 50
OPENED = '<span class="tree-name">'  # fold, name and button side by side; the name gives way
DEEPEST = 8  # levels that are indented further; beyond that the level stands in words


def drawn(place: Place, request: Request, state: State) -> dict[str, Any]:
    """What the page of a tree shows. Refused when the filter or the order is unknown, or there is no tree."""
    actor, node = request.actor, state.node(place)
    level = _tree(place, actor, state).level()
    whole = Listing(
        place.entity, actor, filter=whole_filter(place, node), words=state.q, columns=[], as_of=request.last_change
    ).count()
    said = (
        counted(place, whole.number) if not whole.is_more else _("%(n)s and more") % {"n": words.number(whole.number)}
    )
    heads = columns_of(place, actor, state, chosen(place, actor, state))
    return {
        **shapes.frame(place, actor, state, node, is_empty=not whole.number),
        "is_tree": True,
        "heads": heads,
        "rows": _rows(place, actor, state, heads, level, depth=1),
        "count": whole,
        "counted": said,
        "next_url": state.url(place, cursor=level.next_cursor) if level.next_cursor else "",
        "previous_url": state.url(place, cursor=level.previous_cursor) if level.previous_cursor else "",
    }


@page("GET")
def below(request: Request, word: str, pk: int) -> HttpResponse:
    """What hangs under a record: rows of the tree, or a page of them for a browser without scripts."""
    place = settled(word)
    record = fetch(place, request.actor, pk)
    state = State.of(request.GET.dict())
    depth = min(int(request.GET.get("depth", "")), 99) if request.GET.get("depth", "").isdigit() else 1
    level = _tree(place, request.actor, state, under=pk).level()
    heads = columns_of(place, request.actor, state, chosen(place, request.actor, state))
    more = f"{_below_url(place, state, pk, level.next_cursor)}&depth={depth}" if level.next_cursor else ""
    context = {
        "rows": _rows(place, request.actor, state, heads, level, depth=depth + 1), "more": more, "heads": heads, "place": place, "depth": min(depth + 1, DEEPEST),
        "header_title": str(record), "crumbs": [{"label": place.title, "url": state.url(place)}],
    }  # fmt: skip
    return show(request, "records/_tree_rows.html" if wants_fragment(request) else "records/tree_below.html", context)


@page("POST")
def hang(request: Request, word: str, pk: int) -> HttpResponse:
    """Hang a record under another one, or with a blank `to` at the top; a circle is refused in words."""
    place = settled(word)
    record = fetch(place, request.actor, pk)
    field = parent_field(place.entity, request.actor)
    to = request.POST.get("to", "")
    above = None
    if to:
        if not to.isdigit():
            raise NotSeen(word)
        above = fetch(place, request.actor, int(to))
    try:
        done = edit_record(request.actor, place.entity, pk, {field.name: above.pk if above is not None else None})
    except Refused as no:
        if wants_fragment(request):
            return told(HttpResponse(status=422), no.message)
        raise
    text = ""
    if done.act and above is not None:
        text = done.sentence or _("“%(name)s” hangs under “%(parent)s”.") % {"name": record, "parent": above}
    elif done.act:
        text = done.sentence or _("“%(name)s” stands at the top.") % {"name": record}
    if wants_fragment(request):
        return told(HttpResponse(status=204), text, undo_of(done))
    return after(request, next_url(request, place.url), text, undo_of(done))


def _tree(place: Place, actor: Actor, state: State, under: int | None = None) -> Tree:
    names = chosen(place, actor, state)
    return Tree(
        place.entity, actor, under=under, filter=whole_filter(place, state.node(place)), sort=state.sort, words=state.q,
        columns=needed(place, names), cursor=state.cursor or None, limit=LIMIT, beside=beside(place, names),
    )  # fmt: skip


def _below_url(place: Place, state: State, pk: int, cursor: str | None = None) -> str:
    return f"{place.url}/{pk}/below?{state.query(cursor=cursor or '')}"


def _rows(place: Place, actor: Actor, state: State, heads: Sequence[Column], level: Level, *, depth: int) -> SafeString:
    carried = f"?{CARRIED}={quote(state.query(), safe='')}"
    may_move = movable(place.entity, actor, parent_field(place.entity, actor), [r.pk for r in level.records])
    rows = TreeRows(place, actor, heads, carried, state, level.below, depth, may_move)
    return rows.draw(level.records, level.rows)


class TreeRows(Rows):
    """Rows that fold: each with its level, the number of what hangs under it, and what opens that."""

    def __init__(
        self, place: Place, actor: Actor, heads: Sequence[Column], carried: str, state: State, below: Mapping[int, Count],
        depth: int, may_move: Collection[int],
    ) -> None:  # fmt: skip
        super().__init__(place, actor, heads, may_choose=False, carried=carried)
        self.begin = f'<tr data-row="{ID}">'  # a row that came anew by itself would not know its level
        self.place, self.state, self.numbers, self.depth, self.may_move = place, state, below, depth, may_move
        self.fold_icon = render_to_string("records/_fold_icon.html").strip()
        self.move_icon = render_to_string("records/_card_move.html").strip()

    def opening(self, pk: str) -> str:
        count = self.numbers[int(pk)].number
        expanded = ' aria-expanded="false"' if count else ""
        drag = ' draggable="true"' if int(pk) in self.may_move else ""
        at = f' role="row" aria-level="{self.depth}" data-depth="{min(self.depth, DEEPEST)}"{expanded}{drag}'
        return super().opening(pk).replace("<tr", f"<tr{at}", 1)

    def before_name(self, pk: str, name: str) -> str:
        if not self.numbers[int(pk)].number:
            return f'{OPENED}<span class="tree-leaf"></span>'
        url = escape(f"{_below_url(self.place, self.state, int(pk))}&depth={self.depth}")
        label = escape(_("Open what hangs under %(name)s")) % {"name": name}
        return f'{OPENED}<a class="tree-fold" href="{url}" data-tree-fold aria-label="{label}">{self.fold_icon}</a>'

    def behind_name(self, pk: str, name: str) -> str:
        count, found = self.numbers[int(pk)], ""
        if count.number:
            said = ngettext("%(n)s below", "%(n)s below", count.number) % {"n": count}
            found = f' <span class="tree-count" title="{escape(said)}">{escape(str(count))}</span>'
        if self.depth > DEEPEST:
            found += f' <span class="tree-count">{escape(_("level %(n)d") % {"n": self.depth})}</span>'
        if int(pk) in self.may_move:
            verb = self.place.entity.by_name[str(self.place.entity.extra["tree"])].verb
            to = escape(self.place.page(int(pk), "do", verb) + f"?next={quote(self.state.url(self.place))}")
            label = escape(_("Hang %(name)s under another one")) % {"name": name}
            found += f'<a class="tree-move" href="{to}" hx-get="{to}" hx-target="#dialog" hx-swap="innerHTML" data-key="m" aria-label="{label}" title="{label}">{self.move_icon}</a>'
        return f"{found}</span>"
