"""What a browser or a program is told when the machine could not do it: full disk, database away, a fault of ours."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tend.doors.api.problems import problem
from tend.doors.web.pages import told, wants_fragment
from tend.kernel.outages import is_away, is_full

log = logging.getLogger("tend.web")
RETRY_AFTER = "10"  # seconds
BARE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><p>{text}</p></html>'


class FailureMiddleware:
    """The innermost layer: who asks and in which language is known, and the view has just failed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return for_outage(request, error)


def for_outage(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to a full disk (507) or a database that is away (503); None when the error is of another kind.

    Nothing is half saved: the transaction of the unit went back before the error came here.
    """
    if is_full(error):
        log.error("%s %s: the disk is full", request.method, request.path)
        return _say(
            request, 507, _("There is no room left"),
            _("Nothing was saved: the disk is full. You can go on reading; saving works again as soon as there is room."),
        )  # fmt: skip
    if is_away(error):
        log.error("%s %s: the database does not answer", request.method, request.path, exc_info=error)
        response = _say(
            request, 503, _("Not now"), _("Nothing was saved: the database is busy or away. Try again in a moment.")
        )
        response["Retry-After"] = RETRY_AFTER
        return response
    return None


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours (500), or an outage that struck before the view. Needs neither database nor session."""
    error = sys.exc_info()[1]
    known = for_outage(request, error) if isinstance(error, Exception) else None
    return known or _say(
        request, 500, _("Something went wrong on our side"),
        _("It was not you. What happened is in the server's log; try again, or tell the person who keeps this Tend."),
    )  # fmt: skip


def _say(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(status, title, text)
    if wants_fragment(request):
        return told(HttpResponse(status=status), text)
    try:
        return render(request, "records/sorry_plain.html", {"header_title": title, "text": text}, status=status)
    except Exception:
        log.exception("not even the page that says so could be drawn")
        return HttpResponse(BARE.format(title=title, text=text), status=status)
