"""Sending a file to a browser so that it can only be saved or looked at, never run: its own headers on every answer."""

from __future__ import annotations

from urllib.parse import quote

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from tend.base.contents import kinds
from tend.domains.documents.models import DocumentVersion
from tend.kernel.errors import Refused
from tend.kernel.files.looking import FIRST_PAGE
from tend.kernel.files.places import place

CAGE = "default-src 'none'; sandbox"  # for whoever opens the address itself: no script, no frame, no form, no address of ours
RUN = frozenset({kinds.HTML, kinds.SVG, kinds.XML})  # what a browser might run is sent as mere bytes


def as_attachment(version: DocumentVersion) -> StreamingHttpResponse:
    """The file of a version, to be saved under its name."""
    kind = kinds.BY_CODE.get(version.file.kind, kinds.OTHER)
    media = kinds.OCTETS if kind in RUN else kind.media_type
    answer = _pieces(version.file.sha256, version.file.size, media)
    answer.headers["Content-Disposition"] = _disposition(version.filename)
    return answer


def as_picture(version: DocumentVersion) -> StreamingHttpResponse:
    """A picture, or the picture of a PDF's first page. Call it for a file that is previewed."""
    if version.file.has_picture:
        return _pieces(version.file.sha256 + FIRST_PAGE, None, kinds.PNG.media_type)
    return _pieces(version.file.sha256, version.file.size, kinds.BY_CODE[version.file.kind].media_type)


def _pieces(key: str, size: int | None, media: str) -> StreamingHttpResponse:
    length = place().size(key)
    if length is None or (size is not None and length != size):
        raise Refused(_("The file is not where it was put. Tell the person who keeps this Tend."), code="missing")
    headers = {
        "Content-Length": str(length), "X-Content-Type-Options": "nosniff", "Content-Security-Policy": CAGE,
        "Cache-Control": "private, no-store", "Cross-Origin-Resource-Policy": "same-origin",
    }  # fmt: skip
    return StreamingHttpResponse(place().pieces(key), content_type=media, headers=headers)


def _disposition(filename: str) -> str:
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
