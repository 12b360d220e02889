"""Answering a browser: a whole page or the named region it asked for, refusals, and what happened with its Undo."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render as fill
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.verbs import Done

View = Callable[..., HttpResponse]
Offers = Sequence[Mapping[str, Any]]  # each: label, key, action, fields


class Request(HttpRequest):
    """A request of a signed-in person, as `page` hands it to a view."""

    actor: Actor
    looker: Any  # the administrator who looks as this person, else None
    last_change: int  # the number of the last write when the request came in
    htmx: Any


def page(*methods: str) -> Callable[[View], View]:
    """A view for signed-in people: the kernel's refusals become the answers that every page gives.

    What is out of sight answers 404 with one body; a refusal that the view did not catch answers 422 in words.
    """
    allowed = methods or ("GET",)

    def dress(run: View) -> View:
        @functools.wraps(run)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if getattr(request, "actor", None) is None:
                return to_sign_in(request)
            if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                return HttpResponseNotAllowed(allowed)
            try:
                return run(cast("Request", request), *args, **kwargs)
            except NotSeen:
                return missing(request)
            except NotAllowed:
                return forbidden(request)
            except Refused as no:
                return refused(request, no)

        return view

    return dress


def wants_fragment(request: HttpRequest) -> bool:
    """Did a script ask for a region (rather than the browser for a page)?"""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    regions: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or the region of it that the browser named as its target (`regions`: target id → fragment template)."""
    target = request.headers.get("HX-Target", "")
    if regions and wants_fragment(request) and target in regions:
        template = regions[target]
    return _private(fill(request, template, dict(context), status=status))


def show_html(request: HttpRequest, html: SafeString) -> HttpResponse:
    """A fragment that is drawn already."""
    return _private(HttpResponse(html))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request", "HX-Target"]))
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def after(request: HttpRequest, to: str, text: str = "", undo_url: str = "", offers: Offers = ()) -> HttpResponse:
    """What follows a write: the browser goes on to `to`, and one sentence says what happened, with its Undo.

    `offers`: what makes sense next, each with its label, key, address and the fields that are posted there (none: a link).
    """
    if text:
        request.session["flash"] = {"text": text, "undo_url": undo_url, "offers": list(offers)}
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response


def told(
    response: HttpResponse, text: str, undo_url: str = "", *, event: str = "", offers: Offers = ()
) -> HttpResponse:
    """A fragment that says what happened: scripts show the sentence as a toast; `event` wakes regions that follow."""
    said: dict[str, Any] = {event: {}} if event else {}
    if text:
        said["toast"] = {"text": text, "undo_url": undo_url, "offers": list(offers)}
    if said:
        response.headers["HX-Trigger"] = json.dumps(said)
    return response


def undo_of(done: Done) -> str:
    """Where Undo of one write posts to; blank when nothing was written."""
    return f"/undo/{done.act}" if done.act else ""


def next_url(request: HttpRequest, fallback: str) -> str:
    """The page of ours to go on to, as the form named it; anything else is ignored."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else fallback


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody who is not signed in to the door, and back here afterwards."""
    to = f"{settings.LOGIN_URL}?next={quote(request.get_full_path() if request.method == 'GET' else '/')}"
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one answer for what does not exist and for what is out of sight."""
    return _sorry(
        request, _("There is nothing here"), _("It may have been moved or deleted, or it is not yours to see."), 404
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The record is in sight, this deed is not."""
    return _sorry(
        request,
        _("This is not yours to do"),
        _("You can see it, but not change it. Someone with the right to it can."),
        403,
    )


def refused(request: HttpRequest, no: Refused) -> HttpResponse:
    """A rule said no where no form could show it beside its field."""
    return _sorry(request, _("This was not done"), no.message, 422)


def _sorry(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    if wants_fragment(request):
        return told(HttpResponse(status=status), text)
    signed_in = getattr(request, "actor", None) is not None
    template = "records/sorry.html" if signed_in else "records/sorry_plain.html"
    return fill(
        request,
        template,
        {"header_title": title, "text": text, "back": request.headers.get("Referer", "")},
        status=status,
    )
