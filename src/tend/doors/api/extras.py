"""What the API offers beside record types: operations with undo, undo of one write, who one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from tend.doors.api.bodies import json_object, known_id, whole_number
from tend.doors.api.once import idempotent
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of, operation_as_json
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.jobs import cancel
from tend.kernel.jobs.stages import go_on, job_of
from tend.kernel.jobs.undoing import undo_or_queue
from tend.kernel.notices import Shown, count_unread, mark_read, mark_unread, notices_of
from tend.kernel.operations import operations_of
from tend.kernel.told import refusals_of
from tend.kernel.undo import UndoReport, undo_act

MOST_REFUSALS = 100_000
EXTRA = {"responses": {**REFUSALS, "200": {"description": "Done"}}}
_NOTICES = {
    **EXTRA,
    "parameters": [
        {"in": "query", "name": "unread", "required": False, "schema": {"type": "boolean"}, "description": "only those that wait"},
        {"in": "query", "name": "kind", "required": False, "schema": {"type": "string"}, "description": "only those of one kind, such as mention or followed"},
        {"in": "query", "name": "limit", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
        {"in": "query", "name": "cursor", "required": False, "schema": {"type": "string"}, "description": "the `next` of the page before"},
    ],
}  # fmt: skip
_READ = {
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "integer"}}}}
        }
    }
}


def _notice(one: Shown) -> dict[str, Any]:
    about = {"type": one.record_type, "id": one.record_id} if one.record_id is not None else None
    return {
        "id": one.id, "kind": one.kind, "sentence": one.sentence, "about": about, "made_at": one.made_at, "is_read": one.is_read,
    }  # fmt: skip


def _ids(request: HttpRequest) -> list[int] | None:
    """The ids of a body that holds nothing else; None when it names none."""
    body = json_object(request)
    if unknown := sorted(set(body) - {"ids"}):
        raise Refused(_("There is no field “%(name)s”.") % {"name": unknown[0]}, field=unknown[0], code="unknown")
    ids = body.get("ids")
    if ids is not None and not (isinstance(ids, list) and all(type(i) is int and 0 < i < 2**63 for i in ids)):
        raise Refused(_("Ids are a list of numbers."), field="ids", code="type")
    return ids


def install(api: NinjaAPI) -> None:
    """Mount them."""
    operations = Router(tags=["operations"])

    @operations.get("", operation_id="operations_list", summary="List operations, newest first", openapi_extra=EXTRA)
    def list_operations(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        rows = operations_of(actor).order_by("-pk")[:100]
        return answer({"items": [operation_as_json(actor, o) for o in rows], "next": None})

    @operations.get("/{int:pk}", operation_id="operations_read", summary="Read one operation", openapi_extra=EXTRA)
    def read_operation(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        operation = operations_of(actor).filter(pk=known_id(pk)).first()
        if operation is None:
            raise NotSeen("operation")
        return answer(operation_as_json(actor, operation))

    @operations.post(
        "/{int:pk}/undo", operation_id="operations_undo", summary="Undo one operation", openapi_extra=EXTRA
    )
    @idempotent
    def undo_one(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        operation = operations_of(actor).filter(pk=known_id(pk)).first()
        if operation is None:
            raise NotSeen("operation")
        undoing = undo_or_queue(actor, operation)
        report = UndoReport.of(undoing)
        said = {"restored": report.restored, "skipped": report.skipped, "kept": report.kept, "says": [report.sentence]}
        return answer({**said, "operation": operation_as_json(actor, undoing)}, 200 if undoing.is_over else 202)

    @operations.get(
        "/{int:pk}/refusals",
        operation_id="operations_refusals",
        summary="Every refusal of one operation",
        openapi_extra=EXTRA,
    )
    def list_refusals(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        operation = operations_of(actor).filter(pk=known_id(pk)).first()
        if operation is None:
            raise NotSeen("operation")
        rows = refusals_of(actor, operation).values_list("record_id", "message")[:MOST_REFUSALS]
        return answer({"items": [{"id": record, "message": message} for record, message in rows]})

    @operations.post("/{int:pk}/stop", operation_id="operations_stop", summary="Stop one operation after its present chunk",
                     openapi_extra=EXTRA)  # fmt: skip
    @idempotent
    def stop_one(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        operation = operations_of(actor).filter(pk=known_id(pk)).first()
        work = job_of(operation) if operation is not None else None
        if operation is None or work is None:
            raise NotSeen("operation")
        cancel(actor, work.pk)
        operation.refresh_from_db()
        return answer(operation_as_json(actor, operation))

    @operations.post("/{int:pk}/go-on", operation_id="operations_go_on", summary="Go on with one operation that was stopped",
                     openapi_extra={"responses": {**REFUSALS, "202": {"description": "Queued"}}})  # fmt: skip
    @idempotent
    def go_on_with_one(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        operation = operations_of(actor).filter(pk=known_id(pk)).first()
        if operation is None:
            raise NotSeen("operation")
        go_on(actor, operation)
        operation.refresh_from_db()
        return answer(operation_as_json(actor, operation), 202)

    api.add_router("/operations", operations)

    notices = Router(tags=["notices"])

    @notices.get("", operation_id="notices_list", summary="List one's notices, newest first", openapi_extra=_NOTICES)
    def list_notices(request: HttpRequest) -> HttpResponse:
        actor, given = actor_of(request), request.GET
        limit = whole_number(given.get("limit", "50"), "limit", 1, 500)
        before = whole_number(given["cursor"], "cursor", 1, 2**63 - 1) if given.get("cursor") else None
        kinds = [given["kind"]] if given.get("kind") else None
        found = notices_of(actor, unread=given.get("unread") == "true", limit=limit + 1, before=before, kinds=kinds)
        more = str(found[limit - 1].id) if len(found) > limit else None
        return answer({"items": [_notice(n) for n in found[:limit]], "next": more, "unread": count_unread(actor)})

    @notices.post("/read", operation_id="notices_read", summary="Mark notices as read, all of one's own without ids",
                  openapi_extra={**EXTRA, "requestBody": _READ})  # fmt: skip
    @idempotent
    def read_notices(request: HttpRequest) -> HttpResponse:
        return answer({"read": mark_read(actor_of(request), _ids(request))})

    @notices.post("/unread", operation_id="notices_unread", summary="Let notices wait again",
                  openapi_extra={**EXTRA, "requestBody": _READ})  # fmt: skip
    @idempotent
    def unread_notices(request: HttpRequest) -> HttpResponse:
        ids = _ids(request)
        if ids is None:
            raise Refused(_("Ids are a list of numbers."), field="ids", code="required")
        return answer({"unread": mark_unread(actor_of(request), ids)})

    api.add_router("/notices", notices)

    @api.post("/undo/{str:act}", operation_id="undo_write", tags=["operations"], summary="Undo one write by the `undo` of its answer",
              openapi_extra=EXTRA)  # fmt: skip
    @idempotent
    def undo_write(request: HttpRequest, act: str) -> HttpResponse:
        if not act.isdigit() or len(act) > 19:
            raise NotSeen("change")
        report = undo_act(actor_of(request), known_id(int(act)))
        return answer(
            {"restored": report.restored, "skipped": report.skipped, "kept": report.kept, "says": [report.sentence]}
        )

    @api.get("/me", operation_id="me", tags=["users"], summary="Who one is", openapi_extra=EXTRA)
    def me(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        return answer({"id": actor.user_id, "name": actor.name, "language": actor.language, "zone": actor.zone})
