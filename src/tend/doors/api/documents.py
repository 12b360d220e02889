"""The files of documents over REST: brought as a form with the file, and fetched. What is said of them is the derived resource."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from tend.domains.documents.commands import add_version, create_document
from tend.domains.documents.entity import DOCUMENT
from tend.domains.documents.queries import version_of, versions_of
from tend.doors.api import shapes
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of, find, shown
from tend.doors.web.documents.sending import as_attachment
from tend.kernel.actor import Actor
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.files.keeping import keep, ticket
from tend.kernel.idempotency import once
from tend.kernel.prepared import reaches
from tend.kernel.values import create_record

FILE = {"type": "string", "format": "binary"}
MANY = ("accounts", "contacts", "activities")  # ids or names, with commas between them


def _form(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


_TEXTS = {name: {"type": "string"} for name in ("title", "category", "description", "valid_from", "valid_until", "owner", *MANY)}  # fmt: skip
_RECORD = {"description": "The document", "content": {"application/json": {"schema": shapes.record_schema(DOCUMENT)}}}
_CREATED = {"responses": {**REFUSALS, "201": _RECORD}, "requestBody": _form({"file": FILE, **_TEXTS}, ("file",))}
_VERSION = {
    "responses": {**REFUSALS, "200": _RECORD},
    "requestBody": _form({"file": FILE, "note": {"type": "string"}}, ("file",)),
}
_BYTES = {"description": "The file", "content": {"application/octet-stream": {"schema": FILE}}}
_LISTED = {"responses": {**REFUSALS, "200": {"description": "The versions, the latest first"}}}


def install(api: NinjaAPI) -> None:
    """Mount what the derived resource cannot say: files themselves."""
    router = Router(tags=["documents"])

    @router.post(
        "/files", operation_id="documents_bring", summary="Bring a file as a new document", openapi_extra=_CREATED
    )
    def bring(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        if all(actor.scope(line, create_document.needs) == "none" for line in DOCUMENT.lines):
            raise NotAllowed(create_document.needs)
        raw = _said(request, set(_TEXTS))
        brought = _brought(request, actor)

        def make() -> HttpResponse:
            done = create_record(actor, DOCUMENT, {**raw, "file": brought})
            response = shown(DOCUMENT, actor, done.record, 201)
            response["Location"] = f"/api/v1/documents/{done.record.pk}"
            return response

        return _once(request, actor, brought, make)

    @router.post("/{int:pk}/versions", operation_id="documents_bring_version", summary="Bring the next version of a document",
                 openapi_extra=_VERSION)  # fmt: skip
    def bring_version(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        find(DOCUMENT, actor, pk)
        if not reaches(actor, DOCUMENT.model, "edit")(pk):
            raise NotAllowed("edit")
        note = _said(request, {"note"}).get("note", "")
        brought = _brought(request, actor)

        def make() -> HttpResponse:
            done = add_version(actor, pk, file=brought, note=note)
            return shown(DOCUMENT, actor, done.record, says=done.says, undo=str(done.act) if done.act else None)

        return _once(request, actor, brought, make)

    @router.get("/{int:pk}/versions", operation_id="documents_versions", summary="List the versions of a document",
                openapi_extra=_LISTED)  # fmt: skip
    def versions(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        document = find(DOCUMENT, actor, pk)
        return answer({"items": [_version(v) for v in versions_of(actor, document)], "next": None})

    @router.get("/{int:pk}/file", operation_id="documents_file", summary="Fetch the file of a document, or with ?version= that of an earlier version",
                openapi_extra={"responses": {**REFUSALS, "200": _BYTES}, "parameters": [{"in": "query", "name": "version", "required": False, "schema": {"type": "integer", "minimum": 1}}]})  # fmt: skip
    def file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
        actor = actor_of(request)
        document = find(DOCUMENT, actor, pk)
        said = request.GET.get("version", "")
        if said and not (said.isdigit() and len(said) < 10):
            raise Refused(_("A version is a number."), field="version", code="type")
        found = version_of(actor, document, int(said) if said else None)
        if found is None:
            raise NotSeen("version")
        return as_attachment(found)

    api.add_router("/documents", router)


def _said(request: HttpRequest, known: set[str]) -> dict[str, Any]:
    """The texts of the form; other names are refused."""
    unknown = sorted((set(request.POST) | set(request.FILES)) - known - {"file"})
    if unknown:
        raise Refused(_("There is no field “%(name)s”.") % {"name": unknown[0]}, field=unknown[0], code="unknown")
    said: dict[str, Any] = {n: v for n, v in request.POST.items() if v}
    return {n: [part.strip() for part in v.split(",") if part.strip()] if n in MANY else v for n, v in said.items()}


def _brought(request: HttpRequest, actor: Actor) -> str:
    sent = request.FILES.get("file")
    if sent is None:
        raise Refused(_("Send the file as “file”."), field="file", code="required")
    return keep(actor, sent.name or "", sent.chunks())


def _once(request: HttpRequest, actor: Actor, brought: str, make: Any) -> HttpResponse:
    """One effect per Idempotency-Key; the file counts by its checksum, the rest of the form by its texts."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return make()  # type: ignore[no-any-return]
    said = f"{ticket(actor, brought).sha256} {sorted(request.POST.items())}"
    with once(actor, key, said.encode(), f"{request.method} {request.path}") as slot:
        if slot.answer is not None:
            return HttpResponse(slot.answer.body, status=slot.answer.status, content_type="application/json")
        response: HttpResponse = make()
        slot.keep(response.status_code, response.content.decode(), {})
        return response


def _version(version: Any) -> dict[str, Any]:
    return {
        "number": version.number, "filename": version.filename, "content": version.content, "size": version.size,
        "sha256": version.sha256, "note": version.note, "is_current": version.is_current, "brought_at": version.brought_at.isoformat(),
        "brought_by": {"id": version.brought_by.pk, "name": version.brought_by.name} if version.brought_by is not None else None,
    }  # fmt: skip
