"""The browsable description of the API: one page that reads like a book, without any script."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest) -> HttpResponse:
    """Resources with their operations, parameters and bodies."""
    from tend.doors.api.v1 import description

    return render(request, "api/docs.html", {"groups": groups(description())})


def groups(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations of an OpenAPI document, by resource."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            found.setdefault((operation.get("tags") or ["other"])[0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("summary", ""),
                    "text": operation.get("description", ""),
                    "parameters": operation.get("parameters", []),
                    "fields": [
                        {"name": name, "shape": _shape(shape), "required": name in body.get("required", [])}
                        for name, shape in body.get("properties", {}).items()
                    ],
                }
            )
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def _shape(shape: dict[str, Any]) -> str:
    if "enum" in shape:
        return " | ".join(str(v) for v in shape["enum"])
    kind = shape.get("type")
    if isinstance(kind, list):
        return " | ".join(kind)
    return str(shape.get("format") or kind or ("link" if "anyOf" in shape else orjson.dumps(shape).decode()))
