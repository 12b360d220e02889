"""Imports over REST: bring a file, look at what was proposed, change the plan, rehearse, run, fetch the faults."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from tend.base.unreadable import Unreadable
from tend.doors.api.bodies import json_object, known_id
from tend.doors.api.once import idempotent
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of, operation_as_json
from tend.kernel.actor import Actor
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.imports import files
from tend.kernel.imports.arriving import a_seat, ask_to_read
from tend.kernel.imports.faults import rows_with_reasons
from tend.kernel.imports.models import Import
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.recipe import recipe_named
from tend.kernel.imports.run import ask_to_rehearse, ask_to_run

EXTRA = {"responses": {**REFUSALS, "200": {"description": "Done"}}}
UPLOAD = {
    "responses": {
        **REFUSALS,
        "201": {"description": "Read, and matched as far as its headers tell"},
        "202": {"description": "Large, or others are just being read: read in the background; its state tells when it is done"},
    },
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"type": {"type": "string", "enum": ["accounts", "leads", "contacts", "activities"]}, "file": {"type": "string", "format": "binary"}},
                    "required": ["type", "file"],
                }
            }
        },
    },
}  # fmt: skip


def install(api: NinjaAPI) -> None:
    """Mount the resource."""
    router = Router(tags=["imports"])

    @router.get("", operation_id="imports_list", summary="List one's imports, newest first", openapi_extra=EXTRA)
    def list_imports(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        rows = files.imports_of(actor).order_by("-pk")[:100]
        return answer({"items": [as_json(actor, run) for run in rows], "next": None})

    @router.post(
        "",
        operation_id="imports_create",
        summary="Bring a file; it is read and a plan is proposed",
        openapi_extra=UPLOAD,
    )
    def create(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        name = request.POST.get("type", "")
        recipe = recipe_named(name)
        if recipe is None:
            raise Refused(_("“%(name)s” cannot be imported.") % {"name": name}, field="type", code="unknown")
        if not recipe.may(actor):
            raise NotAllowed("import")
        sent = request.FILES.get("file")
        if sent is None:
            raise Refused(_("Send the file as “file”."), field="file", code="required")
        run = files.upload(actor, name, sent.name or "", sent.chunks())
        with a_seat(run) as at_once:
            if at_once:
                return answer(as_json(actor, files.read(actor, run)), 201)
        ask_to_read(actor, run)  # in the background: ask for the import until its state is no longer "uploaded"
        return answer(as_json(actor, run), 202)

    @router.get("/{int:pk}", operation_id="imports_read", summary="Read one import", openapi_extra=EXTRA)
    def read(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        return answer(as_json(actor, files.import_of(actor, known_id(pk))))

    @router.patch(
        "/{int:pk}", operation_id="imports_change", summary="Change the plan of an import", openapi_extra=EXTRA
    )
    def change(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        run = files.import_of(actor, known_id(pk))
        body = json_object(request)
        if set(body) != {"plan"} or not isinstance(body["plan"], dict):
            raise Refused(_("Send the plan as {“plan”: {…}}."), field="plan", code="type")
        files.change_plan(actor, run, _plan({**run.plan, **body["plan"]}))
        return answer(as_json(actor, run))

    @router.post(
        "/{int:pk}/rehearse", operation_id="imports_rehearse", summary="Rehearse in the background", openapi_extra=EXTRA
    )
    @idempotent
    def rehearse(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        run = files.import_of(actor, known_id(pk))
        ask_to_rehearse(actor, run)
        return answer(as_json(actor, run), 202)

    @router.post("/{int:pk}/run", operation_id="imports_run", summary="Import in the background", openapi_extra=EXTRA)
    @idempotent
    def start(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        run = files.import_of(actor, known_id(pk))
        ask_to_run(actor, run)
        run.refresh_from_db()
        return answer(as_json(actor, run), 202)

    @router.get(
        "/{int:pk}/errors",
        operation_id="imports_errors",
        summary="Every refused row with its reason, as CSV",
        openapi_extra=EXTRA,
    )
    def errors(request: HttpRequest, pk: int) -> StreamingHttpResponse:
        run = files.import_of(actor_of(request), known_id(pk))
        if not files.has_rows(run):
            raise NotSeen("import")
        response = StreamingHttpResponse(_csv(rows_with_reasons(run)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-errors.csv"'
        return response

    api.add_router("/imports", router)


def as_json(actor: Actor, run: Import) -> dict[str, Any]:
    """What the API tells of an import."""
    operation = run.operation
    return {
        "id": run.pk, "type": run.recipe, "file": run.filename, "state": run.state, "rows": run.rows, "plan": run.plan,
        "problem": run.problem, "summary": run.summary, "operation": operation_as_json(actor, operation) if operation else None,
    }  # fmt: skip


def _plan(data: dict[str, Any]) -> Plan:
    try:
        return Plan.from_json(data)
    except (TypeError, ValueError, Unreadable):
        raise Refused(_("This is no plan of an import."), field="plan", code="type") from None


class _Line:
    """A file that gives back what is written to it, so that csv can write a stream."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    for row in rows:
        yield writer.writerow(row)  # type: ignore[misc]
