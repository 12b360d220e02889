"""What can happen to a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tend.kernel.events import Event

if TYPE_CHECKING:
    from tend.domains.documents.models import Document


@dataclass(frozen=True)
class file_brought(Event):  # noqa: N801
    """A version was added; its file may not have been looked into yet."""

    document: Document
    file_id: int
