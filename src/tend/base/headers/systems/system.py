"""The shape of one system's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class System:
    """One system whose exports are known.

    `columns` maps a concept to its headers, divided by " | "; the concept "-" holds columns that
    carry nothing for us. `telltales` are headers, divided by " | ", that hardly any other system
    writes. `ids` names the column of the record's key, first present wins. Digits in numbered
    headers ("Phone 2 - Value") are written as 1.
    """

    code: str
    label: str
    columns: Mapping[str, str]
    telltales: str
    ids: tuple[str, ...] = ()
    needed: int = field(default=2)
    """How many telltales must be there to be sure."""
