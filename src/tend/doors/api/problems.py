"""Refusals in the API's own words: RFC 9457 problem documents, one per way in which the kernel says no."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from tend.kernel.errors import NotAllowed, NotSeen, Refused, RefusedFields, Stale

TYPE = "application/problem+json"


def answer(data: Any, status: int = 200, *, etag: str = "") -> HttpResponse:
    """A JSON answer, built by orjson; an ETag when the answer is one record."""
    response = HttpResponse(orjson.dumps(data, default=str), status=status, content_type="application/json")
    if etag:
        response["ETag"] = etag
    return response


def problem(
    status: int, title: str, detail: str = "", *, errors: list[dict[str, str]] | None = None, **more: Any
) -> HttpResponse:
    """One problem document; `errors` names field, message and code."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, **more}
    if detail:
        body["detail"] = detail
    if errors is not None:
        body["errors"] = errors
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type=TYPE)


def not_found() -> HttpResponse:
    """What a record out of sight and one that does not exist both answer, to the byte."""
    return problem(404, _("Not found"))


def for_error(error: Exception) -> HttpResponse | None:
    """The problem document for an error of the kernel; None when it is none of those."""
    if isinstance(error, RefusedFields):
        return problem(422, _("Refused"), errors=[_said(name, e) for name, e in error.errors.items()])
    if isinstance(error, Refused):
        return problem(422, _("Refused"), error.message, errors=[_said(error.field, error)])
    if isinstance(error, NotSeen):
        return not_found()
    if isinstance(error, NotAllowed):
        return problem(403, _("Not allowed"), _("You have no right to do this."))
    if isinstance(error, Stale):
        return problem(412, _("Changed since"), _("Somebody saved this record after you read it."))
    return None


def _said(field: str, error: Refused) -> dict[str, str]:
    return {"field": error.field or field, "message": error.message, "code": error.code}


def install(api: NinjaAPI) -> None:
    """Let the framework's own refusals speak the same language."""

    def kernel_error(request: HttpRequest, error: Exception) -> HttpResponse:
        return for_error(error) or problem(500, _("Something went wrong on our side"))

    for kind in (Refused, NotSeen, NotAllowed, Stale):
        api.add_exception_handler(kind, kernel_error)

    def outside(request: HttpRequest, error: Exception) -> HttpResponse:
        raise error  # the pages' failure middleware knows outages, and answers programs in their own words

    api.add_exception_handler(Exception, outside)

    @api.exception_handler(AuthenticationError)
    def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(401, _("Sign in first"), _("Send a token as “Authorization: Bearer …”."))
        response["WWW-Authenticate"] = 'Bearer realm="tend"'
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {"field": str(e["loc"][-1]), "message": str(e["msg"]), "code": str(e["type"])}
            for e in error.errors
            if e.get("loc")
        ]
        return problem(422, _("Refused"), errors=errors)

    @api.exception_handler(Throttled)
    def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        response = problem(429, _("Too many requests"), _("Wait a moment and try again."))
        response["Retry-After"] = str(int(error.wait or 60))
        return response

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))
