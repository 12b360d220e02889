"""Bringing files: the form of new documents, the next version of one, and the section on the page of another record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.domains.documents.commands import add_version
from tend.domains.documents.filing import Filed, enter
from tend.domains.documents.models import Document
from tend.domains.documents.queries import documents_on, same_content
from tend.doors.web.documents.places import DOCUMENTS, FIELDS, page_of
from tend.doors.web.pages import Request, after, next_url, page, show, told, undo_of, wants_fragment
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.fieldset import groups
from tend.doors.web.records.forms import RecordForm
from tend.kernel.actor import Actor
from tend.kernel.errors import NotAllowed, NotSeen, Refused, RefusedFields
from tend.kernel.files.keeping import MB, clean_name, keep
from tend.kernel.prepared import reaches

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class Brought:
    """The tickets of files that came, now or with an earlier try of the same form, and why others were refused."""

    tickets: list[str]
    problem: str = ""


def brought(request: Request) -> Brought:
    """Keep the files that came with a form. One that is refused leaves the others, and what came before it, in place."""
    files = request.FILES.getlist("file")
    earlier = [t for t in request.POST.getlist("ticket")[:MOST_AT_ONCE] if t]
    if not files:
        return Brought(earlier)
    if len(files) > MOST_AT_ONCE:
        return Brought(earlier, _("Bring at most %(count)d files at once.") % {"count": MOST_AT_ONCE})
    tickets: list[str] = []
    problems: list[str] = []
    for file in files:
        try:
            tickets.append(keep(request.actor, file.name or "", file.chunks()))
        except Refused as no:
            problems.append(f"{clean_name(file.name or '')}: {no.message}" if len(files) > 1 else no.message)
    return Brought(tickets or (earlier if problems else []), " ".join(problems))


@page("GET", "POST")
def new(request: Request) -> HttpResponse:
    """The form of new documents: files or a link, and what is said of them. A file outlives a refusal of the rest."""
    if not DOCUMENTS.may(request.actor, "create"):
        raise NotAllowed("create")
    given = {n: v for n, v in request.GET.items() if n in DOCUMENTS.entity.by_name}
    shown = groups(DOCUMENTS, request.actor, creating=True)
    form = RecordForm(shown, request.actor, given, request.POST if request.method == "POST" else None, only_filled=True)
    came = brought(request) if request.method == "POST" else Brought([])
    problem = came.problem
    if request.method == "POST" and form.is_valid():
        raw = form.raw()
        activity = request.POST.get("activities", "")
        raw |= {"activities": [int(activity)]} if activity.isdigit() else {}
        try:
            if not form.errors and not problem:
                filed = enter(request.actor, raw, came.tickets)
                to = DOCUMENTS.page(filed.documents[0].pk) if len(filed.documents) == 1 else DOCUMENTS.url
                return after(request, next_url(request, to), _said(request.actor, filed), _undo(filed))
        except Refused as no:
            problem = _beside_file(no)
            if not problem:
                form.refuse(no)
            elif no.code == "ticket":
                came = Brought([])  # they are not good any more
    context = {
        "form": form, "problem": problem, "tickets": came.tickets, "limit": settings.FILE_LIMIT // MB, "several": True,
        "activity": request.POST.get("activities") or given.get("activities", ""), "next": next_url(request, ""),
        "header_title": DOCUMENTS.new_label, "crumbs": [{"label": DOCUMENTS.title, "url": DOCUMENTS.url}],
        "cancel_url": next_url(request, DOCUMENTS.url),
    }  # fmt: skip
    return show(request, "documents/new.html", context, status=422 if form.errors or problem else 200)


@page("GET", "POST")
def version(request: Request, pk: int) -> HttpResponse:
    """The next version of a document, by its form or dropped on its page."""
    record = fetch(DOCUMENTS, request.actor, pk)
    if not reaches(request.actor, Document, "edit")(pk):
        raise NotAllowed("edit")
    came = brought(request) if request.method == "POST" else Brought([])
    problem = came.problem
    if request.method == "POST" and not problem:
        try:
            if len(came.tickets) != 1:
                raise Refused(_("Choose one file."), field="file", code="required")
            done = add_version(request.actor, pk, file=came.tickets[0], note=request.POST.get("note", ""))
            text = done.sentence or _("“%(name)s” has a new version.") % {"name": record}
            return after(request, DOCUMENTS.page(pk), text, undo_of(done))
        except Refused as no:
            problem = no.message
    context = {
        "record": record, "problem": problem, "tickets": came.tickets, "limit": settings.FILE_LIMIT // MB, "note": request.POST.get("note", ""),
        "header_title": _("Bring a new version"), "cancel_url": DOCUMENTS.page(pk), "action": DOCUMENTS.page(pk, "version"),
        "crumbs": [{"label": DOCUMENTS.title, "url": DOCUMENTS.url}, {"label": str(record), "url": DOCUMENTS.page(pk)}],
    }  # fmt: skip
    regions = {"dialog": "documents/_version.html"}
    return show(request, "documents/version.html", context, regions=regions, status=422 if problem else 200)


@page("GET", "POST")
def on_record(request: Request, word: str, pk: int) -> HttpResponse:
    """The documents of one record, as a region of its page or a page of its own; a file that is dropped there is kept there."""
    place = settled(word)
    field = FIELDS.get(place.word)
    if field is None:
        raise NotSeen(word)
    record = fetch(place, request.actor, pk)
    if not DOCUMENTS.may(request.actor, "view"):
        raise NotSeen("documents")
    problem, filed = "", None
    if request.method == "POST":
        if not DOCUMENTS.may(request.actor, "create"):
            raise NotAllowed("create")
        came = brought(request)
        problem = came.problem or ("" if came.tickets else _("Choose a file."))
        try:  # what nothing speaks against is kept; the page says what was refused
            filed = enter(request.actor, {_many(field): [record.pk]}, came.tickets) if came.tickets else None
        except Refused as no:
            problem = _beside_file(no) or no.message
        else:
            if filed is not None and not problem and not wants_fragment(request):
                return after(request, next_url(request, page_of(record)), _said(request.actor, filed), _undo(filed))
    address = f"/documents/on/{word}/{pk}"
    context = {
        "documents": [_line(d) for d in documents_on(request.actor, field, record.pk)], "problem": problem, "address": address,
        "new_url": f"{DOCUMENTS.url}/new?{_many(field)}={record.pk}&next={page_of(record)}" if DOCUMENTS.may(request.actor, "create") else "",
        "limit": settings.FILE_LIMIT // MB, "header_title": _("Documents of %(name)s") % {"name": record},
        "crumbs": [{"label": place.title, "url": place.url}, {"label": str(record), "url": page_of(record)}],
    }  # fmt: skip
    answer = show(
        request, "documents/on_record.html", context, regions={"documents-here": "documents/_here.html"},
        status=422 if problem and filed is None else 200,
    )  # fmt: skip
    return told(answer, _said(request.actor, filed), _undo(filed)) if filed is not None else answer


def _many(field: str) -> str:
    return {"account": "accounts", "contact": "contacts", "activity": "activities"}[field]


def _line(document: Any) -> dict[str, Any]:
    """What a list on another record's page says of a document."""
    return {
        "record": document, "url": DOCUMENTS.page(document.pk),
        "file_url": DOCUMENTS.page(document.pk, "file") if document.is_file else "",
    }  # fmt: skip


def _said(actor: Actor, filed: Filed) -> str:
    found: Sequence[Any] = filed.documents
    if len(found) != 1:
        text = ngettext("%(n)d document is kept.", "%(n)d documents are kept.", len(found))
        return text % {"n": len(found)}
    text = _("“%(name)s” is kept.") % {"name": found[0]}
    twins = same_content(actor, found[0].sha256, but=found[0].pk, limit=1)
    if twins:
        text += " " + _("“%(name)s” holds the same file.") % {"name": twins[0]}
    return text


def _undo(filed: Filed) -> str:
    return f"/undo/{filed.act}" if filed.act else ""


def _beside_file(no: Refused) -> str:
    """What a refusal says of the file; blank when it is about something else."""
    errors = list(no.errors.values()) if isinstance(no, RefusedFields) else [no]
    return next((e.message for e in errors if e.field == "file"), "")
