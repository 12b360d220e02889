"""The text of a document's present file, for the search: found by a job after the file came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tend.base.names import normalise
from tend.domains.documents.queries import of_file, present_files
from tend.kernel.entity import entity_by_code
from tend.kernel.files.looking import look, texts_of
from tend.kernel.jobs.declared import job
from tend.kernel.jobs.run import Run
from tend.kernel.search import renew

CODE = "documents.document"


def text_beside(documents: Sequence[Any]) -> dict[int, str]:
    """What the search finds of documents beside their fields, by document."""
    files = present_files([d.pk for d in documents if d.is_file])
    texts = texts_of(sorted(set(files.values())))
    return {pk: normalise_lines(texts[file]) for pk, file in files.items() if file in texts}


def normalise_lines(text: str) -> str:
    """Folded line by line, so that what was found is shown with the words around it."""
    return "\n".join(filter(None, map(normalise, text.split("\n"))))


@job("read-file")
def read_file(run: Run, file: int) -> dict[str, int]:
    """Look into a file and let the search know its documents by it. A second time it finds nothing to do."""
    look(file)
    with transaction.atomic():
        documents = list(of_file(file).select_for_update(of=("self",), no_key=True))
        renew(entity_by_code(CODE), documents)
    return {"documents": len(documents)}
