"""Who is asking: puts the actor on the request and speaks the user's language and time zone.

An administrator who looks as somebody asks as that person, and changes nothing: every write is refused here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tend.doors.api.problems import for_error
from tend.doors.web.pages import refused
from tend.kernel.organisation import organisation
from tend.people import looking
from tend.people.access import actor_for, pulse
from tend.people.whence import coming_from

SAFE = ("GET", "HEAD", "OPTIONS")
LEAVING = ("/look-as/stop", "/sign-out")


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address, agent = str(request.META.get("REMOTE_ADDR", "")), request.headers.get("User-Agent", "")
        with ExitStack() as around:
            around.enter_context(coming_from(address, agent))
            user, looker = request.user, None
            if user.is_authenticated:
                epoch, request.last_change = pulse()  # type: ignore[attr-defined]
                if looking.KEY in request.session and (other := looking.looked_as(request.session, user, epoch)):  # type: ignore[arg-type]
                    looker, user = user, other
                    request.user = other
                    around.enter_context(coming_from(address, agent, looker=looker.pk))
                request.actor = actor_for(user, epoch)  # type: ignore[attr-defined, arg-type]
                language, zone = user.language, user.zone  # type: ignore[union-attr]
            else:
                request.actor = None  # type: ignore[attr-defined]
                language, zone = translation.get_language_from_request(request), organisation().zone
            request.looker = looker  # type: ignore[attr-defined]
            around.enter_context(translation.override(language))
            around.enter_context(timezone.override(ZoneInfo(zone)))
            response = self.get_response(request) if looker is None else self._looking(request)
            response.headers.setdefault("Content-Language", language)
            return response

    def _looking(self, request: HttpRequest) -> HttpResponse:
        """What somebody who looks as another is answered: pages and lists as ever, and one sentence for every write."""
        if request.path in LEAVING:
            return self.get_response(request)
        if request.method in SAFE:
            with looking.reading_only():
                return self.get_response(request)
        no = looking.nothing_changes()
        if request.path.startswith("/api/"):
            answer = for_error(no)
            assert answer is not None
            return answer
        return refused(request, no)
