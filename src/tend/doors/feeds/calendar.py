"""The calendar at a private address: asked for by programs that sign in nowhere, answered as its owner may see it now."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.http import parse_etags

from tend.domains.activities.icalendar import feed as calendar_of
from tend.kernel import clock
from tend.kernel.limits import wait_for
from tend.people.access import actor_for
from tend.people.feeds import CalendarFeed, feed_at, feed_was_read

MOST, SECONDS = 60, 900  # fetches of one address in a quarter of an hour; programs ask a few times an hour
MISSES = 300  # wrong addresses from one place in the same time


def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The whole calendar, or 304 when it is the one that the asker has. An ended address answers as one that never was."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    found = feed_at(secret)
    if found is None:
        place = str(request.META.get("REMOTE_ADDR", ""))
        # What has not the length of a secret is no try to find one, and is not worth a row.
        wait = wait_for("calendar from", place, most=MISSES, seconds=SECONDS) if len(secret) > 40 else 0
        return _later(wait) if wait else _nothing()
    if wait := wait_for("calendar", str(found.pk), most=MOST, seconds=SECONDS):
        return _later(wait)
    now = clock.now()
    actor = actor_for(found.user)
    with translation.override(found.user.language), timezone.override(found.user.zone):
        body = calendar_of(actor, now, team=found.shows == CalendarFeed.Shows.TEAM)
    feed_was_read(found, now)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    if etag in known or "*" in known:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="tend.ics"'
    response.headers["ETag"] = etag
    response.headers["Content-Language"] = found.user.language
    return _kept_by_nobody(response, "private, no-cache")


def _nothing() -> HttpResponse:
    return _kept_by_nobody(HttpResponse("There is no calendar here.\n", status=404, content_type="text/plain"))


def _later(wait: int) -> HttpResponse:
    response = HttpResponse("Too many requests.\n", status=429, content_type="text/plain")
    response.headers["Retry-After"] = str(wait)
    return _kept_by_nobody(response)


def _kept_by_nobody(response: HttpResponse, cache: str = "private, no-store") -> HttpResponse:
    response.headers["Cache-Control"] = cache
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Content-Language", "en")  # the same whoever asks, in whatever language
    return response
