"""Search over everything one sees: the palette's groups while one types, and the same on a page of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _

from tend.base.numbering import format_number, read_number
from tend.doors.web.menu import navigation
from tend.doors.web.pages import Request, page, show, wants_fragment
from tend.doors.web.records.places import place_at, place_of, places
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.history import Change
from tend.kernel.merging import is_mergeable, known_as
from tend.kernel.finding import search

FOUND = 6  # of each record type in the palette
RECENT = 8
LISTED = 50
PEOPLE = "contacts"  # their group comes after the others


@page("GET")
def palette(request: Request) -> HttpResponse:
    """What the palette shows for the typed words: records, people, what to do, and the list filtered by them."""
    words = request.GET.get("q", "").strip()[:200]
    found = groups(request.actor, words, request.GET.get("from", ""))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"q": words, "groups": found})
    if not wants_fragment(request):
        return find(request)
    return show(request, "shell/_palette_results.html", {"groups": found, "q": words})


@page("GET")
def find(request: Request) -> HttpResponse:
    """The same search as a page: it works without scripts and can be kept as an address."""
    words = request.GET.get("q", "").strip()[:200]
    found = records(request.actor, words, LISTED) if words else []
    context = {"q": words, "groups": found, "header_title": _("Search"), "count": sum(len(g["items"]) for g in found)}
    return show(request, "records/search.html", context)


def groups(actor: Actor, words: str, here: str) -> list[dict[str, Any]]:
    """The palette's groups in their order; without words the records one worked on last."""
    if not words:
        return [
            {"label": _("Last worked on"), "items": recent(actor)},
            {"label": _("Go to"), "items": deeds(actor, "")},
        ]
    return [
        *records(actor, words, FOUND),
        {"label": _("Do"), "items": deeds(actor, words)},
        {"label": _("Filter"), "items": [filtered(actor, words, here)]},
    ]


def records(actor: Actor, words: str, most: int) -> list[dict[str, Any]]:
    """Records that hold the words, by type, people last. Only what the actor sees is found."""
    shown = {p.entity.code: p.entity for p in places(actor)}
    by_type: dict[str, list[dict[str, Any]]] = {}
    for hit in search(actor, words, list(shown.values()), limit=most * 3, each=most):
        items = by_type.setdefault(hit.entity.code, [])
        if len(items) < most:
            items.append(_item(hit.entity, hit.record_id, hit.title, hit.why))
    if not by_type and read_number(words) is not None:
        by_type = _formerly(actor, shown.values(), words)
    codes = sorted(by_type, key=lambda code: (shown[code].plural == PEOPLE, list(shown).index(code)))
    return [
        {"label": str(_("People") if shown[c].plural == PEOPLE else shown[c].label_plural), "items": by_type[c]}
        for c in codes
    ]


def _formerly(actor: Actor, shown: Iterable[Entity], words: str) -> dict[str, list[dict[str, Any]]]:
    """A number that nobody has but a record that was merged: it leads to the one that it is part of now."""
    sequence = read_number(words)
    found: dict[str, list[dict[str, Any]]] = {}
    for entity in shown:
        if sequence is None or not is_mergeable(entity) or entity.right(actor, "number") == "hidden":
            continue
        for number, pk in (
            known_as(actor, entity.model, "number", [format_number(sequence)]) if "number" in entity.by_name else ()
        ):
            now = entity.model.objects.seen_by(actor).get(pk=pk)  # type: ignore[attr-defined]
            detail = _("%(number)s was merged with it") % {"number": number}
            found.setdefault(entity.code, []).append(_item(entity, pk, str(now), detail))
    return found


def recent(actor: Actor) -> list[dict[str, Any]]:
    """The records one changed last and still sees."""
    rows = (
        Change.objects.as_system("one's own last changes, shown through the scope")
        .filter(actor_id=actor.user_id)
        .order_by("-id")
    )
    wanted: dict[tuple[str, int], None] = {}
    for code, pk in rows.values_list("record_type", "record_id")[: RECENT * 8]:
        wanted.setdefault((code, pk))
    names: dict[tuple[str, int], str] = {}
    for code in {c for c, _pk in wanted}:
        entity = entity_by_code(code)
        if place_of(entity) is None or entity.plural == "activities":
            continue
        ids = [pk for c, pk in wanted if c == code]
        names.update({(code, r.pk): str(r) for r in entity.model.objects.seen_by(actor).filter(pk__in=ids)})  # type: ignore[attr-defined]
    return [_item(entity_by_code(code), pk, names[code, pk], "") for code, pk in wanted if (code, pk) in names][:RECENT]


def _item(entity: Entity, pk: int, title: str, detail: str) -> dict[str, Any]:
    place = place_of(entity)
    return {"url": place.page(pk) if place else "", "icon": entity.icon, "label": title, "detail": detail, "key": ""}


def deeds(actor: Actor, words: str) -> list[dict[str, Any]]:
    """What one may do from anywhere: enter a record of a type, go to a page."""
    wanted = words.casefold()
    new = [
        {"url": f"{p.url}/new", "icon": "plus", "label": p.new_label, "detail": "", "key": ""}
        for p in places(actor)
        if p.entity.create is not None and p.may(actor, "create")
    ]  # fmt: skip
    if actor.scope("activities", "create") != "none":
        new.insert(0, {"url": "/log", "icon": "message", "label": _("Log a talk"), "detail": "", "key": "l"})
    go = [
        {"url": i["url"], "icon": i["icon"], "label": i["label"], "detail": "", "key": ""}
        for s in navigation(actor, "")
        for i in s["items"]
    ]
    return _matching([*new, *go] if wanted else go, wanted)


def _matching(items: Iterable[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    return [i for i in items if wanted in str(i["label"]).casefold()][:8]


def filtered(actor: Actor, words: str, here: str) -> dict[str, Any]:
    """The last row: the list of this page, or of accounts, where the name contains the words."""
    place = place_at(here.strip("/").split("/")[0]) if here else None
    if place is None or not place.may(actor, "view"):
        place = next((p for p in places(actor)), None)
    if place is None:
        return {
            "url": f"/search?{urlencode({'q': words})}",
            "icon": "search",
            "label": _("Search for “%(words)s”") % {"words": words},
            "detail": "",
            "key": "",
        }
    label = _("List %(what)s where name contains “%(words)s”") % {"what": place.title.lower(), "words": words}
    quoted = words.replace('"', " ")
    return {
        "url": f"{place.url}?{urlencode({'filter': f'{place.entity.title}~' + chr(34) + quoted + chr(34)})}",
        "icon": "filter",
        "label": label,
        "detail": "",
        "key": "",
    }


urlpatterns = [
    path("palette", palette, name="palette"),
    path("search", find, name="search"),
]
