"""Views of a list: the tabs over it, keeping what is shown as a view, and the page on which one shares and pins them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.pages import Request, after, page, show, undo_of
from tend.doors.web.records import shapes
from tend.doors.web.records.columns import is_drawn
from tend.doors.web.records.detail import settled
from tend.doors.web.records.places import Place, claimed
from tend.doors.web.records.state import ALL, SHAPES, State, listing
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.listing import Count, Listing, counts_of
from tend.kernel.query import to_text
from tend.kernel.query.tree import Node, as_json, read_tree
from tend.kernel.reading import Reader
from tend.kernel.values import create_record, edit_record
from tend.kernel.verbs import Done
from tend.kernel.views import (
    VIEW,
    SavedView,
    Tab,
    clear_default,
    default_for,
    make_default,
    pin,
    pin_to_navigation,
    tabs_for,
    unpin,
    unpin_from_navigation,
    views_for,
)
from tend.kernel.views.saved import teams_to_share_with

EVERYBODY = "everybody"


def resolved(place: Place, actor: Actor, state: State, as_of: int | None = None) -> State:
    """What an address means for this person: one that only names a view stands for what the view keeps.

    The bare address of a list opens the view with which this person wants it to open.
    """
    if state.is_bare:
        view = default_for(actor, place.entity, place.word, as_of)
    elif state.is_only_view:
        view = next((v for v in views_for(actor, place.entity, as_of) if str(v.pk) == state.view), None)
    else:
        return state
    if view is None:
        return state
    return replace(saved_state(place, actor, view), cursor=state.cursor, wait=state.wait, **_shape(state))


def _shape(state: State) -> dict[str, str]:
    """How the records are drawn, which stays when one goes to another view."""
    return {name: getattr(state, name) for name in SHAPES if getattr(state, name, "")}


def saved_state(place: Place, actor: Actor, view: SavedView) -> State:
    """What a saved view shows, as an address says it."""
    try:
        text = to_text(place.entity, view.filter, actor)
    except Refused:
        text = ""
    shape, _colon, by = view.shape.partition(":")
    return State(
        filter=text, sort=view.sort, columns=",".join(view.columns), group=view.group_by, shape=shape, by=by,
        totals="1" if view.has_totals else "", view=str(view.pk),
    )  # fmt: skip


# --- tabs -------------------------------------------------------------------------------------------------------------
def tabs(place: Place, actor: Actor, state: State, as_of: int | None = None) -> list[dict[str, Any]]:
    """The views over the list with their counts, in one question; the one whose filter is shown is the current one."""
    views = claimed(place.word, "views") or claimed(place.entity.plural, "views")
    offered = tabs_for(actor, place.entity, place.word, as_of)
    named: list[tuple[State, Any, Node | None, SavedView | None]] = []
    for text, label in [("", _("All")), *(views(actor, place) if views else ())]:
        word = "" if text or not _has_default(offered) else ALL
        named.append((State(filter=text, view=word, **_shape(state)), label, None, None))
    shown = [t.view for t in offered if t.position is not None or str(t.view.pk) == state.view]
    named += [(State(view=str(view.pk)), view.name, read_tree(view.filter), view) for view in shown]
    counts = _counts([_listed(place, actor, said, node, as_of) for said, _label, node, _view in named])
    return [
        _tab(place, actor, state, said, label, view, count)
        for (said, label, _node, view), count in zip(named, counts, strict=True)
        if count is not None
    ]


def _has_default(offered: Sequence[Tab]) -> bool:
    return any(tab.is_default for tab in offered)


def _listed(place: Place, actor: Actor, said: State, node: Node | None, as_of: int | None) -> Listing | None:
    try:
        return listing(place, actor, State(filter=said.filter), node=node, as_of=as_of)
    except Refused:
        return None  # a field of this view is hidden from the actor


def _counts(lists: Sequence[Listing | None]) -> list[Count | None]:
    """How many records each has; what was counted a moment ago is not counted again."""
    found: list[Count | None] = []
    asking: list[tuple[int, Listing, Any]] = []
    for at, one in enumerate(lists):
        found.append(one.known_count() if one is not None else None)
        if one is not None and found[at] is None:
            try:
                asking.append((at, one, one.question()))
            except Refused:
                continue
    for (at, one, _question), count in zip(asking, counts_of([q for _at, _one, q in asking]), strict=True):
        one.know_count(count)
        found[at] = count
    return found


def _tab(
    place: Place, actor: Actor, state: State, said: State, label: Any, view: SavedView | None, count: Count
) -> dict[str, Any]:
    shown = "" if state.view == ALL else state.view
    current = shown == str(view.pk) if view is not None else not shown and state.filter == said.filter and not state.q
    changed = False
    if current and view is not None:
        kept = saved_state(place, actor, view)
        kept = kept if kept.shape else replace(kept, shape=state.shape, by=state.by)
        changed = replace(kept, view="") != replace(state, view="", cursor="", q="", open="", wait="")
    return {
        "label": label, "url": said.url(place) if view is None else f"{place.url}?{urlencode({'view': view.pk, **({} if view.shape else _shape(state))})}",
        "count": count.number if not count.is_more else None, "current": current, "changed": changed,
    }  # fmt: skip


def left_out_words(actor: Actor, place: Place, state: State, as_of: int | None = None) -> str:
    """What to say when a view has conditions that are not the reader's to see; blank when it has none."""
    if not state.view.isdecimal():
        return ""
    view = next((v for v in views_for(actor, place.entity, as_of) if str(v.pk) == state.view), None)
    if view is None or not view.left_out:
        return ""
    return ngettext(
        "One condition of this view is not yours to see; the list goes without it.",
        "%(n)d conditions of this view are not yours to see; the list goes without them.",
        view.left_out,
    ) % {"n": view.left_out}


# --- keeping a list as a view -----------------------------------------------------------------------------------------
@page("GET", "POST")
def save_view(request: Request, word: str) -> HttpResponse:
    """Keep what the list shows now as a view of one's own, shared when one may."""
    place, actor = settled(word), request.actor
    state = resolved(place, actor, State.of(request.GET.dict()))
    known = next((v for v in views_for(actor, place.entity) if str(v.pk) == state.view), None)
    may_save_over = known is not None and SavedView.objects.seen_by(actor, "edit").filter(pk=known.pk).exists()
    error = ""
    if request.method == "POST":
        try:
            done = _save(place, actor, state, request.POST.dict(), known if request.POST.get("over") else None)
        except Refused as no:
            error = no.message
        else:
            to = f"{place.url}?view={done.record.pk}"
            return after(request, to, _("The view “%(name)s” is saved.") % {"name": done.record.name}, undo_of(done))
    context = {
        "place": place, "state": state, "known": known if may_save_over else None, "error": error, "name": request.POST.get("name", ""),
        "shares": shares(actor, request.POST.get("share", "")), "action": request.get_full_path(), "cancel_url": state.url(place), "header_title": _("Save this view"),
        "crumbs": [{"label": place.title, "url": state.url(place)}], "filter_text": state.filter,
    }  # fmt: skip
    return show(
        request, "records/view.html", context, regions={"dialog": "records/_view.html"}, status=422 if error else 200
    )


def _save(place: Place, actor: Actor, state: State, given: dict[str, str], over: SavedView | None) -> Done:
    drawn = {n for n in state.columns.split(",") if is_drawn(place, actor, n)}
    raw: dict[str, Any] = {
        "filter": as_json(state.node(place)), "sort": state.sort, "group_by": state.group, "has_totals": bool(state.totals),
        "shape": shapes.kept(place, actor, state),
        "columns": [n for n in state.columns.split(",") if n and n not in drawn],
    }  # fmt: skip
    if over is not None:
        return edit_record(actor, VIEW, over.pk, raw)
    named = {"name": given.get("name", ""), "record_type": place.entity.code, **_shared(given.get("share", ""))}
    done = create_record(actor, VIEW, {**raw, **named})
    try:
        pin(actor, done.record, at=place.word)
    except Refused:
        pass  # the row of tabs is full: the view stands among the others
    return done


def _shared(said: str) -> dict[str, Any]:
    return {"is_shared": said == EVERYBODY, "team": int(said) if said.isdecimal() else None}


def shares(actor: Actor, said: str) -> list[dict[str, Any]]:
    """With whom this person may share a view; nothing without that right."""
    teams = teams_to_share_with(actor)
    if teams is None:
        return []
    offered = [
        ("", _("Only I")),
        *((str(t.pk), _("Team %(name)s") % {"name": t.name}) for t in teams),
        (EVERYBODY, _("Everybody")),
    ]
    return [{"value": value, "label": label, "selected": value == said} for value, label in offered]


# --- all views of a list ----------------------------------------------------------------------------------------------
_DEEDS: dict[str, Callable[..., Done]] = {
    "pin": pin, "unpin": unpin, "default": make_default, "clear-default": clear_default,
    "to-navigation": pin_to_navigation, "from-navigation": unpin_from_navigation,
}  # fmt: skip


@page("GET", "POST")
def views(request: Request, word: str) -> HttpResponse:
    """All views of a list that one may use: which stand as tabs, in which order, and with which one it opens."""
    place, actor = settled(word), request.actor
    if request.method == "POST":
        return _move(request, place)
    offered = tabs_for(actor, place.entity, place.word)
    said = Reader(VIEW, actor, ("owner", "team", "is_shared")).read([t.view for t in offered])
    mine = set(
        SavedView.objects.seen_by(actor, "edit")
        .filter(pk__in=[t.view.pk for t in offered])
        .values_list("pk", flat=True)
    )
    last = sum(t.position is not None for t in offered)
    here = quote(f"{place.url}/views", safe="")
    rows = [
        {
            "pk": tab.view.pk, "name": tab.view.name, "url": f"{place.url}?view={tab.view.pk}", "note": _whose(actor, values),
            "is_pinned": tab.position is not None, "is_default": tab.is_default, "is_in_navigation": tab.is_in_navigation, "up": tab.position - 1 if tab.position and tab.position > 1 else 0,
            "down": tab.position + 1 if tab.position and tab.position < last else 0,
            "edit_url": f"/views/{tab.view.pk}/edit?next={here}" if tab.view.pk in mine else "",
            "delete_url": f"/views/{tab.view.pk}/do/trash?next={here}" if tab.view.pk in mine else "",
        }
        for tab, values in zip(offered, said, strict=True)
    ]  # fmt: skip
    context = {
        "place": place, "rows": rows, "action": f"{place.url}/views", "crumbs": [{"label": place.title, "url": place.url}],
        "header_title": _("Views"), "back_url": place.url,
    }  # fmt: skip
    return show(request, "records/views.html", context)


def _move(request: Request, place: Place) -> HttpResponse:
    """Pin, unpin, move or choose one view."""
    given = request.POST
    deed = _DEEDS.get(given.get("do", ""))
    wanted = given.get("view", "")
    if deed is None or not wanted.isdecimal() or len(wanted) > 18:
        raise NotSeen("view")
    position = given.get("position", "")
    options = {"position": int(position)} if deed is pin and position.isdecimal() and len(position) < 4 else {}
    done = deed(request.actor, int(wanted), at=place.word, **options)
    said = {
        "pin": _("“%(name)s” stands over the list."), "unpin": _("“%(name)s” no longer stands over the list."),
        "default": _("The list opens with “%(name)s”."), "clear-default": _("The list opens with all records."),
        "to-navigation": _("“%(name)s” stands in the navigation."), "from-navigation": _("“%(name)s” no longer stands in the navigation."),
    }  # fmt: skip
    name = next((v.name for v in views_for(request.actor, place.entity) if v.pk == int(wanted)), "")
    return after(request, f"{place.url}/views", said[given["do"]] % {"name": name}, undo_of(done))


def _whose(actor: Actor, values: dict[str, Any]) -> str:
    """Who made a view and who may use it."""
    owner, team = values.get("owner"), values.get("team")
    is_mine = owner is not None and owner.id == actor.user_id
    if values.get("is_shared"):
        for_whom = _("for everybody")
    elif team is not None:
        for_whom = _("for the team %(name)s") % {"name": team.name}
    else:
        return _("only yours") if is_mine else ""
    return (
        for_whom
        if is_mine or owner is None
        else _("%(for_whom)s, by %(owner)s") % {"for_whom": for_whom, "owner": owner.name}
    )
