"""Who is asking: puts the actor on the request and speaks the user's language and time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tend.kernel.organisation import organisation
from tend.people.access import actor_for, pulse
from tend.people.whence import coming_from


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            epoch, request.last_change = pulse()  # type: ignore[attr-defined]
            request.actor = actor_for(user, epoch)  # type: ignore[attr-defined, arg-type]
            language, zone = user.language, user.zone  # type: ignore[union-attr]
        else:
            request.actor = None  # type: ignore[attr-defined]
            language, zone = translation.get_language_from_request(request), organisation().zone
        address, agent = str(request.META.get("REMOTE_ADDR", "")), request.headers.get("User-Agent", "")
        with translation.override(language), timezone.override(ZoneInfo(zone)), coming_from(address, agent):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
