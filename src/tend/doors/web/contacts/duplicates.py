"""People who look alike, for whoever sees both of them: as a list, and on the page of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.contacts.lookalikes import pairs_with, signs_in_sight
from tend.domains.contacts.models import Contact
from tend.doors.web.contacts.places import CONTACTS
from tend.doors.web.merging.pairs import Pairs
from tend.doors.web.pages import Request, page
from tend.doors.web.records.places import claims
from tend.kernel.actor import Actor


def in_words(signs: Iterable[str], actor: Actor) -> str:
    """By what two people look alike, as far as the reader may see it."""
    words = {"name": _("same name"), "phone": _("same phone"), "email": _("same e-mail")}
    return ", ".join(words[s] for s in signs_in_sight(actor) if s in signs)


def _note(values: dict[str, Any]) -> str:
    companies = [a.name for a in values.get("accounts") or ()]
    return ", ".join(str(s) for s in (values.get("title"), *companies[:2]) if s)


def _empty() -> tuple[str, str]:
    return _("No two contacts look alike"), _(
        "When somebody enters a person who may be there already, the two stand here a minute later for those who see both."
    )


PAIRS = Pairs(CONTACTS, ("name", "title", "accounts"), _note, in_words, _empty)

claims("contacts", "duplicates")(PAIRS)  # type: ignore[arg-type]


@page("GET")
def duplicates(request: Request) -> HttpResponse:
    """The pairs in sight, newest first."""
    return PAIRS.answer(request)


def twins(actor: Actor, record: Contact) -> list[dict[str, Any]]:
    """The contacts in sight that may be the same person as this one, for her page. One question when there are none."""
    ids = [r.second_id if r.first_id == record.pk else r.first_id for r in pairs_with(actor, record, 3)]
    people = Contact.objects.seen_by(actor).filter(pk__in=ids).order_by("pk") if ids else ()
    return [{"pk": c.pk, "name": c.name, "url": PAIRS.compare_url(record.pk, c.pk)} for c in people]
