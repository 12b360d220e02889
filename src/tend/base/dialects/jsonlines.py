"""Reads JSON Lines as a table: one object a line, nested keys joined by a dot, lists joined by a semicolon.

An object of id and name stands for its name, one with a value for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from tend.base.dialects.delimited import text_lines
from tend.base.dialects.dialect import MAX_COLUMNS
from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

_MAX_DEPTH = 5


def keys_of(source: Path | bytes, encoding: str) -> tuple[str, ...]:
    """The keys of all objects in the order of their first appearance. Raises UnreadableFile naming a bad line."""
    seen: dict[str, None] = {}
    if isinstance(source, Path):
        lines = text_lines(source, encoding)
    else:
        whole = source.decode(encoding, "ignore").split("\n")
        lines = iter(whole[:-1] or whole)
    for number, line in enumerate(lines, 1):
        if line.strip():
            seen.update(dict.fromkeys(_flat(number, line)))
            if len(seen) > MAX_COLUMNS:
                raise UnreadableFile(
                    "too_wide", gettext_noop("The table has more than %(limit)s columns."), number, limit=MAX_COLUMNS
                )
    return tuple(seen)


def read_objects(path: Path, encoding: str, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yields (line, cells in the order of `columns`). Raises UnreadableFile naming a line that is not one object."""
    for number, line in enumerate(text_lines(path, encoding), 1):
        if line.strip():
            flat = _flat(number, line)
            yield number, [flat.get(column, "") for column in columns]


def _flat(number: int, line: str) -> dict[str, str]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _not_an_object(number) from error
    if not isinstance(record, dict):
        raise _not_an_object(number)
    cells: dict[str, str] = {}
    _spread(record, "", 0, cells)
    return cells


def _spread(value: dict[str, object], prefix: str, depth: int, cells: dict[str, str]) -> None:
    for key, inner in value.items():
        name = prefix + key
        if isinstance(inner, dict) and inner.keys() == {"id", "name"}:  # a link: its name is what a table would hold
            cells[name], cells[f"{name}.id"] = _text(inner["name"]), _text(inner["id"])
        elif isinstance(inner, dict) and depth < _MAX_DEPTH:
            _spread(inner, name + ".", depth + 1, cells)
        elif isinstance(inner, list):
            cells[name] = "; ".join(_text(_told(item)) for item in inner)
        else:
            cells[name] = _text(inner)


def _told(item: object) -> object:
    """What an object in a list stands for, when it says so: a telephone number with its label is the number."""
    if isinstance(item, dict):
        return item.get("value", item.get("name", item))
    return item


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\x00", "")
    return orjson.dumps(value).decode()


def _not_an_object(number: int) -> UnreadableFile:
    return UnreadableFile("json", gettext_noop("Line %(line)s is not a JSON object."), number)
