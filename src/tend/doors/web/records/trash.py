"""What lies in the trash for thirty days, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tend.doors.web.pages import Request, page, show
from tend.doors.web.records.detail import settled
from tend.doors.web.records.places import Place
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
        "place": place, "rows": [_row(place, r) for r in found],
        "crumbs": [{"label": place.title, "url": place.url}],
    }  # fmt: skip
    return show(request, "records/trash.html", context)


def _row(place: Place, record: Any) -> dict[str, Any]:
    """A merged record is not restored but parted; its page says what would go back."""
    merged = getattr(record, "merged_into_id", None) is not None
    return {
        "name": str(record), "at": record.trashed_at, "url": place.page(record.pk, "do", "restore"),
        "part_url": place.page(record.pk, "part") if merged else "",
    }  # fmt: skip
