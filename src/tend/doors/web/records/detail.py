"""The page of one record: its panels, the neighbours in the list one came from, and who can see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.records import cells
from tend.doors.web.records.fieldset import LINES, characteristics, own_groups
from tend.doors.web.records.places import Place, claimed, place_at
from tend.engines.following.followers import followers_of
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen
from tend.kernel.exports import formats_of
from tend.kernel.merging import leads_to
from tend.kernel.prepared import reaches, record_of
from tend.kernel.reading import Reader


def settled(word: str) -> Place:
    """The place with that word; NotSeen when there is none."""
    place = place_at(word)
    if place is None:
        raise NotSeen(word)
    return place


def fetch(place: Place, actor: Actor, pk: int, action: str = "view") -> Any:
    """The record within the actor's sight. Anything else answers as if it did not exist."""
    record = record_of(actor, place.entity.model, action).first(pk) if pk < 2**63 else None
    if record is None:
        raise NotSeen(place.word)
    return record


@page("GET")
def detail(request: Request, word: str, pk: int) -> HttpResponse:
    """A record with everything its declaration puts into panels."""
    place = settled(word)
    view = claimed(place.word, "detail") or claimed(place.entity.plural, "detail")
    try:
        answer: HttpResponse = view(request, place, pk) if view is not None else _derived(request, place, pk)
    except NotSeen:
        went = leads_to(request.actor, place.entity, pk)
        if went is None:
            raise
        said = _("This was merged with “%(name)s”. You are on its page now.") % {"name": went}
        return after(request, place.page(went.pk), said)
    return answer


def _derived(request: Request, place: Place, pk: int) -> HttpResponse:
    record = fetch(place, request.actor, pk)
    context = {**record_context(request, place, record), "panels": panels(place, request.actor, record)}
    return show(request, "records/detail.html", context)


def record_context(request: Request, place: Place, record: Any) -> dict[str, Any]:
    """What every record page needs: the way back, the right to edit, and the neighbours."""
    followers = followers_of(request.actor, place.entity, record)
    editable = bool(reaches(request.actor, place.entity.model, "edit")(record.pk))
    return {
        "place": place, "record": record, "header_title": str(record), "may_edit": editable and place.entity.edit is not None,
        "edit_url": place.page(record.pk, "edit"), "history_url": place.page(record.pk, "history"),
        "followers": followers, "follows": followers is not None and any(u.pk == request.actor.user_id for u in followers),
        "crumbs": [{"label": place.title, "url": place.url}], "card_url": place.page(record.pk, "card.vcf") if takes_card(place, request.actor, editable) else "",
    }  # fmt: skip


def takes_card(place: Place, actor: Actor, editable: bool) -> bool:
    """May the person take this record out as a vCard, as far as it can be told without asking the database again?"""
    if "vcf" not in formats_of(place.entity):
        return False
    line = place.line
    export, view, edit = (actor.scope(line, action) for action in ("export", "view", "edit"))
    return export == "all" or (export != "none" and (export == view or (export == edit and editable)))


def panels(place: Place, actor: Actor, record: Any) -> list[dict[str, Any]]:
    """Panels with their facts; a field that the actor may not see leaves no trace."""
    entity = place.entity
    readable = {f.name for f in entity.readable(actor)}
    named = [(str(p.title), [n for n in _all_lines(p.names, readable) if n in readable]) for p in entity.panels]
    if not named:
        named = [("", [f.name for f in entity.fields if f.name in readable])]
    own = characteristics(entity, actor, of=record)
    wanted = [n for _title, names in named for n in names] + [f.name for f in own]
    values = Reader(entity, actor, wanted).one(record)
    found = [
        {"title": title, "facts": [_fact(entity.by_name[n], values[n]) for n in names]}
        for title, names in named
        if names
    ]
    found += [
        {"title": g.title, "facts": [_fact(f, values[f.name]) for f in g.fields], "folds": g.folds}
        for g in own_groups(entity, own)
    ]
    return found


def _all_lines(names: list[str], readable: set[str]) -> list[str]:
    """A panel says `phone` and shows all of them, where all may be read."""
    return [line for n in names for line in (LINES[n] if n in LINES and {n, *LINES[n]} <= readable else (n,))]


def _fact(field: Any, value: Any) -> dict[str, Any]:
    return {"name": field.name, "label": field.label, "shown": cells.show(field, value, wide=True), "field": field}
