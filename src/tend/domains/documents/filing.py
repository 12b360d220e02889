"""Several files that come at once: one document each, entered in one unit, so that one Undo takes all of them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tend.domains.documents.commands import create_document
from tend.domains.documents.models import Document
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner


@dataclass(frozen=True)
class Filed:
    """The documents that were entered, and what Undo names."""

    documents: Sequence[Document]
    act: int | None


def enter(actor: Actor, raw: Mapping[str, Any], tickets: Sequence[str]) -> Filed:
    """Enter a document of each ticket, or a link without any; all of them or none. `raw` holds what is said of all.

    A title is taken for one alone: of several each has the name of its file. Raises what entering one raises.
    """
    cleaner = Cleaner(entity_of(Document), actor, creating=True)
    values = cleaner.clean({**raw, "title": raw.get("title", "") if len(tickets) < 2 else ""})
    with Unit(actor, verb=create_document.name) as unit:
        found = [
            create_document(unit, values={**values, **({"file": ticket} if ticket else {})})
            for ticket in tickets or [""]
        ]
    return Filed(found, unit.act if unit.wrote else None)
