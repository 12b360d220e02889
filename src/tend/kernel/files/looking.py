"""Looking into kept files for their text and their first page: after they came, in a child process, once per content."""

from __future__ import annotations

from django.db import transaction

from tend.base.contents.looking import look_into
from tend.base.unreadable import Unreadable
from tend.kernel.files.models import StoredFile, StoredText
from tend.kernel.files.places import place

FIRST_PAGE = ".page"


def look(pk: int) -> bool:
    """Look into one file and keep what was found; whether there was something to do. Nothing happens a second time."""
    file = StoredFile.objects.filter(pk=pk, state=StoredFile.State.WAITING).first()
    if file is None:
        return False
    try:
        seen = look_into(place().local(file.sha256), file.kind)
    except Unreadable as no:
        file.state, file.problem = StoredFile.State.REFUSED, str(no.sentence)[:300]
        file.save(update_fields=["state", "problem"])
        return True
    except FileNotFoundError:  # doctor tells of it
        return False
    if seen.picture is not None:
        place().put(file.sha256 + FIRST_PAGE, seen.picture)
    with transaction.atomic():
        if seen.text:
            StoredText.objects.update_or_create(file=file, defaults={"text": seen.text})
        file.state = StoredFile.State.READ if seen.text else StoredFile.State.SILENT
        file.has_picture = seen.picture is not None
        file.save(update_fields=["state", "has_picture"])
    return True


def texts_of(ids: list[int]) -> dict[int, str]:
    """The texts of files, as far as they have been read."""
    return dict(StoredText.objects.filter(pk__in=ids).values_list("pk", "text"))
