"""One person, or an account with its people, as a vCard to take along."""

from __future__ import annotations

from django.http import HttpResponse

from tend.base.vcards.writing import written
from tend.domains.contacts.address_book.cards import FORMATS, MEDIA, cards_of_accounts, cards_of_contacts
from tend.domains.contacts.entity import CONTACT
from tend.doors.web.pages import Request, page
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.places import Place
from tend.kernel.actor import Actor
from tend.kernel.errors import NotAllowed
from tend.kernel.prepared import reaches


@page("GET")
def card(request: Request, word: str, pk: int) -> HttpResponse:
    """The file: version 4.0, or 3.0 with `?format=vcf3`. It takes the right to export, as a list does."""
    place = settled(word)
    record = fetch(place, request.actor, pk)
    if not may_take(place, request.actor, pk):
        raise NotAllowed("export")
    cards = cards_of_contacts if place.entity is CONTACT else cards_of_accounts
    version = FORMATS.get(request.GET.get("format", "vcf"), "4.0")
    answer = HttpResponse(b"".join(written(cards(request.actor, [record], "export"), version)), content_type=MEDIA)
    answer.headers["Content-Disposition"] = f'attachment; filename="{word}-{pk}.vcf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def may_take(place: Place, actor: Actor, pk: int) -> bool:
    """May this person take the record out as a file?"""
    return place.may(actor, "export") and bool(reaches(actor, place.entity.model, "export")(pk))
