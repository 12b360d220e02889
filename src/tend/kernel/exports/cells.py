"""Values as one cell of a table holds them, and as JSON has them; whole columns at a time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tend.base.cells import neutralise
from tend.kernel.reading import Linked

SEPARATOR = "; "  # between several values of one cell


class Cells:
    """Writes values for one reader: times in his zone, texts that a spreadsheet would run neutralised."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def column(self, values: Sequence[Any]) -> list[str]:
        """The cells of a column. Columns are nearly always of one type, so the writer is chosen once for all rows."""
        kinds = set(map(type, values))
        kinds.discard(type(None))
        if len(kinds) != 1:
            return [self.text(v) for v in values] if kinds else [""] * len(values)
        (kind,) = kinds
        if kind is str:
            return ["" if not v else v if v[0].isalnum() else neutralise(v) for v in values]
        if kind is bool:
            return ["yes" if v else "" if v is None else "no" for v in values]
        if kind is int or kind is Decimal:
            return ["" if v is None else str(v) for v in values]
        if kind is Linked:
            cells = {v.id: neutralise(v.name) for v in values if v is not None}
            return ["" if v is None else cells[v.id] for v in values]
        if kind is list:
            return [self.several(v) if v else "" for v in values]
        if kind is dt.datetime:
            zone = self.zone
            return ["" if v is None else v.astimezone(zone).isoformat(" ", "seconds") for v in values]
        if kind is dt.date:
            days = {v: v.isoformat() for v in set(values) if v is not None}
            return ["" if v is None else days[v] for v in values]
        return [self.text(v) for v in values]

    def text(self, value: Any) -> str:
        """One cell."""
        if value is None or value == "":
            return ""
        if isinstance(value, str):
            return neutralise(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (int, Decimal)):
            return str(value)
        if isinstance(value, dt.datetime):
            return value.astimezone(self.zone).isoformat(sep=" ", timespec="seconds")
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, Linked):
            return neutralise(value.name)
        if isinstance(value, (list, tuple)):
            return self.several(value) if value else ""
        return neutralise(self._one(value))

    def several(self, values: Sequence[Any]) -> str:
        """Several values in one cell."""
        return neutralise(SEPARATOR.join([v if type(v) is str else self._one(v) for v in values]))

    def _one(self, value: Any) -> str:
        if isinstance(value, Linked):
            return value.name
        if isinstance(value, Mapping):
            return str(value["value"]) if "value" in value else json.dumps(value, ensure_ascii=False, default=str)
        return str(value)

    def plain(self, value: Any) -> Any:
        """The value as JSON has it."""
        if value is None or type(value) in (str, bool, int):
            return value
        if isinstance(value, Linked):
            return value.as_json()
        if isinstance(value, (list, tuple)):
            return [self.plain(v) for v in value]
        if isinstance(value, dt.datetime):
            return value.astimezone(self.zone).isoformat()
        if isinstance(value, (dt.date, dt.time)):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else value
