"""What can happen to the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tend.kernel.events import Event

if TYPE_CHECKING:
    from tend.kernel.organisation import Organisation


@dataclass(frozen=True)
class organisation_edited(Event):  # noqa: N801
    """What holds for the whole company was changed; `organisation()` answers with the former until the write is done."""

    company: Organisation
