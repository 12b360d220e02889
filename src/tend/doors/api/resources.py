"""Every record type's resource: list, create, read, change, delete, verbs and bulk, derived from its declaration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from tend.doors.api import shapes
from tend.doors.api.boards import add_board, has_board
from tend.doors.api.bodies import expected, json_object, known_id
from tend.doors.api.lists import ids_of_body, list_of, tree_of
from tend.doors.api.offers import MADE, OFFERS, made_by, offers_of
from tend.doors.api.once import idempotent
from tend.doors.api.problems import answer, problem
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.jobs.bulk import run_or_queue
from tend.kernel.jobs.listed import Listed, run_or_queue_listed
from tend.kernel.merging import leads_to
from tend.kernel.merging.rehearsing import parted_by
from tend.kernel.operations import REFUSALS_SHOWN, Operation
from tend.kernel.options import cleaned_options
from tend.kernel.prepared import record_of
from tend.kernel.reading import KnownParts
from tend.kernel.told import refusals_of, told_of
from tend.kernel.values import create_record, edit_record
from tend.kernel.verbs import Done, Verb

PROBLEM = {
    "description": "Problem",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
REFUSALS = {str(code): PROBLEM for code in (400, 401, 403, 404, 409, 412, 422, 429)}
AT_ONCE = (
    1000  # records that a request changes itself; more are queued, and the answer is 202 with the operation to watch
)
SAID: dict[str, Any] = {
    "says": {"type": "array", "items": {"type": "string"}},
    "undo": {"type": ["string", "null"]},
    "made": {"anyOf": [MADE, {"type": "null"}]},
    "offers": OFFERS,
}
_TOTAL: dict[str, Any] = {
    "type": "object",
    "properties": {"filled": {"type": "integer"}, "sum": {}, "average": {}},
    "required": ["filled", "sum", "average"],
}
_GROUP: dict[str, Any] = {
    "type": "object",
    "properties": {
        "value": {"description": "a link, a code, true or false, a month such as 2026-03, or null for blank"},
        "count": {"type": "object"},
        "filter": {"type": "object", "description": "with the filter of the list: the records of this group"},
        "totals": {"type": "object", "additionalProperties": _TOTAL},
    },
    "required": ["value", "count", "filter"],
}
OWN_PATHS = frozenset({"create", "edit", "trash", "bulk"})


def actor_of(request: HttpRequest) -> Any:
    """The actor whom the token or the session named."""
    return request.auth  # type: ignore[attr-defined]


def add_resource(api: NinjaAPI, entity: Entity, *, plural: str = "", narrow: dict[str, Any] | None = None) -> None:
    """Mount one record type. `narrow` is a filter that always holds (leads are accounts of lifecycle lead)."""
    word = plural or entity.plural
    router = Router(tags=[word])
    if has_board(entity):
        add_board(router, entity, word, narrow, REFUSALS)
    _reading(router, entity, word, narrow)
    if entity.create is not None:
        _creating(router, entity, word, narrow)
    if entity.edit is not None:
        _changing(router, entity, word)
    if "trash" in entity.verb_by_name:
        _deleting(router, entity, word)
    for verb in entity.verb_by_name.values():
        if not verb.creates and verb is not entity.edit:
            _verb(router, entity, word, verb)
    if not entity.book and entity.verbs:
        _bulk(router, entity, word, narrow)
    api.add_router(f"/{word}", router)


def find(entity: Entity, actor: Any, pk: int) -> Any:
    """The record within sight, trash included for those who may delete; NotSeen otherwise."""
    record = record_of(actor, entity.model).first(known_id(pk))
    if record is None:
        raise NotSeen(entity.code)
    return record


def shown(
    entity: Entity, actor: Any, record: Any, status: int = 200, *, parts: KnownParts | None = None, **more: Any
) -> HttpResponse:
    """One record as the answer, with its ETag."""
    body = shapes.full(entity, actor, [record], parts=parts)[0]
    return answer({**body, **more}, status, etag=shapes.etag(body))


def _ok(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _extra(
    responses: dict[str, Any], body: dict[str, Any] | None = None, parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    extra: dict[str, Any] = {"responses": {**REFUSALS, **responses}}
    if body is not None:
        extra["requestBody"] = {
            "content": {"application/json": {"schema": body}},
            "required": bool(body.get("required")),
        }
    if parameters:
        extra["parameters"] = parameters
    return extra


def _query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": description}


def _reading(router: Router, entity: Entity, word: str, narrow: dict[str, Any] | None) -> None:
    schema = shapes.record_schema(entity)
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": schema},
            "next": {"type": ["string", "null"]},
            "count": {"type": "object"},
            "totals": {"type": "object", "additionalProperties": _TOTAL},
            "groups": {"type": "array", "items": _GROUP},
        },
        "required": ["items", "next"],
    }
    text = {"type": "string"}
    parameters = [
        _query("filter", text, "a condition tree as JSON"), _query("q", text, "the short text form of a filter"),
        _query("sort", text, "fields, comma separated, - for descending"), _query("fields", text, "only these fields"),
        _query("include", text, "parts to add, such as contacts,addresses"),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 500}, "records a page"),
        _query("cursor", text, "the `next` of the page before"), _query("count", {"type": "boolean"}, "add a count"),
        _query("totals", text, "add sum and average of these columns over the whole filter, comma separated"),
        _query("group_by", text, "add the groups by this field (a book, person, choice or yes/no; or date.month) with their counts, filters and totals"),
    ]  # fmt: skip

    @router.get(
        "",
        operation_id=f"{word}_list",
        summary=f"List {word}",
        openapi_extra=_extra({"200": _ok(page, "One page")}, None, parameters),
    )
    def list_records(request: HttpRequest) -> HttpResponse:
        return answer(list_of(entity, actor_of(request), request.GET, narrow))

    @router.get(
        "/{int:pk}",
        operation_id=f"{word}_read",
        summary=f"Read one of {word}",
        openapi_extra=_extra({"200": _ok(schema, "The record")}),
    )
    def read_record(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        try:
            record = find(entity, actor, pk)
        except NotSeen:
            went = leads_to(actor, entity, pk)
            if went is None:
                raise
            response = answer({"merged_into": {"id": went.pk, "name": str(went)}}, 307)
            response["Location"] = f"/api/v1/{word}/{went.pk}"
            return response
        if narrow and word == "leads" and not getattr(record, "was_lead", True):
            raise NotSeen(entity.code)
        body = shapes.full(entity, actor, [record])[0]
        tag = shapes.etag(body)
        return HttpResponse(status=304) if request.headers.get("If-None-Match") == tag else answer(body, etag=tag)


def _creating(router: Router, entity: Entity, word: str, narrow: dict[str, Any] | None) -> None:
    extra = _extra({"201": _ok(shapes.record_schema(entity), "Created")}, shapes.body_schema(entity, creating=True))

    @router.post("", operation_id=f"{word}_create", summary=f"Create one of {word}", openapi_extra=extra)
    @idempotent
    def create(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        body = json_object(request)
        if narrow and "lifecycle" in narrow:
            body = {"lifecycle": narrow["lifecycle"], **body}
        done = create_record(actor, entity, body)
        response = shown(entity, actor, _fresh(entity, done), 201, parts=done.parts)
        response["Location"] = f"/api/v1/{word}/{done.record.pk}"
        return response


def _changing(router: Router, entity: Entity, word: str) -> None:
    schema = shapes.record_schema(entity)
    schema = {**schema, "properties": {**schema["properties"], **SAID}, "required": [*schema["required"], *SAID]}
    extra = _extra({"200": _ok(schema, "Changed")}, shapes.body_schema(entity, creating=False))

    @router.patch("/{int:pk}", operation_id=f"{word}_change", summary=f"Change one of {word}", openapi_extra=extra)
    def change(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        find(entity, actor, pk)
        done = edit_record(actor, entity, known_id(pk), json_object(request), expect=expected(request, entity))
        return shown(entity, actor, _fresh(entity, done), **_said(actor, done))


def _deleting(router: Router, entity: Entity, word: str) -> None:
    @router.delete("/{int:pk}", operation_id=f"{word}_delete", summary=f"Put one of {word} into the trash",
                   openapi_extra=_extra({"204": {"description": "In the trash"}}))  # fmt: skip
    def delete(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        find(entity, actor, pk)
        entity.verb_by_name["trash"](actor, known_id(pk), expect=expected(request, entity))
        return HttpResponse(status=204)


def _verb(router: Router, entity: Entity, word: str, verb: Verb) -> None:
    done_schema = {
        "type": "object",
        "properties": {
            **SAID,
            "record": {"type": "object"},
            "operation": {"type": "integer"},
            "back": {"type": "array", "items": {"type": "object"}},
            "kept": {"type": "array", "items": {"type": "object"}},
            "kept_beside": {"type": "integer"},
        },
        "required": [*SAID, "record"],
    }
    extra = _extra({"200": _ok(done_schema, "Done")}, shapes.verb_schema(verb))
    summary = str(verb.label) or verb.name

    def run(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        rows = entity.model.objects.seen_by(actor, trashed=verb.trashed)  # type: ignore[attr-defined]
        if not rows.filter(pk=known_id(pk)).exists():
            raise NotSeen(entity.code)
        options = cleaned_options(actor, verb, json_object(request))
        done = verb(actor, pk, expect=expected(request, entity), **options)
        return _told(entity, actor, done)

    run.__doc__ = verb.__doc__
    decorated: Callable[..., Any] = router.post(
        f"/{{int:pk}}/{verb.name}", operation_id=f"{word}_{verb.__name__}", summary=summary, openapi_extra=extra
    )
    decorated(idempotent(run))


def _bulk(router: Router, entity: Entity, word: str, narrow: dict[str, Any] | None) -> None:
    names = sorted(v.name for v in entity.verbs if not v.creates)
    body = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "verb": {"type": "string", "enum": ["edit", *names]},
            "ids": {"type": "array", "items": {"type": "integer"}},
            "filter": {"type": "object"},
            "q": {"type": "string"},
            "options": {"type": "object"},
        },
        "required": ["verb"],
    }

    @router.post("/bulk", operation_id=f"{word}_bulk", summary=f"Run one verb over many of {word}",
                 openapi_extra=_extra({"200": _ok({"type": "object"}, "The operation"), "202": _ok({"type": "object"}, "Queued")}, body))  # fmt: skip
    @idempotent
    def bulk(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        given = json_object(request)
        if unknown := set(given) - set(body["properties"]):  # type: ignore[arg-type]
            raise Refused(
                _("There is no field “%(name)s”.") % {"name": sorted(unknown)[0]},
                field=sorted(unknown)[0],
                code="unknown",
            )
        verb = entity.edit if given.get("verb") == "edit" else entity.verb_by_name.get(str(given.get("verb")))
        if verb is None or verb.creates:
            raise Refused(_("There is no verb “%(name)s”.") % {"name": given.get("verb")}, field="verb", code="unknown")
        if all(actor.scope(line, "bulk") == "none" for line in entity.lines or (entity.plural,)):
            return problem(403, _("Not allowed"), _("You have no right to change many records at once."))
        options = cleaned_options(actor, verb, given.get("options") or {})
        ids = ids_of_body(given)
        if ids is None:
            listed = Listed(tree_of(entity, actor, given, narrow), action="view")
            operation = run_or_queue_listed(actor, verb, listed, options, at_once=AT_ONCE)
        else:
            operation = run_or_queue(actor, verb, ids, options, at_once=AT_ONCE)
        return answer(operation_as_json(actor, operation), 200 if operation.is_over else 202)


def operation_as_json(actor: Actor, operation: Operation) -> dict[str, Any]:
    """What the API tells of an operation: the numbers and refusals that this reader may know."""
    told = told_of(actor, operation)
    refused = operation.refusals if told.is_whole else refusals_of(actor, operation).values_list("record_id", "message")
    return {
        "id": operation.pk, "kind": operation.kind, "record_type": operation.record_type, "state": operation.state,
        "total": told.total, "done": told.done, "changed": told.changed, "failed": told.failed,
        "errors": [{"id": pk, "message": message} for pk, message in refused[:REFUSALS_SHOWN]],
    }  # fmt: skip


def _told(entity: Entity, actor: Any, done: Done) -> HttpResponse:
    """The answer of a verb: sentences, what Undo names, and the record if it is still in sight."""
    rows = entity.model.objects.seen_by(actor, trashed=True).filter(pk=done.record.pk)  # type: ignore[attr-defined]
    record = rows.first()
    body = shapes.full(entity, actor, [record])[0] if record is not None else {"id": done.record.pk}
    says = {**_said(actor, done), "record": body}
    if done.operation is not None:
        says["operation"] = done.operation.pk
        says |= parted(actor, done.operation)
    return answer(says, etag=shapes.etag(body) if record is not None else "")


def parted(actor: Actor, operation: Operation) -> dict[str, Any]:
    """What parting brought back (`back`, by record type) and what it left as it is (`kept`), within the reader's sight."""
    if operation.kind != "unmerge":
        return {}
    found = parted_by(actor, operation)
    return {
        "back": [{"type": entity.plural, "count": count} for entity, count in found.back],
        "kept": [{"id": k.record.pk, "name": str(k.record), "field": k.label, "why": k.why} for k in found.kept],
        "kept_beside": found.kept_beside,
    }


def _said(actor: Actor, done: Done) -> dict[str, Any]:
    """What every write tells beside the record: sentences, what Undo names, what it made, and what may be done next."""
    undo = str(done.act) if done.act else None
    return {"says": done.says, "undo": undo, "made": made_by(done), "offers": offers_of(actor, done.record, done.value)}


def _fresh(entity: Entity, done: Done) -> Any:
    """The record as stored: reactions may have changed more of it than its verb."""
    return done.record
