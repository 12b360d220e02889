"""The palette's answers while one types, the same search as a page, and the one form that sets one's own look from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tend.doors.web.mentions import draw_in_hits
from tend.doors.web.pages import Request, after, next_url, page, show, undo_of, wants_fragment
from tend.doors.web.palette import deeds
from tend.doors.web.palette.records import (
    Item,
    groups_of,
    item,
    item_of,
    kinds,
    recent,
    refusals,
    suggestion,
)
from tend.doors.web.records.places import place_at, places
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.finding import Typed, page_of_hits, read
from tend.people.commands import edit_profile

FOUND = 6  # of each record type in the palette
LISTED = 8  # of each on the page
COUNTED = 200  # hits of each that the page counts
YEAR = 365 * 24 * 3600


@page("GET")
def palette(request: Request) -> HttpResponse:
    """What the palette shows for the typed words: records, people, what to do, and the list filtered by them."""
    words = request.GET.get("q", "").strip()[:300]
    found = groups(request, words)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"q": words, "groups": found})
    if not wants_fragment(request):
        return find(request)
    return show(request, "shell/_palette_results.html", {"groups": found, "q": read(words).words})


@page("GET")
def find(request: Request) -> HttpResponse:
    """The same search as a page: it works without scripts, can be kept as an address and goes on page by page."""
    words = request.GET.get("q", "").strip()[:300]
    word, typed = request.GET.get("type", ""), read(words)
    context: dict[str, Any] = {"q": words, "said": typed.words, "header_title": _("Search"), "groups": []}
    if word:
        context |= _all_of(request, typed, word)
    elif words:
        found = groups_of(request.actor, typed, LISTED, COUNTED)
        context |= {
            "groups": found,
            "count": sum(g["number"] for g in found),
            "is_more": any(g["is_capped"] for g in found),
        }
        if not found:
            better = suggestion(request.actor, typed)
            context |= {
                "better": better,
                "better_url": f"/search?{urlencode({'q': better})}",
                "refusals": refusals(request.actor, typed),
            }
    else:
        context["recent"] = recent(request.actor)
    draw_in_hits(context["groups"], typed.words)
    return show(request, "records/search.html", context)


def _all_of(request: Request, typed: Typed, word: str) -> dict[str, Any]:
    """Every hit of one list, a page at a time."""
    kind = next((k for k in kinds(request.actor, typed) if k.place.word == word), None)
    if kind is None:
        raise NotSeen(word)
    place, q = kind.place, request.GET.get("q", "")
    cursor = request.GET.get("cursor", "")
    found = page_of_hits(place.entity, request.actor, typed, within=kind.within, cursor=cursor)
    further = {"q": q, "type": word, "cursor": found.next_cursor}
    group = {
        "label": kind.label,
        "items": [item_of(place, h) for h in found.hits],
        "word": word,
        "all_url": "",
        "count": "",
    }
    return {
        "groups": [group] if found.hits else [], "type": word, "back_url": f"/search?{urlencode({'q': q})}",
        "next_url": f"/search?{urlencode(further)}" if found.next_cursor else "",
        "first_url": f"/search?{urlencode({'q': q, 'type': word})}" if cursor else "",
    }  # fmt: skip


@page("POST")
def prefer(request: Request) -> HttpResponse:
    """Set one's own look, language or single keys from anywhere; Undo takes it back."""
    given = {name: request.POST[name] for name in ("theme", "language") if name in request.POST}
    values: dict[str, Any] = dict(given)
    if request.POST.get("keys") in ("on", "off"):
        values["keys_off"] = request.POST["keys"] == "off"
    if not values:
        raise Refused(_("Nothing was chosen."))
    done = edit_profile(request.actor, request.user.pk, values=values)
    response = after(request, next_url(request, "/"), _("Saved."), undo_of(done))
    if given.get("theme"):
        response.set_cookie("theme", given["theme"], max_age=YEAR, samesite="Lax")
    elif "theme" in given:
        response.delete_cookie("theme")
    return response


def groups(request: Request, words: str) -> list[dict[str, Any]]:
    """The palette's groups in their order; without words the records one had open last and what can be done here."""
    actor, here = request.actor, request.GET.get("from", "")
    at = deeds.record_at(here)
    here_label = _("This record")
    if not words:
        found = [
            {
                "label": _("Last worked on"),
                "items": [i for i in recent(actor, request.GET.get("recent", "")) if i["url"] != here],
            },
            {"label": here_label, "name": "here", "items": deeds.verbs_here(actor, here) if at else []},
            {"label": _("Go to"), "name": "go", "items": deeds.go(actor)},
        ]
        return [g for g in found if g["items"]]
    typed = read(words)
    keys_off = bool(request.user.preferences.get("keys_off"))
    everything = [
        *deeds.enter(actor), *deeds.go(actor), *deeds.views(actor, request.last_change), *deeds.set_up(actor),
        *deeds.prefer(actor, get_language() or "en", keys_off=keys_off),
    ]  # fmt: skip
    records = groups_of(actor, typed, FOUND)
    found = [
        *records,
        {"label": here_label, "name": "here", "items": deeds.fitting(deeds.verbs_here(actor, here), words)},
        {"label": _("Do"), "name": "do", "items": deeds.fitting(everything, words)},
        {"label": _("Filter"), "name": "filters", "items": [filtered(actor, words, here)]},
    ]
    if not records and (better := suggestion(actor, typed)):
        found.insert(
            0, {"label": _("Did you mean"), "name": "meant", "items": [item("", "search", better, words=better)]}
        )
    return [g for g in found if g["items"]]


def filtered(actor: Actor, words: str, here: str) -> Item:
    """The last row: the list of this page, or of accounts, where the name contains the words."""
    place = place_at(here.strip("/").split("/")[0]) if here else None
    if place is None or not place.may(actor, "view"):
        place = next((p for p in places(actor)), None)
    if place is None:
        return item(f"/search?{urlencode({'q': words})}", "search", _("Search for “%(words)s”") % {"words": words})
    label = _("List %(what)s where name contains “%(words)s”") % {"what": place.title.lower(), "words": words}
    quoted = words.replace('"', " ")
    query = urlencode({"filter": f'{place.entity.title}~"{quoted}"'})
    return item(f"{place.url}?{query}", "filter", label)
