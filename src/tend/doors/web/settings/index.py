"""The first page of the settings: what there is to set, as far as one may."""

from __future__ import annotations

from django.http import HttpResponse

from tend.doors.web.pages import Request, show
from tend.doors.web.settings.rooms import needs, rooms_for


@needs("", "GET")
def index(request: Request) -> HttpResponse:
    """Every page of the settings that this person may open."""
    return show(request, "settings/index.html", {"groups": rooms_for(request.actor)})
