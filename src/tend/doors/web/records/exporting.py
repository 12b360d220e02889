"""The list as a file: what its filter finds and the actor may take along, in pieces, so that a million rows fit."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from tend.doors.web.pages import Request, page
from tend.doors.web.records.detail import settled
from tend.doors.web.records.state import State, listing, whole_filter
from tend.kernel.errors import NotAllowed
from tend.kernel.exports import export as export_file
from tend.kernel.exports import formats_of


@page("GET")
def export(request: Request, word: str) -> HttpResponse:
    """A download of the list as its address says. Refused for an unknown format or filter before anything is sent."""
    place = settled(word)
    if not place.may(request.actor, "export"):
        raise NotAllowed("export")
    state = State.of(request.GET.dict())
    form = request.GET.get("format", "csv")
    _ = listing(
        place, request.actor, state, action="export"
    ).scope  # refuses an unknown filter or order before the answer begins
    pieces = export_file(
        place.entity, request.actor, form, filter=whole_filter(place, state.node(place)), sort=state.sort, words=state.q
    )
    answer = StreamingHttpResponse(pieces, content_type=formats_of(place.entity)[form])
    ending = "vcf" if form == "vcf3" else form
    name = f"{place.word}-{timezone.localdate().isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]
