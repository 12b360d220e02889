"""The first version of the API: every declared record type, and what is no record type."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.throttling import AuthRateThrottle

from tend.doors.api import (
    changes,
    characteristics,
    coverage,
    cycle,
    docs,
    documents,
    duplicates,
    extras,
    imports,
    problems,
    searching,
    security_log,
)
from tend.doors.api.auth import Page, Token
from tend.doors.api.resources import add_resource
from tend.kernel.entity import entities

SKIPPED = frozenset({"kernel.organisation"})


class PerActor(AuthRateThrottle):
    """So many requests a minute for one person, whichever token she uses."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        actor = getattr(request, "auth", None)
        return self.cache_format % {"scope": self.scope, "ident": actor.user_id} if actor is not None else None


def build() -> NinjaAPI:
    """Mount the resources in a fixed order, so that the description is the same on every start."""
    api = NinjaAPI(
        title="Tend", version="1", urls_namespace="api-1", docs_url=None, openapi_url=None,
        auth=[Token(), Page()], throttle=[PerActor("1200/m")],
    )  # fmt: skip
    problems.install(api)
    for entity in sorted(entities(), key=lambda e: e.plural):
        if entity.code in SKIPPED:
            continue
        add_resource(api, entity)
        if entity.plural == "accounts":
            add_resource(api, entity, plural="leads", narrow={"lifecycle": "lead"})
    extras.install(api)
    duplicates.install(api)
    imports.install(api)
    documents.install(api)
    coverage.install(api)
    cycle.install(api)
    characteristics.install(api)
    changes.install(api)
    searching.install(api)
    security_log.install(api)
    return api


api = build()


def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this API in OpenAPI 3.1; it names no record and needs no sign-in."""
    return problems.answer(description())


def description() -> dict[str, Any]:
    """The OpenAPI document."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    for methods in schema["paths"].values():
        for operation in methods.values():  # the framework's own entries have numbers as keys; what we declare wins
            operation["responses"] = {str(code): said for code, said in operation["responses"].items()}
    schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = {
        "type": "object",
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {"type": "object", "properties": {n: {"type": "string"} for n in ("field", "message", "code")}},
            },
        },
        "required": ["type", "title", "status"],
    }  # fmt: skip
    return schema


urlpatterns = [
    path("openapi.json", openapi),
    path("docs", docs.page),
    path("", api.urls),
]
