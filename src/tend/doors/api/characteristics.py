"""What the API offers for characteristics beside their resource: keys of remarks, promotion, another type or options."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from tend.doors.api.bodies import json_object
from tend.doors.api.once import idempotent
from tend.doors.api.problems import answer
from tend.doors.api.resources import REFUSALS, actor_of, find, operation_as_json
from tend.kernel.actor import Actor
from tend.kernel.characteristics import promoting, recasting
from tend.kernel.characteristics.commands import CHARACTERISTIC
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.operations import Operation

TEXTS = {"type": "array", "items": {"type": "string"}}
TEXT = {"type": "string"}
LOOK = {"type": "boolean", "description": "only say what would happen"}
RECAST = {"type": TEXT, "choices": TEXTS, "merge": TEXT, "into": TEXT, "look": LOOK}
PROMOTE = {
    "on": TEXT, "key": TEXT, "name": TEXT, "type": TEXT, "choices": TEXTS, "group": TEXT,
    "cleans": {"type": "boolean", "description": "take the lines out of the remarks"}, "look": LOOK,
}  # fmt: skip
ANSWERS = {**REFUSALS, "200": {"description": "Done, or what would happen"}, "202": {"description": "Queued"}}
ON = [{"in": "query", "name": "on", "required": False, "schema": TEXT, "description": "accounts or contacts"}]


def install(api: NinjaAPI) -> None:
    """Mount them."""

    @api.get("/characteristics/remark-keys", operation_id="characteristics_remark_keys", tags=["characteristics"],
             summary="Keys that remarks use, with the type of their values",
             openapi_extra={"responses": {**REFUSALS, "200": {"description": "The keys"}}, "parameters": ON})  # fmt: skip
    def remark_keys(request: HttpRequest) -> HttpResponse:
        found = promoting.keys_in_use(actor_of(request), _wearer(request.GET.get("on") or "accounts"))
        items = [{"key": k.key, "count": k.count, "type": k.type, "choices": list(k.choices)} for k in found]
        return answer({"items": items})

    @api.post("/characteristics/promote", operation_id="characteristics_promote", tags=["characteristics"],
              summary="Make a key of remarks a characteristic, or look what that would do", openapi_extra=_extra(PROMOTE))  # fmt: skip
    @idempotent
    def promote(request: HttpRequest) -> HttpResponse:
        actor, body = actor_of(request), _body(request, PROMOTE)
        key = str(body.get("key") or "")
        wanted = promoting.Promotion(
            _wearer(str(body.get("on") or "accounts")).code, key, str(body.get("name") or key.capitalize()),
            str(body.get("type") or "text"), tuple(_texts(body, "choices")), str(body.get("group") or ""), body.get("cleans") is True,
        )  # fmt: skip
        if body.get("look") is True:
            return answer(_foreseen(promoting.foresee_promotion(actor, wanted)))
        return _started(actor, promoting.promote(actor, wanted))

    @api.post("/characteristics/{int:pk}/recast", operation_id="characteristics_recast", tags=["characteristics"],
              summary="Give a characteristic another type, or join two of its options, or look what that would do",
              openapi_extra=_extra(RECAST))  # fmt: skip
    @idempotent
    def recast(request: HttpRequest, pk: int) -> HttpResponse:
        actor, body = actor_of(request), _body(request, RECAST)
        definition = find(CHARACTERISTIC, actor, pk)
        if body.get("merge"):
            change = recasting.merging(definition, str(body["merge"]), str(body.get("into") or ""))
        else:
            kind = str(body.get("type") or definition.type)
            offered = _texts(body, "choices") if "choices" in body else list(map(str, definition.choices))
            change = recasting.planned(definition, kind, offered, {})
        if body.get("look") is True:
            found = recasting.foresee(actor, definition, change)
            views = {"broken": found.views, "broken_of_others": found.views_beside, "kept": found.views_kept}
            more = {"views": views, "imports": found.imports, "conditions": found.conditions}
            return answer({**_foreseen(found), **more})
        return _started(actor, recasting.recast(actor, definition, change))


def _extra(fields: dict[str, Any]) -> dict[str, Any]:
    body = {"type": "object", "properties": fields, "additionalProperties": False}
    return {"responses": ANSWERS, "requestBody": {"content": {"application/json": {"schema": body}}}}


def _body(request: HttpRequest, fields: dict[str, Any]) -> dict[str, Any]:
    body = json_object(request)
    if unknown := sorted(set(body) - set(fields)):
        raise Refused(_("There is no field “%(name)s”.") % {"name": unknown[0]}, field=unknown[0], code="unknown")
    for name, value in body.items():
        if fields[name] is TEXT and (not isinstance(value, str) or len(value) > 200):
            raise Refused(_("A text is expected."), field=name, code="type")
    return body


def _texts(body: dict[str, Any], name: str) -> list[str]:
    said = body.get(name) or []
    if not isinstance(said, list) or any(not isinstance(one, str) for one in said):
        raise Refused(_("Choices are a list of words."), field=name, code="type")
    return said


def _wearer(plural: str) -> Entity:
    found = next((e for e in promoting.wearers() if plural in (e.plural, e.code)), None)
    if found is None:
        known = ", ".join(e.plural for e in promoting.wearers())
        raise Refused(_("Characteristics stand on: %(known)s.") % {"known": known}, field="on", code="choice")
    return found


def _foreseen(found: promoting.Foreseen | recasting.Foreseen) -> dict[str, Any]:
    fails = [{"value": value, "records": count, "message": why} for value, count, why in found.fails]
    return {"total": found.total, "converts": found.converts, "fails": fails, "further_fails": found.fails_beside}


def _started(actor: Actor, operation: Operation) -> HttpResponse:
    return answer({"operation": operation_as_json(actor, operation)}, 200 if operation.is_over else 202)
