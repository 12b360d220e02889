"""Mentions on pages: names in a text drawn as chips, and the list of colleagues that opens while one types an @."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tend.domains.activities.entity import ACTIVITY
from tend.doors.web.pages import Request, page, show_html
from tend.doors.web.records.detail import fetch
from tend.doors.web.records.places import place_at
from tend.engines.following.mentioned import in_pieces, names_in, offered
from tend.kernel.errors import NotSeen


def drawn(text: str, named: Mapping[str, str] | None) -> str | SafeString:
    """A text with the people named in it as chips; without any it is the text itself."""
    if not named:
        return text
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="mention">{}</span>', piece.text) if piece.is_person else piece.text,)
            for piece in in_pieces(text, named)
        ),
    )


def draw_in(model: type[Model], rows: list[Any], *, text: str = "text") -> None:
    """Put the drawn text in the place of the plain one, in things to be shown that have a `pk` and a text."""
    found = names_in(model, {row.pk: getattr(row, text) for row in rows})
    for row in rows:
        if row.pk in found:
            setattr(row, text, drawn(getattr(row, text), found[row.pk]))


@page("GET")
def mentions(request: Request) -> HttpResponse:
    """The colleagues to offer for what was typed after the @: `?about=accounts/7&q=ol`, `talk=1` for what is said with it."""
    word, _slash, pk = request.GET.get("about", "").partition("/")
    place = place_at(word)
    if place is None or not pk.isdecimal() or len(pk) > 18 or "followers" not in place.entity.traits:
        raise NotSeen("mentions")
    record = fetch(place, request.actor, int(pk))
    talk = bool(request.GET.get("talk")) or place.entity is ACTIVITY
    field = (ACTIVITY, "text") if talk else (place.entity, "remarks")
    people = offered(request.actor, place.entity, record.pk, field, request.GET.get("q", "")[:60])
    return show_html(
        request,
        format_html_join("", '<option value="{}">{}</option>', ((person.name, person.name) for person in people)),
    )


urlpatterns = [path("mentions", mentions, name="mentions")]
