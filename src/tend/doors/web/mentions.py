"""Mentions on pages: names in a text drawn as chips, and the list of colleagues that opens while one types an @."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tend.base.mentions import begins
from tend.base.names import normalise
from tend.domains.activities.entity import ACTIVITY
from tend.domains.documents.entity import DOCUMENT
from tend.doors.web.pages import Request, page, show_html
from tend.doors.web.records.cells import CUT
from tend.doors.web.records.columns import Drawn
from tend.doors.web.records.detail import fetch
from tend.doors.web.records.places import place_at
from tend.doors.web.templatetags.tend import found
from tend.engines.following.mentioned import Piece, in_pieces, names_in, names_on, offered
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import NotSeen


def drawn(text: str, named: Mapping[str, str] | None) -> str | SafeString:
    """A text with the people named in it as chips; without any it is the text itself."""
    return _joined(in_pieces(text, named)) if named else text


def _joined(pieces: Iterable[Piece], said: str = "") -> SafeString:
    """Pieces as HTML; what was looked for (`said`) is marked in the text around the names."""
    shown = (
        format_html('<span class="mention">{}</span>', piece.text) if piece.is_person else found(piece.text, said)
        for piece in pieces
    )
    return format_html_join("", "{}", ((one,) for one in shown))


def draw_in(model: type[Model], rows: list[Any], *, text: str = "text") -> None:
    """Put the drawn text in the place of the plain one, in things to be shown that have a `pk` and a text."""
    found = names_in(model, {row.pk: getattr(row, text) for row in rows})
    for row in rows:
        if row.pk in found:
            setattr(row, text, drawn(getattr(row, text), found[row.pk]))


def begins_in(texts: Iterable[str]) -> bool:
    """May any of these texts name somebody? Without that nothing is asked."""
    return any(begins(text) for text in texts)


def cut(text: str, named: Mapping[str, str] | None, length: int) -> str | SafeString:
    """A text that is cut at so many letters, with chips; a name is never cut in two."""
    if len(text) <= length:
        return drawn(text, named)
    parts, left = [], length - 1
    for piece in in_pieces(text, named):
        whole = piece.is_person or len(piece.text) < left
        parts.append(piece if whole else Piece(piece.text[:left].rstrip(), False))
        left -= len(piece.text)
        if left <= 0:
            break
    return format_html("{}…", _joined(parts))


def draw_in_lines(entity: Entity, pk: int, steps: Sequence[Any]) -> None:
    """The people named in a record's texts, in the lines of its history: a step's `lines` are (label, before, after)."""
    if not begins_in(said for step in steps for _label, *both in step.lines for said in both):
        return
    named = names_on(entity, [pk]).get(pk)
    for step in steps if named else ():
        step.lines = [(label, drawn(before, named), drawn(after, named)) for label, before, after in step.lines]


def draw_in_hits(groups: Iterable[dict[str, Any]], said: str) -> None:
    """The people named in the pieces of text that the search shows, as `drawn` beside the `detail` of an item.

    The searched text is folded, so names are met folded as well. Items know their record by its address.
    """
    for group in groups:
        place = place_at(group["word"])
        items = {int(i["url"].rpartition("/")[2]): i for i in group["items"] if begins(i["detail"])}
        for pk, names in names_on(place.entity, items).items() if place is not None and items else ():
            known = {normalise(written): name for written, name in names.items()} | dict(names)
            items[pk]["drawn"] = _joined(in_pieces(items[pk]["detail"], known), said)


def column(label: Any, name: str, model: type[Model]) -> Drawn:
    """A list's column of a text that may name people."""

    def draw(actor: Actor, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> dict[int, SafeString]:
        texts = {record.pk: row.get(name) or "" for record, row in zip(records, values, strict=True)}
        named = names_in(model, texts)
        return {pk: format_html("{}", cut(text, named.get(pk), CUT)) for pk, text in texts.items()}

    return Drawn(label, (name,), draw)


@page("GET")
def mentions(request: Request) -> HttpResponse:
    """The colleagues to offer for what was typed after the @: `?about=accounts/7&q=ol`, `talk=1` for what is said with it."""
    word, _slash, pk = request.GET.get("about", "").partition("/")
    place = place_at(word)
    if place is None or not pk.isdecimal() or len(pk) > 18 or "followers" not in place.entity.traits:
        raise NotSeen("mentions")
    record = fetch(place, request.actor, int(pk))
    talk = bool(request.GET.get("talk")) or place.entity is ACTIVITY
    field = (ACTIVITY, "text") if talk else (place.entity, "description" if place.entity is DOCUMENT else "remarks")
    people = offered(request.actor, place.entity, record.pk, field, request.GET.get("q", "")[:60])
    return show_html(
        request,
        format_html_join("", '<option value="{}">{}</option>', ((person.name, person.name) for person in people)),
    )


urlpatterns = [path("mentions", mentions, name="mentions")]
