"""Reading what a request brings: a JSON object of bounded size and depth, If-Match, ids of a path, numbers of an address."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tend.doors.api.shapes import is_still
from tend.kernel.entity import Entity
from tend.kernel.errors import Expected, NotSeen, Refused

LARGEST = 2 * 1024 * 1024  # bytes
LARGEST_ID = 2**63 - 1


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object."""
    if len(request.body) > LARGEST:
        raise Refused(_("The body is larger than 2 MB."), code="too_large")
    if not request.body.strip():
        return {}
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise Refused(_("The body is not JSON: %(why)s.") % {"why": error.msg}, code="json") from None
    if not isinstance(found, dict):
        raise Refused(_("The body must be a JSON object."), code="json")
    return found


def known_id(pk: int) -> int:
    """An id that a database can hold; larger ones are simply not found."""
    if not 0 < pk <= LARGEST_ID:
        raise NotSeen("record")
    return pk


def whole_number(said: str, name: str, least: int, most: int) -> int:
    """A whole number of the address. Refused outside its bounds."""
    if not (said.isascii() and said.isdecimal()) or not least <= int(said[:20]) <= most:
        raise Refused(_("Give a number from %(least)s to %(most)s.") % {"least": least, "most": most}, field=name)
    return int(said)


def refuse_unknown(given: Iterable[str], known: Container[str]) -> None:
    """Refused for the first parameter of an address that nobody reads."""
    if unknown := sorted(name for name in given if name not in known):
        raise Refused(_("There is no parameter “%(name)s”.") % {"name": unknown[0]}, field=unknown[0], code="unknown")


def expected(request: HttpRequest, entity: Entity) -> Expected | None:
    """What If-Match expects the record to be; None when the header is absent or `*`."""
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    return is_still(entity, request.auth, header.removeprefix("W/"))  # type: ignore[attr-defined]
