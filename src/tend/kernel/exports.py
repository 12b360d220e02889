"""Lists as files: CSV, XLSX and JSON Lines of what a filter lists, read page by page, whatever the length.

Every row bears the record's id, so that the file can be changed and imported again. Cells that a spreadsheet would
run are kept from it (base/cells); rights on records are those of the action `export`, hidden fields are absent.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tend.base.cells import neutralise
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.listing import MOST, Listing
from tend.kernel.reading import Linked
from tend.kernel.traits.characteristics import definitions

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}
SEPARATOR = "; "  # between several values of one cell
XLSX_ROWS = 1_048_575
PIECE = 256 * 1024
WHOLES = ("address", "addresses", "characteristics", "remarks")  # objects: in tables their elements stand instead
Row = dict[str, Any]
Told = Callable[[int], None]


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


def pages(
    entity: Entity,
    actor: Actor,
    *,
    filter: Any = None,  # noqa: A002 - the word of every surface
    sort: str = "",
    columns: Iterable[str] | None = None,
    words: str = "",
    flat: bool = True,
) -> Iterator[list[Row]]:
    """The rows of a list in pages, read one page at a time."""
    chosen = columns_of(entity, actor, flat=flat) if columns is None else list(columns)
    make = partial(
        Listing,
        entity,
        actor,
        filter=filter,
        sort=sort or "id",
        columns=chosen,
        limit=MOST,
        words=words,
        action="export",
    )
    cursor: str | None = None
    while True:
        page = make(cursor=cursor).page()
        if page.rows:
            yield page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


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
    if format not in FORMATS:
        raise Refused(_("“%(format)s” is no format: choose csv, xlsx or jsonl.") % {"format": format}, field="format")
    flat = format != "jsonl"
    names = list(columns) if columns is not None else columns_of(entity, actor, flat=flat)
    asked = Listing(entity, actor, filter=filter, sort=sort or "id", columns=names, words=words, action="export")
    asked.scope  # noqa: B018 - a wrong filter is refused here, not in the middle of the file
    rows = pages(entity, actor, filter=filter, sort=sort, columns=names, words=words, flat=flat)
    readable = {f.name for f in entity.readable(actor)}
    names = [n for n in names if n != "id" and (n in readable or n.partition(".")[0] in readable)]
    return {"csv": _csv, "xlsx": _xlsx, "jsonl": _jsonl}[format](names, rows, _Cells(entity, actor), told)


class _Cells:
    """Values as one cell holds them."""

    def __init__(self, entity: Entity, actor: Actor) -> None:
        self.zone = ZoneInfo(actor.zone)
        self.fields: Mapping[str, Field] = entity.by_name

    def text(self, value: Any) -> str:
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
            return neutralise(SEPARATOR.join(self._one(v) for v in value))
        return neutralise(self._one(value))

    def _one(self, value: Any) -> str:
        if isinstance(value, Linked):
            return value.name
        if isinstance(value, Mapping):
            return str(value["value"]) if "value" in value else json.dumps(value, ensure_ascii=False, default=str)
        return str(value)

    def plain(self, value: Any) -> Any:
        """The value as JSON has it."""
        if isinstance(value, Linked):
            return value.as_json()
        if isinstance(value, (list, tuple)):
            return [self.plain(v) for v in value]
        if isinstance(value, dt.datetime):
            return value.astimezone(self.zone).isoformat()
        if isinstance(value, (dt.date, dt.time)):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else value


def _csv(names: list[str], rows: Iterator[list[Row]], cells: _Cells, told: Told | None) -> Iterator[bytes]:
    """Every cell is quoted, so that another separator cannot begin a new one inside a text. UTF-8 with its mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["id", *names])
    done, text = 0, cells.text
    yield b"\xef\xbb\xbf"
    for page in rows:
        writer.writerows([[row["id"], *(text(row.get(name)) for name in names)] for row in page])
        done += len(page)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        if told:
            told(done)
    if not done:
        yield buffer.getvalue().encode()


def _jsonl(names: list[str], rows: Iterator[list[Row]], cells: _Cells, told: Told | None) -> Iterator[bytes]:
    import orjson

    done = 0
    for page in rows:
        lines = [
            orjson.dumps({"id": row["id"], **{n: cells.plain(row.get(n)) for n in names}}, default=str) for row in page
        ]
        done += len(page)
        yield b"\n".join(lines) + b"\n"
        if told:
            told(done)


def _xlsx(names: list[str], rows: Iterator[list[Row]], cells: _Cells, told: Told | None) -> Iterator[bytes]:
    """Written to a temporary file row by row in constant memory, then given out in pieces."""
    from xlsxwriter import Workbook

    with tempfile.TemporaryFile() as whole:
        book = Workbook(whole, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet()
        bold, day, moment = (
            book.add_format({"bold": True}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        for at, name in enumerate(["id", *names]):
            sheet.write_string(0, at, name, bold)
        done = 0
        for page in rows:
            for row in page:
                done += 1
                if done > XLSX_ROWS:
                    raise Refused(
                        _("A workbook holds at most %(n)d rows; export CSV instead.") % {"n": XLSX_ROWS}, field="format"
                    )
                sheet.write_number(done, 0, row["id"])
                for at, name in enumerate(names, 1):
                    value = row.get(name)
                    if value is None or value == "":
                        continue
                    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and -(10**15) < value < 10**15:
                        sheet.write_number(done, at, value)
                    elif isinstance(value, dt.datetime):
                        sheet.write_datetime(done, at, value.astimezone(cells.zone).replace(tzinfo=None), moment)
                    elif isinstance(value, dt.date):
                        sheet.write_datetime(done, at, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day
                    else:
                        sheet.write_string(done, at, cells.text(value))
            if told:
                told(done)
        book.close()
        whole.seek(0)
        while piece := whole.read(PIECE):
            yield piece
