"""Values as one cell of a table holds them, and as JSON has them; whole columns at a time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tend.base.cells import neutralise
from tend.kernel.exports.columns import Column, Links, Moments, Several, Values
from tend.kernel.reading import Linked

SEPARATOR = "; "  # between several values of one cell
TEN_MINUTES = len("2026-03-29 00:5")  # the beginning of a moment up to its tens of minutes
SECONDS = len("2026-03-29 00:59:59")
PLAIN = frozenset({str, bool, int, type(None)})  # what JSON has as it is
KEPT = 50_000  # spans of ten minutes whose local time is kept


class Cells:
    """Writes values for one reader: times in his zone, texts that a spreadsheet would run neutralised."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self._local: dict[str, tuple[str, str] | None] = {}

    def column(self, values: Column) -> list[str]:
        """The cells of a column. Columns are nearly always of one type, so the writer is chosen once for all rows."""
        if isinstance(values, Moments):
            return self._moments(values.texts)
        if isinstance(values, Links):
            named: Mapping[Any, Linked] = values.named
            names = {pk: neutralise(named[pk].name) if pk in named else "" for pk in set(values.ids)}
            return [names[pk] for pk in values.ids]
        if isinstance(values, Several):
            shown = values.named
            return [
                neutralise(SEPARATOR.join([shown[pk].name for pk in ids if pk in shown])) if ids else ""
                for ids in values.ids
            ]
        kinds = set(map(type, values))
        kinds.discard(type(None))
        if len(kinds) != 1:
            return [self.text(v) for v in values] if kinds else [""] * len(values)
        (kind,) = kinds
        if kind is str:
            return _texts(values)
        if kind is bool:
            return ["yes" if v else "" if v is None else "no" for v in values]
        if kind is int or kind is Decimal:
            return ["" if v is None else str(v) for v in values]
        if kind is list:
            return [self.several(v) if v else "" for v in values]
        if kind is dt.date:
            days = {v: "" if v is None else v.isoformat() for v in set(values)}
            return [days[v] for v in values]
        return [self.text(v) for v in values]

    def _moments(self, texts: Sequence[str | None]) -> list[str]:
        """Moments in the reader's zone, to the second. Ten minutes at a time, for a zone moves by a multiple of them."""
        local = self._local
        if len(local) > KEPT:
            local.clear()
        for begin in {t[:TEN_MINUTES] for t in texts if t is not None} - local.keys():
            local[begin] = self._span(begin)
        cells = []
        for text in texts:
            if text is None:
                cells.append("")
            elif (span := local[text[:TEN_MINUTES]]) is not None:
                cells.append(f"{span[0]}{text[TEN_MINUTES:SECONDS]}{span[1]}")
            else:
                cells.append(self.text(dt.datetime.fromisoformat(text[:SECONDS]).replace(tzinfo=dt.UTC)))
        return cells

    def _span(self, begin: str) -> tuple[str, str] | None:
        """What stands before and behind the minute and second in ten minutes of UTC; None where the zone's shift is odd."""
        first, last = (
            dt.datetime.fromisoformat(begin + end).replace(tzinfo=dt.UTC).astimezone(self.zone)
            for end in ("0:00", "9:59")
        )
        shift = first.utcoffset()
        if shift is None or shift != last.utcoffset() or shift.total_seconds() % 600:
            return None
        text = first.isoformat(sep=" ", timespec="seconds")
        return text[:TEN_MINUTES], text[SECONDS:]

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

    def plain_column(self, values: Column) -> Sequence[Any]:
        """The values of a column as JSON has them; what stands in many rows is made once."""
        if isinstance(values, Links):
            named: Mapping[Any, Linked] = values.named
            known = {pk: named[pk].as_json() if pk in named else None for pk in set(values.ids)}
            return [known[pk] for pk in values.ids]
        if isinstance(values, Several):
            wanted = {pk for ids in values.ids for pk in ids}
            shown = {pk: values.named[pk].as_json() for pk in wanted if pk in values.named}
            return [[shown[pk] for pk in ids if pk in shown] if ids else [] for ids in values.ids]
        if isinstance(values, Moments):
            moments = {value: self.plain(value) for value in set(values.objects())}
            return [moments[value] for value in values.objects()]
        if set(map(type, values)) <= PLAIN:
            return values
        return [self.plain(v) for v in values]

    def plain(self, value: Any) -> Any:
        """The value as JSON has it."""
        if type(value) in PLAIN:
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


def _texts(values: Values) -> list[str]:
    """Texts kept from being run. A text that begins with a letter or digit never is, so most columns are taken as they are."""
    changed: Any = {}
    for value in set(values):
        if not value:
            changed[value] = ""
        elif not value[0].isalnum() and (cell := neutralise(value)) != value:
            changed[value] = cell
    return [changed.get(v, v) for v in values] if changed.keys() - {""} else values
