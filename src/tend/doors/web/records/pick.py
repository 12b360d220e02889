"""Options for pickers that search on the server: the first few records that fit what was typed, best first."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Q
from django.http import HttpResponse

from tend.doors.web.pages import Request, page, show
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_by_plural
from tend.kernel.errors import NotSeen
from tend.kernel.finding import search
from tend.kernel.search import search_model

MOST = 12


@page("GET")
def pick(request: Request, plural: str) -> HttpResponse:
    """Only what the person sees. Equal names are told apart by what else found them, or by their number."""
    entity = entity_by_plural(plural)
    if entity is None or entity.right(request.actor, entity.title) == "hidden":
        raise NotSeen(plural)
    options = options_for(request.actor, entity, request.GET.get("q", "").strip()[:100])
    return show(request, "parts/_options.html", {"options": options})


def options_for(actor: Actor, entity: Entity, typed: str) -> list[dict[str, Any]]:
    """The first few records in sight that fit what was typed, best first, as options."""
    rows = entity.model.objects.seen_by(actor)  # type: ignore[attr-defined]
    if "is_active" in {f.name for f in entity.model._meta.fields}:
        rows = rows.filter(is_active=True)
    if typed and search_model(entity.model) is not None:
        whys = {hit.record_id: hit.why for hit in search(actor, typed, [entity], MOST)}
        known = rows.in_bulk(list(whys))
        found = [known[pk] for pk in whys if pk in known]
    else:
        whys, found = {}, _by_name(entity, rows, typed)
    names = Counter(str(r) for r in found)
    has_number = "number" in entity.by_name and entity.right(actor, "number") != "hidden"
    return [
        {
            "value": r.pk, "label": str(r), "mark": getattr(r, "mark", ""), "hue": getattr(r, "hue", ""),
            "note": whys.get(r.pk) or (r.number if has_number and names[str(r)] > 1 else ""),
        }
        for r in found
    ]  # fmt: skip


def _by_name(entity: Entity, rows: Any, typed: str) -> list[Any]:
    """Of a short list: names that begin with the typed words, then those that hold them."""
    title = entity.title
    if not typed:
        return list(rows.order_by(title, "pk")[:MOST])
    found = list(rows.filter(**{f"{title}__istartswith": typed}).order_by(title, "pk")[:MOST])
    if len(found) < MOST:
        known = {r.pk for r in found}
        more = rows.filter(Q(**{f"{title}__icontains": typed})).exclude(pk__in=known).order_by(title, "pk")
        found += list(more[: MOST - len(found)])
    return found
