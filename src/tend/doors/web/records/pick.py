"""Options for pickers that search on the server: the first few records whose name begins like what was typed."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse

from tend.doors.web.pages import Request, page, show
from tend.kernel.entity import entity_by_plural
from tend.kernel.errors import NotSeen

MOST = 12


@page("GET")
def pick(request: Request, plural: str) -> HttpResponse:
    """Names that begin with the typed words, else hold them; only what the person sees."""
    entity = entity_by_plural(plural)
    if entity is None or entity.right(request.actor, entity.title) == "hidden":
        raise NotSeen(plural)
    typed = request.GET.get("q", "").strip()[:100]
    rows = entity.model.objects.seen_by(request.actor)  # type: ignore[attr-defined]
    if "is_active" in {f.name for f in entity.model._meta.fields}:
        rows = rows.filter(is_active=True)
    title = entity.title
    found = list(rows.filter(**{f"{title}__istartswith": typed}).order_by(title, "pk")[:MOST])
    if typed and len(found) < MOST:
        known = {r.pk for r in found}
        more = rows.filter(Q(**{f"{title}__icontains": typed})).exclude(pk__in=known).order_by(title, "pk")
        found += list(more[: MOST - len(found)])
    options = [
        {"value": r.pk, "label": str(r), "mark": getattr(r, "mark", ""), "hue": getattr(r, "hue", "")} for r in found
    ]
    return show(request, "parts/_options.html", {"options": options})
