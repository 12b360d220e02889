"""Erasing a person: what goes, what stays and why, the word to be typed; and all that is known of her as a file before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.erasing import WORD, erase, preview
from tend.doors.web.contacts.own_data import written
from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.records.places import place_of
from tend.kernel.actor import Actor
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.people.security_log import log
from tend.people.whence import Whence, whence


@page("GET", "POST")
def ask(request: Request, pk: int) -> HttpResponse:
    """What erasing would do, counted by the very work, what stays and why, and the word to be typed."""
    place, record = place_of(CONTACT), _person(request.actor, pk)
    assert place is not None
    refused = []
    if request.method == "POST":
        try:
            done = erase(request.actor, pk, word=request.POST.get("word", ""))
        except Refused as no:
            refused = [no]
        else:
            return after(request, place.page(pk), done.sentence)
    context = {
        "name": str(record), "word": _(WORD), "action": f"{place.page(pk)}/do/erase", "goes": _goes(preview(request.actor, pk)),
        "stays": _stays(pk), "refused": refused, "take_url": f"{place.page(pk)}/own-data.zip", "cancel_url": place.page(pk),
        "crumbs": [{"label": place.title, "url": place.url}, {"label": str(record), "url": place.page(pk)}],
    }  # fmt: skip
    return show(request, "people/erase.html", context, status=422 if refused else 200)


@page("GET")
def own_data(request: Request, pk: int) -> HttpResponse:
    """All that Tend knows of a person as a ZIP of JSON and files. That it was taken stands in the security log."""
    record = _person(request.actor, pk)
    answer = StreamingHttpResponse(_logged(request.actor, record, whence()), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="contact-{pk}.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]


def _logged(actor: Actor, record: Any, at: Whence) -> Iterator[bytes]:
    log("person-exported", user=actor.user_id, at=at, type="contacts", number=record.pk)
    yield written(actor, record)


def _person(actor: Actor, pk: int) -> Any:
    """A person whom the actor may erase; one that is out of sight is not there."""
    model: Any = CONTACT.model
    record = model.objects.seen_by(actor, trashed=True).filter(pk=pk).first()
    if record is None:
        raise NotSeen("contact")
    if not model.objects.seen_by(actor, erase.action(actor), trashed=True).filter(pk=pk).exists():
        raise NotAllowed("erase")
    return record


def _goes(found: Any) -> list[str]:
    """What goes, in numbers, as far as there is any."""
    counted = (
        (found.records, ngettext("%(n)d card with all its fields", "%(n)d cards with all their fields", found.records)),
        (found.parts, ngettext("%(n)d number, address, tag or remark", "%(n)d numbers, addresses, tags and remarks", found.parts)),
        (found.history, ngettext("what %(n)d entry of the history says", "what %(n)d entries of the history say", found.history)),
        (found.activities, ngettext("her words in %(n)d activity", "her words in %(n)d activities", found.activities)),
        (found.accounts, ngettext("her name on %(n)d account", "her name on %(n)d accounts", found.accounts)),
        (found.documents, ngettext("%(n)d document that hangs on her alone, with its files", "%(n)d documents that hang on her alone, with their files", found.documents)),
        (found.documents_of_others, ngettext("her place on %(n)d document that hangs on others as well", "her place on %(n)d documents that hang on others as well", found.documents_of_others)),
        (found.beside, ngettext("her name in %(n)d notice, refusal, view or letter", "her name in %(n)d notices, refusals, views and letters", found.beside)),
        (found.files, ngettext("the file of %(n)d import", "the files of %(n)d imports", found.files)),
    )  # fmt: skip
    return [words % {"n": n} for n, words in counted if n]


def _stays(pk: int) -> list[str]:
    return [
        _("her record, as “Erased person %(number)s”: activities and figures keep their place") % {"number": pk},
        _("her activities with kind, day and outcome: they belong to the companies"),
        _("documents that hang on others as well: their pages may speak of her; look through them one by one"),
    ]
