"""Taking a file in: measured while it arrives, known by its bytes, kept once, and handed to a verb as a ticket."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from tend.base.contents import kinds
from tend.base.contents.pictures import is_small
from tend.base.unreadable import Unreadable
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.files.models import StoredFile
from tend.kernel.files.places import place

MB = 1024 * 1024
TICKET_LASTS = 24 * 3600  # seconds between bringing a file and saving what it belongs to
_SALT = "tend.kernel.files"


@dataclass(frozen=True)
class Ticket:
    """The right to put one kept file on a record: what a verb knows of the file without reading."""

    file_id: int
    sha256: str
    size: int
    kind: kinds.Kind
    filename: str


def keep(actor: Actor, filename: str, pieces: Iterable[bytes]) -> str:
    """Keep a file that arrives; the answer is the text of its ticket, good for this actor and for a day.

    Refused when it is empty, larger than one file or all files may be, a program, or not what its name says.
    """
    name = clean_name(filename)
    digest, size = hashlib.sha256(), 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            if size > settings.FILE_LIMIT:
                raise Refused(
                    _("The file is larger than %(limit)d MB. Keep it elsewhere and add a link to it.")
                    % {"limit": settings.FILE_LIMIT // MB},
                    field="file",
                    code="size",
                )
            digest.update(piece)
            yield piece

    arrived = place().arrive(measured())
    try:
        try:
            kind = kinds.kind_of(arrived, name)
        except Unreadable as no:
            raise refused(no) from None
        with arrived.open("rb") as file:
            is_shown = kind in kinds.SHOWN and is_small(file.read(kinds.HEAD))
        kept = _settle(arrived, digest.hexdigest(), size, kind, is_shown=is_shown)
    finally:
        arrived.unlink(missing_ok=True)
    said = [actor.user_id, kept.pk, kept.sha256, kept.size, kind.code, name]
    return signing.dumps(said, salt=_SALT, compress=True)


def _settle(arrived: Path, sha256: str, size: int, kind: kinds.Kind, *, is_shown: bool) -> Any:
    """The row and the bytes together: the row is locked while the bytes are put, so that no sweep takes them away."""
    with transaction.atomic():
        found = StoredFile.objects.select_for_update().filter(sha256=sha256).first()
        if found is None:
            _refuse_too_much(size)
            found, _made = StoredFile.objects.select_for_update().get_or_create(
                sha256=sha256,
                defaults={
                    "size": size, "kind": kind.code, "is_shown": is_shown, "kept_at": clock.now(), "idle_since": clock.now(),
                    "state": StoredFile.State.WAITING if kind in kinds.READ else StoredFile.State.SILENT,
                },
            )  # fmt: skip
        place().settle(arrived, sha256)
    return found


def _refuse_too_much(size: int) -> None:
    total = StoredFile.objects.aggregate(total=Sum("size"))["total"] or 0
    if total + size > settings.FILES_LIMIT:
        raise Refused(
            _("There is no room for further files: the company's documents may take %(limit)d GB together.")
            % {"limit": settings.FILES_LIMIT // (1024 * MB)},
            field="file",
            code="quota",
        )


def ticket(actor: Actor, text: str) -> Ticket:
    """What a ticket says. Refused for one that is altered, spent or somebody else's."""
    said: list[Any] = []
    with suppress(signing.BadSignature, ValueError):
        said = signing.loads(text, salt=_SALT, max_age=TICKET_LASTS)
    if len(said) != 6 or said[0] != actor.user_id:
        raise Refused(_("Bring the file again: it was not saved in time."), field="file", code="ticket")
    _who, pk, sha256, size, code, filename = said
    return Ticket(pk, sha256, size, kinds.BY_CODE[code], filename)


def clean_name(filename: str) -> str:
    """The name of a file as it is shown and offered again: one line, no folders, no signs that turn or hide text."""
    name = unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(" .")
    if len(name) > 150:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: 149 - len(ending)]}.{ending}" if dot and len(ending) <= 10 else name[:150]
    return name or "file"


def refused(no: Unreadable) -> Refused:
    """A file's own refusal in the reader's language."""
    params = {n: _(str(v)) if n == "found" else v for n, v in no.params.items()}
    return Refused(_(no.sentence) % params, field="file", code=no.code)
