"""Lists as files: CSV, XLSX and JSON Lines of what a filter lists, read in chunks, whatever the length.

Every row bears the record's id, so that the file can be changed and imported again. Cells that a spreadsheet would
run are kept from it (base/cells); rights on records are those of the action `export`, hidden fields are absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.exports.cells import SEPARATOR, Cells
from tend.kernel.exports.formats import XLSX_ROWS, Told, as_csv, as_json_lines, as_xlsx
from tend.kernel.exports.table import Table
from tend.kernel.listing import Listing
from tend.kernel.traits.characteristics import definitions

__all__ = ["FORMATS", "SEPARATOR", "XLSX_ROWS", "Told", "columns_of", "export", "formats_of", "when_exporting"]

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}
OWN_FORMATS = "formats"  # key of `Entity.extra`: formats of one record type, name → (media type, writer of a listing)
# Called when an export begins; what it answers is called with the number of rows when the file ends.
Listener = Callable[[Entity, Actor, dict[str, Any]], Callable[[int], None]]
_listeners: list[Listener] = []
WHOLES = ("address", "addresses", "characteristics", "remarks")  # objects: in tables their elements stand instead


def when_exporting(listener: Listener) -> Listener:
    """Register who hears of every list that leaves Tend as a file."""
    _listeners.append(listener)
    return listener


def columns_of(entity: Entity, actor: Actor, *, flat: bool) -> list[str]:
    """The fields that an export holds unless some are chosen; flat ones for tables, objects for JSON Lines."""
    names = [f.name for f in entity.readable(actor) if f.export and f.name != "id"]
    if not flat:
        return [n for n in names if n.partition(".")[0] not in WHOLES or n in WHOLES]
    found = [n for n in names if n not in WHOLES]
    if "characteristics" in names:
        keys = (f"characteristics.{d.key}" for d in definitions(entity.code))
        found += [name for name in keys if entity.right(actor, name) != "hidden"]
    return found


def formats_of(entity: Entity) -> dict[str, str]:
    """The formats in which lists of this record type are given out, with their media types."""
    return {**FORMATS, **{name: media for name, (media, _write) in entity.extra.get(OWN_FORMATS, {}).items()}}


def export(
    entity: Entity, actor: Actor, format: str, *, filter: Any = None, sort: str = "", columns: Iterable[str] | None = None,  # noqa: A002 - the words of every surface
    words: str = "", told: Told | None = None,
) -> Iterator[bytes]:  # fmt: skip
    """The file in pieces. `told` hears how many rows are done.

    Before the first piece: NotAllowed without the right to export, Refused for an unknown format or a wrong filter.
    """
    lines = entity.lines or (entity.plural,)
    if all(actor.scope(line, "export") == "none" for line in lines):
        raise NotAllowed("export")
    if format not in formats_of(entity):
        offered = ", ".join(formats_of(entity))
        raise Refused(
            _("“%(format)s” is no format: choose one of %(known)s.") % {"format": format, "known": offered},
            field="format",
        )
    ended = [listen(entity, actor, {"format": format, "filter": filter, "words": words}) for listen in _listeners]
    counted = _Counted(told)
    if format not in FORMATS:
        chosen = Listing(entity, actor, filter=filter, sort=sort or "id", columns=(), words=words, action="export")
        chosen.scope  # noqa: B018 - as below
        own: Iterator[bytes] = entity.extra[OWN_FORMATS][format][1](chosen, counted)
        return _told_at_its_end(own, counted, ended)
    names = list(columns) if columns is not None else columns_of(entity, actor, flat=format != "jsonl")
    asked = Listing(entity, actor, filter=filter, sort=sort or "id", columns=names, words=words, action="export")
    asked.scope  # noqa: B018 - a wrong filter is refused here, not in the middle of the file
    known = set(asked.reader.names)
    names = [n for n in names if n != "id" and n in known]
    write = {"csv": as_csv, "xlsx": as_xlsx, "jsonl": as_json_lines}[format]
    pieces = write(names, Table(asked, flat=format != "jsonl").chunks(), Cells(actor.zone), counted)
    return _told_at_its_end(pieces, counted, ended)


class _Counted:
    """Hears how many rows are done, and lets others hear it."""

    def __init__(self, told: Told | None) -> None:
        self.rows, self._told = 0, told

    def __call__(self, rows: int) -> None:
        self.rows = rows
        if self._told is not None:
            self._told(rows)


def _told_at_its_end(pieces: Iterator[bytes], counted: _Counted, ended: list[Callable[[int], None]]) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:  # also when the reader has broken off
        for tell in ended:
            tell(counted.rows)
