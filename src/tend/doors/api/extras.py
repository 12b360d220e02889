"""What the API offers beside record types: operations with undo, undo of one write, who one is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router

from tend.doors.api.bodies import known_id
from tend.doors.api.once import idempotent
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of, operation_as_json
from tend.kernel.errors import NotSeen
from tend.kernel.jobs import cancel
from tend.kernel.jobs.stages import job_of
from tend.kernel.jobs.undoing import undo_or_queue
from tend.kernel.operations import UndoReport, operations_of, refusals_of, undo_act

MOST_REFUSALS = 100_000
EXTRA = {"responses": {**REFUSALS, "200": {"description": "Done"}}}


def install(api: NinjaAPI) -> None:
    """Mount them."""
    operations = Router(tags=["operations"])

    @operations.get("", operation_id="operations_list", summary="List operations, newest first", openapi_extra=EXTRA)
    def list_operations(request: HttpRequest) -> HttpResponse:
        rows = operations_of(actor_of(request)).order_by("-pk")[:100]
        return answer({"items": [operation_as_json(o) for o in rows], "next": None})

    @operations.get("/{int:pk}", operation_id="operations_read", summary="Read one operation", openapi_extra=EXTRA)
    def read_operation(request: HttpRequest, pk: int) -> HttpResponse:
        operation = operations_of(actor_of(request)).filter(pk=known_id(pk)).first()
        if operation is None:
            raise NotSeen("operation")
        return answer(operation_as_json(operation))

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
        return answer({**said, "operation": operation_as_json(undoing)}, 200 if undoing.is_over else 202)

    @operations.get(
        "/{int:pk}/refusals",
        operation_id="operations_refusals",
        summary="Every refusal of one operation",
        openapi_extra=EXTRA,
    )
    def list_refusals(request: HttpRequest, pk: int) -> HttpResponse:
        operation = operations_of(actor_of(request)).filter(pk=known_id(pk)).first()
        if operation is None:
            raise NotSeen("operation")
        rows = refusals_of(operation).values_list("record_id", "message")[:MOST_REFUSALS]
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
        return answer(operation_as_json(operation))

    api.add_router("/operations", operations)

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
