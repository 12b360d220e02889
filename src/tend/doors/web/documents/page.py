"""The page of a document: what it looks like, its versions, where it hangs; and its files to be saved."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from tend.domains.documents.choices import SOON
from tend.domains.documents.models import Document, DocumentVersion
from tend.domains.documents.queries import hangs_on, same_content, veiled, version_of, versions_of
from tend.doors.web.documents.places import DOCUMENTS, page_of
from tend.doors.web.documents.sending import as_attachment, as_picture
from tend.doors.web.mentions import column, drawn
from tend.doors.web.pages import Request, page, show
from tend.doors.web.records import cells
from tend.doors.web.records.detail import fetch, panels, record_context
from tend.doors.web.records.fieldset import writable
from tend.doors.web.records.places import Place, claims
from tend.engines.following.mentioned import names_in
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen
from tend.kernel.organisation import organisation

ICONS = {"account": "building", "contact": "user", "activity": "calendar-event"}
APART = ("title", "accounts", "contacts")  # stand in the head and in a panel of their own
QUIET = ("url", "description", "valid_from")  # shown when they are filled in


claims("documents", "column:description")(  # type: ignore[arg-type]
    column(Document._meta.get_field("description").verbose_name, "description", Document)
)


@claims("documents", "detail")
def document(request: Request, place: Place, pk: int) -> HttpResponse:
    """One document; records out of sight on which it hangs are absent as if it never had."""
    actor = request.actor
    record = fetch(place, actor, pk)
    twins = same_content(actor, record.sha256, but=pk)
    veiled(actor, [record])
    context = record_context(request, place, record)
    may_edit = context["may_edit"]
    versions = versions_of(actor, record) if record.is_file else []
    current = next((v for v in versions if v.is_current), None)
    context.update(
        panels=[{**p, "facts": _facts(actor, record, p["facts"], may_edit)} for p in panels(place, actor, record)],
        versions=[_version(place, record, v) for v in versions], current=_version(place, record, current) if current else None,
        hangs=[{"name": str(h.record), "url": page_of(h.record), "icon": ICONS[h.kind], "kind": h.kind, "pk": h.record.pk} for h in hangs_on(actor, record)],
        twins=[{"name": str(d), "url": place.page(d.pk)} for d in twins],
        attach_url=place.page(pk, "do", "attach") if may_edit else "", version_url=place.page(pk, "version") if may_edit else "",
        state=_state(actor, record), more=_more(place, actor, pk, may_edit),
    )  # fmt: skip
    return show(request, "documents/page.html", context)


@page("GET")
def file(request: Request, pk: int, number: int | None = None) -> StreamingHttpResponse:
    """The file of a document, of its present version unless another is named."""
    return as_attachment(_found(request, pk, number))


@page("GET")
def picture(request: Request, pk: int, number: int | None = None) -> StreamingHttpResponse:
    """How a picture or the first page of a PDF looks; nothing else is ever shown."""
    found = _found(request, pk, number)
    if not found.file.is_previewed:
        raise NotSeen("picture")
    return as_picture(found)


def _found(request: Request, pk: int, number: int | None) -> DocumentVersion:
    record: Document = fetch(DOCUMENTS, request.actor, pk)
    found = version_of(request.actor, record, number) if number is None or number < 2**31 else None
    if found is None:
        raise NotSeen("version")
    return found


def _version(place: Place, record: Document, version: DocumentVersion) -> dict[str, Any]:
    path = ("versions", version.number)
    file = version.file
    return {
        "version": version, "file_url": place.page(record.pk, *path), "problem": _(file.problem) if file.problem else "",
        "picture_url": place.page(record.pk, *path, "picture") if file.is_previewed else "", "is_waiting": file.state == file.State.WAITING,
        "by": version.brought_by.name if version.brought_by is not None else "",
        "back_url": place.page(record.pk, "do", "make-current"),
    }  # fmt: skip


def _facts(actor: Actor, record: Document, facts: list[dict[str, Any]], may_edit: bool) -> list[dict[str, Any]]:
    """What is said of it; each opens in its place for whoever may change it."""
    kept = [f for f in facts if f["name"] not in APART and (f["shown"] or f["name"] not in QUIET)]
    editable = {f.name for f in writable(DOCUMENTS.entity, actor, [f["name"] for f in kept])} if may_edit else set()
    named = names_in(Document, {record.pk: record.description}).get(record.pk)
    for fact in kept:
        if named is not None and fact["name"] == "description":
            fact["shown"] = drawn(record.description, named)
        fact["url"] = DOCUMENTS.page(record.pk, "edit", fact["name"]) if fact["name"] in editable else ""
    return kept


def _state(actor: Actor, record: Document) -> dict[str, str] | None:
    """How its validity stands, where somebody should know."""
    if record.valid_until is None or DOCUMENTS.entity.right(actor, "valid_until") == "hidden":
        return None
    days = (record.valid_until - clock.day_in(clock.now(), actor.zone or organisation().zone)).days
    word = cells.plain(DOCUMENTS.entity.by_name["valid_until"], record.valid_until)
    if days < 0:
        return {"state": "late", "word": _("expired on %(day)s") % {"day": word}}
    if days <= SOON:
        return {"state": "soon", "word": _("valid until %(day)s") % {"day": word}}
    return None


def _more(place: Place, actor: Actor, pk: int, may_edit: bool) -> list[dict[str, Any]]:
    offered = (
        ("upload", _("Bring a new version"), place.page(pk, "version"), may_edit),
        ("paperclip", _("Attach to a record"), place.page(pk, "do", "attach"), may_edit),
        ("trash", _("Delete"), place.page(pk, "do", "trash"), place.may(actor, "delete")),
    )
    return [
        {"icon": icon, "label": label, "url": url, "in_dialog": True}
        for icon, label, url, allowed in offered
        if allowed
    ]
