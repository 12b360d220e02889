"""What lies in the trash for thirty days, and the way back."""

from __future__ import annotations

from django.http import HttpResponse

from tend.doors.web.pages import Request, page, show
from tend.doors.web.records.detail import settled
from tend.kernel.errors import NotAllowed, NotSeen

SHOWN = 200


@page("GET")
def trash(request: Request, word: str) -> HttpResponse:
    """Deleted records that the actor may see, newest first, each with a button to restore it."""
    place = settled(word)
    if "restore" not in place.entity.verb_by_name:
        raise NotSeen("trash")
    if not place.may(request.actor, "edit") and not place.may(request.actor, "delete"):
        raise NotAllowed("delete")
    rows = place.entity.model.objects.seen_by(request.actor, trashed=True).filter(trashed_at__isnull=False)  # type: ignore[attr-defined]
    if place.within:
        from tend.doors.web.records.state import narrowed

        rows = narrowed(place, request.actor, rows)
    found = list(rows.order_by("-trashed_at", "-pk")[:SHOWN])
    context = {
        "place": place, "rows": [{"name": str(r), "at": r.trashed_at, "url": place.page(r.pk, "do", "restore")} for r in found],
        "crumbs": [{"label": place.title, "url": place.url}],
    }  # fmt: skip
    return show(request, "records/trash.html", context)
