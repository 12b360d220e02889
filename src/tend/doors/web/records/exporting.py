"""The list as a file, or the rows of it that were chosen, in pieces, so that a million rows fit."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, page
from tend.doors.web.records.detail import settled
from tend.doors.web.records.places import Place
from tend.doors.web.records.state import State, listing, whole_filter
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.exports import export as export_file
from tend.kernel.exports import formats_of

MOST = 500  # rows that are ticked one by one


@page("GET", "POST")
def export(request: Request, word: str) -> HttpResponse:
    """A download of the list as its address says, or of the rows that the bulk bar sent along.

    Refused for an unknown format or filter before anything is sent.
    """
    place = settled(word)
    if not place.may(request.actor, "export"):
        raise NotAllowed("export")
    state = State.of(request.GET.dict())
    form = request.GET.get("format", "csv")
    listing(place, request.actor, state, action="export").scope  # noqa: B018 - refuses an unknown filter or order before the answer begins
    pieces = export_file(
        place.entity, request.actor, form, filter=_meant(request, place, state), sort=state.sort, words=state.q
    )
    answer = StreamingHttpResponse(pieces, content_type=formats_of(place.entity)[form])
    ending = "vcf" if form == "vcf3" else form
    name = f"{place.word}-{timezone.localdate().isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]


def _meant(request: Request, place: Place, state: State) -> dict[str, Any] | None:
    """The filter of the list, narrowed to the ticked rows unless all of it was chosen."""
    whole = whole_filter(place, state.node(place))
    if request.method != "POST" or request.POST.get("all") == "filter":
        return whole
    chosen = sorted({int(i) for i in request.POST.getlist("chosen") if i.isdecimal() and len(i) < 19})
    if not chosen:
        raise Refused(_("Choose rows that you may take along, then try again."))
    rows = {"field": "id", "op": "in", "value": chosen[:MOST]}
    return {"all": [whole, rows]} if whole else rows
