"""The `Idempotency-Key` header on every POST: one effect and one answer, however often the request comes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from tend.doors.api.problems import for_error
from tend.kernel.errors import TendError
from tend.kernel.idempotency import once

KEPT_HEADERS = ("ETag", "Location")


def idempotent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run the view once per key. Refusals are not kept: they changed nothing, and may be mended and sent again."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, **path: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, **path)
        try:
            with once(request.auth, key, request.body, f"{request.method} {request.path}") as slot:  # type: ignore[attr-defined]
                if slot.answer is not None:
                    again = HttpResponse(slot.answer.body, status=slot.answer.status, content_type="application/json")
                    for name, value in slot.answer.headers.items():
                        again[name] = value
                    return again
                response = view(request, **path)
                slot.keep(
                    response.status_code,
                    response.content.decode(),
                    {h: response[h] for h in KEPT_HEADERS if h in response},
                )
                return response
        except TendError as error:
            return for_error(error) or HttpResponse(status=500)

    return guarded
